import type { Format } from './format.ts';
import { HEADER_WITHIN } from '../header.ts';
import { parseCell } from '../numbers.ts';

type Records = readonly (readonly string[])[];

/** `term: (region)`, with the full-width colon of Chinese exports and whatever spaces the locale brings. */
const TERM_AND_REGION = /^(.+?)\s*[:：]\s*[(（].*[)）]\s*$/u;
const DATE = /^([0-9]{4})-([0-9]{2})(?:-[0-9]{2})?(?:[T ].*)?$/;

/** What the first column is called where the header names no region. */
const TIME = /^time$/i;

function headerOfTimeline(records: Records): number {
  return records.slice(0, HEADER_WITHIN).findIndex((cells, at) => {
    const [first = '', ...terms] = filledPart(cells);
    const next = records[at + 1] ?? [];
    const isDated = DATE.test(next[0]?.trim() ?? '');
    if (terms.length === 0) return false;
    if (terms.every((cell) => TERM_AND_REGION.test(cell))) return isDated || at === records.length - 1;
    return (
      isDated &&
      TIME.test(first) &&
      terms.every((cell) => cell !== '') &&
      filledPart(next).slice(1).every(isInterest)
    );
  });
}

/** The cells without the blank ones that a spreadsheet puts at the end of a row. */
function filledPart(cells: readonly string[]): string[] {
  const trimmed = cells.map((cell) => cell.trim());
  return trimmed.slice(0, trimmed.findLastIndex((cell) => cell !== '') + 1);
}

const isInterest = (cell: string): boolean => /^(?:<1|[0-9]{1,3})$/.test(cell.trim());

/** Interest of one term per calendar month: the mean of the month's weeks or days; `<1` counts as half. */
function byMonth(
  records: Records,
  header: number,
  column: number,
): { months: Map<string, number>; mean: number } {
  const sums = new Map<string, { sum: number; count: number }>();
  let total = 0;
  let count = 0;
  for (const cells of records.slice(header + 1)) {
    const date = DATE.exec(cells[0]?.trim() ?? '');
    const cell = parseCell(cells[column] ?? '', '.');
    if (date === null || cell === null || Number.isNaN(cell.value)) continue;
    const value = cell.bound === -1 ? cell.value / 2 : cell.value;
    const month = `${date[1] ?? ''}-${date[2] ?? ''}`;
    const entry = sums.get(month) ?? { sum: 0, count: 0 };
    sums.set(month, { sum: entry.sum + value, count: entry.count + 1 });
    total += value;
    count += 1;
  }
  const months = new Map([...sums].map(([month, entry]) => [month, entry.sum / entry.count]));
  return { months, mean: count === 0 ? NaN : total / count };
}

/** Interest over time: terms stand in the header, rows are weeks; each term becomes one row with its mean. */
export const googleTrendsTimeline: Format = {
  id: 'google-trends-timeline',
  label: 'Google Trends, interest over time',
  market: 'google',
  signature: [],
  term: ['term'],
  demand: [{ names: ['mean interest'], kind: 'index' }],
  series: { from: 'columns', pattern: /^month /, month: (cell) => cell.replace(/^month /i, '') },
  notes: () => ['Interest is an index of 0 to 100 within this file; it cannot be compared with other files.'],
  reshape(records) {
    const headerRow = headerOfTimeline(records);
    const header = records[headerRow];
    if (header === undefined) return null;
    const terms = filledPart(header)
      .slice(1)
      .map((cell) => TERM_AND_REGION.exec(cell)?.[1] ?? cell);
    const figures = terms.map((_, at) => byMonth(records, headerRow, at + 1));
    const months = [...new Set(figures.flatMap((figure) => [...figure.months.keys()]))].sort();
    const text = (value: number | undefined): string =>
      value === undefined || Number.isNaN(value) ? '' : String(Math.round(value * 100) / 100);
    return {
      headerRow,
      header: ['term', 'mean interest', ...months.map((month) => `month ${month}`)],
      // Without a week or month it is a header and no more.
      rows: (months.length === 0 ? [] : figures).map((figure, at) => [
        terms[at] ?? '',
        text(figure.mean),
        ...months.map((month) => text(figure.months.get(month))),
      ]),
      sourceRow: () => headerRow + 1,
    };
  },
};

const isBlankRecord = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/** Related queries: a TOP section with an index of 0-100 and a RISING section with growth; `Breakout` is no number. */
export const googleTrendsRelated: Format = {
  id: 'google-trends-related',
  label: 'Google Trends, related queries',
  market: 'google',
  signature: [],
  term: ['term'],
  demand: [{ names: ['top'], kind: 'index' }],
  trend: [{ names: ['rising'], unit: 'percent' }],
  notes: () => [
    'Interest is an index of 0 to 100 within this file; "Breakout" has no number and is left empty.',
  ],
  reshape(records) {
    const at = (mark: string): number =>
      records.findIndex(
        (cells) => cells[0]?.trim() === mark && cells.slice(1).every((cell) => cell.trim() === ''),
      );
    const sections = [at('TOP'), at('RISING')].filter((row) => row !== -1);
    const headerRow = Math.min(...sections);
    // One word alone is no signature: a plain list may hold it. What follows must be pairs, or two empty sections.
    const pairs = (records[headerRow + 1]?.length ?? 0) >= 2;
    const empty =
      sections.length === 2 &&
      records.every((cells, row) => row < headerRow || sections.includes(row) || isBlankRecord(cells));
    if (sections.length === 0 || !(pairs || empty)) return null;
    const rows = new Map<string, { cells: [string, string, string]; source: number }>();
    let column: 1 | 2 = 1;
    records.forEach((cells, row) => {
      if (row < headerRow) return;
      const term = cells[0]?.trim() ?? '';
      if (sections.includes(row)) column = term === 'TOP' ? 1 : 2;
      else if (term !== '') {
        const known = rows.get(term) ?? {
          cells: [term, '', ''] as [string, string, string],
          source: row + 1,
        };
        known.cells[column] = cells[1] ?? '';
        rows.set(term, known);
      }
    });
    const all = [...rows.values()];
    return {
      headerRow,
      header: ['term', 'top', 'rising'],
      rows: all.map(({ cells }) => cells),
      sourceRow: (row) => all[row]?.source ?? 0,
    };
  },
};

/** Interest by region: there is one term, in the header, and the rows are places. */
export const googleTrendsRegions: Format = {
  id: 'google-trends-regions',
  label: 'Google Trends, interest by region',
  market: 'google',
  signature: [
    [
      /^(?:(?:sub-?)?regi[oó]n|région|bundesland|land|country|pa[ií]s|pays|city|stadt|ciudad|ville|dma|metro)$/,
    ],
    [/.: ?\(.*[0-9].*\)$/],
  ],
  refusal: {
    message: 'This is Google Trends’ interest by region: its rows are places, not keywords.',
    advice: 'Export “Related queries” or “Interest over time” from Google Trends.',
  },
  term: [],
};
