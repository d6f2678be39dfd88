import type { SqlValue } from 'sql.js';
import type { Row } from './part.ts';
import type { Rating, UsageGroup, UsageQuery } from './types.ts';

/** Summing up usage events, for the summary and the report. */

/** Groups by name, made when first asked for. */
export class Groups<Group> {
  readonly #make: (name: string) => Group;
  readonly #groups = new Map<string, Group>();

  constructor(make: (name: string) => Group) {
    this.#make = make;
  }

  of(name: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = this.#make(name);
      this.#groups.set(name, group);
    }
    return group;
  }

  all(): Group[] {
    return [...this.#groups.values()];
  }

  entries(): (readonly [string, Group])[] {
    return [...this.#groups];
  }
}

/** What a group used. */
export class Figures {
  readonly #name: string;
  #requests = 0;
  #cacheHits = 0;
  #tokensIn = 0;
  #tokensOut = 0;
  #costNanoUsd = 0;
  #correctedNanoUsd = 0;
  /** Of the requests that were not answered from the cache, and of the others. */
  readonly #latencies: number[] = [];
  readonly #hitLatencies: number[] = [];
  readonly #ratings = noRatings();
  failures = 0;

  constructor(name: string) {
    this.#name = name;
  }

  use(row: Row, correctedNanoUsd: number): void {
    const hit = row['cache_hit'] === 1;
    this.#requests += 1;
    this.#cacheHits += hit ? 1 : 0;
    this.#tokensIn += Number(row['tokens_in']);
    this.#tokensOut += Number(row['tokens_out']);
    this.#costNanoUsd += Number(row['cost_nano_usd']);
    this.#correctedNanoUsd += correctedNanoUsd;
    (hit ? this.#hitLatencies : this.#latencies).push(Number(row['latency_ms']));
  }

  rate(ratings: readonly Rating[]): void {
    for (const rating of ratings) this.#ratings[rating] += 1;
  }

  /** Of all requests, cached ones included. */
  allLatencies(): number[] {
    return [...this.#latencies, ...this.#hitLatencies];
  }

  finish(): UsageGroup {
    return {
      name: this.#name,
      requests: this.#requests,
      cacheHits: this.#cacheHits,
      tokensIn: this.#tokensIn,
      tokensOut: this.#tokensOut,
      costNanoUsd: this.#costNanoUsd,
      correctedNanoUsd: this.#correctedNanoUsd,
      failures: this.failures,
      latencyMs: spread(this.#latencies),
      ratings: this.#ratings,
    };
  }
}

/** The quantile of sorted values by the nearest rank; 0 without any. */
function nearestRank(sorted: readonly number[], share: number): number {
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

/** Null without any. */
export function spread(values: readonly number[]): { median: number; p95: number } | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return { median: nearestRank(sorted, 0.5), p95: nearestRank(sorted, 0.95) };
}

export const noRatings = (): Record<Rating, number> => ({ positive: 0, neutral: 0, negative: 0 });

/** A column's text; empty when it has none. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : '';
}
