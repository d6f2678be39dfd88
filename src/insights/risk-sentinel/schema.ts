import * as z from 'zod';
import { listed, prose, said, term } from '../fields.ts';

export const MAX_ALERTS = 20;
export const SEVERITIES = ['low', 'medium', 'high'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const riskSentinelDraftSchema = z.object({
  alerts: listed(
    z.object({
      term: z
        .string()
        .nullable()
        .describe('A keyword copied exactly from the list, or null when the whole list is meant.'),
      issue: said([10, 80], 'The risk in a few words.'),
      severity: z.enum(SEVERITIES).describe('How much it can cost the seller.'),
      evidence: said([20, 180], 'The figures or facts of the list that show it.'),
      action: said([20, 160], 'One sentence: what to do about it.'),
    }),
    [1, 5],
    'The risks that matter, most severe first.',
  ),
});
export type RiskSentinelDraft = z.infer<typeof riskSentinelDraftSchema>;

export const riskSentinelSchema = z.object({
  alerts: z
    .array(
      z.object({
        /** A keyword of the list; null: the list as a whole. */
        term: term.nullable(),
        issue: prose.min(1),
        severity: z.enum(SEVERITIES),
        evidence: prose,
        action: prose,
      }),
    )
    .max(MAX_ALERTS),
});
export type RiskSentinel = z.infer<typeof riskSentinelSchema>;
