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
  /** What the cells of all rows list, one after the other. */
  #listed = new Float64Array(1024);
  #filled = 0;
  /** How many of them each row has; 0 where its cell is no list. */
  readonly #lengths: number[] = [];
  readonly #firstMonth: string | null;

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
    for (let month = 0; month < this.#columns.length; month += 1)
      this.#scans[month]?.add(cells[this.#columns[month] ?? -1]);
    if (this.#cellAt !== -1) this.#lengths.push(this.#read(cells[this.#cellAt] ?? ''));
  }

  /** Reads a cell that lists months; returns how many, 0 when it lists none. */
  #read(cell: string): number {
    // Semrush's positions put the months in brackets.
    const bare = cell.includes('[') || cell.includes(']') ? cell.replace(/^\s*\[|\]\s*$/g, '') : cell;
    const separator = bare.includes(';') ? ';' : ',';
    const start = this.#filled;
    let known = false;
    for (let from = 0; from <= bare.length && this.#filled - start <= MAX_MONTHS;) {
      const next = bare.indexOf(separator, from);
      const to = next === -1 ? bare.length : next;
      const value = numberIn(bare, from, to);
      if (value === value) known = true;
      if (this.#filled === this.#listed.length) this.#listed = enlarged(this.#listed);
      this.#listed[this.#filled] = value;
      this.#filled += 1;
      from = to + 1;
    }
    const months = this.#filled - start;
    if (known && months >= 2 && months <= MAX_MONTHS) return months;
    this.#filled = start;
    return 0;
  }

  finish(): MonthlySeries | null {
    return this.#cellAt === -1 ? this.#ofColumns() : this.#ofCells();
  }

  #ofColumns(): MonthlySeries | null {
    const columns = this.#scans.map((scan) => finishColumn(scan, '.', 'plain').values);
    const length = columns.length;
    const values = new Float64Array((columns[0]?.length ?? 0) * length);
    for (const [month, column] of columns.entries()) {
      for (let row = 0; row < column.length; row += 1) values[row * length + month] = column[row] ?? NaN;
    }
    return this.#worthKeeping(values, length);
  }

  #ofCells(): MonthlySeries | null {
    let length = 0;
    for (const months of this.#lengths) length = Math.max(length, months);
    const values = new Float64Array(this.#lengths.length * length).fill(NaN);
    let from = 0;
    for (const [row, months] of this.#lengths.entries()) {
      // A shorter list is a younger keyword: its last month is everybody's last month.
      const to = (row + 1) * length - months;
      for (let month = 0; month < months; month += 1) values[to + month] = this.#listed[from + month] ?? NaN;
      from += months;
    }
    return this.#worthKeeping(values, length);
  }

  #worthKeeping(values: Float64Array, length: number): MonthlySeries | null {
    if (length < 2 || values.every((value) => Number.isNaN(value))) return null;
    return { values, length, firstMonth: this.#firstMonth };
  }
}

function enlarged(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** Ten to the power of the index. All are exact, so dividing an exact number by one gives what `Number` gives. */
const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, power) => 10 ** power);

/** The number between two places of a text as `Number` reads it, NaN where there is none; digits are read in place. */
function numberIn(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) === SPACE) at += 1;
  if (to - at > 15) return numberOf(text.slice(from, to));
  let value = 0;
  let digits = 0;
  let places = -1;
  for (; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48;
      digits += 1;
      if (places !== -1) places += 1;
    } else if (code === POINT && places === -1) places = 0;
    else return numberOf(text.slice(from, to));
  }
  if (digits === 0) return numberOf(text.slice(from, to));
  return places < 1 ? value : value / (POWERS_OF_TEN[places] ?? NaN);
}

const SPACE = 32;
const POINT = 46;
const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text));

/**
 * The relative change a series shows: the mean of its last three months against the same three months a year earlier
 * where it is that long (free of seasons), else against its first three months. NaN where either side is missing or
 * the earlier is zero. Null when no row has one.
 */
export function trendOfSeries(series: MonthlySeries): Float64Array | null {
  const { length, values } = series;
  if (length < 6) return null;
  const before = length >= 15 ? length - 15 : 0;
  const trend = new Float64Array(values.length / length);
  for (let row = 0; row < trend.length; row += 1) {
    const from = mean(values, row * length + before, 3);
    const to = mean(values, row * length + length - 3, 3);
    trend[row] = from > 0 ? fourDigits(to / from - 1) : NaN;
  }
  return trend.every((value) => Number.isNaN(value)) ? null : trend;
}

/** The number as four significant digits say it; the text is only made where rounding might go either way. */
function fourDigits(value: number): number {
  const size = Math.abs(value);
  if (!(size >= 1e-3 && size < 1e4)) return Number(value.toPrecision(4));
  let places = 0;
  for (let shifted = size; shifted < 1000; shifted *= 10) places += 1;
  const scale = POWERS_OF_TEN[places] ?? NaN;
  const scaled = value * scale;
  const rounded = Math.round(scaled);
  if (Math.abs(Math.abs(scaled - rounded) - 0.5) < 1e-6) return Number(value.toPrecision(4));
  return rounded / scale;
}

function mean(values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let at = from; at < from + count; at += 1) sum += values[at] ?? NaN;
  return sum / count;
}
