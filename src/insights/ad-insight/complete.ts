import { termKey } from '../../keywords/term-key.ts';
import { formatMoney } from '../format.ts';
import { joinWords, plural, quote } from '../text.ts';
import type { CompletionContext } from '../types.ts';
import { MAX_TERMS, type AdInsight, type AdInsightDraft, type Priority } from './schema.ts';
import { splitByWeight } from './split.ts';
import { adWeight } from './weight.ts';

/** What a priority is worth: "high" gets four times the share of "low" at equal scores. */
const PRIORITY_WEIGHTS: Readonly<Record<Priority, number>> = { high: 4, medium: 2, low: 1 };

const DAYS_A_MONTH = 30;

interface Bid {
  readonly term: string;
  readonly why: string;
  readonly weight: number;
  /** Cents; null when neither the list nor the user says. */
  readonly cpc: number | null;
  readonly assumed: boolean;
}

/**
 * The money of an ad insight. A term weighs its priority (high 4, medium 2, low 1) times its `adWeight`. Terms whose
 * share would not pay for one click a day are left out, lightest first, while others remain. The budget is split by
 * largest remainder: the parts are whole cents and add up to it exactly. Cost per click is the list's, else the
 * user's assumption; clicks are daily cents / cost per click.
 */
export function completeAdInsight(draft: AdInsightDraft, context: CompletionContext): AdInsight {
  const { input, summary } = context;
  const budget = Math.max(0, Math.floor(input.budgetCents ?? 0));
  const comparable =
    summary.currency === null || input.currency === null || summary.currency === input.currency;
  const bids = draft.terms.slice(0, MAX_TERMS).map((item): Bid => {
    const row = context.rows.get(termKey(item.term));
    const listed = comparable ? centsOf(row?.cpc ?? null) : null;
    const cpc = listed ?? input.assumedCpcCents;
    return {
      term: item.term,
      why: item.why,
      weight: PRIORITY_WEIGHTS[item.priority] * adWeight(row),
      cpc: cpc !== null && cpc > 0 ? cpc : null,
      assumed: listed === null && cpc !== null,
    };
  });
  const { kept, parts, dropped } = affordable(bids, budget);
  const notes = [
    draft.notes,
    dropped.length === 0
      ? ''
      : `Left out, because their share would not pay for one click a day: ${joinWords(dropped.map(({ term }) => quote(term)))}.`,
    clickNote(kept, context, comparable),
    currencyNote(kept, context),
    roomNote(kept, parts, context),
  ];
  return {
    budget_split: kept.map((bid, index) => {
      const daily = parts[index] ?? 0;
      return {
        term: bid.term,
        daily_cents: daily,
        expected_cpc_cents: bid.cpc,
        expected_clicks: bid.cpc === null ? null : Math.round((daily / bid.cpc) * 10) / 10,
        why: bid.why,
      };
    }),
    notes: notes.filter((note) => note !== '').join(' '),
    daily_budget_cents: budget,
    currency: input.currency ?? summary.currency,
    assumed_cpc_cents: kept.some(({ assumed }) => assumed) ? input.assumedCpcCents : null,
  };
}

/** Splits the budget; drops the lightest term whose part buys no click (or is no cent), and splits again. */
function affordable(
  bids: readonly Bid[],
  budget: number,
): { kept: readonly Bid[]; parts: readonly number[]; dropped: readonly Bid[] } {
  let kept = bids;
  const dropped: Bid[] = [];
  for (;;) {
    const parts = splitByWeight(
      budget,
      kept.map(({ weight }) => weight),
    );
    const tooDear = kept
      .filter(({ cpc }, index) => (parts[index] ?? 0) < Math.max(1, cpc ?? 0))
      .sort((a, b) => a.weight - b.weight)[0];
    if (tooDear === undefined || kept.length <= 1) return { kept, parts, dropped };
    dropped.push(tooDear);
    kept = kept.filter((bid) => bid !== tooDear);
  }
}

function clickNote(bids: readonly Bid[], { input, summary }: CompletionContext, comparable: boolean): string {
  const unknown = bids.filter(({ cpc }) => cpc === null).length;
  const assumed = bids.filter(({ assumed }) => assumed).length;
  const reason = comparable
    ? 'the list has no cost per click'
    : `the list's cost per click is in ${summary.currency ?? '?'} and the budget in ${input.currency ?? '?'}, and nothing is converted`;
  if (assumed > 0 && input.assumedCpcCents !== null) {
    const money = formatMoney(input.assumedCpcCents, input.currency ?? summary.currency);
    return `For ${plural(assumed, 'keyword')} ${reason}, so your assumption of ${money} a click was used.`;
  }
  if (unknown > 0) {
    return `For ${plural(unknown, 'keyword')} ${reason}, so the clicks cannot be told; give an assumed cost per click to see them.`;
  }
  return '';
}

/** A list that does not tell its currency is read in the budget's, which the user has to know. */
function currencyNote(bids: readonly Bid[], { input, summary }: CompletionContext): string {
  const listed = bids.some(({ cpc, assumed }) => cpc !== null && !assumed);
  return listed && summary.currency === null && input.currency !== null
    ? `The list does not say the currency of its costs per click; they were taken to be in ${input.currency}, as the budget is.`
    : '';
}

/** Names the terms that are searched too seldom to use up their part: a month of clicks would pass its searches. */
function roomNote(bids: readonly Bid[], parts: readonly number[], { rows }: CompletionContext): string {
  const tooBig = bids.filter(({ term, cpc }, index) => {
    const demand = rows.get(termKey(term))?.demand;
    if (cpc === null || demand === null || demand === undefined) return false;
    if (!['monthly', 'bucket', 'range'].includes(demand.kind) || demand.bound === '>') return false;
    return ((parts[index] ?? 0) / cpc) * DAYS_A_MONTH > demand.value;
  });
  if (tooBig.length === 0) return '';
  const named = joinWords(tooBig.slice(0, 3).map(({ term }) => quote(term)));
  return `${named} ${tooBig.length === 1 ? 'is' : 'are'} searched too seldom to use up ${tooBig.length === 1 ? 'its' : 'their'} part; what is left over stays unspent.`;
}

/** A cost per click in cents, to a tenth and at least that; null when there is none: a bid of nothing is no bid. */
function centsOf(cpc: number | null): number | null {
  return cpc === null || cpc <= 0 ? null : Math.max(0.1, Math.round(cpc * 1000) / 10);
}
