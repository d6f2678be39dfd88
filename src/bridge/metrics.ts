/** How much was used, in the old API's words. */
import type { UsageSummary } from '../store/types.ts';

const NANO_PER_CENT = 10_000_000;

export const PERIODS = { '7d': 7, '30d': 30, '90d': 90 } as const;
export type PeriodName = keyof typeof PERIODS;

export interface UsagePeriod {
  /** ISO 8601 UTC. */
  readonly from: string;
  /** An insight type, or `chat_completion`; undefined: all. */
  readonly type: string | undefined;
}

/** What the log says of a period. */
export interface UsageMetrics {
  readonly total_requests: number;
  readonly cache_hits: number;
  readonly cache_misses: number;
  /** 0-1; 0 without requests. */
  readonly cache_hit_rate: number;
  readonly avg_latency_ms: number;
  readonly p95_latency_ms: number;
  readonly total_tokens_in: number;
  readonly total_tokens_out: number;
  readonly total_cost_cents: number;
  readonly failures: number;
  readonly active_cache_entries: number;
  readonly by_type: Readonly<Record<string, number>>;
  readonly by_plan: Readonly<Record<string, number>>;
}

export function metricsOf(used: UsageSummary, cachedAnswers: number): UsageMetrics {
  return {
    total_requests: used.requests,
    cache_hits: used.cacheHits,
    cache_misses: used.requests - used.cacheHits,
    cache_hit_rate: used.requests === 0 ? 0 : used.cacheHits / used.requests,
    avg_latency_ms: used.averageLatencyMs,
    p95_latency_ms: used.p95LatencyMs,
    total_tokens_in: used.tokensIn,
    total_tokens_out: used.tokensOut,
    total_cost_cents: used.costNanoUsd / NANO_PER_CENT,
    failures: used.failures,
    active_cache_entries: cachedAnswers,
    by_type: used.byType,
    // There are no plans here.
    by_plan: {},
  };
}
