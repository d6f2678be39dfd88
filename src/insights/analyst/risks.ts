import { NOTABLE_CHANGE, saturatedRows } from '../../keywords/figures.ts';
import type { KeywordFigures } from '../../keywords/types.ts';
import { formatMonths, formatPercent } from '../format.ts';
import { joinWords, plural, quote, shorten } from '../text.ts';
import {
  competitionLevel,
  competitionText,
  demandText,
  levelIn,
  brandRows,
  mostWanted,
  type Reading,
} from './reading.ts';
import { languageName } from './notes.ts';
import { seasonOf } from './season.ts';

/** What can be wrong with a term or a list, in the order in which equal severities are told. */
export type RiskKind =
  | 'thin-data'
  | 'off-product'
  | 'brand'
  | 'declining'
  | 'saturated'
  | 'low-engagement'
  | 'duplicates'
  | 'small-list'
  | 'season'
  | 'languages';

export interface Risk {
  readonly kind: RiskKind;
  /** Null: the list as a whole. */
  readonly row: KeywordFigures | null;
  readonly severity: 'low' | 'medium' | 'high';
  /** The risk in a few words. */
  readonly issue: string;
  /** One or two sentences with the list's figures, ending in a full stop. */
  readonly evidence: string;
  readonly action: string;
}

/** A fall of searches worth a loud warning. */
const STEEP_DECLINE = -0.3;
const SMALL_LIST = 20;
const MAX_OF_A_KIND = 3;

const SEVERITY_ORDER = { high: 0, medium: 1, low: 2 } as const;

/**
 * Every risk the list shows, the worst of each kind first, then the second of each kind and so on; within a round
 * by severity. Same input, same output.
 */
export function findRisks(reading: Reading): readonly Risk[] {
  const byKind = FINDERS.map((find) => find(reading).slice(0, MAX_OF_A_KIND));
  const rounds = Math.max(0, ...byKind.map((risks) => risks.length));
  return Array.from({ length: rounds }, (_, round) =>
    byKind
      .flatMap((risks) => risks[round] ?? [])
      .sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity]),
  ).flat();
}

const FINDERS: readonly ((reading: Reading) => readonly Risk[])[] = [
  thinData,
  offProduct,
  brands,
  declining,
  saturated,
  lowEngagement,
  duplicates,
  smallList,
  season,
  languages,
];

function thinData({ figures }: Reading): Risk[] {
  const { demand, competition, trend } = figures.coverage;
  const missing = [
    demand === 0 ? 'how often a keyword is searched' : '',
    competition === 0 ? 'how many compete for it' : '',
    trend === 0 ? 'where it is heading' : '',
  ].filter((part) => part !== '');
  const risk = { kind: 'thin-data', row: null } as const;
  if (demand === 0 || competition === 0) {
    const both = demand === 0 && competition === 0;
    return [
      {
        ...risk,
        severity: both ? 'high' : 'medium',
        issue: both
          ? 'No figures to judge by'
          : demand === 0
            ? 'No demand figures'
            : 'No competition figures',
        evidence: `The list does not say ${joinWords(missing, 'or')}, so nothing here can be weighed by it.`,
        action: both
          ? 'Export the list again with search volume and competition, and treat this answer as a reading of the words alone.'
          : `Export the list again with ${demand === 0 ? 'search volume' : 'a competition figure'} before you settle on titles.`,
      },
    ];
  }
  const least = Math.min(demand, competition);
  if (least >= 0.6) return [];
  const which = demand <= competition ? 'demand' : 'competition';
  return [
    {
      ...risk,
      severity: least < 0.3 ? 'medium' : 'low',
      issue: 'Figures with gaps',
      evidence: `${least < 0.01 ? 'Hardly any' : `Only ${Math.round(least * 100)}%`} of the keywords have a ${which} figure; the others are neither favoured nor held back.`,
      action: 'Look up the gaps before you drop or favour a keyword without figures.',
    },
  ];
}

function offProduct({ offProduct: rows, figures, analysis, input }: Reading): Risk[] {
  const [most, ...others] = rows;
  if (most === undefined || input.product === null) return [];
  const named = others.slice(0, 3).map(({ term }) => quote(term));
  const searched = most.demand === null ? '' : `, however much searched (${demandText(most)})`;
  const few = analysis.ranked.length < figures.rows / 2;
  return [
    {
      kind: 'off-product',
      row: most,
      severity: few ? 'medium' : 'low',
      issue: 'Does not fit your product',
      evidence: `${quote(most.term)} has little to do with “${shorten(input.product, 80)}”${searched}.${named.length === 0 ? '' : ` The same goes for ${joinWords(named)}.`}`,
      action:
        'Leave such terms out of titles and tags: visitors who want something else cost ranking and ad money.',
    },
  ];
}

function brands(reading: Reading): Risk[] {
  const { analysis, row, figures } = reading;
  return mostWanted(brandRows(reading), analysis, MAX_OF_A_KIND).map((index): Risk => {
    const found = row(index);
    const tempting = found.demand === null ? '' : `, tempting with ${demandText(found)}`;
    const more = figures.brandLikeCount > 1 ? ` The list has ${figures.brandLikeCount} such terms.` : '';
    return {
      kind: 'brand',
      row: found,
      severity: 'high',
      issue: 'Reads like a brand or protected name',
      evidence: `${quote(found.term)} looks like somebody's brand or trademark${tempting}.${more}`,
      action:
        'Keep it out of titles, tags and ads unless you may sell under that name; a complaint can take the listing down.',
    };
  });
}

