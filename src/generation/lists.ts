import { makeDigest } from '../keywords/digest.ts';
import { guessColumns, mergeKeywordLists, readKeywordList, readKeywordText } from '../keywords/read.ts';
import { analyseList, figuresOf, findRows, listFigures, pageOf, summarise } from '../keywords/statistics.ts';
import type { KeywordList, ListAnalysis, ListView } from '../keywords/types.ts';
import { insightType } from '../insights/index.ts';
import { LexyBrainError } from '../errors.ts';
import type { KeywordLists, ListHandle } from './types.ts';

/** Views of a list whose analysis is kept; a panel rarely looks at it in more than one or two ways. */
const ANALYSES_KEPT = 4;

/** A list in this very thread: what the worker and the terminal use. */
class LocalList implements ListHandle {
  readonly summary;
  readonly #list: KeywordList;
  readonly #analyses = new Map<string, ListAnalysis>();

  constructor(list: KeywordList) {
    this.#list = list;
    this.summary = summarise(list);
  }

  get list(): KeywordList {
    return this.#list;
  }

  #analysis(view: ListView): ListAnalysis {
    const key = JSON.stringify([view.product, view.nicheTerms, view.brands, view.today]);
    let analysis = this.#analyses.get(key);
    if (analysis === undefined) {
      analysis = analyseList(this.#list, view);
      const [oldest] = this.#analyses.keys();
      if (this.#analyses.size >= ANALYSES_KEPT && oldest !== undefined) this.#analyses.delete(oldest);
      this.#analyses.set(key, analysis);
    }
    return analysis;
  }

  readonly figures: ListHandle['figures'] = async (view) => listFigures(this.#list, this.#analysis(view));

  readonly digest: ListHandle['digest'] = async (view, tokenBudget) =>
    makeDigest(this.#list, this.#analysis(view), view, { tokenBudget });

  readonly rows: ListHandle['rows'] = async (view, terms) => {
    const analysis = this.#analysis(view);
    return findRows(this.#list, terms).map((row) =>
      row === null ? null : figuresOf(this.#list, analysis, row),
    );
  };

  readonly page: ListHandle['page'] = async (view, page) => pageOf(this.#list, this.#analysis(view), page);

  readonly analyse: ListHandle['analyse'] = async (type, view, input) =>
    insightType(type).analyse(this.#list, this.#analysis(view), input);

  readonly dispose = (): void => {
    this.#analyses.clear();
  };
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
  throw new LexyBrainError('invalid-request', 'These lists cannot be merged: they were not opened here.');
}
