import { Unzip, UnzipInflate, zipSync } from 'fflate';
import readSheets from 'read-excel-file/universal';
import { LexyBrainError, messageOf } from '../errors.ts';
import type { Records } from './records.ts';
import { hasBoundedRoom } from './sheet-room.ts';

/** What an .xlsx may grow to when inflated: 200 MB, and 100 times its size. */
const MAX_INFLATED = 200 * 1024 * 1024;
const MAX_RATIO = 100;
/** Small workbooks compress well; below this many bytes the ratio says nothing. */
const RATIO_COUNTS_FROM = 1024 * 1024;
/** The parts that hold cell values; pictures, drawings and macros are never inflated. */
const WANTED =
  /^(?:\[Content_Types\]\.xml|_rels\/|xl\/(?:workbook\.xml|sharedStrings\.xml|styles\.xml|_rels\/|worksheets\/[^/]+\.xml$))/i;

/** True for a ZIP archive that looks like a workbook rather than any other archive. */
export function isXlsx(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b || bytes[2] !== 0x03 || bytes[3] !== 0x04) return false;
  // The names of a workbook's parts stand uncompressed in the archive, near its start or in the directory at its end.
  const latin1 = new TextDecoder('latin1');
  return /xl\/|\[Content_Types\]/.test(
    latin1.decode(bytes.subarray(0, 4096)) +
      latin1.decode(bytes.subarray(Math.max(0, bytes.length - 65_536))),
  );
}

export interface Sheet {
  readonly name: string;
  readonly records: Records;
}

/**
 * The cells of each sheet, as text. Inflated by a counting stream that stops at the limits, then repacked without
 * compression for the reader, so that nothing is ever inflated uncounted.
 * @throws LexyBrainError `list-too-large` for a bomb, `list-damaged` when it cannot be read.
 */
export async function readXlsx(bytes: Uint8Array): Promise<readonly Sheet[]> {
  const parts = inflate(bytes);
  for (const [name, part] of Object.entries(parts)) {
    if (name.startsWith('xl/worksheets/') && !hasBoundedRoom(part)) throw tooSparse();
  }
  try {
    const stored = zipSync(parts, { level: 0 });
    const sheets = await readSheets(stored.buffer);
    return sheets.map(({ sheet, data }) => ({
      name: sheet,
      records: data.map((row) => row.map((cell) => textOf(cell))),
    }));
  } catch (error) {
    throw damaged(error);
  }
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10);
  return typeof cell === 'number' || typeof cell === 'boolean' || typeof cell === 'string'
    ? String(cell)
    : '';
}

function inflate(bytes: Uint8Array): Record<string, Uint8Array> {
  const limit = Math.min(MAX_INFLATED, Math.max(RATIO_COUNTS_FROM, bytes.length * MAX_RATIO));
  const parts: Record<string, Uint8Array> = {};
  let inflated = 0;
  const unzip = new Unzip((file) => {
    if (!WANTED.test(file.name)) return;
    const pieces: Uint8Array[] = [];
    file.ondata = (error, piece, final) => {
      if (error !== null) throw error;
      inflated += piece.length;
      if (inflated > limit) throw bomb();
      pieces.push(piece);
      if (final) parts[file.name] = concat(pieces);
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    // Small steps: one push inflates at most about a thousand times its length before it is counted.
    for (let at = 0; at < bytes.length; at += 16_384) {
      unzip.push(bytes.subarray(at, at + 16_384), at + 16_384 >= bytes.length);
    }
  } catch (error) {
    throw LexyBrainError.is(error) ? error : damaged(error);
  }
  if (Object.keys(parts).length === 0) throw damaged('no sheet');
  return parts;
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const bomb = (): LexyBrainError =>
  new LexyBrainError('list-too-large', 'The workbook grows too large when it is unpacked.', {
    advice: 'Save the sheet with the keywords as CSV and open that file.',
  });

const tooSparse = (): LexyBrainError =>
  new LexyBrainError('list-too-large', 'A cell of the workbook stands too far from the others.', {
    advice: 'Copy the rows with the keywords into a new workbook, or save the sheet as CSV.',
  });

const damaged = (cause: unknown): LexyBrainError =>
  new LexyBrainError('list-damaged', `The workbook could not be read (${messageOf(cause)}).`, {
    advice: 'Open it in your spreadsheet program, save it again as .xlsx or CSV, and try that file.',
    cause,
  });
