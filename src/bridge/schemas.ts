import * as z from 'zod';
import { INSIGHTS } from '../insights/index.ts';
import { INSIGHT_TYPES } from '../insights/catalogue.ts';
import { CHAT_TYPE } from '../store/types.ts';
import { insightResultSchema } from '../generation/types.ts';
import { keywordsSchema, checkedKeywords } from './keywords.ts';
import { PERIODS, type PeriodName } from './metrics.ts';

/** What requests and answers look like. `GET /openapi.json` is made from these. */

const text = (most: number) => z.string().trim().max(most);

/** An insight type by any of its names. The documented ones; case and hyphens are overlooked. */
const TYPE_NAMES = [...INSIGHT_TYPES, 'radar', 'risk'];
const typeName = text(60).min(1).meta({ enum: TYPE_NAMES });

const generateFields = z.object({
  type: typeName.describe('radar and risk are the old names of opportunity_radar and risk_sentinel.'),
  market: text(100).nullable().optional().describe('etsy, amazon, google, …; the list’s own when left out.'),
  niche_terms: z.array(text(200)).max(100).nullable().optional(),
  budget_cents: z
    .number()
    .positive()
    .max(1e9)
    .nullable()
    .optional()
    .describe('Daily budget; needed by ad_insight.'),
  keywords: keywordsSchema.optional().describe('The keywords themselves.'),
  list: text(255)
    .min(1)
    .optional()
    .describe('In their place: the file name, without a path, of a keyword list in the workspace.'),
  product: text(500).nullable().optional().describe('What is sold, in one line; relevance is judged by it.'),
  language: text(35).nullable().optional().describe('Language of the insight; the list’s own when left out.'),
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/)
    .nullable()
    .optional()
    .describe('ISO 4217, of budget and cost per click.'),
  assumed_cpc_cents: z.number().positive().max(1e6).nullable().optional(),
  model: text(300).min(1).optional().describe('provider/model-id; the settings’ own when left out.'),
  fresh: z.boolean().optional().describe('Ask again although the answer is known.'),
  stream: z.boolean().optional().describe('Answer with server-sent events: stage, partial, result, error.'),
});
/** As it is documented. */
export const generateBody = generateFields.meta({
  oneOf: [{ required: ['keywords'] }, { required: ['list'] }],
});
/** As it is received. */
export const generateRequest = generateFields
  .extend({ keywords: checkedKeywords.optional() })
  .refine((body) => (body.keywords === undefined) !== (body.list === undefined), {
    message: 'Give either keywords (an array) or list (the file name of a keyword list in the workspace).',
    path: ['keywords'],
  });

export const feedbackBody = z.object({
  responseId: z.uuid(),
  feedback: z.enum(['positive', 'negative', 'neutral']).nullable().describe('null takes a rating back.'),
  notes: z.string().max(5000).nullable().optional(),
});

export const metricsQuery = z.object({
  period: z.enum(Object.keys(PERIODS) as [PeriodName, ...PeriodName[]]).default('7d'),
  type: text(60)
    .min(1)
    .meta({ enum: [...TYPE_NAMES, CHAT_TYPE] })
    .optional(),
});

const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);
export const trainingQuery = z.object({
  from: moment.optional(),
  to: moment.optional(),
  type: typeName.optional(),
  limit: z.coerce.number().int().min(1).max(10_000_000).optional(),
});

export const modelPath = z.object({ model: text(300).min(1).describe('provider/model-id') });

/** What it does not name is passed on as it came, and not looked at. */
export const chatBody = z.object({
  model: z
    .string()
    .trim()
    .min(1)
    .max(300)
    .nullable()
    .optional()
    .describe('provider/model-id; the settings’ own when left out.'),
  messages: z
    .array(z.object({ role: z.string().max(40) }))
    .min(1)
    .max(10_000),
  stream: z.boolean().nullable().optional(),
});

/** One object each: in JSON Schema, parts that forbid what they do not name can never hold together. */
export const insightAnswer = z
  .union(
    INSIGHTS.map(({ id, insightSchema }) => {
      if (!(insightSchema instanceof z.ZodObject)) throw new Error(`The insight ${id} is no object.`);
      return insightSchema.extend({
        responseId: z.uuid(),
        meta: insightResultSchema.omit({ insight: true }),
      });
    }),
  )
  .describe('The insight of its type, with responseId and meta beside it.');

export const failureAnswer = z.object({
  error: z.string(),
  message: z.string(),
  details: z.unknown().optional(),
});

export const openAiFailureAnswer = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
});

const quotaUse = z.object({
  used: z.int(),
  limit: z.int().describe('-1 is unlimited.'),
  percentage: z.number().nullable().describe('0-100; null when unlimited.'),
});
export const quotaAnswer = z.object({ ai_brief: quotaUse, ai_calls: quotaUse });

export const metricsAnswer = z.object({
  period: z.string(),
  total_requests: z.int(),
  cache_hits: z.int(),
  cache_misses: z.int(),
  cache_hit_rate: z.number(),
  avg_latency_ms: z.number(),
  p95_latency_ms: z.number(),
  total_tokens_in: z.int(),
  total_tokens_out: z.int(),
  total_cost_cents: z.number(),
  failures: z.int(),
  active_cache_entries: z.int(),
  by_type: z.record(z.string(), z.int()),
  by_plan: z.record(z.string(), z.int()),
});

export const debugAnswer = z.looseObject({
  enabled: z.boolean(),
  provider: z.string(),
  huggingface: z.looseObject({
    hasToken: z.boolean(),
    modelId: z.string(),
    tokenAnalysis: z.looseObject({ issue: z.string() }),
  }),
});

export const modelAnswer = z.looseObject({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
});
export const modelsAnswer = z.object({ object: z.literal('list'), data: z.array(modelAnswer) });

export const completionAnswer = z.looseObject({ choices: z.array(z.unknown()) });
