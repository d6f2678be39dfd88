import { LexyBrainError, messageOf } from '../errors.ts';
import { costNanoUsd, promptTokensAtMost, upperBoundNanoUsd } from '../providers/pricing.ts';
import { DEFAULT_MAX_TOKENS } from '../providers/tokens.ts';
import type { LexyBrainProviderRequest, Log, Price, Usage } from '../providers/types.ts';
import type { CapStatus, Ledger, Reservation } from './ledger.ts';
import type { BookedTokens } from './ledger-entry.ts';
import { modelVersion, tokensIn } from './record.ts';
import type { Destination, Limits } from './routing.ts';

/** An answer that is there is not held up longer for its price. */
const PRICE_WAIT_MS = 2_000;

/**
 * What nobody counted may have cost more than it is estimated at, and the cap holds all the same: so many times the
 * estimate are booked, up to what was reserved.
 */
const ESTIMATE_MARGIN = 2;

export interface CallCost {
  /** 1e-9 USD; null when the price is unknown. */
  readonly nano: number | null;
  readonly price: Price | null;
  /** How far the day's cap is used with this call booked; null where no ledger says. */
  readonly status: CapStatus | null;
}

/**
 * Guards the money of one call to a model: reserves the most that each HTTP request can cost before it is sent, and
 * books in the end what it did cost. A request that is followed by another one was refused or never got through, which
 * nobody bills, so its reservation is released as soon as the next is asked for; or its connection was lost, and then it
 * is booked at an estimate and counts as a part of the call's cost.
 */
export class CallGuard {
  readonly #ledger: Ledger;
  readonly #destination: Destination;
  readonly #limits: Limits;
  readonly #quotaKey: string | null;
  readonly #request: LexyBrainProviderRequest;
  readonly #estimate: () => Usage;
  readonly #signal: AbortSignal | undefined;
  readonly #log: Log;
  #reservation: Reservation | null = null;
  /** The cost of requests whose connection was lost, 1e-9 USD; null when it is unknown. */
  #lost: number | null = 0;

  constructor(options: {
    readonly ledger: Ledger;
    readonly destination: Destination;
    readonly limits: Limits;
    /** What the call counts as; null when its generation was counted already. */
    readonly quotaKey: string | null;
    /** Its price has an upper bound. */
    readonly request: LexyBrainProviderRequest;
    /** What a request that was sent has used when nothing came back. */
    readonly estimate: () => Usage;
    readonly signal: AbortSignal | undefined;
    readonly log: Log;
  }) {
    this.#ledger = options.ledger;
    this.#destination = options.destination;
    this.#limits = options.limits;
    this.#quotaKey = options.quotaKey;
    this.#request = options.request;
    this.#estimate = options.estimate;
    this.#signal = options.signal;
    this.#log = options.log;
  }

  /** Whether any request was allowed, and so may have been sent. */
  get sent(): boolean {
    return this.#reservation !== null;
  }

