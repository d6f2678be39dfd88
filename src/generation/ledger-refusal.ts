import { LexyBrainError } from '../errors.ts';
import type { Verdict } from './ledger-month.ts';

/**
 * A refused reservation of `amountNano` (1e-9 USD) at `at` (epoch ms) in the user's words: the limit, how far it is used,
 * what to do; and when there is room again.
 */
export function refusal(
  verdict: Verdict & { readonly granted: false },
  amountNano: number,
  at: number,
): LexyBrainError {
  const now = new Date(at);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  switch (verdict.limit) {
    case 'cap':
      return new LexyBrainError(
        'cost-cap',
        `The daily cost cap of ${usd(verdict.max)} leaves no room for this request: ${usd(verdict.used)} is spent or ` +
          `reserved today, and it may cost up to ${usd(amountNano)}.`,
        {
          advice:
            'Raise the cap in the settings, choose a cheaper or a local model, or wait for the next day (00:00 UTC). ' +
            'The built-in analyst costs nothing.',
          // Tomorrow does not help what costs more than a day's cap.
          ...(amountNano <= verdict.max ? { retryAfterMs: Date.UTC(year, month, day + 1) - at } : {}),
        },
      );
    case 'quota':
      return new LexyBrainError(
        'quota',
        `The monthly quota is used up: ${verdict.used} of ${verdict.max} requests (${verdict.key}).`,
        {
          advice:
            'Raise the quota in the settings, wait for the next month (UTC), or use the built-in analyst, which never counts.',
          ...(verdict.max > 0 ? { retryAfterMs: Date.UTC(year, month + 1) - at } : {}),
        },
      );
    case 'per-minute':
      return new LexyBrainError(
        'quota',
        `The limit of requests per minute is reached: ${verdict.used} of ${verdict.max}.`,
        {
          advice: `Try again in ${Math.max(1, Math.ceil(verdict.waitMs / 1000))} seconds, or raise the limit in the settings.`,
          retryAfterMs: verdict.waitMs,
        },
      );
  }
}

/** Small amounts are shown to the last nano-dollar, so that none reads as nothing. */
function usd(nano: number): string {
  const maximumFractionDigits = nano < 10_000_000 ? 9 : 4;
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits,
  }).format(nano / 1e9);
}