function declining(reading: Reading): Risk[] {
  const { list, analysis } = reading;
  if (list.trend === null) return [];
  const { trend } = list;
  const rows = eligible(reading).filter((index) => (trend[index] ?? 0) <= -NOTABLE_CHANGE);
  return mostWanted(rows, analysis, MAX_OF_A_KIND).map((index): Risk => {
    const found = reading.row(index);
    const change = found.trend ?? 0;
    const crowded = competitionLevel(reading, found) === 'top';
    const against = crowded ? ` while it stays crowded (${competitionText(found)})` : '';
    const from = found.demand === null ? '' : ` (${demandText(found)})`;
    return {
      kind: 'declining',
      row: found,
      severity: crowded || change <= STEEP_DECLINE ? 'high' : 'medium',
      issue: crowded ? 'Crowded and losing searches' : 'Losing searches',
      evidence: `Searches for ${quote(found.term)} have fallen by ${formatPercent(-change)}${from}${against}.`,
      action: 'Do not build a new listing on it; check whether it is only the season before you drop it.',
    };
  });
}

function saturated(reading: Reading): Risk[] {
  const { analysis } = reading;
  const wanted = new Set(eligible(reading));
  const rows = [...saturatedRows(analysis)].filter((index) => wanted.has(index));
  return mostWanted(rows, analysis, MAX_OF_A_KIND).map((index): Risk => {
    const found = reading.row(index);
    const reward = found.demand === null ? 'with nothing to show for it' : `for ${demandText(found)}`;
    return {
      kind: 'saturated',
      row: found,
      severity: 'medium',
      issue: 'Saturated',
      evidence: `${quote(found.term)} is among the most crowded keywords of the list (${competitionText(found)}) ${reward}.`,
      action: 'Use a longer phrase around it, such as material, size or occasion, instead of the bare term.',
    };
  });
}

function lowEngagement(reading: Reading): Risk[] {
  const { list, figures, analysis } = reading;
  const quantiles = figures.quantiles.engagement;
  const values = list.engagement;
  if (values === null || quantiles === null) return [];
  const rows = eligible(reading).filter((index) => {
    const value = values[index] ?? NaN;
    if (Number.isNaN(value) || levelIn(value, quantiles) !== 'bottom') return false;
    return competitionLevel(reading, reading.row(index)) === 'top';
  });
  return mostWanted(rows, analysis, MAX_OF_A_KIND)
    .map((index) => reading.row(index))
    .map((found): Risk => ({
      kind: 'low-engagement',
      row: found,
      severity: 'medium',
      issue: 'Crowded, and few click',
      evidence: `${quote(found.term)} has a click rate of ${formatPercent(found.engagement ?? 0)}, in the list's bottom quarter, against ${competitionText(found)}.`,
      action: 'Spend title space on terms whose searchers click; keep this one for the description at most.',
    }));
}

function duplicates({ analysis, row }: Reading): Risk[] {
  const copies = new Map<number, number[]>();
  analysis.duplicateOf.forEach((better, index) => {
    if (better === -1 || analysis.brandLike[better] === 1) return;
    const known = copies.get(better);
    if (known === undefined) copies.set(better, [index]);
    else known.push(index);
  });
  return [...copies]
    .sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || a - b)
    .slice(0, MAX_OF_A_KIND)
    .map(([better, others]): Risk => {
      const found = row(better);
      const named = joinWords(others.slice(0, 3).map((index) => quote(row(index).term)));
      const rest = others.length > 3 ? ` and ${others.length - 3} more` : '';
      return {
        kind: 'duplicates',
        row: found,
        severity: others.length >= 3 ? 'medium' : 'low',
        issue: 'Near-identical keywords compete with each other',
        evidence: `${quote(found.term)} also stands in the list as ${named}${rest}: much the same to a search.`,
        action: `Use ${quote(found.term)} and not also ${named}: to a search they are one, so the space is free for different words.`,
      };
    });
}

function smallList({ figures }: Reading): Risk[] {
  if (figures.rows >= SMALL_LIST) return [];
  return [
    {
      kind: 'small-list',
      row: null,
      severity: figures.rows < 5 ? 'medium' : 'low',
      issue: 'A short list',
      evidence: `${plural(figures.rows, 'keyword')} ${figures.rows === 1 ? 'says' : 'say'} little about a market; quartiles and groups rest on very few terms.`,
      action: 'Add the suggestions of your keyword tool, or merge several exports, and ask again.',
    },
  ];
}

function season({ figures, input }: Reading): Risk[] {
  const peaks = seasonOf(figures.peakMonths, input.today);
  if (peaks === null || peaks.monthsToPeak === 0 || peaks.monthsToPeak < 4) return [];
  return [
    {
      kind: 'season',
      row: null,
      severity: 'low',
      issue: 'Out of season',
      evidence: `Demand peaks in ${formatMonths(figures.peakMonths)}, and the next peak is ${plural(peaks.monthsToPeak, 'month')} away.`,
      action: `Prepare the listing now, and hold back ad money until ${formatMonths([peaks.prepare])}.`,
    },
  ];
}

function languages({ figures }: Reading): Risk[] {
  const [first, second] = figures.languages;
  if (first === undefined || second === undefined || second.share < 0.2) return [];
  return [
    {
      kind: 'languages',
      row: null,
      severity: 'low',
      issue: 'Keywords in several languages',
      evidence: `The list mixes ${languageName(first.code)} and ${languageName(second.code)}.`,
      action: 'Write one listing per language, each with the keywords of that language only.',
    },
  ];
}

/** Rows that a seller of this product might use at all. */
function eligible({ analysis }: Reading): Uint32Array {
  return analysis.ranked.filter((index) => analysis.brandLike[index] !== 1);
}
