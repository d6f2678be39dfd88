import * as z from 'zod';
import { prose, score, term } from '../fields.ts';

export const MAX_ITEMS = 20;

/** What is asked of a model: which terms, and what to make of them. Scores are the engine's. */
export const opportunityRadarDraftSchema = z.object({
  items: z
    .array(
      z.object({
        term: z.string().describe('A keyword copied exactly from the list.'),
        comment: z.string().describe('One sentence: what makes it interesting and how to use it.'),
      }),
    )
    .describe('The most promising keywords, best first, each once.'),
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
