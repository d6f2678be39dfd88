import * as z from 'zod';
import { listed, prose, said, score, term } from '../fields.ts';

export const MAX_ITEMS = 20;

/** What is asked of a model: which terms, and what to make of them. Scores are the engine's. */
export const opportunityRadarDraftSchema = z.object({
  items: listed(
    z.object({
      term: said([1, 120], 'A keyword copied exactly from the list.'),
      comment: said([20, 160], 'One sentence: what makes it interesting and how to use it.'),
    }),
    [3, 10],
    'The most promising keywords, best first, each once.',
  ),
});
export type OpportunityRadarDraft = z.infer<typeof opportunityRadarDraftSchema>;

export const opportunityRadarSchema = z.object({
  items: z
    .array(
      z.object({
        term,
        scores: z.object({
          demand: score,
          momentum: score,
          /** Lower is better: 0 is free, 1 is saturated. */
          competition: score,
          novelty: score,
          profit: score,
        }),
        comment: prose,
      }),
    )
    .max(MAX_ITEMS),
});
export type OpportunityRadar = z.infer<typeof opportunityRadarSchema>;
