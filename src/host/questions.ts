import * as vscode from 'vscode';
import type { InsightTypeId } from '../insights/catalogue.ts';
import type { ListSummary } from '../keywords/types.ts';
import type { Answer, Choice, Dialogs, Step } from './dialogs.ts';
import type { ListAnswers } from './memory.ts';
import type { CallOptions } from './sources/call.ts';

/** What a user says of a list; the rest of an insight's input follows from the list and the settings. */
export type Told = Pick<ListAnswers, 'market' | 'product' | 'budgetCents' | 'currency' | 'assumedCpcCents'>;

export interface Asking {
  readonly dialogs: Dialogs;
  readonly title: string;
  readonly summary: ListSummary;
  readonly known: Told | undefined;
  readonly options: CallOptions;
  /** Ask for market and product even if they are known. */
  readonly again: boolean;
  /** Null: no insight is asked for, only market and product. */
  readonly type: InsightTypeId | null;
}

const MARKETS: readonly (readonly [id: string, label: string])[] = [
  ['etsy', 'Etsy'],
  ['amazon', 'Amazon'],
  ['google', 'Google'],
  ['ebay', 'eBay'],
  ['shopify', 'Shopify'],
  ['walmart', 'Walmart'],
  ['pinterest', 'Pinterest'],
];

/** A market by the name it is known by. */
export function marketLabel(market: string): string {
  return MARKETS.find(([id]) => id === market)?.[1] ?? market;
}

/** Units of the currency, a day. */
const DEFAULT_BUDGET = 20;

type Question = (told: Told, step: Step) => Promise<Answer<Told>>;

/** Asks what is not known yet: market, product, and for ads the budget. Undefined: the user left. */
export async function askAbout(asking: Asking): Promise<(Told & { market: string }) | undefined> {
  const { options, known, summary, type, again } = asking;
  const start: Told = {
    market: options.market ?? known?.market ?? null,
    product: options.product === '' ? null : options.product === undefined ? known?.product : options.product,
    budgetCents: options.budget === undefined ? (known?.budgetCents ?? null) : cents(options.budget),
    currency: summary.currency ?? options.currency?.toUpperCase() ?? known?.currency ?? null,
    assumedCpcCents:
      options.assumedCpc === undefined
        ? known?.assumedCpcCents
        : options.assumedCpc === null
          ? null
          : cents(options.assumedCpc),
  };
  const questions: Question[] = [];
  if (start.market === null || (again && options.market === undefined)) questions.push(askMarket(asking));
  if (start.product === undefined || (again && options.product === undefined))
    questions.push(askProduct(asking));
  if (type === 'ad_insight') {
    if (options.budget === undefined) questions.push(askBudget(asking));
    if (!summary.hasCpc && options.assumedCpc === undefined) questions.push(askCostPerClick(asking));
  }
  const told = await askInTurn(questions, start, asking.title);
  if (told === undefined || told.market === null) return undefined;
  return { ...told, market: told.market, product: told.product ?? null };
}

/** One question after the other; "back" goes to the one before, with its answer still there. */
async function askInTurn(
  questions: readonly Question[],
  start: Told,
  title: string,
): Promise<Told | undefined> {
  const states: Told[] = [start];
  let at = 0;
  for (let question = questions[0]; question !== undefined; question = questions[at]) {
    const step: Step = {
      title,
      ...(questions.length > 1 ? { step: at + 1, totalSteps: questions.length } : {}),
      canGoBack: at > 0,
    };
    const answer = await question(states[at + 1] ?? states[at] ?? start, step);
    if (answer.kind === 'cancelled') return undefined;
    if (answer.kind === 'back') {
      at -= 1;
      continue;
    }
    at += 1;
    states[at] = answer.value;
  }
  return states[at];
}

