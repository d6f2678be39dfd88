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
  #listed = new Float64Array(4096);
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
    const start = this.#filled;
    this.#makeRoom(LONGEST_CELL);
    if (cell.length >= LONGEST_CELL || !this.#readPlain(cell)) this.#readAny(cell);
    const months = this.#filled - start;
    if (months >= 2 && months <= MAX_MONTHS) {
      for (let at = start; at < this.#filled; at += 1) {
        if (!Number.isNaN(this.#listed[at])) return months;
      }
    }
    this.#filled = start;
    return 0;
  }

  /** Reads a cell of nothing but plain numbers and one kind of mark between them, in place; false for any other cell. */
  #readPlain(cell: string): boolean {
    const { length } = cell;
    const listed = this.#listed;
    let filled = this.#filled;
    let separator = END;
    let value = 0;
    let digits = 0;
    let places = -1;
    for (let at = 0; at <= length; at += 1) {
      const code = at === length ? END : cell.charCodeAt(at);
      if (code >= ZERO && code <= NINE) {
        value = value * 10 + code - ZERO;
        digits += 1;
        if (places !== -1) places += 1;
      } else if (code === POINT) {
        if (places !== -1) return false;
        places = 0;
      } else if (code === COMMA || code === SEMICOLON || code === END) {
        if (code !== END && separator !== END && code !== separator) return false;
        if (digits > EXACT_DIGITS || (digits === 0 && places !== -1)) return false;
        listed[filled] = digits === 0 ? NaN : places < 1 ? value : value / (POWERS_OF_TEN[places] ?? NaN);
        filled += 1;
        if (code !== END) separator = code;
        value = 0;
        digits = 0;
        places = -1;
      } else return false;
    }
    this.#filled = filled;
    return true;
  }

  #readAny(cell: string): void {
    // Semrush's positions put the months in brackets.
    const bare = cell.replace(/^\s*\[|\]\s*$/g, '');
    for (const month of bare.split(bare.includes(';') ? ';' : ',', MAX_MONTHS + 1)) {
      this.#listed[this.#filled] = month.trim() === '' ? NaN : Number(month);
      this.#filled += 1;
    }
  }

  #makeRoom(count: number): void {
    if (this.#filled + count <= this.#listed.length) return;
    const larger = new Float64Array(Math.max(this.#listed.length * 2, this.#filled + count));
    larger.set(this.#listed);
    this.#listed = larger;
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
    if (this.#filled === this.#lengths.length * length)
      return this.#worthKeeping(this.#listed.slice(0, this.#filled), length);
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

/** Ten to the power of the index. All are exact, so dividing an exact number by one gives what `Number` gives. */
const POWERS_OF_TEN = Float64Array.from({ length: 16 }, (_, power) => 10 ** power);

/** A whole number of so many digits is exact, and so is what dividing it by a power of ten gives. */
const EXACT_DIGITS = 15;
/** Characters of a cell that is read in place; a longer one is no plain list of months. */
const LONGEST_CELL = MAX_MONTHS * (EXACT_DIGITS + 2);
const END = -1;
const ZERO = 48;
const NINE = 57;
const POINT = 46;
const COMMA = 44;
const SEMICOLON = 59;

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
