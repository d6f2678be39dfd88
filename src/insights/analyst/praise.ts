import { NOTABLE_CHANGE } from '../../keywords/figures.ts';
import type { KeywordFigures } from '../../keywords/types.ts';
import { formatChange, formatPercent } from '../format.ts';
import { capitalise, quote } from '../text.ts';
import { isClose, wordsBeside } from './closeness.ts';
import {
  competitionLevel,
  competitionText,
  cpcText,
  demandLevel,
  demandText,
  levelIn,
  medianCompetition,
  medianDemand,
  type Level,
  type Reading,
} from './reading.ts';

/**
 * Why a term is worth writing for, in one or two sentences made of its own figures and where they stand in the list.
 * `turn` varies the wording, so that ten terms in a row do not read like one.
 */
export function praise(reading: Reading, row: KeywordFigures, turn: number): string {
  const main = demandAndCompetition(reading, row, turn) ?? wordsOnly(reading, row, turn);
  return [main, extras(reading, row)[0], caveat(reading, row, turn)]
    .filter((sentence) => sentence !== undefined && sentence !== '')
    .join(' ');
}

type Balance = (demand: string, competition: string, turn: number) => string;

const either = (turn: number, ...variants: readonly string[]): string =>
  variants[turn % variants.length] ?? '';

/** By level of demand, then of competition. */
const BALANCE: Record<Level, Record<Level, Balance>> = {
  top: {
    bottom: (d, c, turn) =>
      either(
        turn,
        `Wanted and still open: ${d} is in the list's top quarter, ${c} in its quietest.`,
        `${d} in a quiet corner (${c}): demand is in the top quarter, competition in the bottom one.`,
      ),
    middle: (d, c, turn) =>
      either(
        turn,
        `${d} puts it in the list's top quarter, while ${c} is no more than usual here.`,
        `One of the most searched terms here with ${d}; ${c} is middling.`,
        `${d} against ${c}: much demand for ordinary competition.`,
      ),
    top: (d, c, turn) =>
      either(
        turn,
        `${d} is in the list's top quarter, but so is ${c}: pair it with a narrower word.`,
        `Much searched (${d}) and hard fought (${c}); worth it as part of a longer phrase.`,
      ),
    alone: (d, c) => `${d}, in the list's top quarter, against ${c}.`,
  },
  middle: {
    bottom: (d, c, turn) =>
      either(
        turn,
        `A realistic target: ${d} with ${c}, among the least contested in the list.`,
        `${d} is ordinary for this list, and ${c} leaves room to be seen.`,
        `Usual demand (${d}) where few compete: ${c}.`,
      ),
    middle: (d, c, turn) =>
      either(
        turn,
        `A balanced term: ${d} against ${c}, both near the middle of the list.`,
        `${d} and ${c}: neither the loudest term nor the most crowded.`,
      ),
    top: (d, c) =>
      `${d} is middling for this list while ${c} is among its most crowded: use it as a supporting word.`,
    alone: (d, c) => `${d}, about usual for this list, against ${c}.`,
  },
  bottom: {
    bottom: (d, c, turn) =>
      either(
        turn,
        `Small but open: ${d} with ${c}.`,
        `A niche within the niche: ${d}, with hardly anyone in the way (${c}).`,
      ),
    middle: (d, c) => `Little searched (${d}) at ordinary competition (${c}): a tag rather than a title.`,
    top: (d, c) => `Little searched (${d}) and crowded (${c}): only where it describes the piece exactly.`,
    alone: (d, c) => `Little searched (${d}) against ${c}: a tag at most.`,
  },
  alone: {
    bottom: (d, c) => `${d} with ${c}, among the least contested in the list.`,
    middle: (d, c) => `${d} against ${c}, which is usual for this list.`,
    top: (d, c) => `${d} against ${c}, among the most crowded in the list.`,
    alone: (d, c) => `${d} against ${c}.`,
  },
};

