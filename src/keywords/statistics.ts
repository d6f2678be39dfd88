import { brandLikeOf } from './brands.ts';
import { groupRows } from './groups.ts';
import { languagesOf } from './languages.ts';
import { scoreRows } from './opportunity.ts';
import { allRows, orderByScore, quantilesOf } from './ranking.ts';
import { RELEVANT_FROM, relevanceOf } from './relevance.ts';
import { peakMonthsOf } from './season.ts';
import type { KeywordList, ListAnalysis, ListView, MetricColumn, Quantiles } from './types.ts';
import { numberWords, wordSetHashes, type Words } from './words.ts';

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

/**
 * For each row the better row of the same words (singular or plural, in any order), or -1. `order` is best first.
 */
function nearDuplicates(words: Words, order: Uint32Array): Int32Array {
  const [first, second] = wordSetHashes(words);
  const count = order.length;
  const placeOf = new Uint32Array(count);
  for (let place = 0; place < count; place += 1) placeOf[order[place] ?? 0] = place;
  // Sorted by hash and then by place, rows of the same words stand together, the best of them first.
  const packed = new Float64Array(count);
  for (let row = 0; row < count; row += 1) packed[row] = (first[row] ?? 0) * 2 ** 20 + (placeOf[row] ?? 0);
  packed.sort();
  const rowAt = (at: number): number => order[(packed[at] ?? 0) % 2 ** 20] ?? 0;
  const duplicateOf = new Int32Array(count).fill(-1);
  for (let from = 0; from < count;) {
    const hash = Math.floor((packed[from] ?? 0) / 2 ** 20);
    let to = from + 1;
    while (to < count && Math.floor((packed[to] ?? 0) / 2 ** 20) === hash) to += 1;
    for (let at = from + 1; at < to; at += 1) {
      const row = rowAt(at);
      for (let better = from; better < at; better += 1) {
        const best = rowAt(better);
        if (second[best] !== second[row] || duplicateOf[best] !== -1) continue;
        duplicateOf[row] = best;
        break;
      }
    }
    from = to;
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
