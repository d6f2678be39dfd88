import { quantileSorted } from 'simple-statistics';
import type { MetricColumn, Quantiles } from './types.ts';

// The loops here run over every row of lists of 100,000; they are written out because callbacks cost several times more.

/** The distinct values of a column, ascending, with how often each occurs; and which one each row has (-1: none). */
interface Distinct {
  readonly values: Float64Array;
  readonly counts: Uint32Array;
  readonly total: number;
  readonly placeOf: Int32Array;
}

/** Columns do not change once they are made, and ranks and quantiles need the same of them. */
const DISTINCT = new WeakMap<Float64Array, Distinct>();

/** Metrics repeat: only the distinct values, found by a hash of their bits, have to be sorted. */
function distinctOf(values: Float64Array): Distinct {
  const known = DISTINCT.get(values);
  if (known !== undefined) return known;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const placeOf = new Int32Array(values.length);
  // Most columns have few distinct values: a table that starts small stays in the processor's cache.
  let slots = new Int32Array(1 << 12).fill(-1);
  let found = new Float64Array(1 << 11);
  let times = new Uint32Array(1 << 11);
  let count = 0;
  let total = 0;
  for (let row = 0; row < values.length; row += 1) {
    const value = (values[row] ?? NaN) + 0; // -0 is 0.
    if (value !== value) {
      placeOf[row] = -1;
      continue;
    }
    const mask = slots.length - 1;
    let slot = value === 0 ? 0 : slotOf(bits[row * 2] ?? 0, bits[row * 2 + 1] ?? 0) & mask;
    let at = slots[slot] ?? -1;
    while (at !== -1 && found[at] !== value) {
      slot = (slot + 1) & mask;
      at = slots[slot] ?? -1;
    }
    if (at === -1) {
      at = count;
      slots[slot] = at;
      found[at] = value;
      count += 1;
    }
    times[at] = (times[at] ?? 0) + 1;
    placeOf[row] = at;
    total += 1;
    if (count < found.length) continue;
    found = copied(new Float64Array(count * 4), found);
    times = copied(new Uint32Array(count * 4), times);
    slots = slotsOf(found, count, slots.length * 4);
  }
  const sorted = found.slice(0, count).sort();
  const counts = new Uint32Array(count);
  const sortedPlace = new Int32Array(count);
  const sortedBits = new Uint32Array(sorted.buffer);
  const mask = slots.length - 1;
  for (let place = 0; place < count; place += 1) {
    const value = sorted[place] ?? 0;
    let slot = value === 0 ? 0 : slotOf(sortedBits[place * 2] ?? 0, sortedBits[place * 2 + 1] ?? 0) & mask;
    while (found[slots[slot] ?? 0] !== value) slot = (slot + 1) & mask;
    const at = slots[slot] ?? 0;
    sortedPlace[at] = place;
    counts[place] = times[at] ?? 0;
  }
  for (let row = 0; row < values.length; row += 1) {
    const at = placeOf[row] ?? -1;
    if (at !== -1) placeOf[row] = sortedPlace[at] ?? 0;
  }
  const distinct = { values: sorted, counts, total, placeOf };
  DISTINCT.set(values, distinct);
  return distinct;
}

function slotOf(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** A larger table of the values found so far. */
function slotsOf(found: Float64Array, count: number, size: number): Int32Array<ArrayBuffer> {
  const slots = new Int32Array(size).fill(-1);
  const bits = new Uint32Array(found.buffer);
  for (let at = 0; at < count; at += 1) {
    let slot = found[at] === 0 ? 0 : slotOf(bits[at * 2] ?? 0, bits[at * 2 + 1] ?? 0) & (size - 1);
    while (slots[slot] !== -1) slot = (slot + 1) & (size - 1);
    slots[slot] = at;
  }
  return slots;
}

function copied<Values extends Float64Array | Uint32Array>(to: Values, from: ArrayLike<number>): Values {
  to.set(from);
  return to;
}

/**
 * Mid-rank percentiles: the share of the values that are smaller, plus half the share of the equal ones (Roscoe 1975,
 * "percentile rank"). Free of scale: any increasing change of the column leaves them as they are. NaN stays NaN.
 */
export function percentileRanks(values: Float64Array): Float64Array {
  const { counts, total, placeOf } = distinctOf(values);
  const rankOf = new Float64Array(counts.length);
  let below = 0;
  for (let place = 0; place < counts.length; place += 1) {
    const here = counts[place] ?? 0;
    rankOf[place] = (below + here / 2) / total;
    below += here;
  }
  const ranks = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const place = placeOf[row] ?? -1;
    ranks[row] = place === -1 ? NaN : (rankOf[place] ?? NaN);
  }
  return ranks;
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

/** Steps of score that are told apart, and what comes after them all: no score. */
const SCORE_STEPS = 2 ** 32 - 2;
const NO_SCORE = 2 ** 32 - 1;
/** Bits that one pass of the sort looks at. */
const DIGIT = 11;

/**
 * Row numbers by score (0-1), best first; NaN last; equal scores in the order given. A radix sort by 32 bits of score,
 * linear in the number of rows.
 */
export function orderByScore(rows: Uint32Array, scores: Float64Array): Uint32Array {
  let keys = new Uint32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) {
    const score = scores[rows[at] ?? 0] ?? NaN;
    keys[at] = score === score ? Math.round((1 - Math.min(1, Math.max(0, score))) * SCORE_STEPS) : NO_SCORE;
  }
  let order = Uint32Array.from(rows);
  let [nextKeys, nextOrder] = [new Uint32Array(rows.length), new Uint32Array(rows.length)];
  for (let shift = 0; shift < 32; shift += DIGIT) {
    const startOf = startsOfDigits(keys, shift);
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at] ?? 0;
      const digit = (key >>> shift) & (2 ** DIGIT - 1);
      const to = startOf[digit] ?? 0;
      startOf[digit] = to + 1;
      nextKeys[to] = key;
      nextOrder[to] = order[at] ?? 0;
    }
    [keys, nextKeys] = [nextKeys, keys];
    [order, nextOrder] = [nextOrder, order];
  }
  return order;
}

/** Where the keys of each digit start once they are sorted by it. */
function startsOfDigits(keys: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(2 ** DIGIT + 1);
  for (const key of keys) {
    const digit = (key >>> shift) & (2 ** DIGIT - 1);
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
  }
  for (let digit = 0; digit < 2 ** DIGIT; digit += 1)
    starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0);
  return starts;
}

/** min, quartiles and max of the values that are there; null when none is. */
export function quantilesOf(values: Float64Array | null): Quantiles | null {
  if (values === null) return null;
  const distinct = distinctOf(values);
  const sorted = new Float64Array(distinct.total);
  let filled = 0;
  for (let place = 0; place < distinct.counts.length; place += 1) {
    const to = filled + (distinct.counts[place] ?? 0);
    sorted.fill(distinct.values[place] ?? NaN, filled, to);
    filled = to;
  }
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return null;
  // The library reads by index and length only, which typed arrays have too.
  const [q1 = min, median = min, q3 = max] = [0.25, 0.5, 0.75].map((p) =>
    quantileSorted(sorted as unknown as number[], p),
  );
  return { count: sorted.length, min, q1, median, q3, max };
}
