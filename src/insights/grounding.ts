import { termKey } from '../keywords/term-key.ts';
import type { KeywordFigures, ListFigures } from '../keywords/types.ts';
import { TERM_LENGTH } from './fields.ts';
import { standsFor, valuesOf, writtenNumbers, type WrittenNumber } from './numbers.ts';
import type { InsightInput, InsightType, Prose } from './types.ts';

/** What became of the terms a draft presents as the list's. */
export interface Grounded<Draft> {
  /** Without the terms that are not in the list, within its bounds, in the list's spelling. */
  readonly draft: Draft;
  /** Different terms presented as the list's, and how many of them are. */
  readonly claimed: number;
  readonly grounded: number;
  /** grounded / claimed; 1 when nothing was claimed. */
  readonly share: number;
  /** The terms that are not in the list, as the draft spelled them. */
  readonly dropped: readonly string[];
}

/** Holds a draft against the rows of the list, which are known by `termKey`. */
export function groundDraft<Draft, Insight>(
  type: InsightType<Draft, Insight>,
  draft: Draft,
  rows: ReadonlyMap<string, KeywordFigures>,
): Grounded<Draft> {
  const claims = distinctTerms(type.claims(draft));
  const dropped = claims.filter((term) => !rows.has(termKey(term)));
  const grounded = claims.length - dropped.length;
  return {
    draft: type.ground(draft, (term) => rows.get(termKey(term))?.term ?? null),
    claimed: claims.length,
    grounded,
    share: claims.length === 0 ? 1 : grounded / claims.length,
    dropped,
  };
}

/** The terms, the first spelling of each key only. */
export function distinctTerms(terms: readonly string[]): readonly string[] {
  const byKey = new Map<string, string>();
  for (const term of terms) {
    const key = termKey(term);
    if (key !== '' && !byKey.has(key)) byKey.set(key, term);
  }
  return [...byKey.values()];
}

/**
 * The items whose term stands in the list, in its spelling, each term once, at most `limit`. What every
 * insight's `ground` is made of.
 */
export function groundItems<Item extends { readonly term: string }>(
  items: readonly Item[],
  spelling: (term: string) => string | null,
  limit: number,
): Item[] {
  const kept = new Map<string, Item>();
  for (const item of items) {
    if (kept.size === limit) break;
    const term = spelling(item.term);
    if (term !== null && term.length <= TERM_LENGTH && !kept.has(term)) kept.set(term, { ...item, term });
  }
  return [...kept.values()];
}

/** How much each metric tells of a market; they add up to 1. */
const METRIC_WEIGHTS = { demand: 0.4, competition: 0.35, trend: 0.15, cpc: 0.1 } as const;
/** What terms alone are worth: their words still say what people ask for. */
const TERMS_ALONE = 0.15;
/** A list of this many keywords is half as telling as an endless one. */
const HALF_SIZE = 10;

/**
 * Confidence of an insight, 0-1: metric coverage × list size × grounded share.
 * Coverage is 0.15 for bare terms and rises to 1 with the share of rows that have demand (weight 0.4),
 * competition (0.35), trend (0.15) and cost per click (0.1). Size is n / (n + 10). It says how much of the answer
 * rests on data; it is not a probability. Rounded to whole percents.
 */
export function confidence(figures: Pick<ListFigures, 'rows' | 'coverage'>, groundedShare: number): number {
  const { demand, competition, trend, cpc } = figures.coverage;
  const covered =
    METRIC_WEIGHTS.demand * demand +
    METRIC_WEIGHTS.competition * competition +
    METRIC_WEIGHTS.trend * trend +
    METRIC_WEIGHTS.cpc * cpc;
  const coverage = TERMS_ALONE + (1 - TERMS_ALONE) * covered;
  const size = figures.rows / (figures.rows + HALF_SIZE);
  const value = coverage * size * groundedShare;
  return Number.isFinite(value) ? Math.round(Math.min(1, Math.max(0, value)) * 100) / 100 : 0;
}

