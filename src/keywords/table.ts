import { LexyBrainError } from '../errors.ts';
import type { Draft } from './assemble.ts';
import { Drops, MAX_ROWS, MAX_TERM_LENGTH, TOO_LONG } from './drops.ts';
import type { CompetitionSource, DemandSource, Format, MetricSource } from './formats/format.ts';
import { KEYWORD_PLANNER_BUCKETS } from './formats/google-keyword-planner.ts';
import { Header } from './header.ts';
import { ColumnScan, currencyOf, decimalOf, decimalOfFile, finishColumn, isoCurrency } from './numbers.ts';
import type { Decimal, NumberUnit, ParsedColumn } from './numbers.ts';
import { SeriesReader, trendOfSeries } from './series.ts';
import { cleanTerm, isTermKey, termKey } from './term-key.ts';
import type { CompetitionKind, DemandKind, MetricColumn } from './types.ts';

/** Where the list is from; what the table itself does not say. */
export interface TableOrigin {
  readonly name: string;
  readonly encoding: string;
  readonly delimiter: string | null;
  readonly notes: readonly string[];
}

/** Reads the rows under a header, one at a time, into columns, as the format says. */
export class TableReader {
  readonly #format: Format;
  readonly #header: Header;
  readonly #drops = new Drops();
  readonly #terms: string[] = [];
  #keys: string[] = [];
  readonly #sourceRows: number[] = [];
  readonly #termAt: number;
  readonly #termElseAt: number;
  readonly #termName: string | undefined;
  readonly #scans = new Map<number, ColumnScan>();
  readonly #scanAt: readonly number[];
  readonly #scanList: readonly ColumnScan[];
  readonly #series: SeriesReader | null;
  readonly #currencyAt: number;
  readonly #currencies = new Set<string>();
  #hasOwnKeys = false;
  #ragged = 0;

  constructor(format: Format, headerCells: readonly string[], preambleLines: number) {
    this.#format = format;
    this.#header = new Header(headerCells);
    this.#termAt = this.#header.find(format.term);
    this.#termElseAt = this.#header.find(format.termElse ?? []);
    this.#termName = headerCells[this.#termAt];
    const sources = [
      format.demand,
      format.competition,
      format.trend,
      format.cpc,
      format.clicks,
      format.engagement,
    ];
    for (const source of sources.flatMap((list): readonly MetricSource[] => list ?? [])) {
      for (const at of this.#columnsOf(source)) this.#scans.set(at, new ColumnScan());
    }
    this.#scanAt = [...this.#scans.keys()];
    this.#scanList = [...this.#scans.values()];
    this.#series = format.series === undefined ? null : SeriesReader.of(format.series, this.#header);
    this.#currencyAt = this.#header.find(format.currency?.column ?? []);
    this.#drops.add('preamble line', preambleLines);
  }

  #columnsOf(source: MetricSource): readonly number[] {
    if (source.combine !== undefined) return this.#header.findAll(source.names);
    return this.#header.findAll(source.names).slice(0, 1);
  }

