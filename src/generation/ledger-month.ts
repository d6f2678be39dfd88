import {
  type BookedTokens,
  type CorrectEntry,
  type LedgerEntry,
  MAX_PER_MINUTE,
  type ReserveEntry,
  type SettleEntry,
} from './ledger-entry.ts';

/** Whether a reservation is granted, and if not, the limit that forbids it and how far that is used. */
export type Verdict =
  | { readonly granted: true }
  | { readonly granted: false; readonly limit: 'cap'; readonly used: number; readonly max: number }
  | {
      readonly granted: false;
      readonly limit: 'quota';
      readonly used: number;
      readonly max: number;
      readonly key: string;
    }
  | {
      readonly granted: false;
      readonly limit: 'per-minute';
      readonly used: number;
      readonly max: number;
      /** Until the oldest request of the last minute is a minute old. */
      readonly waitMs: number;
    };

/** Money and counts of a day or a month. Amounts in 1e-9 USD. */
export interface Totals {
  readonly settledNano: number;
  /** Granted and not settled: under way, or left behind by a process that died. */
  readonly openNano: number;
  /** Granted requests by quota key. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What a model's tokens cost by the user's own prices, 1e-9 USD; null where they do not name it. */
export type OwnCost = (model: string, tokens: BookedTokens) => number | null;

/** A settled amount that can be reckoned again. */
interface Booked {
  readonly day: string;
  readonly model: string;
  readonly tokens: BookedTokens;
  nano: number;
}

interface Day {
  settled: number;
  open: number;
  readonly counts: Map<string, number>;
}

const MINUTE = 60_000;

/**
 * What the lines of one month's file say, applied one after the other. Pure: the same lines in the same order give
 * every process the same verdicts, which is all that keeps them within the limits.
 */
export class LedgerMonth {
  /** YYYY-MM. */
  readonly month: string;
  readonly #days = new Map<string, Day>();
  readonly #open = new Map<string, ReserveEntry>();
  readonly #booked = new Map<string, Booked>();
  /** Times of the latest granted requests, in the order of their lines. */
  #recent: number[] = [];

  constructor(month: string) {
    this.month = month;
  }

  /** What the verdict on this reservation would be if its line were the next. */
  judge(entry: ReserveEntry): Verdict {
    return this.#judgeQuota(entry) ?? this.#judgeRate(entry) ?? this.#judgeCap(entry) ?? { granted: true };
  }

  /**
   * Takes the next line. Returns the verdict on a reservation, null for a settlement or a correction, undefined for a
   * line that says nothing.
   */
  apply(entry: LedgerEntry): Verdict | null | undefined {
    switch (entry.entry) {
      case 'reserve':
        return this.#reserve(entry);
      case 'settle':
        return this.#settle(entry);
      case 'correct':
        return this.#correct(entry);
    }
  }

  /** What has to be written so that a day's amounts are those of the user's own prices. What lies open is among it. */
  corrections(day: string, ownCost: OwnCost): CorrectEntry[] {
    const open = [...this.#open].flatMap(([id, { model, tokens, ...rest }]) =>
      model === undefined || tokens === undefined ? [] : [[id, { ...rest, model, tokens }] as const],
    );
    return [...open, ...this.#booked].flatMap(([id, { day: of, model, tokens, nano }]) => {
      const right = of === day ? ownCost(model, tokens) : null;
      return right === null || right === nano ? [] : [{ entry: 'correct' as const, id, nano: right }];
    });
  }

  /** Sums of a day (YYYY-MM-DD), or of the whole month without one. */
  totals(day?: string): Totals {
    let settledNano = 0;
    let openNano = 0;
    const counts = new Map<string, number>();
    for (const [name, sums] of this.#days) {
      if (day !== undefined && name !== day) continue;
      settledNano += sums.settled;
      openNano += sums.open;
      for (const [key, count] of sums.counts) counts.set(key, (counts.get(key) ?? 0) + count);
    }
    return { settledNano, openNano, counts: Object.fromEntries(counts) };
  }

