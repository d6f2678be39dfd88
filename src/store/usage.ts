import type { SqlValue } from 'sql.js';
import type { Snapshot } from './export.ts';
import type { Part } from './part.ts';
import type { UsageQuery, UsageSummary } from './types.ts';

/** What was used in a time, summed up over all parts. */
export function readUsage({ log, active, sealed }: Snapshot, query: UsageQuery): UsageSummary {
  const totals = new Totals();
  totals.add(active, query);
  for (const { number, lastTime: last } of sealed) {
    // Parts are sealed one after the other: what was over before the time began has nothing of it.
    if (query.from !== undefined && last !== null && last < query.from) continue;
    const part = log.openSealed(number);
    if (part === null) continue;
    try {
      totals.add(part, query);
    } finally {
      part.close();
    }
  }
  return totals.summary();
}

class Totals {
  #requests = 0;
  #cacheHits = 0;
  #tokensIn = 0;
  #tokensOut = 0;
  #costNanoUsd = 0;
  #failures = 0;
  readonly #latencies: number[] = [];
  readonly #byType = new Map<string, number>();

  add(part: Part, query: UsageQuery): void {
    const { where, values } = conditions(query);
    const events = `SELECT type, tokens_in, tokens_out, cache_hit, latency_ms, cost_nano_usd FROM ai_usage_events ${where}`;
    for (const row of part.each(events, values)) {
      this.#requests += 1;
      this.#cacheHits += Number(row['cache_hit']);
      this.#tokensIn += Number(row['tokens_in']);
      this.#tokensOut += Number(row['tokens_out']);
      this.#costNanoUsd += Number(row['cost_nano_usd']);
      this.#latencies.push(Number(row['latency_ms']));
      const type = String(row['type']);
      this.#byType.set(type, (this.#byType.get(type) ?? 0) + 1);
    }
    this.#failures += Number(part.value(`SELECT count(*) FROM ai_failures ${where}`, values));
  }

  summary(): UsageSummary {
    const latencies = this.#latencies.toSorted((a, b) => a - b);
    const sum = latencies.reduce((total, each) => total + each, 0);
    return {
      requests: this.#requests,
      cacheHits: this.#cacheHits,
      tokensIn: this.#tokensIn,
      tokensOut: this.#tokensOut,
      costNanoUsd: this.#costNanoUsd,
      failures: this.#failures,
      averageLatencyMs: latencies.length === 0 ? 0 : sum / latencies.length,
      p95LatencyMs: nearestRank(latencies, 0.95),
      byType: Object.fromEntries([...this.#byType].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}

/** The quantile of sorted values by the nearest rank; 0 without any. */
export function nearestRank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Of a table with `ts` and `type`. */
export function conditions({ from, to, type }: UsageQuery): { where: string; values: SqlValue[] } {
  const given = [
    ['ts >= ?', from],
    ['ts <= ?', to],
    ['type = ?', type],
  ] as const;
  const used = given.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]));
  return {
    where: used.length === 0 ? '' : `WHERE ${used.map(({ condition }) => condition).join(' AND ')}`,
    values: used.map(({ value }) => value),
  };
}
