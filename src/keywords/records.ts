import Papa from 'papaparse';

export type Records = readonly (readonly string[])[];

/** Delimiters that occur in exports; on a tie the earlier one is taken, as commas also stand within numbers. */
export const DELIMITERS = ['\t', ';', '|', ','] as const;

/**
 * Characters per step of the parser: rows are handed on and let go while they are young, which costs neither a copy of
 * the text nor the room of all its cells.
 */
const PIECE = 1 << 16;
/** What is looked at to find delimiter, header and format. */
const HEAD_CHARACTERS = 1 << 16;
export const HEAD_RECORDS = 200;

/** The first records of a text under a delimiter; quoted text is respected. */
export function headRecords(text: string, delimiter: string): Records {
  const newline = newlineOf(text) ?? '\n';
  for (let size = HEAD_CHARACTERS; ; size *= 16) {
    const head = text.slice(0, size);
    const { data } = Papa.parse<string[]>(head, { delimiter, newline, preview: HEAD_RECORDS });
    const isWhole = text.length <= size || data.length >= HEAD_RECORDS;
    if (isWhole) return data;
    // A head cut within a record must not bear witness; one enormous record must not hide those after it.
    if (data.length > 3) return data.slice(0, -1);
  }
}

/** Hands every record of a text to `take`, in order, blank lines included. Returns false when a quote never closes. */
export function forEachRecord(text: string, delimiter: string, take: (cells: string[]) => void): boolean {
  const parser = new Papa.Parser({ delimiter, newline: newlineOf(text) ?? '\n' });
  let closed = true;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  for (let size = PIECE; at < text.length;) {
    const isLast = at + size >= text.length;
    const piece = text.slice(at, at + size);
    const { data, errors, meta } = parser.parse(piece, 0, !isLast) as Papa.ParseResult<string[]>;
    for (const cells of data) take(cells);
    if (errors.some((error) => error.code === 'MissingQuotes')) closed = false;
    if (isLast) break;
    at += meta.cursor;
    // A record that is longer than the piece is tried again with twice as much.
    size = meta.cursor === 0 ? size * 2 : PIECE;
  }
  return closed;
}

function newlineOf(text: string): '\r\n' | '\n' | '\r' | null {
  const at = text.search(/[\r\n]/);
  if (at === -1) return null;
  if (text[at] === '\n') return '\n';
  return text[at + 1] === '\n' ? '\r\n' : '\r';
}

/**
 * The text, or, where a quote opens a cell and never closes, a repaired one: quotes are taken off each line that has an
 * odd number of them, so that the damage stays in its line instead of swallowing the rest of the file.
 */
export function closeQuotes(text: string): string {
  let quotes = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) quotes += 1;
  if (quotes % 2 === 0) return text;
  if (DELIMITERS.every((delimiter) => forEachRecord(text, delimiter, () => undefined))) return text;
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => (line.split('"').length % 2 === 0 ? line.replaceAll('"', '') : line))
    .join('\n');
}

/** How well the head of a text splits at a delimiter: the usual number of cells, and the share of records with it. */
export function splitQuality(records: Records): { readonly width: number; readonly share: number } {
  const widths = new Map<number, number>();
  let filled = 0;
  for (const cells of records) {
    if (cells.every((cell) => cell.trim() === '')) continue;
    filled += 1;
    if (cells.length > 1) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  }
  let best = { width: 1, share: 0 };
  for (const [width, count] of widths) {
    if (count / filled > best.share) best = { width, share: count / filled };
  }
  return best;
}
