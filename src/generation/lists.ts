import { LRUCache } from 'lru-cache';
import { makeDigest } from '../keywords/digest.ts';
import { guessColumns, mergeKeywordLists, readKeywordList, readKeywordText } from '../keywords/read.ts';
import { analyseList, figuresOf, findRows, listFigures, pageOf, summarise } from '../keywords/statistics.ts';
import type { KeywordList, ListAnalysis, ListFigures, ListView } from '../keywords/types.ts';
import { insightType } from '../insights/index.ts';
import { LexyBrainError } from '../errors.ts';
import type { KeywordLists, ListHandle } from './types.ts';

/** Views of a list whose analysis is kept; a panel rarely looks at it in more than one or two ways. */
const LOOKS_KEPT = 4;

/** How one view sees a list. */
interface Look {
  readonly analysis: ListAnalysis;
  readonly figures: ListFigures;
}

/** A list in this very thread: what the worker and the terminal use. */
class LocalList implements ListHandle {
  readonly summary;
  readonly isGone = false;
  readonly #list: KeywordList;
  readonly #looks = new LRUCache<string, Look>({ max: LOOKS_KEPT });

  constructor(list: KeywordList) {
    this.#list = list;
    this.summary = summarise(list);
  }

  get list(): KeywordList {
    return this.#list;
  }

  #look(view: ListView): Look {
    const key = JSON.stringify([view.product, view.nicheTerms, view.brands, view.today]);
    let look = this.#looks.get(key);
    if (look === undefined) {
      const analysis = analyseList(this.#list, view);
      look = { analysis, figures: listFigures(this.#list, analysis) };
      this.#looks.set(key, look);
    }
    return look;
  }

  readonly figures: ListHandle['figures'] = async (view) => this.#look(view).figures;

  readonly digest: ListHandle['digest'] = async (view, tokenBudget) =>
    makeDigest(this.#list, this.#look(view).analysis, view, { tokenBudget });

  readonly rows: ListHandle['rows'] = async (view, terms) => {
    const { analysis } = this.#look(view);
    return findRows(this.#list, terms).map((row) =>
      row === null ? null : figuresOf(this.#list, analysis, row),
    );
  };

  readonly page: ListHandle['page'] = async (view, query) =>
    pageOf(this.#list, this.#look(view).analysis, query);

  readonly analyse: ListHandle['analyse'] = async (type, view, input) =>
    insightType(type).analyse(this.#list, this.#look(view).analysis, input);

  readonly dispose = (): void => this.#looks.clear();
}

/** Keyword lists in this thread. */
export function createLocalLists(): KeywordLists {
  return {
    open: async (bytes, options) => new LocalList(await readKeywordList(bytes, options)),
    openText: async (text, options) => new LocalList(readKeywordText(text, options)),
    merge: async (handles) => new LocalList(mergeKeywordLists(handles.map(localListOf))),
    guessColumns,
    close: async () => undefined,
  };
}

function localListOf(handle: ListHandle): KeywordList {
  if (handle instanceof LocalList) return handle.list;
  throw new LexyBrainError('invalid-request', 'These lists cannot be merged: they were not opened here.', {
    advice: 'Open them again, all in one go.',
  });
}