function askMarket(asking: Asking): Question {
  const { dialogs, summary } = asking;
  return async (told, step) => {
    const first = told.market ?? summary.market;
    const known = MARKETS.some(([id]) => id === first) || first === null;
    const all = known ? MARKETS : [[first, first] as const, ...MARKETS];
    const choices: Choice<string | null>[] = all
      .map(([id, label]): Choice<string | null> => {
        const inferred = id === summary.market ? vscode.l10n.t('as {0} suggests', summary.toolLabel) : '';
        return { label, description: inferred, value: id };
      })
      .sort((a, b) => Number(b.value === first) - Number(a.value === first));
    choices.push({ label: vscode.l10n.t('Another…'), value: null, alwaysShow: true });
    const picked = await dialogs.pickOne({
      ...step,
      placeholder: vscode.l10n.t('Where will you sell? {0}', summary.name),
      choices,
    });
    if (picked.kind !== 'answer') return picked;
    if (picked.value !== null) return { kind: 'answer', value: { ...told, market: picked.value } };
    const typed = await dialogs.input({
      ...step,
      canGoBack: true,
      prompt: vscode.l10n.t('The market or shop these keywords are for'),
      check: (text) =>
        text.trim() === '' ? { severity: 'error', text: vscode.l10n.t('Type a name.') } : null,
    });
    if (typed.kind === 'back') return askMarket(asking)(told, step);
    if (typed.kind !== 'answer') return typed;
    return { kind: 'answer', value: { ...told, market: typed.value.trim().slice(0, 100) } };
  };
}

function askProduct({ dialogs }: Asking): Question {
  return async (told, step) => {
    const typed = await dialogs.input({
      ...step,
      prompt: vscode.l10n.t('What do you sell? Keywords are judged by it. Leave it empty to skip.'),
      placeholder: vscode.l10n.t('hand-poured soy candles, gift sets'),
      value: told.product ?? '',
    });
    if (typed.kind !== 'answer') return typed;
    const product = typed.value.trim().slice(0, 500);
    return { kind: 'answer', value: { ...told, product: product === '' ? null : product } };
  };
}

function askBudget({ dialogs, summary }: Asking): Question {
  return async (told, step) => {
    const currency = summary.currency ?? told.currency;
    const amount = told.budgetCents === null ? String(DEFAULT_BUDGET) : String(told.budgetCents / 100);
    const typed = await dialogs.input({
      ...step,
      prompt:
        summary.currency === null
          ? vscode.l10n.t('Budget for ads a day, with its currency if you like: 20 USD')
          : vscode.l10n.t('Budget for ads a day, in {0} as in the list', summary.currency),
      value: currency === null || summary.currency !== null ? amount : `${amount} ${currency}`,
      check: (text) => checkMoney(text, summary.currency),
    });
    if (typed.kind !== 'answer') return typed;
    const money = parseMoney(typed.value);
    if (money === null) return { kind: 'cancelled' };
    return {
      kind: 'answer',
      value: { ...told, budgetCents: money.cents, currency: summary.currency ?? money.currency },
    };
  };
}

function askCostPerClick({ dialogs, summary }: Asking): Question {
  return async (told, step) => {
    const assumed = told.assumedCpcCents;
    const typed = await dialogs.input({
      ...step,
      prompt: vscode.l10n.t(
        'The list has no cost per click. What may a click cost{0}? It is marked as your assumption. Leave it empty to skip.',
        told.currency === null ? '' : ` (${told.currency})`,
      ),
      placeholder: '0.50',
      value: assumed === undefined || assumed === null ? '' : String(assumed / 100),
      check: (text) => (text.trim() === '' ? null : checkMoney(text, summary.currency ?? told.currency)),
    });
    if (typed.kind !== 'answer') return typed;
    const money = parseMoney(typed.value);
    return { kind: 'answer', value: { ...told, assumedCpcCents: money?.cents ?? null } };
  };
}

const cents = (amount: number): number => Math.round(amount * 100);

/** "20", "20.50", "20,5 EUR"; null when it is none of these or not above zero. */
export function parseMoney(text: string): { cents: number; currency: string | null } | null {
  const match = /^\s*(\d{1,7})(?:[.,](\d{1,2}))?\s*([A-Za-z]{3})?\s*$/.exec(text);
  if (match === null) return null;
  const value = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return value > 0 ? { cents: value, currency: match[3]?.toUpperCase() ?? null } : null;
}

function checkMoney(text: string, currency: string | null): { severity: 'error'; text: string } | null {
  const money = parseMoney(text);
  if (money === null)
    return { severity: 'error', text: vscode.l10n.t('Type an amount, for example 20 or 12.50.') };
  if (currency !== null && money.currency !== null && money.currency !== currency) {
    return { severity: 'error', text: vscode.l10n.t('The amounts here are in {0}.', currency) };
  }
  return null;
}
