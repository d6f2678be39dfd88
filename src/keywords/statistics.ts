import { brandLikeOf } from './brands.ts';
import { groupRows } from './groups.ts';
import { languagesOf } from './languages.ts';
import { nearDuplicates } from './near-duplicates.ts';
import { scoreRows } from './opportunity.ts';
import { allRows, orderByScore, quantilesOf } from './ranking.ts';
import { RELEVANT_FROM, relevanceOf } from './relevance.ts';
import { peakMonthsOf } from './season.ts';
import type { KeywordList, ListAnalysis, ListView, MetricColumn, Quantiles } from './types.ts';
import { wordsOfKeys } from './word-numbers.ts';

export { figuresOf, findRows, listFigures, summarise } from './figures.ts';
export { pageOf } from './pages.ts';

/**
 * Everything that can be computed about a list as seen by a view: scores (`scoreRows`), relevance (`relevanceOf`),
 * brand-like terms (`brandLikeOf`), near-duplicates, groups (`groupRows`), quantiles, seasons and languages.
 * Same input, same output. O(n log n) in the number of rows.
 */
export function analyseList(list: KeywordList, view: ListView): ListAnalysis {
  const rows = list.terms.length;
  const words = wordsOfKeys(list.keys);
  const relevance = relevanceOf(words, rows, view.product, view.nicheTerms);
  const scores = scoreRows(list, words, relevance);
  const brandLike = brandLikeOf(list, words, view.brands);
  const all = orderByScore(allRows(rows), scores.sortKey);
  const duplicateOf = nearDuplicates(words, all);
  const ranked = rankedRows(all, brandLike, duplicateOf, relevance);
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

/** The rows worth writing for: neither brand-like nor a worse near-duplicate, and about the product where one is told. */
function rankedRows(
  order: Uint32Array,
  brandLike: Uint8Array,
  duplicateOf: Int32Array,
  relevance: Float64Array | null,
): Uint32Array {
  const ranked = new Uint32Array(order.length);
  let count = 0;
  for (const row of order) {
    if (brandLike[row] === 1 || duplicateOf[row] !== -1) continue;
    if (relevance !== null && (relevance[row] ?? 0) < RELEVANT_FROM) continue;
    ranked[count] = row;
    count += 1;
  }
  return ranked.slice(0, count);
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