  /** Takes the next row; `sourceRow` is its 1-based record in the file. */
  row(cells: readonly string[], sourceRow: number): void {
    if (cells.length <= 1 && (cells[0] ?? '').trim() === '') return;
    let raw = cells[this.#termAt] ?? '';
    if (raw === '' && this.#termElseAt !== -1) raw = cells[this.#termElseAt] ?? '';
    const reason = this.#dropReason(cells, raw);
    if (reason !== null) {
      if (reason !== '') this.#drops.add(reason);
      return;
    }
    const plain = isTermKey(raw);
    const term = plain ? raw : cleanTerm(raw);
    const key = plain ? raw : termKey(term);
    if (key === '' || term.length > MAX_TERM_LENGTH) {
      this.#drops.add(key === '' ? 'no keyword' : TOO_LONG);
      return;
    }
    if (this.#terms.length >= MAX_ROWS) throw tooManyRows();
    if (cells.length < this.#header.cells.length) this.#ragged += 1;
    if (key !== term && !this.#hasOwnKeys) {
      this.#hasOwnKeys = true;
      this.#keys = [...this.#terms];
    }
    this.#terms.push(term);
    if (this.#hasOwnKeys) this.#keys.push(key);
    this.#sourceRows.push(sourceRow);
    for (let scan = 0; scan < this.#scanAt.length; scan += 1) {
      this.#scanList[scan]?.add(cells[this.#scanAt[scan] ?? -1]);
    }
    this.#series?.add(cells);
    if (this.#currencyAt !== -1) {
      const currency = cells[this.#currencyAt];
      if (currency !== undefined && currency !== '' && this.#currencies.size < 9)
        this.#currencies.add(currency);
    }
  }

  /** Why a row is no keyword; empty for rows that are not worth a word, null for keywords. */
  #dropReason(cells: readonly string[], term: string): string | null {
    for (const cell of cells) {
      if (cell.charCodeAt(0) === CAPITAL_T && cell.startsWith('Total:')) return 'totals row';
    }
    const blank = isBlank(term);
    if (blank && cells.every(isBlank)) return '';
    if (this.#format.isTotal?.(cells, term) === true) return 'totals row';
    if (term.length < 20 && cells.length > 1 && TOTALS.test(term)) return 'totals row';
    if (term === this.#termName && cells.every((cell, at) => cell === this.#header.cells[at])) {
      return 'repeated header';
    }
    return blank ? 'no keyword' : null;
  }

  finish(origin: TableOrigin, preamble: readonly (readonly string[])[]): Draft {
    const format = this.#format;
    const decimal = decimalOfFile([...this.#scans.values()]);
    const notes = [...origin.notes, ...(format.notes?.(origin.name, preamble) ?? [])];
    if (this.#ragged > 0)
      notes.push(
        `${count(this.#ragged, 'row has', 'rows have')} fewer cells than the header; what they lack is missing.`,
      );
    const demand = this.#choose(format.demand, decimal, true);
    const competition = this.#choose(format.competition, decimal, true);
    const series = this.#series?.finish() ?? null;
    const change = this.#choose(format.trend, decimal, false);
    const clicks = this.#choose(format.clicks, decimal, true);
    const engagement = this.#choose(format.engagement, decimal, false);
    let trend = change?.column.values ?? null;
    if (trend === null && series !== null) {
      trend = trendOfSeries(series);
      if (trend !== null) notes.push('The trend was computed from the monthly series in the file.');
    }
    const cpc = this.#choose(format.cpc, decimal, false);
    const currency = this.#currency(cpc?.source ?? null, notes);
    if (cpc !== null && currency === null)
      notes.push('The file does not say the currency of its costs per click.');
    for (const chosen of [demand, competition, cpc]) {
      const unreadable = chosen?.column.unreadable ?? 0;
      if (unreadable > 0)
        notes.push(
          `${count(unreadable, 'cell', 'cells')} of "${chosen?.name ?? ''}" could not be read as a number.`,
        );
    }
    for (const chosen of [change, cpc, clicks, engagement]) {
      const bounds = chosen?.column.bounds?.filter((bound) => bound !== 0).length ?? 0;
      if (bounds > 0)
        notes.push(
          `${count(bounds, 'figure', 'figures')} of "${chosen?.name ?? ''}" ${bounds === 1 ? 'is a bound' : 'are bounds'} (such as < 20) and not exact.`,
        );
    }
    return {
      name: origin.name,
      tool: format.id,
      toolLabel: format.label,
      market: format.market,
      currency,
      encoding: origin.encoding,
      delimiter: origin.delimiter,
      terms: this.#terms,
      // One array for both, where every term is its own key.
      keys: this.#hasOwnKeys ? this.#keys : this.#terms,
      demand: demand === null ? null : demandColumn(demand.source, demand.column, format),
      competition: competition === null ? null : competitionColumn(competition.source, competition.column),
      trend,
      cpc: cpc?.column.values ?? null,
      clicks: clicks?.column.values ?? null,
      engagement: engagement?.column.values ?? null,
      series,
      sourceRows: this.#sourceRows,
      notes,
      drops: this.#drops,
    };
  }

  /** The first source that has a value in any row. */
  #choose<Source extends MetricSource>(
    sources: readonly Source[] | undefined,
    decimal: Decimal | null,
    integral: boolean,
  ): { readonly source: Source; readonly column: ParsedColumn; readonly name: string } | null {
    for (const source of sources ?? []) {
      const columns = this.#columnsOf(source).map((at) =>
        this.#parse(at, decimal, integral, source.unit ?? 'plain'),
      );
      const [first] = columns;
      if (first === undefined) continue;
      const column = source.combine === undefined ? first : combine(columns, source.combine);
      if (column.values.every((value) => Number.isNaN(value))) continue;
      return { source, column, name: this.#header.cells[this.#columnsOf(source)[0] ?? 0] ?? '' };
    }
    return null;
  }

  #parse(at: number, decimal: Decimal | null, integral: boolean, unit: NumberUnit): ParsedColumn {
    const scan = this.#scans.get(at) ?? new ColumnScan();
    return finishColumn(scan, decimalOf(scan, decimal, integral), unit);
  }

  #currency(source: MetricSource | null, notes: string[]): string | null {
    const { currency } = this.#format;
    if (this.#currencies.size > 1)
      notes.push('The file mixes currencies; its costs per click cannot be compared.');
    if (this.#currencies.size > 0) {
      const [only, other] = this.#currencies;
      return only === undefined || other !== undefined ? null : isoCurrency(only);
    }
    for (const at of source === null ? [] : this.#columnsOf(source)) {
      const name = this.#header.cells[at] ?? '';
      const code =
        currency?.inName?.exec(this.#header.names[at] ?? '')?.[1] ??
        /[([]([A-Z]{3})[)\]]\s*$/.exec(name)?.[1];
      const named = code === undefined ? null : isoCurrency(code);
      if (named !== null) return named;
      const marks = new Set((this.#scans.get(at)?.waiting ?? []).map(currencyOf));
      marks.delete(null);
      const [mark, second] = marks;
      if (mark !== undefined && second === undefined) return mark;
    }
    return null;
  }
}

const CAPITAL_T = 84;
/** Most cells begin with a visible ASCII character. */
const isBlank = (cell: string): boolean => {
  const first = cell.charCodeAt(0);
  return !(first > 32 && first < 127) && cell.trim() === '';
};
const TOTALS = /^\s*(?:grand total|sub-?totals?|totals)\s*:?\s*$/i;

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

function tooManyRows(): LexyBrainError {
  return new LexyBrainError(
    'list-too-large',
    `The list has more than ${MAX_ROWS.toLocaleString('en')} keywords.`,
    {
      advice: 'Filter it in your keyword tool, or split the file.',
    },
  );
}

/** The mean or the sum of what a row has of several columns. */
function combine(columns: readonly ParsedColumn[], how: 'mean' | 'sum'): ParsedColumn {
  const [first] = columns;
  const values = (first?.values ?? new Float64Array()).map((_, row) => {
    const there = columns.map((column) => column.values[row] ?? NaN).filter((value) => !Number.isNaN(value));
    if (there.length === 0) return NaN;
    const sum = there.reduce((a, b) => a + b, 0);
    // Twelve significant digits: 0.27 + 0.31 is 0.58.
    return Number((how === 'sum' ? sum : sum / there.length).toPrecision(12));
  });
  const unreadable = columns.reduce((sum, column) => sum + column.unreadable, 0);
  return { values, bounds: null, ranges: 0, unreadable };
}

function demandColumn(source: DemandSource, column: ParsedColumn, format: Format): MetricColumn<DemandKind> {
  let kind = source.kind;
  if (kind === 'monthly' && column.ranges > 0) kind = 'range';
  if (format.id === 'google-keyword-planner' && isBucketed(column.values)) kind = 'bucket';
  return { values: column.values, kinds: [kind], kindOf: null, bounds: column.bounds };
}

const isBucketed = (values: Float64Array): boolean =>
  values.some((value) => value > 0) &&
  values.every((value) => Number.isNaN(value) || KEYWORD_PLANNER_BUCKETS.has(value));

function competitionColumn(source: CompetitionSource, column: ParsedColumn): MetricColumn<CompetitionKind> {
  const divide = source.per === 100 || (source.per === 'auto' && column.values.some((value) => value > 1));
  const values = divide ? column.values.map((value) => value / 100) : column.values;
  return { values, kinds: [source.kind], kindOf: null, bounds: column.bounds };
}
