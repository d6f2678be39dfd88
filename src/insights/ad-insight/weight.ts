import type { KeywordFigures } from '../../keywords/types.ts';

/** Keeps a term of score 0 in play: it was picked for a reason. */
const FLOOR = 0.25;

/**
 * What a term is worth to an advertiser, from its scores: (0.25 + worth) × (0.25 + demand) × (0.5 + relevance), with
 * worth the mean of opportunity and profit. Relevance counts here although opportunity holds it, because a click of
 * somebody who wants something else costs money. A score that the list cannot give counts as its middle (0.5), so
 * that a missing figure neither helps nor hurts.
 */
export function adWeight(row: KeywordFigures | undefined): number {
  const { opportunity, profit, demand, relevance } = row?.scores ?? {};
  const worths = [opportunity, profit].filter((value) => typeof value === 'number');
  const worth = worths.length === 0 ? 0.5 : worths.reduce((sum, value) => sum + value, 0) / worths.length;
  return (FLOOR + worth) * (FLOOR + (demand ?? 0.5)) * (0.5 + (relevance ?? 0.5));
}
