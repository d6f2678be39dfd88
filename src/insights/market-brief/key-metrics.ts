import type { CompetitionKind, DemandKind, ListFigures, ListSummary } from '../../keywords/types.ts';
import { formatDemand, formatMeasure, formatMoney, formatMonths, formatNumber } from '../format.ts';
import { plural } from '../text.ts';
import { LIMITS, type MarketBrief } from './schema.ts';

type KeyMetric = MarketBrief['key_metrics'][number];

/**
 * The cards of a brief, computed from the whole list. A score says how good it is for the seller; it is null where
 * that cannot be said without comparing with other lists (how much demand is much?).
 */
export function keyMetrics(figures: ListFigures, summary: ListSummary): KeyMetric[] {
  const metrics = [
    size(figures),
    demand(figures, summary.demandKinds),
    competition(figures, summary.competitionKinds),
    momentum(figures),
    saturation(figures),
    costPerClick(figures, summary.currency),
    largestGroup(figures),
    season(figures),
    coverage(figures),
  ];
  return metrics.filter((metric) => metric !== null).slice(0, LIMITS.keyMetrics);
}

function size(figures: ListFigures): KeyMetric {
  const among = [
    figures.duplicateCount === 0 ? '' : plural(figures.duplicateCount, 'near-duplicate'),
    figures.brandLikeCount === 0 ? '' : plural(figures.brandLikeCount, 'brand-like term'),
  ].filter((part) => part !== '');
  return {
    label: 'Keywords',
    value: formatNumber(figures.rows),
    score: null,
    interpretation: among.length === 0 ? null : `${among.join(' and ')} among them`,
  };
}

function demand(figures: ListFigures, kinds: readonly DemandKind[]): KeyMetric | null {
  const quantiles = figures.quantiles.demand;
  const kind = kinds[0];
  // Two kinds of demand have no common middle.
  if (quantiles === null || kind === undefined || kinds.length > 1) return null;
  const show = (value: number): string => formatDemand({ value, kind, bound: null });
  const best = kind === 'rank' ? quantiles.min : quantiles.max;
  return {
    label: 'Typical demand',
    value: show(quantiles.median),
    score: null,
    interpretation: `half of the keywords do better; the strongest has ${show(best)}`,
  };
}

function competition(figures: ListFigures, kinds: readonly CompetitionKind[]): KeyMetric | null {
  const quantiles = figures.quantiles.competition;
  const kind = kinds[0];
  if (quantiles === null || kind === undefined || kinds.length > 1) return null;
  const { q1, median } = quantiles;
  const show = (value: number): string => formatMeasure({ value, kind, bound: null });
  return {
    label: 'Typical competition',
    value: show(median),
    score: kind === 'count' ? null : clamp(1 - median),
    interpretation: `a quarter of the keywords stay at or below ${show(q1)}`,
  };
}

function momentum(figures: ListFigures): KeyMetric | null {
  const { risingCount, decliningCount } = figures;
  if (figures.coverage.trend === 0) return null;
  const moving = risingCount + decliningCount;
  return {
    label: 'Momentum',
    value: `${formatNumber(risingCount)} rising, ${formatNumber(decliningCount)} declining`,
    score: moving === 0 ? null : clamp(risingCount / moving),
    interpretation:
      moving === 0
        ? 'no keyword moves much'
        : risingCount >= decliningCount
          ? 'more keywords gain searches than lose them'
          : 'more keywords lose searches than gain them',
  };
}

function saturation(figures: ListFigures): KeyMetric | null {
  if (figures.coverage.competition === 0 || figures.rows === 0) return null;
  return {
    label: 'Saturated keywords',
    value: formatNumber(figures.saturatedCount),
    score: clamp(1 - figures.saturatedCount / figures.rows),
    interpretation: 'crowded, with little demand to show for it',
  };
}

function costPerClick(figures: ListFigures, currency: string | null): KeyMetric | null {
  const quantiles = figures.quantiles.cpc;
  if (quantiles === null) return null;
  return {
    label: 'Typical cost per click',
    value: formatMoney(quantiles.median * 100, currency),
    score: null,
    interpretation: `from ${formatMoney(quantiles.min * 100, currency)} to ${formatMoney(quantiles.max * 100, currency)}`,
  };
}

function largestGroup(figures: ListFigures): KeyMetric | null {
  const group = figures.groups.reduce<ListFigures['groups'][number] | null>(
    (largest, next) => (largest === null || next.count > largest.count ? next : largest),
    null,
  );
  if (group === null || group.count < 2) return null;
  return {
    label: 'Largest group',
    value: group.name,
    score: null,
    interpretation: `${plural(group.count, 'keyword')} share these words`,
  };
}

function season(figures: ListFigures): KeyMetric | null {
  if (figures.peakMonths.length === 0) return null;
  return {
    label: 'Peak months',
    value: formatMonths(figures.peakMonths),
    score: null,
    interpretation: 'when searches are highest',
  };
}

function coverage(figures: ListFigures): KeyMetric {
  const share = (figures.coverage.demand + figures.coverage.competition) / 2;
  return {
    label: 'Figures in the list',
    value: `${Math.round(share * 100)}%`,
    score: clamp(share),
    interpretation:
      share === 0
        ? 'the list has terms only: no demand, no competition'
        : 'of the demand and competition figures are there',
  };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
