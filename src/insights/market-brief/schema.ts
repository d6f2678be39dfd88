import * as z from 'zod';
import { listed, prose, said, score, TERM_LENGTH, term } from '../fields.ts';

export const LIMITS = { keyMetrics: 8, opportunities: 10, risks: 10, actions: 10 } as const;

const SCOPES = ['term', 'list'] as const;

/** What is asked of a model: words about terms. Metrics and confidence are the engine's. */
export const marketBriefDraftSchema = z.object({
  niche: said([3, 60], 'The niche in 2 to 6 words, as a shop owner would call it.'),
  summary: said(
    [20, 500],
    '2 to 4 sentences: how big and how crowded this market is and what to do first, with figures.',
  ),
  top_opportunities: listed(
    z.object({
      term: said([1, 120], 'A keyword copied exactly from the list.'),
      why: said([20, 180], 'One sentence: why to write for it, with its figures.'),
    }),
    [3, 6],
    'The best keywords to write for, best first.',
  ),
  risks: listed(
    z.object({
      term: said(
        [1, 120],
        'A keyword copied exactly from the list, or a few words for a risk of the whole list.',
      ),
      why: said([20, 180], 'One sentence: what is risky about it, with figures.'),
      scope: z.enum(SCOPES).describe('"term" for a keyword of the list, "list" for the whole list.'),
    }),
    [1, 4],
    'What to be careful with.',
  ),
  actions: listed(
    said([20, 160], 'One concrete step for the listing: which words to put where.'),
    [2, 6],
    'What to do, most useful first.',
  ),
});
export type MarketBriefDraft = z.infer<typeof marketBriefDraftSchema>;

export const marketBriefSchema = z.object({
  niche: prose,
  summary: prose,
  /** Computed from the list. `value` is ready to show ("121 searches/month"). */
  key_metrics: z
    .array(
      z.object({
        label: prose.min(1),
        value: prose.min(1),
        /** Higher is better for the seller; null where good and bad cannot be said. */
        score,
        interpretation: prose.nullable(),
      }),
    )
    .max(LIMITS.keyMetrics),
  top_opportunities: z.array(z.object({ term, why: prose })).max(LIMITS.opportunities),
  risks: z
    .array(
      z.object({
        /** With scope `term` a keyword of the list; with scope `list` a name for the risk ("Thin data"). */
        term: z.string().min(1).max(TERM_LENGTH),
        why: prose,
        scope: z.enum(SCOPES),
      }),
    )
    .max(LIMITS.risks),
  actions: z.array(prose.min(1)).max(LIMITS.actions),
  /** Metric coverage × list size × grounded share, 0-1: see `confidence`. */
  confidence: z.number().min(0).max(1),
});
export type MarketBrief = z.infer<typeof marketBriefSchema>;
