import type { CompetitionKind, DemandKind, KeywordFigures, Measure } from '../keywords/types.ts';

/** How figures are shown. The panel passes the reader's locale; texts made here are English. */
export interface FormatOptions {
  /** ISO 4217 of the list's cost per click; absent or null: shown without a sign. */
  readonly currency?: string | null;
  /** BCP 47, `en-US` by default. */
  readonly locale?: string;
}

const numbers = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let format = numbers.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, options);
    numbers.set(key, format);
  }
  return format;
}

/** A plain number with group separators; at most `digits` after the decimal point. */
export function formatNumber(value: number, { locale = 'en-US' }: FormatOptions = {}, digits = 1): string {
  return numberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/** A ratio as a percentage: 0.063 → "6.3%"; whole percents from 10 % on. */
export function formatPercent(ratio: number, { locale = 'en-US' }: FormatOptions = {}): string {
  const maximumFractionDigits = Math.abs(ratio) < 0.1 ? 1 : 0;
  return numberFormat(locale, { style: 'percent', maximumFractionDigits }).format(ratio);
}

/** A relative change with its sign: 0.12 → "+12%". */
export function formatChange(ratio: number, { locale = 'en-US' }: FormatOptions = {}): string {
  const maximumFractionDigits = Math.abs(ratio) < 0.1 ? 1 : 0;
  return numberFormat(locale, {
    style: 'percent',
    maximumFractionDigits,
    signDisplay: 'exceptZero',
  }).format(ratio);
}

/** A score of 0-1 as "63/100"; null as "–". */
export function formatScore(score: number | null): string {
  return score === null || Number.isNaN(score) ? '–' : `${Math.round(score * 100)}/100`;
}

/** Money from cents (1/100 of the currency's unit): "$20.00", or "20.00" where the currency is not known. */
export function formatMoney(cents: number, currency: string | null, locale = 'en-US'): string {
  const value = cents / 100;
  // A cost per click below a cent must not read as nothing.
  const small = value !== 0 && Math.abs(value) < 0.01;
  const digits = small ? { minimumFractionDigits: 2, maximumFractionDigits: 4 } : {};
  if (currency !== null && /^[A-Z]{3}$/i.test(currency)) {
    return numberFormat(locale, { style: 'currency', currency, ...digits }).format(value);
  }
  return numberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: small ? 4 : 2,
  }).format(value);
}

/** "1,158 searches/month", "< 20 searches/month", "search rank 1,204", "difficulty 63", "40,359 competing listings". */
export function formatMeasure(
  measure: Measure<DemandKind | CompetitionKind>,
  options: FormatOptions = {},
): string {
  const { kind, bound } = measure;
  const sign = bound === null ? '' : `${bound} `;
  const value = sign + formatNumber(measure.value, options);
  const hundredth = sign + formatNumber(measure.value * 100, options, 0);
  switch (kind) {
    case 'monthly':
      return `${value} searches/month`;
    case 'bucket':
    case 'range':
      return `${bound === null ? 'about ' : ''}${value} searches/month`;
    case 'impressions':
      return `${value} impressions`;
    case 'index':
      // Only the caller knows whether this index is of demand or of competition; see formatDemand.
      return `competition ${hundredth}/100`;
    case 'rank':
      return `search rank ${value}`;
    case 'density':
      return `title density ${hundredth}/100`;
    case 'difficulty':
      return `difficulty ${hundredth}`;
    case 'count':
      return `${value} competing listings`;
  }
}

/** Demand as `formatMeasure` says it; an index of demand is not one of competition. */
export function formatDemand(measure: Measure<DemandKind>, options: FormatOptions = {}): string {
  if (measure.kind !== 'index') return formatMeasure(measure, options);
  const sign = measure.bound === null ? '' : `${measure.bound} `;
  return `search interest ${sign}${formatNumber(measure.value, options)}`;
}

/** Every figure the list has for a row, each with its name, in a fixed order. */
export function figureParts(row: KeywordFigures, options: FormatOptions = {}): readonly string[] {
  const parts: string[] = [];
  if (row.demand !== null) parts.push(formatDemand(row.demand, options));
  if (row.competition !== null) parts.push(formatMeasure(row.competition, options));
  if (row.trend !== null) parts.push(`trend ${formatChange(row.trend, options)}`);
  if (row.cpc !== null) {
    parts.push(`CPC ${formatMoney(row.cpc * 100, options.currency ?? null, options.locale)}`);
  }
  if (row.clicks !== null) parts.push(`${formatNumber(row.clicks, options, 0)} clicks`);
  if (row.engagement !== null) parts.push(`click rate ${formatPercent(row.engagement, options)}`);
  return parts;
}

/** "1,158 searches/month · difficulty 63 · trend +12%"; "no figures in the list" when there are none. */
export function formatFigures(row: KeywordFigures, options: FormatOptions = {}): string {
  const parts = figureParts(row, options);
  return parts.length === 0 ? 'no figures in the list' : parts.join(' · ');
}

/** Calendar months (1-12) in words, in the order of their season: "December and January", "March, May and June". */
export function formatMonths(months: readonly number[], locale = 'en-US'): string {
  const name = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });
  const names = seasonOrder(months).map((month) => name.format(new Date(Date.UTC(2024, month - 1, 15))));
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names).replace(', and ', ' and ');
}

/** A season may pass the end of the year: it begins after the longest run of other months. */
function seasonOrder(months: readonly number[]): readonly number[] {
  const sorted = months.toSorted((a, b) => a - b);
  const gap = (at: number): number => ((sorted[at] ?? 0) - (sorted.at(at - 1) ?? 0) + 12) % 12 || 12;
  const first = sorted.reduce((best, _, at) => (gap(at) > gap(best) ? at : best), 0);
  return [...sorted.slice(first), ...sorted.slice(0, first)];
}