/** What people count or name in prose without speaking of the list's figures. */
const SMALL_COUNT = 12;
const TIME_OR_LENGTH =
  /^[\s-]?(?:st|nd|rd|th)\b|^[\s-]?(?:(?:to|of|or) \d+ |(?:of )?the \d+ |–\d+ |-\d+ )?(?:minutes?|hours?|days?|weeks?|months?|years?|characters?|chars?|letters?|words?|bytes?|tags?|sentences?|photos?|images?)\b/i;
const MONTH_BEFORE = /(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s$/i;

/** A number in prose that nothing backs. */
export interface ForeignNumber {
  /** The prose it stands in. */
  readonly path: string;
  readonly text: string;
}

/**
 * The numbers in prose that stand neither in the row of the term it speaks of nor in the digest.
 *
 * A number may be written in any usual way (1,203, 1.203, 1 203, 1203, 1.2K, 63, 63 %, 0.63, digits of any script)
 * and rounded, see `standsFor`. Prose that quotes further terms of the insight may use their figures too. The digits
 * inside terms, product and niche words are theirs ("8 inch hoop"). Left alone, because they say nothing about the
 * list: bare whole numbers up to 12 ("2 to 4 sentences", "top 10"), ordinals ("1st", "#1"), the years around
 * today's, days of a month, lengths and spans of time ("20 characters", "6 weeks"), and the numbers the user gave.
 */
export function foreignNumbers(
  prose: readonly Prose[],
  rows: ReadonlyMap<string, KeywordFigures>,
  digestText: string,
  input?: InsightInput,
): readonly ForeignNumber[] {
  const given = [input?.product ?? '', ...(input?.nicheTerms ?? []), input?.market ?? ''].join(' \n ');
  const terms = [...rows.values()].map(({ term }) => term).join(' \n ');
  let numbersShown: readonly number[] | undefined;
  // The digest is long: it is read only for a number that nothing else backs.
  const inDigest = (): readonly number[] =>
    (numbersShown ??= writtenNumbers([digestText, given, terms].join(' \n ')).flatMap(({ values }) =>
      // A digest gives 0-1 measures as ratios; prose may say them out of a hundred.
      values.flatMap(({ value }) => (value <= 1 ? [value, value * 100] : [value])),
    ));
  const money = [input?.budgetCents, input?.assumedCpcCents].flatMap((cents) =>
    cents === null || cents === undefined ? [] : [cents, cents / 100],
  );
  const year = Number(input?.today.slice(0, 4) ?? new Date().getUTCFullYear());
  return prose.flatMap(({ path, text, term }) => {
    const own = [...spokenOf(text, term, rows).flatMap(valuesOf), ...money];
    return writtenNumbers(text)
      .filter((written) => {
        const isKnown = (value: number): boolean => standsFor(written, value);
        return !isAside(written, year) && !own.some(isKnown) && !inDigest().some(isKnown);
      })
      .map((written) => ({ path, text: written.text }));
  });
}

/** The rows a text speaks of: its own term's, and those of terms it quotes. */
function spokenOf(
  text: string,
  term: string | null,
  rows: ReadonlyMap<string, KeywordFigures>,
): readonly KeywordFigures[] {
  const key = ` ${termKey(text)} `;
  return [...rows].flatMap(([rowKey, row]) =>
    (term !== null && rowKey === termKey(term)) || key.includes(rowKey) ? [row] : [],
  );
}

function isAside({ values, bare, before, after }: WrittenNumber, year: number): boolean {
  if (!bare) return false;
  const value = values[0]?.value ?? NaN;
  if (value <= SMALL_COUNT || Math.abs(value - year) <= 1) return true;
  if (/[#№]\s?$/u.test(before) || TIME_OR_LENGTH.test(after)) return true;
  return value <= 31 && MONTH_BEFORE.test(before);
}
