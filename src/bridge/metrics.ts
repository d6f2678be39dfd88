/** How much was used, in the old API's words. */

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
