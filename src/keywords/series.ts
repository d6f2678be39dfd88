import type { SeriesSource } from './formats/format.ts';
import type { Header } from './header.ts';
import { ColumnScan, finishColumn } from './numbers.ts';
import type { MonthlySeries } from './types.ts';

/** Months a cell may list; more is no series of months. */
const MAX_MONTHS = 120;

/** Collects the monthly figures of each row. */
export class SeriesReader {
  readonly #columns: readonly number[];
  readonly #scans: readonly ColumnScan[];
  readonly #cellAt: number;
  readonly #lists: (Float64Array | null)[] = [];
  readonly #firstMonth: string | null;
  #length = 0;

  private constructor(columns: readonly number[], cellAt: number, firstMonth: string | null) {
    this.#columns = columns;
    this.#scans = columns.map(() => new ColumnScan());
    this.#cellAt = cellAt;
    this.#firstMonth = firstMonth;
  }

  /** A reader for the columns of a header, or null when it has none of them. */
  static of(source: SeriesSource, header: Header): SeriesReader | null {
    if (source.from === 'cell') {
      const at = header.find(source.names);
      return at === -1 ? null : new SeriesReader([], at, source.firstMonth(header.cells[at] ?? ''));
    }
    const columns = header.findAll([source.pattern]);
    if (columns.length < 2) return null;
    const months = columns.map((at) => ({ at, month: source.month(header.cells[at] ?? '') }));
    // In the order of the calendar, whatever the order of the columns; unnamed months keep the file's order.
    if (months.every(({ month }) => month !== null))
      months.sort((a, b) => ((a.month ?? '') < (b.month ?? '') ? -1 : 1));
    return new SeriesReader(
      months.map(({ at }) => at),
      -1,
      months[0]?.month ?? null,
    );
  }

  add(cells: readonly string[]): void {
    this.#columns.forEach((at, month) => this.#scans[month]?.add(cells[at]));
    if (this.#cellAt === -1) return;
    const list = parseList(cells[this.#cellAt] ?? '');
    this.#lists.push(list);
    this.#length = Math.max(this.#length, list?.length ?? 0);
  }

  finish(): MonthlySeries | null {
    if (this.#cellAt === -1) {
      const columns = this.#scans.map((scan) => finishColumn(scan, '.', 'plain').values);
      const rows = columns[0]?.length ?? 0;
      const length = columns.length;
      const values = new Float64Array(rows * length).map(
        (_, at) => columns[at % length]?.[Math.floor(at / length)] ?? NaN,
      );
      return this.#worthKeeping(values, length);
    }
    const length = this.#length;
    const values = new Float64Array(this.#lists.length * length).fill(NaN);
    this.#lists.forEach((list, row) => {
      // A shorter list is a younger keyword: its last month is everybody's last month.
      if (list !== null) values.set(list, row * length + length - list.length);
    });
    return this.#worthKeeping(values, length);
  }

  #worthKeeping(values: Float64Array, length: number): MonthlySeries | null {
    if (length < 2 || values.every((value) => Number.isNaN(value))) return null;
    return { values, length, firstMonth: this.#firstMonth };
  }
}

function parseList(cell: string): Float64Array | null {
  if (cell.trim() === '') return null;
  // Semrush's positions put the months in brackets.
  const parts = cell.replace(/^\s*\[|\]\s*$/g, '').split(cell.includes(';') ? ';' : ',');
  if (parts.length < 2 || parts.length > MAX_MONTHS) return null;
  const values = Float64Array.from(parts, (part) => (part.trim() === '' ? NaN : Number(part)));
  return values.every((value) => Number.isNaN(value)) ? null : values;
}

/**
 * The relative change a series shows: the mean of its last three months against the same three months a year earlier
 * where it is that long (free of seasons), else against its first three months. NaN where either side is missing or
 * the earlier is zero. Null when no row has one.
 */
export function trendOfSeries(series: MonthlySeries): Float64Array | null {
  const { length, values } = series;
  if (length < 6) return null;
  const before = length >= 15 ? length - 15 : 0;
  const trend = Float64Array.from({ length: values.length / length }, (_, row) => {
    const from = mean(values, row * length + before, 3);
    const to = mean(values, row * length + length - 3, 3);
    return from > 0 ? Number((to / from - 1).toPrecision(4)) : NaN;
  });
  return trend.every((value) => Number.isNaN(value)) ? null : trend;
}

function mean(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let at = from; at < from + count; at += 1) sum += values[at] ?? NaN;
  return sum / count;
}
