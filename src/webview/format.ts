import {
  formatChange,
  formatMoney,
  formatNumber,
  formatPercent,
  type KeywordFigures,
} from '../protocol/insights.ts';

/** Numbers, money and times as the user's locale writes them. */
export interface Formats {
  count(value: number): string;
  /** A figure of a list, with one decimal where it has any. */
  figure(value: number): string;
  /** 0.42 → "42%". */
  percent(ratio: number): string;
  /** A relative change with its sign: 0.12 → "+12%". */
  change(ratio: number): string;
  /** A score 0-1 on a scale to 100, without a unit. */
  score(value: number): string;
  /** `currency` is ISO 4217; null: the number alone. */
  money(cents: number, currency: string | null): string;
  /** 1e-9 USD; below a cent with two significant digits. */
  cost(nanoUsd: number): string;
  duration(milliseconds: number): string;
  dateTime(iso: string): string;
}

/** `locale` is BCP 47; one that the browser does not know means English. */
export function formatsFor(locale: string): Formats {
  const known = { locale: knownLocale(locale) };
  const dateTime = new Intl.DateTimeFormat(known.locale, { dateStyle: 'medium', timeStyle: 'short' });
  const smallDollars = new Intl.NumberFormat(known.locale, {
    style: 'currency',
    currency: 'USD',
    maximumSignificantDigits: 2,
  });
  const unit = (value: number, name: 'second' | 'millisecond', digits: number): string =>
    new Intl.NumberFormat(known.locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  return {
    count: (value) => formatNumber(value, known, 0),
    figure: (value) => formatNumber(value, known),
    percent: (ratio) => formatPercent(ratio, known),
    change: (ratio) => formatChange(ratio, known),
    score: (value) => formatNumber(value * 100, known, 0),
    money: (cents, currency) => formatMoney(cents, currency, known.locale),
    cost: (nanoUsd) => {
      const dollars = nanoUsd / 1e9;
      return dollars > 0 && dollars < 0.01
        ? smallDollars.format(dollars)
        : formatMoney(dollars * 100, 'USD', known.locale);
    },
    duration: (milliseconds) =>
      milliseconds < 1000
        ? unit(milliseconds, 'millisecond', 0)
        : unit(milliseconds / 1000, 'second', milliseconds < 10_000 ? 1 : 0),
    dateTime: (iso) => {
      const date = new Date(iso);
      return Number.isNaN(date.getTime()) ? iso : dateTime.format(date);
    },
  };
}

/** The locale if the browser can write it, else English. */
export function knownLocale(locale: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale)[0] ?? 'en-US';
  } catch {
    return 'en-US'; // not a language tag at all
  }
}

/** A value with its bound as the list gave it: "< 10", "1,300". */
function withBound(text: string, bound: '<' | '>' | null): string {
  return bound === null ? text : `${bound} ${text}`;
}

/** Demand as its kind is written, without the kind's name. */
export function demandText(format: Formats, { value, bound }: NonNullable<KeywordFigures['demand']>): string {
  return withBound(format.figure(value), bound);
}

/** Competition as its kind is written, without its name: counts as they are, the others out of 100. */
export function competitionText(
  format: Formats,
  { value, kind, bound }: NonNullable<KeywordFigures['competition']>,
): string {
  switch (kind) {
    case 'count':
      return withBound(format.figure(value), bound);
    case 'difficulty':
      return withBound(format.score(value), bound);
    case 'index':
    case 'density':
      return withBound(`${format.score(value)}/100`, bound);
  }
}

/** Splits a text at the numbers that are not from the list, so that they can be marked. */
export function splitAtNumbers(
  text: string,
  foreign: readonly string[],
): readonly { readonly text: string; readonly foreign: boolean }[] {
  const wanted = [...new Set(foreign.filter((number) => number !== ''))].sort((a, b) => b.length - a.length);
  if (wanted.length === 0) return [{ text, foreign: false }];
  const alternatives = wanted.map(patternOf).join('|');
  // Not inside a longer number: "12" is not marked in "312", "1.12" or "12,5".
  const pattern = new RegExp(`(?<!\\d|\\d[.,])(?:${alternatives})(?!\\d|[.,]\\d)`, 'gu');
  const pieces: { text: string; foreign: boolean }[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), foreign: false });
    pieces.push({ text: match[0], foreign: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), foreign: false });
  return pieces;
}

/** A percentage may be written with a space; a number without its sign is not the same number with it. */
function patternOf(number: string): string {
  const digits = number.replace(/%$/, '').replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  return number.endsWith('%') ? `${digits}\\s?[%٪％]` : `${digits}(?!\\s?[%٪％])`;
}
