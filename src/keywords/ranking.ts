import { quantileSorted } from 'simple-statistics';
import type { MetricColumn, Quantiles } from './types.ts';

/**
 * Mid-rank percentiles: the share of the values that are smaller, plus half the share of the equal ones (Roscoe 1975,
 * "percentile rank"). Free of scale: any increasing change of the column leaves them as they are. NaN stays NaN.
 */
export function percentileRanks(values: Float64Array): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const count = sorted.length;
  return values.map((value) => {
    if (Number.isNaN(value)) return NaN;
    const below = lowerBound(sorted, value);
    return (below + (upperBound(sorted, value, below) - below) / 2) / count;
  });
}

/** Percentile ranks within each kind, as kinds cannot be compared; for ranks, smaller is more. */
export function kindRanks<Kind extends string>(column: MetricColumn<Kind>): Float64Array {
  const ranks = new Float64Array(column.values.length).fill(NaN);
  column.kinds.forEach((kind, index) => {
    const direction = kind === 'rank' ? -1 : 1;
    const own = column.values.map((value, row) =>
      (column.kindOf?.[row] ?? 0) === index ? direction * beyondBound(value, column.bounds?.[row] ?? 0) : NaN,
    );
    percentileRanks(own).forEach((rank, row) => {
      if (!Number.isNaN(rank)) ranks[row] = rank;
    });
  });
  return ranks;
}

/** A censored value lies just beyond its bound: `< 20` is less than 20, `> 1,000` more than 1,000. */
function beyondBound(value: number, bound: number): number {
  return bound === 0 ? value : value + bound * Math.max(Math.abs(value), 1e-300) * 1e-12;
}

function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function upperBound(sorted: Float64Array, value: number, from: number): number {
  let low = from;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Room for row numbers below a 32-bit score in the 53 bits of a number. */
const ROWS = 2 ** 20;

/**
 * Row numbers by score (0-1), best first; NaN last; equal scores in file order. Score and row are packed into one
 * number so that the engine's native numeric sort does the work.
 */
export function orderByScore(rows: Uint32Array, scores: Float64Array): Uint32Array {
  const packed = Float64Array.from(rows, (row) => {
    const score = scores[row] ?? NaN;
    const place = Number.isNaN(score)
      ? 2 ** 32
      : Math.round((1 - Math.min(1, Math.max(0, score))) * (2 ** 32 - 1));
    return place * ROWS + row;
  }).sort();
  return Uint32Array.from(packed, (value) => value % ROWS);
}

/** min, quartiles and max of the values that are there; null when none is. */
export function quantilesOf(values: Float64Array | null): Quantiles | null {
  const sorted = [...(values ?? []).filter((value) => !Number.isNaN(value)).sort()];
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  const [q1 = min, median = min, q3 = max] = [0.25, 0.5, 0.75].map((p) => quantileSorted(sorted, p));
  return { count: sorted.length, min, q1, median, q3, max };
}
