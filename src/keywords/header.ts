/**
 * A header name as it is compared: NFKC (full-width letters and colons, no-break spaces), invisible characters
 * dropped, trimmed, spaces collapsed, lower case. Columns are always found by name, never by position.
 */
export function headerName(cell: string): string {
  return cell
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u2060\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** A name, or the names it may have, or a pattern; all compared with `headerName`s. */
export type Name = string | RegExp;

/** The columns of a table by their normalised names. */
export class Header {
  /** The names as the file writes them. */
  readonly cells: readonly string[];
  readonly names: readonly string[];

  constructor(cells: readonly string[]) {
    this.cells = cells;
    this.names = cells.map(headerName);
  }

  /** Index of the first column that has one of the names (earlier names are preferred), or -1. */
  find(names: readonly Name[]): number {
    for (const name of names) {
      const at =
        typeof name === 'string' ? this.names.indexOf(name) : this.names.findIndex((n) => name.test(n));
      if (at !== -1) return at;
    }
    return -1;
  }

  /** Every column that a name fits, each once, in the order of the names. */
  findAll(names: readonly Name[]): number[] {
    const found = names.flatMap((name) =>
      this.names.flatMap((n, at) => ((typeof name === 'string' ? n === name : name.test(n)) ? [at] : [])),
    );
    return [...new Set(found)];
  }

  has(names: readonly Name[]): boolean {
    return this.find(names) !== -1;
  }
}

/** How many records from the top may stand before the header. */
export const HEADER_WITHIN = 40;
