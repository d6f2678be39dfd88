/** Numbers as keyword tools write them. Which mark is the decimal is decided per column, never per cell. */

export type Decimal = '.' | ',';

/** How a column's bare numbers are meant; a `%` sign in the cell always divides by 100. */
export type NumberUnit = 'plain' | 'percent' | 'auto-ratio';

export interface ParsedColumn {
  readonly values: Float64Array;
  /** Per row -1 for `<`, 1 for `>`, 0 for none; null when no row has a bound. */
  readonly bounds: Int8Array | null;
  /** How many cells were ranges such as `10 - 100`; their value is the lower end. */
  readonly ranges: number;
  /** How many cells held something that is neither a number nor a known word for "missing". */
  readonly unreadable: number;
}

const NUMERIC = /[0-9]/;

/** Words and marks for "no value" as tools write them, lower-cased. Missing is never 0. */
const MISSING = new Set(
  '|-|--|---|–|—|n/a|na|n.a.|n/d|nan|null|none|nil|undefined|unknown|∞|+∞|-∞|?|…|...|.|breakout|no data|not available|not enough data|#n/a|#div/0!|#value!|inf|infinity|\\n'.split(
    '|',
  ),
);

const NUMBER_CHARS = "0-9.,\\s'’\\u00a0\\u202f\\u2009";
const SPACES = /[\s\u00a0\u202f\u2009]+/g;
const RANGE = new RegExp(
  `^([0-9][${NUMBER_CHARS}]*[kmb]?)\\s*(?:-|–|—|~|to|bis|à)\\s*([0-9][${NUMBER_CHARS}]*[kmb]?)\\s*%?$`,
  'i',
);
const BOUND = /^(?:&lt;|&gt;|<|>|≤|≥|＜|＞)=?/;

/** A cell that waits for the decimal mark, and what it says about that mark. */
interface PendingCell {
  readonly cell: string;
  readonly vote: { readonly for: 'votes' | 'unsure'; readonly mark: Decimal } | null;
}

/** A column on its way: plain numbers are parsed at once, the rest waits for the decimal mark. */
export class ColumnScan {
  #values = new Float64Array(1024);
  #rows = 0;
  /** What waits, each cell once: words and bounds such as `n/a` and `< 20` stand in many rows. */
  readonly #pending = new Map<string, PendingCell>();
  readonly pendingRows: number[] = [];
  /** For each of `pendingRows` its cell; equal cells are the same object. */
  readonly pendingCells: PendingCell[] = [];
  /** Rows read at once with the point for the decimal mark, and how many digits follow it there. */
  readonly pointRows: number[] = [];
  readonly pointPlaces: number[] = [];
  /** Rows read at once with commas between thousands. */
  readonly groupedRows: number[] = [];
  /** Cells that only make sense with this decimal mark. */
  readonly votes = { '.': 0, ',': 0 };
  /** Cells such as `1,234` or `1.234` that fit either. */
  readonly unsure = { '.': 0, ',': 0 };

  /** The values so far, NaN where one waits or is missing. */
  get values(): Float64Array {
    return this.#values.slice(0, this.#rows);
  }

