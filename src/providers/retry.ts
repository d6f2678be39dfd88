import type { LexyBrainError } from '../errors.ts';

/** An attempt that failed before an answer had begun. */
export interface FailedAttempt {
  readonly error: LexyBrainError;
  /** False: asking again cannot help. Undefined: the status decides. */
  readonly worthRetrying?: boolean;
  readonly headers?: Headers;
}

/** A provider that asks for a longer pause than this is not waited for: the user decides. Milliseconds. */
export const LONGEST_PAUSE = 30_000;

/** Between two looks at a model that is loading. Milliseconds. */
const LOADING_PAUSE = 1_000;

export interface RetrySituation {
  /** How many requests were made. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Milliseconds since the call began. */
  readonly elapsed: number;
  readonly loadingMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

/**
 * Milliseconds to wait before the next attempt, or null when there is none. What the provider asks for counts; else
 * 0.5 s doubled with each attempt up to 8 s, less up to a quarter at random: the rule of the official `openai` and
 * `@anthropic-ai/sdk` clients.
 */
export function waitBeforeRetry(failed: FailedAttempt, situation: RetrySituation): number | null {
  const { attempt, maxAttempts, elapsed, loadingMs, now, random } = situation;
  if (failed.error.reason === 'provider-loading' && loadingMs > 0) {
    return elapsed + LOADING_PAUSE <= loadingMs ? LOADING_PAUSE : null;
  }
  if (attempt >= maxAttempts || !isWorthRetrying(failed)) return null;
  const asked = askedPause(failed.headers, now);
  if (asked !== null) return asked <= LONGEST_PAUSE ? asked : null;
  return Math.min(500 * 2 ** (attempt - 1), 8_000) * (1 - 0.25 * random);
}

function isWorthRetrying({ error, worthRetrying }: FailedAttempt): boolean {
  if (worthRetrying !== undefined) return worthRetrying;
  const status = error.status ?? 0;
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** `retry-after-ms`, or `Retry-After` as seconds or as a date; null when absent or not understood. */
export function askedPause(headers: Headers | undefined, now: number): number | null {
  const exact = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (exact >= 0) return exact;
  const text = headers?.get('retry-after')?.trim();
  if (text === undefined || text === '') return null;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
