import { figuresOf, listFigures } from '../../keywords/statistics.ts';
import type {
  CompetitionKind,
  DemandKind,
  KeywordFigures,
  KeywordList,
  ListAnalysis,
  ListFigures,
  Quantiles,
} from '../../keywords/types.ts';
import { TERM_LENGTH } from '../fields.ts';
import { formatDemand, formatMeasure, formatMoney } from '../format.ts';
import { marketRules, type MarketRules } from '../markets.ts';
import type { InsightInput } from '../types.ts';

/** A list as the built-in analyst looks at it: everything its texts are made of. */
export interface Reading {
  readonly list: KeywordList;
  readonly analysis: ListAnalysis;
  readonly input: InsightInput;
  readonly figures: ListFigures;
  readonly rules: MarketRules;
  /** Rows worth writing for, best first: never brand-like, a near-duplicate, off the product or without any demand. */
  readonly best: readonly KeywordFigures[];
  /** Rows that have nothing to do with the product, most searched first; empty when no product was told. */
  readonly offProduct: readonly KeywordFigures[];
  readonly row: (index: number) => KeywordFigures;
}

/** No insight shows more of the best rows; what lies behind them is read through the figures. */
const BEST_READ = 60;
const OFF_PRODUCT_READ = 20;

export function readList(list: KeywordList, analysis: ListAnalysis, input: InsightInput): Reading {
  const row = (index: number): KeywordFigures => figuresOf(list, analysis, index);
  return {
    list,
    analysis,
    input,
    figures: listFigures(list, analysis),
    rules: marketRules(input.market),
    best: bestRows(list, analysis).map(row),
    offProduct: offProductRows(list, analysis).map(row),
    row,
  };
}

function bestRows(list: KeywordList, analysis: ListAnalysis): readonly number[] {
  const usable = (index: number): boolean =>
    analysis.brandLike[index] !== 1 && (list.terms[index] ?? '').length <= TERM_LENGTH;
  const rows: number[] = [];
  const unwanted: number[] = [];
  for (const index of analysis.ranked) {
    if (rows.length === BEST_READ) break;
    if (!usable(index)) continue;
    // Nobody searches for it: no opportunity while there are others.
    if (list.demand?.values[index] === 0) unwanted.push(index);
    else rows.push(index);
  }
  return rows.length > 0 ? rows : unwanted.slice(0, BEST_READ);
}

/** The analysis leaves brand-like, near-duplicate and irrelevant rows out of its ranking; what is neither of the first two is the third. */
function offProductRows(list: KeywordList, analysis: ListAnalysis): readonly number[] {
  if (analysis.relevance.every(Number.isNaN)) return [];
  const ranked = new Set(analysis.ranked);
  const strangers = rowsWhere(
    list,
    (index) => !ranked.has(index) && analysis.brandLike[index] !== 1 && analysis.duplicateOf[index] === -1,
  );
  return mostWanted(strangers, analysis, OFF_PRODUCT_READ);
}

/** Indices of the brand-like rows, in the order of the file. */
export function brandRows({ list, analysis }: Pick<Reading, 'list' | 'analysis'>): Iterable<number> {
  return rowsWhere(list, (index) => analysis.brandLike[index] === 1);
}

function* rowsWhere(list: KeywordList, is: (index: number) => boolean): Generator<number> {
  for (const index of list.terms.keys()) if (is(index)) yield index;
}

/**
 * The `count` most searched of the rows, most first, then in the order of the file; unknown demand comes last. One
 * pass over the rows, however many there are.
 */
export function mostWanted(
  rows: Iterable<number>,
  analysis: Pick<ListAnalysis, 'demand'>,
  count: number,
): readonly number[] {
  const demand = (index: number): number => {
    const value = analysis.demand[index] ?? NaN;
    return Number.isNaN(value) ? -1 : value;
  };
  const before = (a: number, b: number): boolean =>
    demand(a) > demand(b) || (demand(a) === demand(b) && a < b);
  const kept: number[] = [];
  for (const row of rows) {
    const last = kept.at(-1);
    if (kept.length === count && last !== undefined && before(last, row)) continue;
    const place = kept.findIndex((other) => before(row, other));
    kept.splice(place === -1 ? kept.length : place, 0, row);
    if (kept.length > count) kept.pop();
  }
  return kept;
}

/** Where a value stands in its list. `alone`: there is too little or too equal a list to say. */
export type Level = 'top' | 'middle' | 'bottom' | 'alone';

export function levelIn(value: number, quantiles: Quantiles | null): Level {
  if (quantiles === null || quantiles.count < 4 || quantiles.q1 === quantiles.q3) return 'alone';
  if (value >= quantiles.q3) return 'top';
  return value <= quantiles.q1 ? 'bottom' : 'middle';
}

/** Level of a row's demand: `top` is much searched, whichever way its measure counts. Null without a figure. */
export function demandLevel({ list, figures }: Reading, row: KeywordFigures): Level | null {
  if (row.demand === null) return null;
  if ((list.demand?.kinds.length ?? 0) > 1) return 'alone';
  const level = levelIn(row.demand.value, figures.quantiles.demand);
  if (row.demand.kind !== 'rank') return level;
  return level === 'top' ? 'bottom' : level === 'bottom' ? 'top' : level;
}

/** Level of a row's competition: `top` is crowded. Null without a figure. */
export function competitionLevel({ list, figures }: Reading, row: KeywordFigures): Level | null {
  if (row.competition === null) return null;
  if ((list.competition?.kinds.length ?? 0) > 1) return 'alone';
  return levelIn(row.competition.value, figures.quantiles.competition);
}

export function demandText(row: KeywordFigures): string {
  return row.demand === null ? '' : formatDemand(row.demand);
}

export function competitionText(row: KeywordFigures): string {
  return row.competition === null ? '' : formatMeasure(row.competition);
}

/** The list's median demand in words, or null where it has none or several kinds. */
export function medianDemand({ list, figures }: Reading): string | null {
  const kind: DemandKind | undefined = list.demand?.kinds[0];
  const quantiles = figures.quantiles.demand;
  if (quantiles === null || kind === undefined || (list.demand?.kinds.length ?? 0) > 1) return null;
  return formatDemand({ value: quantiles.median, kind, bound: null });
}

export function medianCompetition({ list, figures }: Reading): string | null {
  const kind: CompetitionKind | undefined = list.competition?.kinds[0];
  const quantiles = figures.quantiles.competition;
  if (quantiles === null || kind === undefined || (list.competition?.kinds.length ?? 0) > 1) return null;
  return formatMeasure({ value: quantiles.median, kind, bound: null });
}

export function cpcText(row: KeywordFigures, { list }: Reading): string {
  return row.cpc === null ? '' : formatMoney(row.cpc * 100, list.currency);
}
