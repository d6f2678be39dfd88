import { LexyBrainError } from '../errors.ts';
import { costNanoUsd, upperBoundNanoUsd } from '../providers/pricing.ts';
import type { LexyBrainProviderRequest, Price, Usage } from '../providers/types.ts';
import type { Ledger, Reservation } from './ledger.ts';
import type { Destination, Limits } from './routing.ts';

export interface CallCost {
  /** 1e-9 USD; null when the price is unknown. */
  readonly nano: number | null;
  readonly price: Price | null;
}

/**
 * Guards the money of one call to a model: reserves the most that each HTTP attempt can cost before it is made, and
 * settles all of them afterwards.
 */
export class CallGuard {
  readonly #ledger: Ledger;
  readonly #destination: Destination;
  readonly #limits: Limits;
  readonly #quotaKey: string | null;
  readonly #request: LexyBrainProviderRequest;
  readonly #signal: AbortSignal | undefined;
  readonly #reservations: Reservation[] = [];

  constructor(options: {
    readonly ledger: Ledger;
    readonly destination: Destination;
    readonly limits: Limits;
    /** Counted at the first attempt; null when this generation was counted already. */
    readonly quotaKey: string | null;
    readonly request: LexyBrainProviderRequest;
    readonly signal: AbortSignal | undefined;
  }) {
    this.#ledger = options.ledger;
    this.#destination = options.destination;
    this.#limits = options.limits;
    this.#quotaKey = options.quotaKey;
    this.#request = options.request;
    this.#signal = options.signal;
  }

  /** Before each attempt. Throws `cost-cap`, `quota`, `price-unknown` or `ledger` when it may not be made. */
  readonly beforeAttempt = async (): Promise<void> => {
    const { priced } = this.#destination.pricing;
    const { capNano, requestsPerMinute } = this.#limits;
    // The built-in analyst counts for nothing.
    if (this.#destination.route.provider === 'builtin') return;
    const amount = priced && capNano !== null ? await this.#mostItCanCost() : { nano: 0, known: !priced };
    const first = this.#reservations.length === 0;
    const limit = this.#quotaKey === null ? -1 : this.#limits.quota(this.#quotaKey);
    this.#reservations.push(
      await this.#ledger.reserve({
        amountNano: amount.nano,
        capNano: priced ? capNano : null,
        ...(first && this.#quotaKey !== null ? { quota: { key: this.#quotaKey, limit } } : {}),
        ...(requestsPerMinute > 0 ? { perMinute: requestsPerMinute } : {}),
        priced,
      }),
    );
  };

  /** What an answered call cost. Books it in place of what was reserved. */
  async settle(usage: Usage | null, servedBy: string | null): Promise<CallCost> {
    const { pricing } = this.#destination;
    if (!pricing.priced) return this.#book({ nano: 0, price: null });
    const price = await pricing.of(servedBy, this.#signal).catch(() => null);
    return this.#book({
      nano: price === null || usage === null ? null : costNanoUsd(usage, price),
      price,
    });
  }

  /** The call never got as far as being answered: nothing is billed. */
  async release(): Promise<void> {
    await Promise.all(this.#reservations.map((reservation) => reservation.release()));
  }

  async #book(cost: CallCost): Promise<CallCost> {
    const last = this.#reservations.length - 1;
    // Attempts before the last were refused or failed without an answer; providers bill only what they answer.
    await Promise.all(
      this.#reservations.map((reservation, position) =>
        reservation.settle(position === last ? (cost.nano ?? reservation.amountNano) : 0),
      ),
    );
    return cost;
  }

  async #mostItCanCost(): Promise<{ nano: number; known: boolean }> {
    const range = await this.#destination.pricing.range(this.#signal).catch(() => null);
    if (range !== null) {
      return {
        nano: upperBoundNanoUsd(this.#request, range.highest),
        known: true,
      };
    }
    if (this.#limits.allowUnknownPrice) return { nano: 0, known: false };
    const { provider, model } = this.#destination.route;
    throw new LexyBrainError(
      'price-unknown',
      `The price of ${model} is not known, and a daily cost cap is set.`,
      {
        advice:
          `Enter its price under "${provider}/${model}" in the setting lexybrain.prices, ` +
          'pick another model, or turn on lexybrain.allowUnknownPrice.',
      },
    );
  }
}
