import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { LexyBrainError, messageOf } from '../errors.ts';
import { costNanoUsd } from '../providers/pricing.ts';
import { type BookedTokens, type ReserveEntry, reserveSchema, settleSchema } from './ledger-entry.ts';
import { LedgerFile, type LedgerFileSystem } from './ledger-file.ts';
import type { Totals } from './ledger-month.ts';
import { refusal } from './ledger-refusal.ts';
import { ownPrice, type PriceTable } from './own-prices.ts';

export interface LedgerOptions {
  /** The user's data folder, one for all windows, workspaces, the bridge and the terminal. */
  readonly dataFolder: string;
  /** Epoch milliseconds; `Date.now` when absent. */
  readonly now?: () => number;
  readonly fs?: LedgerFileSystem;
  /** The user's own prices, USD per million tokens by `provider/model-id`: they correct what is booked for today. */
  readonly prices?: () => PriceTable;
}

export interface ReserveRequest {
  /** The most the request can cost, 1e-9 USD, a safe integer; 0: it costs nothing. */
  readonly amountNano: number;
  /** The cap of a UTC day, 1e-9 USD, a safe integer; null: none. */
  readonly capNano: number | null;
  /** What it counts as (`ai_brief`, `ai_calls`) and how often that is allowed in a UTC month; -1: without limit. */
  readonly quota?: { readonly key: string; readonly limit: number };
  /** Requests allowed in 60 seconds, 1 to 10,000. The window begins anew with the UTC month. */
  readonly perMinute?: number;
  /**
   * Whether it may cost money: then it is refused when the ledger cannot be written. Said for a request of unknown
   * price, whose amount is 0; otherwise it follows from the amount.
   */
  readonly priced?: boolean;
  /** `provider/model-id` and the most tokens the amount stands for, by which it can be corrected. */
  readonly model?: string;
  readonly tokens?: BookedTokens;
}

/** How far a day's cap is used. Amounts in 1e-9 USD. */
export interface CapStatus {
  /** UTC, YYYY-MM-DD. */
  readonly day: string;
  readonly settledNano: number;
  readonly openNano: number;
  /** Settled and open together: what counts against the cap. */
  readonly usedNano: number;
  readonly capNano: number | null;
  /** From here on the user is warned: 80 % of the cap. */
  readonly warnAtNano: number | null;
  readonly nearCap: boolean;
}

/** Leave to spend up to an amount on one request. */
export interface Reservation {
  readonly id: string;
  /** The UTC day it counts for, also when it is settled on a later one. */
  readonly day: string;
  readonly amountNano: number;
  /** False when the ledger could not be written and a request that costs nothing goes on without. */
  readonly recorded: boolean;
  /** With this reservation counted in full; null when not recorded. */
  readonly status: CapStatus | null;
  /**
   * Books what the request cost in place of what was reserved. Only the first settlement counts. When it cannot be
   * written it rejects with reason `ledger`, the reservation stays as it is, and settling may be tried again.
   * `tokens` is what the amount stands for.
   */
  settle(nano: number, tokens?: BookedTokens): Promise<CapStatus | null>;
  /** The request never reached a model: settles at 0 and gives its count back. */
  release(): Promise<CapStatus | null>;
}

export interface LedgerUsage extends Totals {
  /** YYYY-MM-DD or YYYY-MM, UTC. */
  readonly period: string;
  /** Lines of the month's file that could not be read as entries. */
  readonly ignoredLines: number;
}

const WARN_AT = 0.8;

/**
 * Where money and quota are decided, for all processes of a user: `ledger/YYYY-MM.jsonl`, one line per entry, the
 * order of the lines is the decision. A request writes down the most it can cost and the limits it knows; it is
 * granted exactly if what was granted before leaves room. What a process that died had reserved counts in full until
 * its UTC day ends. A settlement goes into the file of its reservation's month. When the user corrects a price, what
 * was booked today by a wrong one is corrected as well, by lines like the others.
 */
export class Ledger {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #fs: LedgerFileSystem | undefined;
  readonly #prices: () => PriceTable;
  readonly #files = new Map<string, LedgerFile>();
  /** The day and the prices that were last brought together. */
  #corrected = '';

  constructor(options: LedgerOptions) {
    this.#folder = join(options.dataFolder, 'ledger');
    this.#now = options.now ?? Date.now;
    this.#fs = options.fs;
    this.#prices = options.prices ?? (() => ({}));
  }

  /**
   * Reserves money and counts the request. Throws `cost-cap` or `quota` when there is no room, and `ledger` when the
   * ledger cannot be written and the request is priced. A ZodError says that a value of the request is out of range.
   */
  async reserve(request: ReserveRequest): Promise<Reservation> {
    const { amountNano, capNano, quota, perMinute, tokens, priced = amountNano > 0 } = request;
    const model = reserveSchema.shape.model.safeParse(request.model).data;
    const at = this.#now();
    const entry = reserveSchema.parse({
      entry: 'reserve',
      id: randomUUID(),
      day: new Date(at).toISOString().slice(0, 10),
      at,
      nano: amountNano,
      cap: capNano,
      key: quota?.key,
      limit: quota?.limit,
      perMinute,
      model,
      tokens,
    });
    const file = this.#file(entry.day);
    let decision;
    try {
      if (priced) await this.#correct(file, entry.day);
      decision = await file.reserve(entry);
    } catch (error) {
      if (priced) throw notWritten(error);
      return unrecorded(entry);
    }
    if (!decision.verdict.granted) throw refusal(decision.verdict, amountNano, at);
    return new RecordedReservation(file, entry, capStatus(entry, decision.totals));
  }