  #reserve(entry: ReserveEntry): Verdict | undefined {
    if (!entry.day.startsWith(`${this.month}-`) || this.#open.has(entry.id)) return undefined;
    const verdict = this.judge(entry);
    if (!verdict.granted) return verdict;
    const day = this.#day(entry.day);
    day.open += entry.nano;
    if (entry.key !== undefined) day.counts.set(entry.key, (day.counts.get(entry.key) ?? 0) + 1);
    this.#open.set(entry.id, entry);
    this.#remember(entry.at);
    return verdict;
  }

  #settle(entry: SettleEntry): null | undefined {
    const reserved = this.#open.get(entry.id);
    if (reserved === undefined) return undefined;
    const day = this.#day(reserved.day);
    // More than was reserved is booked as it is: the ledger says what was spent, not what should have been.
    if (!Number.isSafeInteger(day.settled + day.open - reserved.nano + entry.nano)) return undefined;
    this.#open.delete(entry.id);
    day.open -= reserved.nano;
    day.settled += entry.nano;
    if (reserved.model !== undefined && entry.tokens !== undefined) {
      const { model } = reserved;
      this.#booked.set(entry.id, { day: reserved.day, model, tokens: entry.tokens, nano: entry.nano });
    }
    if (entry.uncounted && reserved.key !== undefined) {
      day.counts.set(reserved.key, (day.counts.get(reserved.key) ?? 1) - 1);
    }
    return null;
  }

  #correct({ id, nano }: CorrectEntry): null | undefined {
    const open = this.#open.get(id);
    const booked = this.#booked.get(id);
    const known = open ?? booked;
    if (known === undefined) return undefined;
    const day = this.#day(known.day);
    const more = nano - known.nano;
    if (!Number.isSafeInteger(day.settled + day.open + more)) return undefined;
    if (booked !== undefined) {
      booked.nano = nano;
      day.settled += more;
    } else if (open !== undefined) {
      this.#open.set(id, { ...open, nano });
      day.open += more;
    }
    return null;
  }

  /** Keeps a little more than the last minute, and never more than the highest limit needs. */
  #remember(at: number): void {
    const fresh = this.#recent.findIndex((time) => time > at - 2 * MINUTE);
    if (fresh !== 0) this.#recent = fresh === -1 ? [] : this.#recent.slice(fresh);
    this.#recent.push(at);
    if (this.#recent.length > 2 * MAX_PER_MINUTE) this.#recent = this.#recent.slice(-MAX_PER_MINUTE);
  }

  #judgeQuota({ key, limit = -1 }: ReserveEntry): Verdict | null {
    if (key === undefined || limit === -1) return null;
    let used = 0;
    for (const day of this.#days.values()) used += day.counts.get(key) ?? 0;
    return used < limit ? null : { granted: false, limit: 'quota', used, max: limit, key };
  }

  #judgeRate({ at, perMinute }: ReserveEntry): Verdict | null {
    if (perMinute === undefined) return null;
    // Lines of several processes may be slightly out of order, and a clock that was set back must not block for long:
    // what lies more than a minute ahead does not count either.
    const within = this.#recent.filter((time) => Math.abs(at - time) < MINUTE);
    if (within.length < perMinute) return null;
    // There is room again once all but `perMinute - 1` of them are a minute old.
    const last = within.toSorted((a, b) => a - b)[within.length - perMinute] ?? at;
    return {
      granted: false,
      limit: 'per-minute',
      used: within.length,
      max: perMinute,
      waitMs: last + MINUTE - at,
    };
  }

  #judgeCap({ day, nano, cap }: ReserveEntry): Verdict | null {
    // What costs nothing stays usable when the cap is reached or was lowered below what is spent.
    if (nano === 0) return null;
    const sums = this.#days.get(day);
    const used = sums === undefined ? 0 : sums.settled + sums.open;
    // Without a cap the sums must still stay exact.
    const max = cap ?? Number.MAX_SAFE_INTEGER;
    return used + nano <= max ? null : { granted: false, limit: 'cap', used, max };
  }

  #day(name: string): Day {
    let day = this.#days.get(name);
    if (day === undefined) {
      day = { settled: 0, open: 0, counts: new Map() };
      this.#days.set(name, day);
    }
    return day;
  }
}
