import type { Dropped } from './types.ts';

/** Longer than any search that a tool reports; what is longer is a sentence or damage. */
export const MAX_TERM_LENGTH = 200;
/** Rows a list may have. */
export const MAX_ROWS = 1_000_000;
/** Bytes a file may have: 100 MB. */
export const MAX_BYTES = 100 * 1024 * 1024;

/** Counts what was left out, by reason, in the order the reasons first came up. */
export class Drops {
  readonly #counts = new Map<string, number>();

  add(reason: string, count = 1): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  list(): readonly Dropped[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count }));
  }
}
