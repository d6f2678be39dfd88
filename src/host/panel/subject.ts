import type * as vscode from 'vscode';
import type { InsightResult, ListHandle, PartialResult, Stage } from '../../generation/types.ts';
import { INSIGHT_TYPES, type InsightTypeId } from '../../insights/catalogue.ts';
import type { ProviderId } from '../../providers/types.ts';
import type { Rating } from '../../store/types.ts';
import type { Advice } from '../advice.ts';
import type { Told } from '../questions.ts';
import type { Source } from '../sources/source.ts';
import type { ComparisonTab } from './comparison.ts';

/** A list that is open, with where it came from. */
export interface OpenList {
  readonly handle: ListHandle;
  readonly sources: readonly Source[];
  /** By what answers about it are remembered. */
  readonly key: string;
  /** The file whose folder's settings, instructions and log count. */
  readonly resource: vscode.Uri | undefined;
  readonly logFolder: string;
}

export interface ShownResult {
  readonly kind: 'result';
  readonly result: InsightResult;
  readonly rating: Rating | null;
  readonly note: string | null;
  /** The `.lexybrain` folder it is logged in; null when it could not be logged. */
  readonly logFolder: string | null;
  /** Nobody chose the built-in analyst: there was no token. */
  readonly forWantOfToken: boolean;
}

export type Tab =
  | { readonly kind: 'not-run' }
  | {
      readonly kind: 'running';
      readonly stage: Stage;
      readonly model: string;
      readonly partial: PartialResult | null;
      readonly controller: AbortController;
    }
  | ShownResult
  | ComparisonTab
  | {
      readonly kind: 'error';
      readonly error: unknown;
      readonly advice: Advice;
      /** Who was asked, or would have been. */
      readonly provider: ProviderId;
    };

/** What all four tabs are about: a list, as the user described it. */
export class Subject {
  readonly list: InsightResult['list'];
  /** Budgets may change while the list and what it is for stay the same. */
  told: Told & { readonly market: string };
  readonly nicheTerms: readonly string[];
  /** Null for an insight of the past whose list was not opened again (yet). */
  open: OpenList | null;
  readonly #tabs = new Map<InsightTypeId, Tab>();
  readonly #runs = new Set<Promise<unknown>>();

  constructor(
    list: InsightResult['list'],
    told: Told & { readonly market: string },
    nicheTerms: readonly string[],
    open: OpenList | null,
  ) {
    this.list = list;
    this.told = told;
    this.nicheTerms = nicheTerms;
    this.open = open;
  }

  /** Whether this is about the same list, described in the same way. */
  isSameAs(list: { readonly hash: string }, told: Told, nicheTerms: readonly string[]): boolean {
    return (
      list.hash === this.list.hash &&
      told.market === this.told.market &&
      (told.product ?? null) === (this.told.product ?? null) &&
      JSON.stringify(nicheTerms) === JSON.stringify(this.nicheTerms)
    );
  }

  tab(type: InsightTypeId): Tab {
    return this.#tabs.get(type) ?? { kind: 'not-run' };
  }

  set(type: InsightTypeId, tab: Tab): void {
    this.#tabs.set(type, tab);
  }

  tabs(): readonly { readonly type: InsightTypeId; readonly tab: Tab }[] {
    return INSIGHT_TYPES.map((type) => ({ type, tab: this.tab(type) }));
  }

  /** The list stays open until this has ended. */
  keepFor(run: Promise<unknown>): void {
    const done = run.catch(() => undefined).finally(() => this.#runs.delete(done));
    this.#runs.add(done);
  }

  /** The same list described anew: it now belongs to this subject, with what is still being made of it. */
  takeOver(before: Subject): void {
    for (const run of before.#runs) this.#runs.add(run);
    before.open = null;
  }

  /** Frees the list once nothing uses it any more. */
  async release(): Promise<void> {
    const { open } = this;
    this.open = null;
    await Promise.all(this.#runs);
    open?.handle.dispose();
  }
}
