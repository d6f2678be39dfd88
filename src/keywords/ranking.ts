import { quantileSorted } from 'simple-statistics';
import type { MetricColumn, Quantiles } from './types.ts';

// The loops here run over every row of lists of 100,000; they are written out because callbacks cost several times more.

/** Sorting a column is most of the work, and ranks and quantiles both need it. */
const SORTED = new WeakMap<Float64Array, Float64Array>();

/** The values that are there, ascending. Columns do not change once they are made, so each is sorted once. */
function sortedValues(values: Float64Array): Float64Array {
  const known = SORTED.get(values);
  if (known !== undefined) return known;
  const sorted = new Float64Array(values.length);
  let count = 0;
  for (const value of values) {
    if (value !== value) continue;
    sorted[count] = value;
    count += 1;
  }
  const there = sorted.subarray(0, count).sort();
  SORTED.set(values, there);
  return there;
}

/**
 * Mid-rank percentiles: the share of the values that are smaller, plus half the share of the equal ones (Roscoe 1975,
 * "percentile rank"). Free of scale: any increasing change of the column leaves them as they are. NaN stays NaN.
 */
export function percentileRanks(values: Float64Array): Float64Array {
  const sorted = sortedValues(values);
  const count = sorted.length;
  // Each distinct value once, with its rank: few steps to find one, as metrics repeat.
  const distinct = new Float64Array(count);
  const rankOf = new Float64Array(count);
  let found = 0;
  for (let from = 0; from < count;) {
    const value = sorted[from] ?? NaN;
    let to = from + 1;
    while (to < count && sorted[to] === value) to += 1;
    distinct[found] = value;
    rankOf[found] = (from + to) / 2 / count;
    found += 1;
    from = to;
  }
  const ranks = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? NaN;
    ranks[row] = value === value ? (rankOf[indexIn(distinct, found, value)] ?? NaN) : NaN;
  }
  return ranks;
}

function indexIn(distinct: Float64Array, count: number, value: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((distinct[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Percentile ranks within each kind, as kinds cannot be compared; for ranks, smaller is more. */
export function kindRanks<Kind extends string>(column: MetricColumn<Kind>): Float64Array {
  const { values, bounds, kinds, kindOf } = column;
  if (kinds.length === 1 && kinds[0] !== 'rank' && bounds === null) return percentileRanks(values);
  const ranks = new Float64Array(values.length).fill(NaN);
  for (const [index, kind] of kinds.entries()) {
    const direction = kind === 'rank' ? -1 : 1;
    const own = new Float64Array(values.length);
    for (let row = 0; row < values.length; row += 1) {
      const isOwn = kindOf === null || kindOf[row] === index;
      own[row] = isOwn ? direction * beyondBound(values[row] ?? NaN, bounds?.[row] ?? 0) : NaN;
    }
    const ownRanks = percentileRanks(own);
    for (let row = 0; row < values.length; row += 1) {
      const rank = ownRanks[row] ?? NaN;
      if (rank === rank) ranks[row] = rank;
    }
  }
  return ranks;
}

/** A censored value lies just beyond its bound: `< 20` is less than 20, `> 1,000` more than 1,000. */
function beyondBound(value: number, bound: number): number {
  return bound === 0 ? value : value + bound * Math.max(Math.abs(value), 1e-300) * 1e-12;
}

/** 0, 1, 2 … for every row. */
export function allRows(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) rows[row] = row;
  return rows;
}

/** Room for row numbers below a 32-bit score in the 53 bits of a number. */
const ROWS = 2 ** 20;

/**
 * Row numbers by score (0-1), best first; NaN last; equal scores in file order. Score and row are packed into one
 * number so that the engine's native numeric sort does the work.
 */
export function orderByScore(rows: Uint32Array, scores: Float64Array): Uint32Array {
  const packed = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    const score = scores[row] ?? NaN;
    const place =
      score === score ? Math.round((1 - Math.min(1, Math.max(0, score))) * (2 ** 32 - 1)) : 2 ** 32;
    packed[at] = place * ROWS + row;
  }
  packed.sort();
  const order = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) order[at] = (packed[at] ?? 0) % ROWS;
  return order;
}

/** min, quartiles and max of the values that are there; null when none is. */
export function quantilesOf(values: Float64Array | null): Quantiles | null {
  if (values === null) return null;
  // The library reads by index and length only, which typed arrays have too.
  const sorted = sortedValues(values) as unknown as number[];
  const [min] = sorted;
  const max = sorted[sorted.length - 1];
  if (min === undefined || max === undefined) return null;
  const [q1 = min, median = min, q3 = max] = [0.25, 0.5, 0.75].map((p) => quantileSorted(sorted, p));
  return { count: sorted.length, min, q1, median, q3, max };
}
