import * as z from 'zod';
import { listed, prose, said, term } from '../fields.ts';

export const MAX_TERMS = 20;
export const PRIORITIES = ['high', 'medium', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What is asked of a model: which terms to advertise on and how much they matter. Money is the engine's. */
export const adInsightDraftSchema = z.object({
  terms: listed(
    z.object({
      term: said([1, 120], 'A keyword copied exactly from the list.'),
      priority: z.enum(PRIORITIES).describe('How much of the budget it deserves.'),
      why: said([20, 160], 'One sentence: why a buyer who searches this is worth paying for.'),
    }),
    [2, 8],
    'The keywords to advertise on, most important first, each once.',
  ),
  notes: said([20, 400], '1 to 3 sentences: what to watch and when to change the bids.'),
});
export type AdInsightDraft = z.infer<typeof adInsightDraftSchema>;

const cents = z.int().nonnegative();

export const adInsightSchema = z.object({
  budget_split: z
    .array(
      z.object({
        term,
        daily_cents: cents,
        /** The list's cost per click or the user's assumption; null when there is neither. */
        expected_cpc_cents: z.number().positive().nullable(),
        /** daily_cents / expected_cpc_cents, to one decimal place. */
        expected_clicks: z.number().nonnegative().nullable(),
        why: prose,
      }),
    )
    .max(MAX_TERMS),
  notes: z.string().max(4000),
  /** The daily budget that was split, cents; the parts add up to it exactly unless no term was found. */
  daily_budget_cents: cents,
  /** ISO 4217 of all cents here, null when the user did not say. */
  currency: z.string().nullable(),
  /** The cost per click the user assumed, where it was used; null when every figure is the list's. */
  assumed_cpc_cents: z.number().positive().nullable(),
});
export type AdInsight = z.infer<typeof adInsightSchema>;
