/** Largest row and column of the format: XFD1048576. */
const MAX_ROW = 1_048_576;
const MAX_COLUMN = 16_384;
/** Empty cells that a sheet may make room for, in all and for each cell that it has. */
const SPARE = 5_000_000;
const SPARE_FOR_EACH = 20;

const CHUNK = 1 << 20;
/** Longer than the tag of any cell. */
const OVERLAP = 512;
const TAG = /<(?:[a-z]+:)?(row|c)\b([^<>]*)>/g;
const PLACE = /\br\s*=\s*["']([A-Z]*)([0-9]+)["']/;

/**
 * Whether a sheet stands within bounds, before a reader makes room for every cell between its first and its last one:
 * a kilobyte can name one cell at the far corner. `xml` is a worksheet part, in UTF-8.
 */
export function hasBoundedRoom(xml: Uint8Array): boolean {
  const latin1 = new TextDecoder('latin1');
  let cells = 0;
  let lastRow = 0;
  let lastColumn = 0;
  let row = 0;
  let width = 0;
  /** What rows take, each as wide as its last cell. */
  let room = 0;
  for (let from = 0; from < xml.length; from += CHUNK) {
    const text = latin1.decode(xml.subarray(from, from + CHUNK + OVERLAP));
    for (const { index, 1: tag, 2: attributes = '' } of text.matchAll(TAG)) {
      // What begins in the overlap is met again.
      if (index >= CHUNK) break;
      const [, letters = '', digits = ''] = PLACE.exec(attributes) ?? [];
      const at = Number(digits);
      if (tag === 'row') {
        room += width;
        width = 0;
        row = digits === '' ? row + 1 : at;
      } else {
        cells += 1;
        width = letters === '' ? width + 1 : Math.max(width, columnOf(letters));
        row = digits === '' ? row : at;
        if (!attributes.endsWith('/')) lastColumn = Math.max(lastColumn, width);
      }
      if (row > MAX_ROW || width > MAX_COLUMN) return false;
      if (!attributes.endsWith('/')) lastRow = Math.max(lastRow, row);
    }
  }
  return Math.max(room + width, lastRow * lastColumn) <= SPARE + cells * SPARE_FOR_EACH;
}

/** `A` is 1, `AB` 28. */
function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}