  /** Before each HTTP request. Throws `cost-cap`, `quota`, `price-unknown` or `ledger` when it may not be made. */
  readonly beforeAttempt = async (_attempt: number, failed?: LexyBrainError): Promise<void> => {
    const { pricing, route } = this.#destination;
    const { priced } = pricing;
    const { capNano, requestsPerMinute } = this.#limits;
    if (failed !== undefined && isBilled(failed, '')) {
      this.#lost = (await this.settle(this.#estimate(), null)).nano;
    } else {
      await this.release();
    }
    this.#reservation = null;
    const capped = this.#capped;
    const amountNano = capped ? await this.#mostItCanCost() : 0;
    // Without a cap the price is needed only at the end: it is looked up while the model answers.
    if (priced && !capped) void pricing.range(this.#signal).catch(() => null);
    const key = this.#quotaKey;
    this.#reservation = await this.#ledger.reserve({
      amountNano,
      capNano: priced ? capNano : null,
      ...(key === null ? {} : { quota: { key, limit: this.#limits.quota(key) } }),
      ...(requestsPerMinute > 0 ? { perMinute: requestsPerMinute } : {}),
      priced,
      ...(priced ? { model: modelVersion(route.provider, route.model) } : {}),
      ...(capped ? { tokens: this.#mostTokens() } : {}),
    });
  };

  /**
   * Books what a call cost: an answered one by the provider's figures, one that was cancelled or cut by an estimate.
   * Where the price is unknown, and under a cap where nobody knows what the model did (`inTheDark`), all that was
   * reserved stays booked.
   */
  async settle(usage: Usage, servedBy: string | null, inTheDark = false): Promise<CallCost> {
    const { pricing } = this.#destination;
    if (!pricing.priced) return { nano: 0, price: null, status: await this.#book(0) };
    // Not with the caller's signal: what was cancelled has a price all the same.
    const price = await pricing.of(servedBy, AbortSignal.timeout(PRICE_WAIT_MS)).catch(() => null);
    const nano = price === null ? null : this.#costOf(usage, price);
    const reserved = this.#reservation?.amountNano ?? 0;
    let booked = nano ?? reserved;
    let tokens: BookedTokens = [tokensIn(usage), usage.out];
    if (this.#capped && usage.estimated) {
      tokens = this.#withMargin(tokens, inTheDark);
      const [uncachedIn, out] = tokens;
      const safe = price && this.#costOf({ uncachedIn, cacheRead: 0, cacheWrite: 0, out }, price);
      booked = Math.min(safe ?? reserved, reserved);
    }
    return { nano: plus(nano, this.#lost), price, status: await this.#book(booked, tokens) };
  }

  /**
   * Books what a call that failed may cost: what was said and thought until then (`said`), as `estimate` has it, where it may
   * be billed (see isBilled), else nothing; `usage` is null then.
   */
  async settleFailed(
    failure: LexyBrainError,
    said: string,
    estimate: () => Usage,
  ): Promise<{ readonly usage: Usage | null; readonly cost: CallCost }> {
    if (!this.sent || !isBilled(failure, said)) {
      return { usage: null, cost: { nano: await this.release(), price: null, status: null } };
    }
    const usage = estimate();
    // Behind a proxy that holds answers back, a whole one may have been written.
    const inTheDark = said === '' && failure.reason === 'provider-timeout';
    return { usage, cost: await this.settle(usage, null, inTheDark) };
  }

  #withMargin([tokensIn, out]: BookedTokens, inTheDark: boolean): BookedTokens {
    const [mostIn, mostOut] = this.#mostTokens();
    if (inTheDark) return [mostIn, mostOut];
    return [Math.min(tokensIn * ESTIMATE_MARGIN, mostIn), Math.min(out * ESTIMATE_MARGIN, mostOut)];
  }

  /** Nothing of the last request is billed: it was refused, or never got through. Resolves to the cost of those before it. */
  async release(): Promise<number | null> {
    try {
      await this.#reservation?.release();
    } catch (error) {
      this.#warn(error);
    }
    return this.#lost;
  }

  get #capped(): boolean {
    return this.#destination.pricing.priced && this.#limits.capNano !== null;
  }

  #costOf(usage: Omit<Usage, 'estimated' | 'raw'>, price: Price): number | null {
    try {
      return costNanoUsd(usage, price);
    } catch (error) {
      this.#log.warn(`The cost of a call could not be reckoned: ${messageOf(error)}.`);
      return null;
    }
  }

  /** Only a cap is decided by what is booked: without one, nobody waits until it is written down. */
  async #book(nano: number, tokens?: BookedTokens): Promise<CapStatus | null> {
    const booked = this.#writeDown(nano, tokens);
    return this.#capped ? booked : null;
  }

  /** An answer that was paid for is not lost because its cost cannot be written down. */
  async #writeDown(nano: number, tokens?: BookedTokens): Promise<CapStatus | null> {
    try {
      return (await this.#reservation?.settle(nano, tokens)) ?? null;
    } catch (error) {
      this.#warn(error);
      return this.#reservation?.status ?? null;
    }
  }

  #warn(error: unknown): void {
    this.#log.warn(`What was reserved for a call counts in full until the day ends: ${messageOf(error)}`);
  }

  #mostTokens(): BookedTokens {
    return [promptTokensAtMost(this.#request), this.#request.max_tokens ?? DEFAULT_MAX_TOKENS];
  }

  async #mostItCanCost(): Promise<number> {
    const { pricing, route } = this.#destination;
    const range = await pricing.range(this.#signal).catch((error: unknown) => {
      if (this.#signal?.aborted === true) throw error;
      return null;
    });
    if (range !== null) return upperBoundNanoUsd(this.#request, range.highest);
    if (this.#limits.allowUnknownPrice) return 0;
    throw new LexyBrainError(
      'price-unknown',
      `The price of ${route.model} is not known, and a daily cost cap is set.`,
      {
        advice:
          `Enter its price under "${route.provider}/${route.model}" in the setting lexybrain.prices (terminal: LEXYBRAIN_PRICES), ` +
          'pick another model, or turn on lexybrain.allowUnknownPrice.',
      },
    );
  }
}

/**
 * Whether a request that failed may be billed. Not billed is what was refused (an HTTP status; Hugging Face: "only 2xx/3xx
 * requests are billed") and what never got through; once a word of an answer has come, or the request was given up while
 * the model was at it, it is taken for billed.
 */
function isBilled(failure: LexyBrainError, text: string): boolean {
  if (text !== '') return true;
  return failure.mayBeBilled ?? failure.status === undefined;
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

/** The warning before the cap is reached; null while there is room enough. */
export function capWarning(status: CapStatus | null): string | null {
  if (status?.nearCap !== true || status.capNano === null || status.capNano === 0) return null;
  const usd = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: 4,
  });
  const share = Math.floor((status.usedNano / status.capNano) * 100);
  return `${share} % of today's cost cap of ${usd.format(status.capNano / 1e9)} is spent or reserved.`;
}
