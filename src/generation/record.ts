import { v7 as uuidv7 } from 'uuid';
import type { LexyBrainError } from '../errors.ts';
import type { Price, StructureMode, Usage } from '../providers/types.ts';
import type {
  FailureRow,
  GenerationRecord,
  InsightRow,
  RequestRow,
  ResponseRow,
  UsageRow,
} from '../store/types.ts';
import type { Evidence } from './answer.ts';
import type { Assignment } from './experiments.ts';
import type { Route } from './routing.ts';
import type { InsightRequest, InsightResult } from './types.ts';

/** What one call to the model came to, for the log. */
export interface Attempt {
  readonly id: string;
  readonly prompt: string;
  readonly system: string | null;
  /** The draft, or what the model said when it could not be used. */
  readonly output: unknown;
  readonly success: boolean;
  readonly model: string;
  readonly servedBy: string | null;
  readonly latencyMs: number;
  readonly firstTokenMs: number | null;
  readonly usage: Usage | null;
  readonly price: Price | null;
  readonly costNanoUsd: number | null;
  readonly finishReason: string | null;
  readonly structure: StructureMode | null;
  readonly error: LexyBrainError | null;
  readonly at: Date;
}

export interface RecordParts {
  readonly request: InsightRequest;
  readonly requestId: string;
  readonly requestedAt: Date;
  readonly userId: string | null;
  readonly inputHash: string;
  readonly route: Route;
  readonly assignment: Assignment | null;
  readonly evidence: Evidence | null;
  readonly attempts: readonly Attempt[];
  readonly result: InsightResult | null;
  readonly cacheMs: number;
  readonly error: LexyBrainError | null;
  readonly latencyMs: number;
}

/** The one record of a generation: request, every attempt's response, usage, and the insight or the failure. */
export function generationRecord(parts: RecordParts): GenerationRecord {
  const { request, requestId, userId, attempts, result, error } = parts;
  const { summary } = request.list;
  const context = contextOf(parts);
  const requestRow: RequestRow = {
    id: requestId,
    user_id: userId,
    prompt: attempts[0]?.prompt ?? '',
    context_json: context,
    requested_at: parts.requestedAt.toISOString(),
    insight_type: request.type,
    market: request.input.market,
    niche_terms: request.input.nicheTerms,
    source: request.source,
    list_name: summary.name,
    list_hash: summary.hash,
    list_rows: summary.rows,
    experiment: parts.assignment?.experiment ?? null,
    arm: parts.assignment?.arm ?? null,
    comparison_id: request.comparisonId ?? null,
  };
  return {
    kind: 'generation',
    id: requestId,
    request: requestRow,
    responses: attempts.map((attempt, position) => responseRow(attempt, position + 1, parts.route)),
    insight: result === null ? null : insightRow(parts, result, context),
    // Refused before anything was sent: nothing was used.
    usage: attempts.length === 0 ? null : usageRow(parts),
    failure: error === null ? null : failureRow(parts, error),
  };
}

/** A cached answer was used: an event of its own, at no cost, with no request and no response. */
export function cacheHitRecord(
  request: InsightRequest,
  result: InsightResult,
  userId: string | null,
  at: Date,
): GenerationRecord {
  const id = uuidv7();
  const usage: UsageRow = {
    id,
    user_id: userId,
    type: request.type,
    tokens_in: 0,
    tokens_out: 0,
    cache_hit: true,
    latency_ms: result.timing.latencyMs,
    cost_nano_usd: 0,
    model_version: modelVersion(result.model.provider, result.model.id),
    plan_code: null,
    source: request.source,
    ts: at.toISOString(),
  };
  return { kind: 'generation', id, request: null, responses: [], insight: null, usage, failure: null };
}

/** What is left of a record when nothing may be kept that was asked or answered: the usage, and that it failed. */
export function withoutText(record: GenerationRecord): GenerationRecord {
  // A provider's own words may quote the prompt.
  const failure = record.failure && { ...record.failure, error_message: record.failure.error_code };
  return { ...record, request: null, responses: [], insight: null, failure };
}

export function modelVersion(provider: string, model: string): string {
  return `${provider}/${model}`;
}

function contextOf({ request, evidence, attempts }: RecordParts): unknown {
  const { input, list } = request;
  return {
    market: input.market,
    product: input.product,
    niche_terms: input.nicheTerms,
    budget_cents: input.budgetCents,
    currency: input.currency,
    assumed_cpc_cents: input.assumedCpcCents,
    language: input.language,
    instructions: input.instructions,
    today: input.today,
    list: {
      name: list.summary.name,
      tool: list.summary.tool,
      hash: list.summary.hash,
      rows: list.summary.rows,
    },
    rows_shown: evidence?.digest.shown ?? null,
    system: attempts[0]?.system ?? null,
  };
}

function responseRow(attempt: Attempt, number: number, route: Route): ResponseRow {
  return {
    id: attempt.id,
    model_name: attempt.model,
    output_json: attempt.success ? attempt.output : { raw: attempt.output },
    generated_at: attempt.at.toISOString(),
    latency_ms: attempt.latencyMs,
    success: attempt.success,
    tokens_in: attempt.usage === null ? null : tokensIn(attempt.usage),
    tokens_out: attempt.usage?.out ?? null,
    provider: route.provider,
    served_by: attempt.servedBy,
    attempt: number,
    first_token_ms: attempt.firstTokenMs,
    usage_json: attempt.usage?.raw ?? null,
    price_json: attempt.price,
    cost_nano_usd: attempt.costNanoUsd,
    finish_reason: attempt.finishReason,
    error_code: attempt.error?.reason ?? null,
  };
}

function insightRow(parts: RecordParts, result: InsightResult, context: unknown): InsightRow {
  return {
    id: result.id,
    user_id: parts.userId,
    type: result.type,
    input_hash: parts.inputHash,
    context_json: context,
    output_json: result,
    generated_at: result.generatedAt,
    expires_at: result.cache.expiresAt,
    ttl_minutes: Math.round(parts.cacheMs / 60_000),
    status: 'ready',
    model_version: modelVersion(result.model.provider, result.model.id),
  };
}

function usageRow({ request, requestedAt, userId, attempts, route, latencyMs }: RecordParts): UsageRow {
  const sum = (pick: (attempt: Attempt) => number): number =>
    attempts.reduce((total, attempt) => total + pick(attempt), 0);
  return {
    id: uuidv7(),
    user_id: userId,
    type: request.type,
    tokens_in: sum(({ usage }) => (usage === null ? 0 : tokensIn(usage))),
    tokens_out: sum(({ usage }) => usage?.out ?? 0),
    cache_hit: false,
    latency_ms: latencyMs,
    cost_nano_usd: sum(({ costNanoUsd }) => costNanoUsd ?? 0),
    model_version: modelVersion(route.provider, attempts.at(-1)?.model ?? route.model),
    plan_code: null,
    source: request.source,
    ts: requestedAt.toISOString(),
  };
}

function failureRow(parts: RecordParts, error: LexyBrainError): FailureRow {
  return {
    id: uuidv7(),
    user_id: parts.userId,
    type: parts.request.type,
    error_code: error.reason,
    error_message: error.message,
    payload: { provider: parts.route.provider, model: parts.route.model, status: error.status ?? null },
    ts: parts.requestedAt.toISOString(),
  };
}

/** All input tokens of a usage, whatever bucket they are billed in. */
export function tokensIn(usage: Usage): number {
  return usage.uncachedIn + usage.cacheRead + usage.cacheWrite;
}
