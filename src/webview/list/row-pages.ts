import { LRUCache } from 'lru-cache';
import type { FromListPage, ToListPage } from '../../protocol/list-messages.ts';
import type { KeywordFigures } from '../../protocol/insights.ts';

type RowsRequest = Extract<FromListPage, { type: 'rows' }>;
type RowsAnswer = Extract<ToListPage, { type: 'rows' }>;
export type RowOrder = RowsRequest['order'];

/** Rows of one message. */
export const PAGE_ROWS = 100;
/** Pages kept: more than any screen shows, and enough to scroll back and forth. */
const PAGES_KEPT = 60;
/** While one page is on its way another may be asked for; what was only passed by is not asked for at all. */
const AT_A_TIME = 2;

/** The rows of a list in one order, asked for a page at a time as they come into sight. */
export class RowPages {
  readonly #ask: (request: RowsRequest) => void;
  readonly #pages = new LRUCache<number, readonly KeywordFigures[]>({ max: PAGES_KEPT });
  readonly #pending = new Set<number>();
  #revision = -1;
  #order: RowOrder = 'file';
  #rows = 0;
  #sight: readonly [first: number, end: number] = [0, 0];

  constructor(ask: (request: RowsRequest) => void) {
    this.#ask = ask;
  }

  /** Another list, or the same one in another order. */
  show(revision: number, order: RowOrder, rows: number): void {
    if (revision === this.#revision && order === this.#order) return;
    this.#revision = revision;
    this.#order = order;
    this.#rows = rows;
    this.#pages.clear();
    this.#pending.clear();
  }

  /** The row at a 0-based position; undefined while it is on its way. */
  at(position: number): KeywordFigures | undefined {
    return this.#pages.get(Math.floor(position / PAGE_ROWS))?.[position % PAGE_ROWS];
  }

  /** Says which rows are in sight, `end` excluded: those that are missing are asked for, then those next to them. */
  look(first: number, end: number): void {
    this.#sight = [first, end];
    this.#askForMissing();
  }

  /** True when the rows are of what is shown now. */
  receive({ revision, order, from, rows }: RowsAnswer): boolean {
    if (revision !== this.#revision || order !== this.#order || from % PAGE_ROWS !== 0) return false;
    const page = from / PAGE_ROWS;
    this.#pending.delete(page);
    this.#pages.set(page, rows);
    this.#askForMissing();
    return true;
  }

  #askForMissing(): void {
    const [first, end] = this.#sight;
    if (end <= first) return;
    const from = Math.floor(first / PAGE_ROWS);
    const to = Math.floor((end - 1) / PAGE_ROWS);
    const pages = Array.from({ length: to - from + 1 }, (_, at) => from + at);
    const last = Math.floor((this.#rows - 1) / PAGE_ROWS);
    for (const page of [...pages, to + 1, from - 1]) {
      if (this.#pending.size >= AT_A_TIME) return;
      if (page < 0 || page > last || this.#pages.has(page) || this.#pending.has(page)) continue;
      this.#pending.add(page);
      const [revision, order] = [this.#revision, this.#order];
      this.#ask({ type: 'rows', revision, order, from: page * PAGE_ROWS, count: PAGE_ROWS });
    }
  }
}
