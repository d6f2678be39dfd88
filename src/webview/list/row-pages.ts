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

/** Which rows are shown, and how. */
export interface Shown {
  /** Of the reading of the list. */
  readonly revision: number;
  readonly order: RowOrder;
  readonly search: string;
}

/** The rows of a list in one order, or those searched for, asked for a page at a time as they come into sight. */
export class RowPages {
  readonly #ask: (request: RowsRequest) => void;
  readonly #pages = new LRUCache<number, readonly KeywordFigures[]>({ max: PAGES_KEPT });
  readonly #pending = new Set<number>();
  #shown: Shown = { revision: -1, order: 'file', search: '' };
  #total: number | undefined = 0;
  #sight: readonly [first: number, end: number] = [0, 0];

  constructor(ask: (request: RowsRequest) => void) {
    this.#ask = ask;
  }

  /** Another list of so many rows, or the same one in another order, or other words searched for in it. */
  show(shown: Shown, rows: number): void {
    const { revision, order, search } = this.#shown;
    if (shown.revision === revision && shown.order === order && shown.search === search) return;
    if (shown.search === '') this.#total = rows;
    else if (shown.revision !== revision || shown.search !== search) this.#total = undefined;
    this.#shown = shown;
    this.#pages.clear();
    this.#pending.clear();
    if (this.#total === undefined) this.look(0, 1);
  }

  /** How many rows there are; undefined while they are being searched for. */
  get total(): number | undefined {
    return this.#total;
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
  receive({ revision, order, search, from, rows, total }: RowsAnswer): boolean {
    const shown = this.#shown;
    if (revision !== shown.revision || order !== shown.order || search !== shown.search) return false;
    if (from % PAGE_ROWS !== 0) return false;
    this.#total = total;
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
    const last = this.#total === undefined ? 0 : Math.floor((this.#total - 1) / PAGE_ROWS);
    for (const page of [...pages, to + 1, from - 1]) {
      if (this.#pending.size >= AT_A_TIME) return;
      if (page < 0 || page > last || this.#pages.has(page) || this.#pending.has(page)) continue;
      this.#pending.add(page);
      this.#ask({ type: 'rows', ...this.#shown, from: page * PAGE_ROWS, count: PAGE_ROWS });
    }
  }
}