  /** What a UTC day (YYYY-MM-DD) or month (YYYY-MM) has used; today when absent. Throws `ledger` when it cannot be read. */
  async usage(period: string = new Date(this.#now()).toISOString().slice(0, 10)): Promise<LedgerUsage> {
    if (!/^\d{4}-\d{2}(-\d{2})?$/.test(period)) throw new RangeError(`Not a day or month: ${period}`);
    const file = this.#file(period);
    // Where it cannot be written, what is booked can still be read.
    if (period.length === 10) await this.#correct(file, period).catch(() => undefined);
    try {
      const totals = await file.totals(period.length === 10 ? period : undefined);
      return { period, ...totals, ignoredLines: file.ignoredLines };
    } catch (error) {
      throw new LexyBrainError('ledger', `The spending ledger cannot be read: ${messageOf(error)}.`, {
        advice: 'Check that the LexyBrain data folder is readable.',
        cause: error,
      });
    }
  }

  /** Once for each day and each change of the prices: what is booked from then on is booked by them. */
  async #correct(file: LedgerFile, day: string): Promise<void> {
    const prices = this.#prices();
    const state = `${day} ${JSON.stringify(prices)}`;
    if (state === this.#corrected) return;
    if (Object.keys(prices).length > 0) {
      await file.correct(day, (model, tokens) => {
        const price = ownPrice(prices, model);
        return price === null ? null : costOf(tokens, price);
      });
    }
    this.#corrected = state;
  }

  /** Resolves when everything that was begun has been written or has failed. */
  async settled(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.settled()));
  }

  #file(day: string): LedgerFile {
    const month = day.slice(0, 7);
    let file = this.#files.get(month);
    if (file === undefined) {
      file = new LedgerFile(this.#folder, month, this.#fs);
      this.#files.set(month, file);
    }
    return file;
  }
}

class RecordedReservation implements Reservation {
  readonly id: string;
  readonly day: string;
  readonly amountNano: number;
  readonly recorded = true;
  readonly status: CapStatus;
  readonly #file: LedgerFile;
  readonly #entry: ReserveEntry;
  #settled: Promise<Totals> | null = null;

  constructor(file: LedgerFile, entry: ReserveEntry, status: CapStatus) {
    this.id = entry.id;
    this.day = entry.day;
    this.amountNano = entry.nano;
    this.status = status;
    this.#file = file;
    this.#entry = entry;
  }

  settle(nano: number, tokens?: BookedTokens): Promise<CapStatus> {
    return this.#settle(nano, { tokens });
  }

  release(): Promise<CapStatus> {
    return this.#settle(0, { uncounted: true });
  }

  async #settle(
    nano: number,
    more: { readonly uncounted?: true; readonly tokens?: BookedTokens | undefined },
  ): Promise<CapStatus> {
    const entry = settleSchema.parse({ entry: 'settle', id: this.id, nano, ...more });
    this.#settled ??= this.#file.settle(entry, this.day);
    try {
      return capStatus(this.#entry, await this.#settled);
    } catch (error) {
      this.#settled = null;
      throw notWritten(error);
    }
  }
}

function unrecorded(entry: ReserveEntry): Reservation {
  return {
    id: entry.id,
    day: entry.day,
    amountNano: entry.nano,
    recorded: false,
    status: null,
    settle: () => Promise.resolve(null),
    release: () => Promise.resolve(null),
  };
}

function capStatus({ day, cap }: ReserveEntry, { settledNano, openNano }: Totals): CapStatus {
  const usedNano = settledNano + openNano;
  const warnAtNano = cap === null ? null : Math.ceil(cap * WARN_AT);
  return {
    day,
    settledNano,
    openNano,
    usedNano,
    capNano: cap,
    warnAtNano,
    nearCap: warnAtNano !== null && usedNano >= warnAtNano,
  };
}

/** Null for what is beyond all reason: that stays as it was booked. */
function costOf([uncachedIn, out]: BookedTokens, price: PriceTable[string]): number | null {
  try {
    return costNanoUsd({ uncachedIn, cacheRead: 0, cacheWrite: 0, out }, price);
  } catch {
    return null;
  }
}

function notWritten(error: unknown): LexyBrainError {
  return new LexyBrainError('ledger', `The spending ledger cannot be written: ${messageOf(error)}.`, {
    advice:
      'Requests that cost money wait until it can be: free disk space or make the LexyBrain data folder writable. ' +
      'The built-in analyst and cached answers still work.',
    cause: error,
  });
}
