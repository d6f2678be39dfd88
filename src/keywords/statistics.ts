import { brandLikeOf } from './brands.ts';
import { groupRows } from './groups.ts';
import { languagesOf } from './languages.ts';
import { scoreRows } from './opportunity.ts';
import { orderByScore, quantilesOf } from './ranking.ts';
import { RELEVANT_FROM, relevanceOf } from './relevance.ts';
import { peakMonthsOf } from './season.ts';
import type { KeywordList, ListAnalysis, ListView, MetricColumn, Quantiles } from './types.ts';
import { numberWords, wordSetHash, type Words } from './words.ts';

export { figuresOf, findRows, listFigures, pageOf, summarise } from './figures.ts';

/**
 * Everything that can be computed about a list as seen by a view: scores (`scoreRows`), relevance (`relevanceOf`),
 * brand-like terms (`brandLikeOf`), near-duplicates, groups (`groupRows`), quantiles, seasons and languages.
 * Same input, same output. O(n log n) in the number of rows.
 */
export function analyseList(list: KeywordList, view: ListView): ListAnalysis {
  const rows = list.terms.length;
  const words = numberWords(list);
  const relevance = relevanceOf(words, rows, view.product, view.nicheTerms);
  const scores = scoreRows(list, words, relevance);
  const brandLike = brandLikeOf(list.terms, words, view.brands);
  const all = orderByScore(Uint32Array.from(list.terms.keys()), scores.sortKey);
  const duplicateOf = nearDuplicates(words, all);
  const ranked = all.filter(
    (row) =>
      brandLike[row] === 0 &&
      duplicateOf[row] === -1 &&
      (relevance === null || (relevance[row] ?? 0) >= RELEVANT_FROM),
  );
  const { groups, groupOf } = groupRows(list, words, all, scores.opportunity);
  const { demand, competition, momentum, novelty, profit, opportunity } = scores;
  return {
    opportunity,
    demand,
    competition,
    momentum,
    novelty,
    profit,
    relevance: relevance ?? new Float64Array(rows).fill(NaN),
    brandLike,
    duplicateOf,
    groupOf,
    groups,
    ranked,
    quantiles: {
      demand: columnQuantiles(list.demand),
      competition: columnQuantiles(list.competition),
      trend: quantilesOf(list.trend),
      cpc: quantilesOf(list.cpc),
      clicks: quantilesOf(list.clicks),
      engagement: quantilesOf(list.engagement),
    },
    coverage: {
      demand: coverageOf(list.demand?.values),
      competition: coverageOf(list.competition?.values),
      trend: coverageOf(list.trend),
      cpc: coverageOf(list.cpc),
      clicks: coverageOf(list.clicks),
      engagement: coverageOf(list.engagement),
    },
    peakMonths: peakMonthsOf(list.series),
    languages: languagesOf(list.terms),
  };
}

/**
 * For each row the better row of the same content words (singular or plural, in any order), or -1. `order` is best
 * first.
 */
function nearDuplicates(words: Words, order: Uint32Array): Int32Array {
  const duplicateOf = new Int32Array(order.length).fill(-1);
  const best = new Map<number, number>();
  for (const row of order) {
    const hash = wordSetHash(words, row);
    const better = best.get(hash);
    if (better === undefined) best.set(hash, row);
    else duplicateOf[row] = better;
  }
  return duplicateOf;
}

/** Null for a column of several kinds: their values cannot be compared. */
function columnQuantiles(column: MetricColumn<string> | null): Quantiles | null {
  return column?.kinds.length === 1 ? quantilesOf(column.values) : null;
}

function coverageOf(values: Float64Array | null | undefined): number {
  if (values === null || values === undefined || values.length === 0) return 0;
  let there = 0;
  for (const value of values) if (!Number.isNaN(value)) there += 1;
  return there / values.length;
}
