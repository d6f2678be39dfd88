import { kindRanks, percentileRanks } from './ranking.ts';
import type { KeywordList } from './types.ts';
import type { Words } from './word-numbers.ts';

/** Scores of each row, 0-1; NaN is "cannot be known". */
export interface RowScores {
  readonly demand: Float64Array;
  readonly competition: Float64Array;
  readonly momentum: Float64Array;
  readonly profit: Float64Array;
  readonly novelty: Float64Array;
  readonly opportunity: Float64Array;
  /** What rows are sorted by: opportunity, with 0.5 where nothing of a row is known. */
  readonly sortKey: Float64Array;
}

/** The parts of opportunity. A part that the whole list lacks is left out and the others take its weight. */
const WEIGHTS = { demand: 0.45, competition: 0.35, momentum: 0.1, profit: 0.1 };
/** How much of an opportunity is left when a term is not about the product at all. */
const IRRELEVANT_SHARE = 0.1;

/**
 * Scores every row.
 *
 * Each metric becomes a percentile rank within the list (`percentileRanks`), so scaling a column changes nothing.
 * Opportunity is the weighted mean of the ranks of demand, of freedom from competition (1 - rank), of momentum and of
 * profit: the additive weighting of multi-criteria ranking (Fishburn 1967), as keyword tools do with
 * searches against competition. It rises with demand and falls with competition, all else equal.
 *
 * A metric that a row lacks counts as 0.5, the rank of the list's median row: it neither helps nor hurts. A row
 * without demand and competition has no opportunity (NaN), and is sorted as the median row.
 *
 * With a product, opportunity is multiplied by 0.1 + 0.9 × relevance.
 */
export function scoreRows(list: KeywordList, words: Words, relevance: Float64Array | null): RowScores {
  const rows = list.terms.length;
  const nothing = (): Float64Array => new Float64Array(rows).fill(NaN);
  const demand = list.demand === null ? nothing() : kindRanks(list.demand);
  const competition = list.competition === null ? nothing() : kindRanks(list.competition);
  const momentum = list.trend === null ? nothing() : momentumOf(list.trend);
  const profit = profitOf(list);
  const base = new Float64Array(rows);
  let total = 0;
  const addPart = (ranks: Float64Array, weight: number, turned: boolean): void => {
    total += weight;
    for (let row = 0; row < rows; row += 1) {
      const rank = ranks[row] ?? NaN;
      const part = rank === rank ? (turned ? 1 - rank : rank) : 0.5;
      base[row] = (base[row] ?? 0) + weight * part;
    }
  };
  if (list.demand !== null) addPart(demand, WEIGHTS.demand, false);
  if (list.competition !== null) addPart(competition, WEIGHTS.competition, true);
  if (list.trend !== null) addPart(momentum, WEIGHTS.momentum, false);
  if (profit !== null) addPart(profit, WEIGHTS.profit, false);
  const opportunity = nothing();
  const sortKey = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const share = relevance === null ? 1 : IRRELEVANT_SHARE + (1 - IRRELEVANT_SHARE) * (relevance[row] ?? 0);
    const score = (total === 0 ? 0.5 : (base[row] ?? 0) / total) * share;
    sortKey[row] = score;
    const known = demand[row] === demand[row] || competition[row] === competition[row];
    if (known) opportunity[row] = score;
  }
  return {
    demand,
    competition,
    momentum,
    profit: profit ?? nothing(),
    novelty: noveltyOf(words, rows),
    opportunity,
    sortKey,
  };
}

/**
 * 0.5 for no change; growth is ranked among what grows, decline among what declines. So it keeps its sign, and scaling
 * the column changes nothing.
 */
function momentumOf(trend: Float64Array): Float64Array {
  const up = percentileRanks(trend.map((change) => (change > 0 ? change : NaN)));
  const down = percentileRanks(trend.map((change) => (change < 0 ? -change : NaN)));
  return trend.map((change, row) => {
    if (Number.isNaN(change)) return NaN;
    return change > 0 ? 0.5 + (up[row] ?? 0) / 2 : change < 0 ? 0.5 - (down[row] ?? 0) / 2 : 0.5;
  });
}

/**
 * How much a visitor seems to be worth: the mean of the ranks of cost per click (what others pay for one), clicks and
 * engagement, a lacking one counting as 0.5; NaN where a row has none, null where the list has none. A cost per click
 * of 0 is no price but the absence of one.
 */
function profitOf(list: KeywordList): Float64Array | null {
  const columns = [pricesOf(list.cpc), list.clicks, list.engagement]
    .filter((values) => values !== null)
    .filter((values) => values.some((value) => !Number.isNaN(value)))
    .map(percentileRanks);
  if (columns.length === 0) return null;
  const profit = new Float64Array(list.terms.length);
  for (let row = 0; row < profit.length; row += 1) {
    let sum = 0;
    let known = false;
    for (const column of columns) {
      const rank = column[row] ?? NaN;
      known ||= rank === rank;
      sum += rank === rank ? rank : 0.5;
    }
    profit[row] = known ? sum / columns.length : NaN;
  }
  return profit;
}

function pricesOf(cpc: Float64Array | null): Float64Array | null {
  return cpc?.includes(0) === true ? cpc.map((cost) => (cost > 0 ? cost : NaN)) : cpc;
}

/** Steps of rarity that are told apart. */
const RARITY_STEPS = 4096;

/**
 * How unusual a term's words are within the list: the percentile rank of the mean inverse document frequency
 * (Spärck Jones 1972) of its content words, told apart in 4,096 steps. Needs no metrics.
 */
function noveltyOf(words: Words, rows: number): Float64Array {
  const highest = Math.log(Math.max(rows, 2));
  const rarity = Float64Array.from(words.rowCount, (count) => Math.log(rows / count) / highest);
  const steps = new Uint16Array(rows);
  const counts = new Uint32Array(RARITY_STEPS + 1);
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    let count = 0;
    for (let at = words.starts[row] ?? 0; at < (words.starts[row + 1] ?? 0); at += 1) {
      const id = words.ids[at] ?? 0;
      if (words.isStop[id] === 1) continue;
      sum += rarity[id] ?? 0;
      count += 1;
    }
    const step = count === 0 ? 0 : Math.round((sum / count) * RARITY_STEPS);
    steps[row] = step;
    counts[step] = (counts[step] ?? 0) + 1;
  }
  const rankOf = new Float64Array(RARITY_STEPS + 1);
  let below = 0;
  for (let step = 0; step <= RARITY_STEPS; step += 1) {
    const here = counts[step] ?? 0;
    rankOf[step] = (below + here / 2) / rows;
    below += here;
  }
  const novelty = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) novelty[row] = rankOf[steps[row] ?? 0] ?? 0;
  return novelty;
}
