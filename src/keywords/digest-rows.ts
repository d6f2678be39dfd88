import { NOTABLE_CHANGE, saturatedRows } from './figures.ts';
import { orderByScore } from './ranking.ts';
import { RELEVANT_FROM } from './relevance.ts';
import type { KeywordList, ListAnalysis } from './types.ts';

/** Terms longer than this are not shown: they cost more than they tell. */
const MAX_SHOWN_LENGTH = 100;
/** Rows that are spread over the list; more would not fit into any prompt. */
const SPREAD = 1000;
/** The parts of the table, and in which turn rows are taken for them while the budget lasts. */
export const SECTIONS = ['best', 'rising', 'declining', 'saturated', 'brand-like', 'others'] as const;
export type Section = (typeof SECTIONS)[number];
const TURNS: readonly Section[] = [
  ...(['best', 'best', 'rising', 'declining', 'best', 'saturated', 'brand-like'] as const),
  ...(['best', 'best', 'others', 'best', 'best', 'best', 'best'] as const),
];

/** Takes rows for the sections in turn until the budget is used up; each row once, in its first section. */
export function chooseRows(
  list: KeywordList,
  analysis: ListAnalysis,
  budget: number,
  cost: (row: number) => number,
): ReadonlyMap<Section, readonly number[]> {
  const queues = queuesOf(list, analysis);
  const positions = new Map<Section, number>();
  const chosen = new Map<Section, number[]>();
  const taken = new Set<number>();
  let left = budget;
  let open = new Set<Section>(SECTIONS);
  while (open.size > 0) {
    for (const section of TURNS) {
      if (!open.has(section)) continue;
      const queue = queues[section];
      let at = positions.get(section) ?? 0;
      while (
        at < queue.length &&
        (taken.has(queue[at] ?? 0) || (list.terms[queue[at] ?? 0] ?? '').length > MAX_SHOWN_LENGTH)
      ) {
        at += 1;
      }
      positions.set(section, at + 1);
      const row = queue[at];
      if (row === undefined) {
        open.delete(section);
        continue;
      }
      const price = cost(row);
      if (price > left) {
        open = new Set();
        break;
      }
      left -= price;
      taken.add(row);
      chosen.set(section, [...(chosen.get(section) ?? []), row]);
    }
  }
  return chosen;
}

function queuesOf(list: KeywordList, analysis: ListAnalysis): Readonly<Record<Section, ArrayLike<number>>> {
  // Those with the most demand first; where there is no demand, those with the most unusual words.
  const weight = list.demand === null ? analysis.novelty : analysis.demand;
  const trend = list.trend ?? new Float64Array();
  const some = (belongs: (row: number) => boolean): Uint32Array => {
    const rows: number[] = [];
    for (let row = 0; row < list.terms.length; row += 1) if (belongs(row)) rows.push(row);
    return orderByScore(Uint32Array.from(rows), weight);
  };
  // Where little is ranked, what is far from the product comes after its spread.
  const spread = evenly(analysis.ranked, SPREAD);
  return {
    best: analysis.ranked,
    rising: some((row) => (trend[row] ?? NaN) >= NOTABLE_CHANGE && analysis.brandLike[row] === 0),
    declining: some((row) => (trend[row] ?? NaN) <= -NOTABLE_CHANGE),
    saturated: orderByScore(saturatedRows(analysis), weight),
    'brand-like': some((row) => analysis.brandLike[row] === 1),
    others:
      spread.length >= SPREAD
        ? spread
        : [...spread, ...some((row) => analysis.duplicateOf[row] === -1 && isLeftOut(analysis, row))],
  };
}

/** True for a row that the view leaves out of the ranking as far from the product. */
const isLeftOut = (analysis: ListAnalysis, row: number): boolean =>
  analysis.brandLike[row] === 0 && (analysis.relevance[row] ?? NaN) < RELEVANT_FROM;

/** Up to `most` of the rows, in strides of about the golden ratio: any first part of them is spread over the whole. */
function evenly(rows: Uint32Array, most: number): readonly number[] {
  const count = rows.length;
  let stride = Math.max(1, Math.round(count * 0.618));
  while (greatestCommonDivisor(stride, count) > 1) stride += 1;
  return Array.from({ length: Math.min(count, most) }, (_, at) => rows[(at * stride) % count] ?? 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