/** The main sentence where the list has demand or competition for the term; null where it has neither. */
function demandAndCompetition(reading: Reading, row: KeywordFigures, turn: number): string | null {
  const demand = demandLevel(reading, row);
  const competition = competitionLevel(reading, row);
  const d = demandText(row);
  const c = competitionText(row);
  if (demand !== null && competition !== null) return capitalise(BALANCE[demand][competition](d, c, turn));
  if (demand !== null) {
    const median = medianDemand(reading);
    const place = demand === 'top' ? "in the list's top quarter" : besideMedian(d, median);
    return capitalise(`${d}, ${place}; how many compete for it is not known.`);
  }
  if (competition !== null) {
    const median = medianCompetition(reading);
    const place =
      competition === 'bottom' ? 'among the least contested in the list' : besideMedian(c, median);
    return capitalise(`${c}, ${place}; how often it is searched is not known.`);
  }
  return null;
}

function besideMedian(figure: string, median: string | null): string {
  if (median === null) return 'as far as the list tells';
  return figure === median ? 'just the median of the list' : `where the median of the list is ${median}`;
}

/** What a term promises that the product line does not say. */
function caveat({ input }: Reading, row: KeywordFigures, turn: number): string {
  if (input.product === null || isClose(row)) return '';
  const added = wordsBeside(row.term, input.product);
  if (added.length === 0) return '';
  if (added.length > 2) return 'Use it only if it describes your piece.';
  const words = quote(added.join(' '));
  return either(
    turn,
    `Use it only if ${words} applies to your piece.`,
    `It promises ${words}, which your product line does not say.`,
    `Right only where ${words} applies.`,
  );
}

/** What can be said of a term without a single figure. Only the first of several says so: it holds for all. */
function wordsOnly({ input, figures }: Reading, row: KeywordFigures, turn: number): string {
  const specific = row.term.split(/\s+/u).length >= 3;
  const words = specific
    ? either(
        turn,
        'A specific phrase, which usually brings fewer but surer buyers.',
        'Long enough to say what the searcher wants; such phrases tend to be less fought over.',
        'Whoever types this knows what they are after.',
      )
    : either(
        turn,
        'A broad phrase: check its demand before you rely on it.',
        'Short and general, so expect strong competition until figures say otherwise.',
      );
  const fits =
    input.product !== null && (row.scores.relevance ?? 0) > 0 ? ' Its words fit your product.' : '';
  const group = figures.groups.find(({ name }) => name === row.group);
  const theme =
    fits === '' && group !== undefined && group.count >= 3
      ? ` It belongs to the theme ${quote(group.name)} (${group.count} keywords).`
      : '';
  const known = Object.values(figures.coverage).some((share) => share > 0);
  const unknown = known
    ? ' The list has no search or competition figures for it.'
    : turn === 0
      ? ' As for all keywords here, the list has no figures to weigh it by.'
      : '';
  return `${words}${fits}${theme}${unknown}`;
}

/** Further points about a term, the most telling first. */
function extras(reading: Reading, row: KeywordFigures): readonly string[] {
  const { quantiles } = reading.figures;
  const points: string[] = [];
  if (row.trend !== null && row.trend >= NOTABLE_CHANGE) {
    points.push(`Searches are rising (${formatChange(row.trend)}).`);
  }
  if (row.trend !== null && row.trend <= -NOTABLE_CHANGE) {
    points.push(`Watch the trend, though: ${formatChange(row.trend)}.`);
  }
  if (row.cpc !== null && levelIn(row.cpc, quantiles.cpc) === 'top') {
    points.push(`Advertisers pay ${cpcText(row, reading)} a click, a sign of buyers.`);
  }
  if (row.engagement !== null && levelIn(row.engagement, quantiles.engagement) === 'top') {
    points.push(`People who search it go on to click (${formatPercent(row.engagement)}).`);
  }
  if ((row.scores.relevance ?? 0) >= 0.75) points.push('It names what you sell.');
  if ((row.scores.novelty ?? 0) >= 0.85) points.push('Its words are rare in this list.');
  return points;
}
