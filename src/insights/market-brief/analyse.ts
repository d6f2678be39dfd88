import type { KeywordList, ListAnalysis } from '../../keywords/types.ts';
import { actionsFor } from '../analyst/actions.ts';
import { closeFirst, sharesWords } from '../analyst/closeness.ts';
import { praise } from '../analyst/praise.ts';
import { medianCompetition, medianDemand, readList, type Reading } from '../analyst/reading.ts';
import { findRisks } from '../analyst/risks.ts';
import { formatDemand, formatMonths } from '../format.ts';
import { capitalise, joinWords, plural, quote, shorten } from '../text.ts';
import type { InsightInput } from '../types.ts';
import type { MarketBriefDraft } from './schema.ts';

const OPPORTUNITIES = 5;
const RISKS = 3;

/** The built-in market brief: the best-ranked terms, the worst risks and what follows from them. */
export function analyseMarketBrief(
  list: KeywordList,
  analysis: ListAnalysis,
  input: InsightInput,
): MarketBriefDraft {
  const reading = readList(list, analysis, input);
  const risks = findRisks(reading);
  return {
    niche: nicheOf(reading),
    summary: summaryOf(reading),
    top_opportunities: reading.best
      .slice(0, OPPORTUNITIES)
      .map((row, turn) => ({ term: row.term, why: praise(reading, row, turn) })),
    risks: risks
      .slice(0, RISKS)
      .map(({ row, issue, evidence }) =>
        row === null
          ? { term: issue, why: evidence, scope: 'list' as const }
          : { term: row.term, why: `${issue}: ${evidence}`, scope: 'term' as const },
      ),
    actions: actionsFor(reading, risks),
  };
}

/** The head words that most keywords share, else the product, else the niche terms, else the list's name. */
function nicheOf({ figures, input, list, rules }: Reading): string {
  const group = figures.groups.find(
    ({ name, count }) => count >= 3 && (input.product === null || sharesWords(name, input.product)),
  );
  const name = group?.name ?? input.product ?? input.nicheTerms[0] ?? list.name;
  return `${capitalise(shorten(name, 60))} on ${rules.label}`;
}

function summaryOf(reading: Reading): string {
  return [whatItIs(reading), howItLooks(reading), whereToStart(reading), whatIsMissing(reading)]
    .filter((sentence) => sentence !== '')
    .slice(0, 4)
    .join(' ');
}

function whatItIs({ list, figures, input, analysis }: Reading): string {
  const from = list.tool === 'plain' ? '' : ` from ${list.toolLabel}`;
  const groups = figures.groups.filter(({ count }) => count >= Math.max(2, figures.rows * 0.05)).slice(0, 2);
  const about =
    groups.length === 0
      ? ''
      : `, mainly around ${joinWords(groups.map(({ name, count }) => `${quote(name)} (${count})`))}`;
  const fitting =
    input.product === null || analysis.relevance.every(Number.isNaN)
      ? ''
      : `; ${shareInWords(analysis.ranked.length / figures.rows)} fit ${quote(input.product)}`;
  return `The list holds ${plural(figures.rows, 'keyword')}${from}${about}${fitting}.`;
}

function shareInWords(share: number): string {
  if (share === 0) return 'none of them';
  if (share < 0.1) return 'only a few of them';
  if (share < 0.4) return 'a part of them';
  if (share < 0.6) return 'about half of them';
  return share < 0.9 ? 'most of them' : 'nearly all of them';
}

function howItLooks(reading: Reading): string {
  const { figures, list } = reading;
  const demand = medianDemand(reading);
  const competition = medianCompetition(reading);
  const kind = list.demand?.kinds[0];
  const quantiles = figures.quantiles.demand;
  const best =
    quantiles === null || kind === undefined
      ? ''
      : formatDemand({ value: kind === 'rank' ? quantiles.min : quantiles.max, kind, bound: null });
  if (demand !== null && competition !== null) {
    return `A typical keyword has ${demand} against ${competition}; the strongest reaches ${best}.`;
  }
  if (demand !== null)
    return `A typical keyword has ${demand}, the strongest ${best}; competition is not in the list.`;
  if (competition !== null)
    return `A typical keyword stands against ${competition}; demand is not in the list.`;
  return '';
}

function whereToStart({ best, figures }: Reading): string {
  const [first, second] = closeFirst(best);
  if (first === undefined) return 'None of them can be recommended for this product.';
  const also = second === undefined ? '' : ` and ${quote(second.term)}`;
  const trend = figures.risingCount > figures.decliningCount && figures.risingCount > 0;
  const wind = trend ? `, in a market where ${figures.risingCount} keywords are rising` : '';
  return `Start with ${quote(first.term)}${also}${wind}.`;
}

function whatIsMissing({ figures }: Reading): string {
  const { demand, competition } = figures.coverage;
  if (demand === 0 && competition === 0) {
    return 'With words alone nobody can tell how often they are searched or how many compete, so the order follows the words, not the market.';
  }
  return figures.peakMonths.length === 0 ? '' : `Searches peak in ${formatMonths(figures.peakMonths)}.`;
}
