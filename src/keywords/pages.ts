import { figuresOf } from './figures.ts';
import { allRows, orderByScore, percentileRanks } from './ranking.ts';
import { termKey } from './term-key.ts';
import type { KeywordList, ListAnalysis, ListRows, PageOrder, RowsQuery } from './types.ts';

/** What was asked of a list last, as pages of it are asked for one after the other. */
interface Looked {
  readonly orders: Map<PageOrder, Uint32Array>;
  found: { readonly order: PageOrder; readonly search: string; readonly rows: Uint32Array } | undefined;
}
const LOOKED = new WeakMap<ListAnalysis, Looked>();

/** A page of the rows of a list that hold every word searched for, in an order; rows without the metric come last. */
export function pageOf(list: KeywordList, analysis: ListAnalysis, query: RowsQuery): ListRows {
  const looked = LOOKED.get(analysis) ?? { orders: new Map<PageOrder, Uint32Array>(), found: undefined };
  LOOKED.set(analysis, looked);
  const { order, search } = query;
  const all = looked.orders.get(order) ?? orderOf(list, analysis, order);
  looked.orders.set(order, all);
  if (looked.found?.order !== order || looked.found.search !== search)
    looked.found = { order, search, rows: rowsWith(list, all, search) };
  const { rows } = looked.found;
  const from = Math.max(0, Math.trunc(query.from));
  const page = rows.subarray(from, from + Math.max(0, Math.trunc(query.count)));
  return { rows: Array.from(page, (row) => figuresOf(list, analysis, row)), total: rows.length };
}

/** The rows whose term holds every word, also a part of a word, as terms are compared: spelling aside. */
function rowsWith(list: KeywordList, rows: Uint32Array, search: string): Uint32Array {
  const words = termKey(search).split(' ').filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const key = termKey(list.terms[row] ?? '');
    return words.every((word) => key.includes(word));
  });
}

/** Largest first, but the least competition first, and terms by the alphabet. */
function orderOf(list: KeywordList, analysis: ListAnalysis, order: PageOrder): Uint32Array {
  const rows = allRows(list.terms.length);
  const empty = new Float64Array(rows.length).fill(NaN);
  switch (order) {
    case 'file':
      return rows;
    case 'term': {
      const { compare } = new Intl.Collator(undefined, { numeric: true });
      return rows.sort((a, b) => compare(list.terms[a] ?? '', list.terms[b] ?? '') || a - b);
    }
    case 'opportunity':
      return orderByScore(rows, analysis.opportunity);
    case 'demand':
      return orderByScore(rows, analysis.demand);
    case 'competition':
      return orderByScore(
        rows,
        analysis.competition.map((rank) => 1 - rank),
      );
    case 'trend':
      return orderByScore(rows, list.trend === null ? empty : percentileRanks(list.trend));
    case 'cpc':
      return orderByScore(rows, list.cpc === null ? empty : percentileRanks(list.cpc));
  }
}
