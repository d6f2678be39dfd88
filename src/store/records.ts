import * as z from 'zod';
import { isTooDeep } from './json-depth.ts';
import type {
  FailureRow,
  FeedbackRecord,
  GenerationRecord,
  InsightRow,
  LogRecord,
  PreferenceRecord,
  RequestRow,
  ResponseRow,
  UsageRow,
} from './types.ts';

/** The shapes that records and rows must have, when they are written and when they are read from a file. */

const id = z.string().regex(/^[\w.:-]{1,64}$/);
const name = z.string().max(1024);
const time = z.iso.datetime();
const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
const source = z.enum(['panel', 'cli', 'bridge', 'chat']);
const json = z.unknown().refine((value) => !isTooDeep(value), 'nested too deeply');

export const requestRow: z.ZodType<RequestRow> = z.object({
  id,
  user_id: name.nullable(),
  prompt: z.string(),
  context_json: json,
  requested_at: time,
  insight_type: name,
  market: name,
  niche_terms: z.array(z.string()),
  source,
  list_name: name.nullable(),
  list_hash: name.nullable(),
  list_rows: count.nullable(),
  experiment: name.nullable(),
  arm: name.nullable(),
  comparison_id: name.nullable(),
});

export const responseRow: z.ZodType<ResponseRow> = z.object({
  id,
  model_name: name,
  output_json: json,
  generated_at: time,
  latency_ms: milliseconds,
  success: z.boolean(),
  tokens_in: count.nullable(),
  tokens_out: count.nullable(),
  provider: name,
  served_by: name.nullable(),
  attempt: count,
  first_token_ms: milliseconds.nullable(),
  usage_json: json,
  price_json: json,
  cost_nano_usd: count.nullable(),
  finish_reason: name.nullable(),
  error_code: name.nullable(),
});

export const insightRow: z.ZodType<InsightRow> = z.object({
  id,
  user_id: name.nullable(),
  type: name,
  input_hash: name,
  context_json: json,
  output_json: json,
  generated_at: time,
  expires_at: time,
  ttl_minutes: z.number().nonnegative(),
  status: z.enum(['ready', 'stale']),
  model_version: name,
});

export const usageRow: z.ZodType<UsageRow> = z.object({
  id,
  user_id: name.nullable(),
  type: name,
  tokens_in: count,
  tokens_out: count,
  cache_hit: z.boolean(),
  latency_ms: milliseconds,
  cost_nano_usd: count,
  model_version: name,
  plan_code: name.nullable(),
  source,
  ts: time,
});

export const failureRow: z.ZodType<FailureRow> = z.object({
  id,
  user_id: name.nullable(),
  type: name,
  error_code: name,
  error_message: z.string(),
  payload: json,
  ts: time,
});

const generationRecord: z.ZodType<GenerationRecord> = z.object({
  kind: z.literal('generation'),
  id,
  request: requestRow.nullable(),
  responses: z.array(responseRow).max(100),
  insight: insightRow.nullable(),
  usage: usageRow.nullable(),
  failure: failureRow.nullable(),
});

export const feedbackRecord: z.ZodType<FeedbackRecord> = z.object({
  kind: z.literal('feedback'),
  id,
  response_id: id,
  user_id: name.nullable(),
  feedback: z.enum(['positive', 'negative', 'neutral']).nullable(),
  notes: z.string().nullable(),
  created_at: time,
});

export const preferenceRecord: z.ZodType<PreferenceRecord> = z.object({
  kind: z.literal('preference'),
  id,
  comparison_id: name,
  chosen_response_id: id,
  rejected_response_id: id,
  user_id: name.nullable(),
  created_at: time,
});

const SCHEMAS: Record<LogRecord['kind'], z.ZodType<LogRecord>> = {
  generation: generationRecord,
  feedback: feedbackRecord,
  preference: preferenceRecord,
};

const known = z.object({ kind: z.enum(['generation', 'feedback', 'preference']) });

/** The record, or what is wrong with it in one line. A kind that is not known is wrong like any other value. */
export function parseRecord(value: unknown): { readonly record: LogRecord } | { readonly complaint: string } {
  const start = known.safeParse(value);
  if (!start.success) return { complaint: complaintOf(start.error) };
  const parsed = SCHEMAS[start.data.kind].safeParse(value);
  return parsed.success ? { record: parsed.data } : { complaint: complaintOf(parsed.error) };
}

/** The first complaint and where it is. */
function complaintOf(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'invalid';
  const path = issue.path.join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
