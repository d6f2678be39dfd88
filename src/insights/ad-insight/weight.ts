import type { KeywordFigures } from '../../keywords/types.ts';

/**
 * What a term is worth to an advertiser, from its scores: (0.25 + profit) × (0.5 + relevance). Profit falls back to
 * opportunity; a score that the list cannot give counts as its middle (0.5), so that a missing figure neither helps
 * nor hurts. The constants keep a term of score 0 in play: it was picked for a reason.
 */
export function adWeight(row: KeywordFigures | undefined): number {
  const worth = row?.scores.profit ?? row?.scores.opportunity ?? 0.5;
  const relevance = row?.scores.relevance ?? 0.5;
  return (0.25 + worth) * (0.5 + relevance);
}
