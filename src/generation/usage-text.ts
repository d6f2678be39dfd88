import { INSIGHT_CATALOGUE, INSIGHT_TYPES } from '../insights/catalogue.ts';
import { formatNumber, formatPercent } from '../insights/format.ts';
import { bullets, escapeMarkdown, paragraphs, section, table } from '../insights/markdown-text.ts';
import type { ArmUsage, UsageGroup, UsageReport } from '../store/types.ts';
import {
  comparisonResults,
  experimentResults,
  LEAST_PICKS,
  LEAST_RATINGS,
  type Proportion,
} from './experiments.ts';

/**
 * Usage as Markdown: totals, then by model, type and day, then experiments and comparisons as far as there are any.
 * @param period in words: "the last 30 days"
 */
export function usageMarkdown(report: UsageReport, period: string): string {
  const { total, days, models, types, unpriced } = report;
  if (total.requests + total.failures === 0) return `Nothing was asked in ${period}.`;
  const corrected = total.correctedNanoUsd !== total.costNanoUsd;
  return paragraphs(
    `In ${period}. Days are UTC; a cached answer costs nothing; times are those of answers that were not cached.`,
    groupTable('Total', [{ ...total, name: 'all' }], corrected),
    section('By model', groupTable('Model', models, corrected)),
    section('By insight', groupTable('Insight', types.map(withTitle), corrected)),
    section('By day', groupTable('Day', days, corrected, days.length > 1)),
    bullets([
      ...(corrected
        ? ['“At your prices” is what the same tokens cost at the prices in the setting lexybrain.prices.']
        : []),
      ...(unpriced > 0
        ? [
            `${formatNumber(unpriced)} ${unpriced === 1 ? 'answer had' : 'answers had'} no known price and cost nothing here. ` +
              'Enter the price under the model’s name in the setting lexybrain.prices: the past is then reckoned with it.',
          ]
        : []),
    ]),
    experimentsText(report.arms),
    comparisonsText(report),
  );
}

/** An insight type by the name people know; what is none of them, such as chats, by its own. */
function withTitle(group: UsageGroup): UsageGroup {
  const type = INSIGHT_TYPES.find((id) => id === group.name);
  return type === undefined ? group : { ...group, name: INSIGHT_CATALOGUE[type].title };
}

/** @param drawn whether a bar beside the number of requests shows each group beside the largest. */
function groupTable(title: string, groups: readonly UsageGroup[], corrected: boolean, drawn = false): string {
  const most = Math.max(...groups.map(({ requests }) => requests));
  return table(
    [
      title,
      'Requests',
      'Cached',
      'Tokens in',
      'out',
      'Cost',
      ...(corrected ? ['At your prices'] : []),
      'Median',
      'p95',
      'Failures',
      'Ratings',
    ],
    groups.map((group) => [
      escapeMarkdown(group.name),
      `${formatNumber(group.requests)}${drawn ? bar(group.requests / most) : ''}`,
      group.requests === 0 ? '–' : formatPercent(group.cacheHits / group.requests),
      formatNumber(group.tokensIn),
      formatNumber(group.tokensOut),
      usd(group.costNanoUsd),
      ...(corrected ? [usd(group.correctedNanoUsd)] : []),
      seconds(group.latencyMs?.median),
      seconds(group.latencyMs?.p95),
      formatNumber(group.failures),
      ratings(group.ratings),
    ]),
  );
}

/** Blocks of a full bar. */
const BLOCKS = 12;

/** A bar of a share (0-1), after a space; the thinnest one for a share that is too small to draw, none for nothing. */
function bar(share: number): string {
  if (!(share > 0)) return '';
  return ` ${'█'.repeat(Math.round(share * BLOCKS)) || '▏'}`;
}

function experimentsText(arms: readonly ArmUsage[]): string {
  const parts = experimentResults(arms).map(({ name, arms: judged, winner, verdict }) =>
    paragraphs(
      `**${escapeMarkdown(name)}**`,
      table(
        ['Arm', 'Model', 'Asked', 'Answered', 'Ratings', 'Liked (95 % interval)', 'Median', 'Cost'],
        judged.map((arm) => [
          escapeMarkdown(arm.arm),
          escapeMarkdown(arm.models.join(', ')),
          formatNumber(arm.requests),
          formatNumber(arm.answered),
          ratings(arm.ratings),
          proportion(arm.liked),
          seconds(arm.latencyMs?.median),
          usd(arm.costNanoUsd),
        ]),
      ),
      {
        winner: `${escapeMarkdown(winner ?? '')} is liked more: its interval lies above the others.`,
        'too-little-data': `Too little data to tell: every arm needs at least ${LEAST_RATINGS} ratings 👍 or 👎.`,
        'no-difference': 'No difference can be told: the intervals overlap.',
      }[verdict],
    ),
  );
  return section('Experiments', parts.join('\n\n'));
}

function comparisonsText({ comparisons }: UsageReport): string {
  const rows = comparisonResults(comparisons).map(({ models, picks, first, winner, verdict }) => [
    escapeMarkdown(models[0]),
    escapeMarkdown(models[1]),
    `${picks[0]} : ${picks[1]}`,
    proportion(first),
    {
      winner: `${escapeMarkdown(winner ?? '')} is preferred`,
      'too-little-data': `too little data (at least ${LEAST_PICKS} picks)`,
      'no-difference': 'no difference',
    }[verdict],
  ]);
  return section(
    'Comparisons',
    table(['First model', 'Second model', 'Picks', 'First preferred (95 % interval)', 'Result'], rows),
  );
}

function proportion(value: Proportion | null): string {
  if (value === null) return '–';
  return `${formatPercent(value.share)} (${formatPercent(value.low)} to ${formatPercent(value.high)})`;
}

function ratings({ positive, neutral, negative }: UsageGroup['ratings']): string {
  return positive + neutral + negative === 0 ? '–' : `👍 ${positive} · ${neutral} · 👎 ${negative}`;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : ms < 1000 ? `${Math.round(ms)} ms` : `${formatNumber(ms / 1000)} s`;
}

const dollars = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

function usd(nano: number): string {
  return dollars.format(nano / 1e9);
}
