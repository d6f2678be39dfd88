import type { Dropped } from './types.ts';

/** Longer than any search that a tool reports; what is longer is a sentence or damage. */
export const MAX_TERM_LENGTH = 200;
/** Rows a list may have. */
export const MAX_ROWS = 1_000_000;
export const TOO_LONG = `longer than ${MAX_TERM_LENGTH} characters`;
export const TOO_MANY = `more than ${MAX_ROWS.toLocaleString('en')} keywords`;
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

/** Reasons as they are counted, where an `s` at the end does not do. */
const COUNTED: Readonly<Record<string, readonly [one: string, more: string]>> = {
  'no keyword': ['row without a keyword', 'rows without a keyword'],
  'line outside the list': ['line outside the list', 'lines outside the list'],
  [TOO_LONG]: [`keyword ${TOO_LONG}`, `keywords ${TOO_LONG}`],
  [TOO_MANY]: [TOO_MANY, TOO_MANY],
};

/** What was left out, as it is told: "4 totals rows, 3 duplicates". */
export function droppedText(dropped: readonly Dropped[], number: (count: number) => string): string {
  return dropped
    .map(({ reason, count }) => {
      const [one, more] = COUNTED[reason] ?? [reason, `${reason}s`];
      return `${number(count)} ${count === 1 ? one : more}`;
    })
    .join(', ');
}