  /** The distinct cells that wait. */
  get waiting(): readonly string[] {
    return [...this.#pending.keys()];
  }

  /** Adds the next row's cell; undefined where the row is too short. */
  add(cell: string | undefined): void {
    if (this.#rows === this.#values.length) {
      const larger = new Float64Array(this.#rows * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    const row = this.#rows;
    this.#rows += 1;
    const value = cell === undefined || cell === '' ? NaN : wholeNumber(cell);
    this.#values[row] = value === -1 ? NaN : value;
    if (value !== -1 || cell === undefined) return;
    const places = decimalPlaces(cell);
    if (places !== -1) {
      this[places === 3 && cell.length <= 7 && !cell.startsWith('0') ? 'unsure' : 'votes']['.'] += 1;
      this.#values[row] = Number(cell);
      this.pointRows.push(row);
      this.pointPlaces.push(places);
      return;
    }
    const grouped = groupedNumber(cell);
    if (grouped === -1) {
      this.#wait(row, cell);
      return;
    }
    if (grouped < ONE_GROUP) this.unsure[','] += 1;
    else this.votes['.'] += 1;
    this.#values[row] = grouped;
    this.groupedRows.push(row);
  }

  #wait(row: number, cell: string): void {
    let pending = this.#pending.get(cell);
    if (pending === undefined) {
      pending = { cell, vote: voteOf(cell) };
      this.#pending.set(cell, pending);
    }
    this.pendingRows.push(row);
    this.pendingCells.push(pending);
    if (pending.vote !== null) this[pending.vote.for][pending.vote.mark] += 1;
  }
}

function voteOf(cell: string): PendingCell['vote'] {
  const dot = cell.lastIndexOf('.');
  const comma = cell.lastIndexOf(',');
  if (dot === -1 && comma === -1) return null;
  if (!NUMERIC.test(cell) || RANGE.test(cell.trim())) return null;
  if (dot !== -1 && comma !== -1) return { for: 'votes', mark: dot > comma ? '.' : ',' };
  const mark = dot === -1 ? ',' : '.';
  const other = mark === ',' ? '.' : ',';
  // Twice the same mark: thousands.
  if (cell.indexOf(mark) !== cell.lastIndexOf(mark)) return { for: 'votes', mark: other };
  const grouped = /(?:^|[^0-9])([0-9]{1,3})[.,][0-9]{3}(?![0-9])/.exec(cell);
  return { for: grouped === null || grouped[1] === '0' ? 'votes' : 'unsure', mark };
}

/** The number a cell of digits holds, or -1 when there is anything else in it. */
function wholeNumber(cell: string): number {
  if (cell.length > 15) return -1;
  let value = 0;
  for (let at = 0; at < cell.length; at += 1) {
    const digit = cell.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Below this a number written with commas has one of them. */
const ONE_GROUP = 1_000_000;
const COMMA = 44;

/** The number of a cell such as `1,234` or `1,234,567` with commas for thousands; -1 for any other cell. */
function groupedNumber(cell: string): number {
  const { length } = cell;
  if (length < 5 || length > 15 || cell.startsWith('0')) return -1;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const code = cell.charCodeAt(at);
    // Every fourth character from the end parts thousands.
    if ((length - at) % 4 === 0) {
      if (code !== COMMA || at === 0) return -1;
      continue;
    }
    if (code < 48 || code > 57) return -1;
    value = value * 10 + code - 48;
  }
  return value;
}

/** How many digits follow the point of a cell such as `12.34`; -1 for any other cell. */
function decimalPlaces(cell: string): number {
  const point = cell.indexOf('.');
  if (point < 1 || point === cell.length - 1 || cell.length > 15) return -1;
  for (let at = 0; at < cell.length; at += 1) {
    const digit = cell.charCodeAt(at) - 48;
    if (at !== point && (digit < 0 || digit > 9)) return -1;
  }
  return cell.length - point - 1;
}

/**
 * The decimal mark of a column: its own evidence, then the file's, then what the column is for. In a column of whole
 * numbers (`integral`) a lone mark before three digits separates thousands.
 */
export function decimalOf(scan: ColumnScan, file: Decimal | null, integral: boolean): Decimal {
  const { votes, unsure } = scan;
  if (votes['.'] !== votes[',']) return votes['.'] > votes[','] ? '.' : ',';
  if (integral && unsure['.'] !== unsure[',']) return unsure['.'] > unsure[','] ? ',' : '.';
  return file ?? '.';
}

/** What the columns of a file say together; null when they say nothing or are divided. */
export function decimalOfFile(scans: readonly ColumnScan[]): Decimal | null {
  let dots = 0;
  let commas = 0;
  for (const { votes } of scans) {
    if (votes['.'] > votes[',']) dots += 1;
    if (votes[','] > votes['.']) commas += 1;
  }
  if (dots === commas) return null;
  return dots > commas ? '.' : ',';
}

/** Finishes a scanned column with its decimal mark and unit. */
export function finishColumn(scan: ColumnScan, decimal: Decimal, unit: NumberUnit): ParsedColumn {
  const { values } = scan;
  let bounds: Int8Array | null = null;
  let ranges = 0;
  let unreadable = 0;
  let percents: Uint8Array | null = null;
  for (let at = 0; decimal === ',' && at < scan.pointRows.length; at += 1) {
    // The point parts thousands after all; with at most 15 digits the product is exact once rounded.
    const row = scan.pointRows[at] ?? 0;
    values[row] = Math.round((values[row] ?? NaN) * 10 ** (scan.pointPlaces[at] ?? 0));
  }
  for (let at = 0; decimal === ',' && at < scan.groupedRows.length; at += 1) {
    const row = scan.groupedRows[at] ?? 0;
    const value = values[row] ?? NaN;
    // A lone comma is the decimal mark; with several of them it is no number.
    values[row] = value < ONE_GROUP ? value / 1000 : NaN;
    if (value >= ONE_GROUP) unreadable += 1;
  }
  const parsedCells = new Map<PendingCell, ParsedCell | null>();
  for (let at = 0; at < scan.pendingRows.length; at += 1) {
    const row = scan.pendingRows[at] ?? 0;
    const pending = scan.pendingCells[at];
    if (pending === undefined) continue;
    let parsed = parsedCells.get(pending);
    if (parsed === undefined) {
      parsed = parseCell(pending.cell, decimal);
      parsedCells.set(pending, parsed);
    }
    if (parsed === null) {
      unreadable += 1;
      continue;
    }
    values[row] = parsed.value;
    if (parsed.percent) {
      percents ??= new Uint8Array(values.length);
      percents[row] = 1;
    }
    if (parsed.range) ranges += 1;
    if (parsed.bound !== 0) {
      bounds ??= new Int8Array(values.length);
      bounds[row] = parsed.bound;
    }
  }
  const divide = unit === 'percent' || (unit === 'auto-ratio' && (percents !== null || anyAbove(values, 1)));
  if (divide || percents !== null) {
    for (let row = 0; row < values.length; row += 1) {
      if (divide || percents?.[row] === 1) values[row] = divideBy100(values[row] ?? NaN);
    }
  }
  return { values, bounds, ranges, unreadable };
}

/** Shifts the decimal point of the printed number: 57 % is 0.57 and not 0.5700000000000001. */
export function divideBy100(value: number): number {
  if (Number.isInteger(value)) return value / 100;
  return Number.isFinite(value) ? Number(`${value}e-2`) || value / 100 : NaN;
}

const anyAbove = (values: Float64Array, limit: number): boolean =>
  values.some((value) => Math.abs(value) > limit);

interface ParsedCell {
  readonly value: number;
  readonly bound: -1 | 0 | 1;
  readonly percent: boolean;
  readonly range: boolean;
}

const MISSING_CELL: ParsedCell = { value: NaN, bound: 0, percent: false, range: false };

/** One cell; null when it is neither a number nor a word for "missing". */
export function parseCell(cell: string, decimal: Decimal): ParsedCell | null {
  if (cell.length > 64) return null;
  let text = cell
    .trim()
    .replace(/^'/, '')
    .replace(/^=?"(.*)"$|^=(.*)$/, '$1$2')
    .trim();
  if (MISSING.has(text.toLowerCase())) return MISSING_CELL;
  if (!NUMERIC.test(text)) return null;
  const range = RANGE.exec(text);
  if (range?.[1] !== undefined) {
    // Groups in ranges are thousands in every locale that was seen; decimals do not occur in them.
    const [low, high] = [range[1], range[2] ?? ''].map((end) =>
      numberOf(end.replace(/[.,](?=[0-9]{3})/g, ''), '.'),
    );
    if (low === null || low === undefined || high === null || high === undefined) return null;
    // `1 - 10K`: the lower end is bare; what falls is no range but a date or a code.
    return low > high ? null : { value: low, bound: 0, percent: text.endsWith('%'), range: true };
  }
  const sign = BOUND.exec(text);
  let bound: -1 | 0 | 1 = 0;
  if (sign !== null) {
    bound = /^(?:&lt;|<|≤|＜)/.test(sign[0]) ? -1 : 1;
    text = text.slice(sign[0].length).trim();
  }
  if (/[0-9kmb]\s*\+$/i.test(text)) {
    bound = 1;
    text = text.slice(0, -1).trim();
  }
  const percent = /[%％]/.test(text);
  if (percent) text = text.replace(/[%％]/g, '').trim();
  text = text.replace(CURRENCY_MARK, '').trim();
  const value = numberOf(text, decimal);
  return value === null ? null : { value, bound, percent, range: false };
}

/** Currency marks and codes before or after an amount. */
const CURRENCY_MARK =
  /^(?:[A-Z]{1,3}\s*[$£]|[A-Z]{3}(?=[\s0-9-])|R\$|zł|kr\.?|Kč|[$€£¥￥₹₩₽₺₴₫฿])\s*|\s*(?:[A-Z]{3}|[$€£¥￥₹₩₽₺₴₫฿]|zł|kr\.?|Kč)$/u;

const SUFFIXES: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9 };

function numberOf(text: string, decimal: Decimal): number | null {
  let body = text
    .replace(SPACES, '')
    .replace(/(?<=[0-9])['’](?=[0-9]{3})/g, '')
    .replace(/^[−–](?=[0-9])/, '-');
  let factor = 1;
  const suffix = /^(.*[0-9])([kmb])$/i.exec(body);
  if (suffix?.[1] !== undefined && suffix[2] !== undefined) {
    body = suffix[1];
    factor = SUFFIXES[suffix[2].toLowerCase()] ?? 1;
  }
  body = decimal === ',' ? body.replaceAll('.', '').replace(',', '.') : body.replaceAll(',', '');
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?$/i.test(body)) return null;
  const value = Number(body) * factor;
  return Number.isFinite(value) ? value : null;
}

/** Currency marks that name one currency. A lone `$` or `¥` is shared by several and names none. */
const CURRENCY_OF_MARK: Readonly<Record<string, string>> = {
  US$: 'USD',
  A$: 'AUD',
  AU$: 'AUD',
  C$: 'CAD',
  CA$: 'CAD',
  NZ$: 'NZD',
  HK$: 'HKD',
  R$: 'BRL',
  MX$: 'MXN',
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  '₩': 'KRW',
  '₽': 'RUB',
  '₺': 'TRY',
  '₴': 'UAH',
  zł: 'PLN',
  Kč: 'CZK',
};

/** The currency an amount names itself (`US$2.17`, `2,17 €`, `GBP 1.20`), ISO 4217, or null. */
export function currencyOf(amount: string): string | null {
  const mark = CURRENCY_MARK.exec(amount.trim())?.[0].trim().replace(/\s+/g, '');
  if (mark === undefined) return null;
  return CURRENCY_OF_MARK[mark] ?? (/^[A-Z]{3}$/.test(mark) ? isoCurrency(mark) : null);
}

const ISO_CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** The code in upper case when it is an ISO 4217 currency, else null. */
export function isoCurrency(code: string): string | null {
  const upper = code.trim().toUpperCase();
  return ISO_CURRENCIES.has(upper) ? upper : null;
}
