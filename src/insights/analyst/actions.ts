import type { KeywordFigures } from '../../keywords/types.ts';
import { formatMonths } from '../format.ts';
import { joinWords, quote } from '../text.ts';
import { closeFirst, isClose, wordsBeside } from './closeness.ts';
import { backendWords, lengthOf, tagsOf, titleOf } from './placing.ts';
import { brandRows, mostWanted, type Reading } from './reading.ts';
import type { Risk } from './risks.ts';
import { seasonOf } from './season.ts';

const MOST = 5;
/** A title of more keywords than this reads like a list. */
const TITLE_TERMS = 3;
/** Hidden search terms take their words from no more keywords than this. */
const BACKEND_TERMS = 25;
/** A group of fewer keywords than this share of the list is no theme of its own. */
const MIN_GROUP_SHARE = 0.05;
const LONG_LIST = 50;
const RARE_SHARE = 0.005;
/** Demand score of the list's top quarter. */
const MUCH_SEARCHED = 0.75;

/** What a copywriter does next, most useful first: title, tags or hidden terms, what to leave out, when, and what to find out. */
export function actionsFor(reading: Reading, risks: readonly Risk[]): string[] {
  const rows = closeFirst(reading.best);
  const title = titleOf(
    titleRows(rows).map(({ term }) => term),
    reading.rules.titleLength,
    TITLE_TERMS,
  );
  const actions = [
    titleAction(reading, rows, title),
    placeAction(reading, rows, title),
    leaveOutAction(reading),
    whenAction(reading),
    nameAction(reading, rows),
    groupAction(reading),
    ...risks.filter(({ kind }) => kind === 'thin-data' || kind === 'duplicates').map(({ action }) => action),
    'Measure before you change more: note views and orders now, and compare after 4 weeks.',
  ];
  return [...new Set(actions.filter((action) => action !== null))].slice(0, MOST);
}

/** What a title is made of: names of the product if there are any, else the best terms. */
function titleRows(rows: readonly KeywordFigures[]): readonly KeywordFigures[] {
  const close = rows.filter(isClose);
  return (close.length > 0 ? close : rows).slice(0, 8);
}

function titleAction({ rules }: Reading, rows: readonly KeywordFigures[], title: string): string | null {
  const [first, second] = titleRows(rows);
  if (first === undefined || title === '') return null;
  const then = second === undefined ? '' : ` and bring ${quote(second.term)} in right after`;
  return `Put ${quote(first.term)} into ${rules.titleAdvice}${then}. To start from: ${quote(title)} (${lengthOf(title)} of ${rules.titleLength} characters).`;
}

function placeAction(
  { rules, input }: Reading,
  best: readonly KeywordFigures[],
  title: string,
): string | null {
  if (best.length === 0) return null;
  if (rules.tags !== null) {
    const { tags, tooLong } = tagsOf(best, rules.tags);
    const rest =
      tooLong === null
        ? ''
        : ` ${quote(tooLong)} is longer than the ${rules.tags.length} characters of a tag: use it in the title or the first line of the description.`;
    if (tags.length === 0) return rest === '' ? null : rest.trim();
    const honest =
      input.product === null || best.slice(0, rules.tags.count).every(isClose)
        ? ''
        : ', as far as they are true of your piece';
    return `Fill ${tags.length} of the ${rules.tags.count} tags with these${honest}: ${tags.join(', ')}.${rest}`;
  }
  if (rules.backendBytes !== null) {
    const words = backendWords(
      best.slice(0, BACKEND_TERMS).map(({ term }) => term),
      title,
      rules.backendBytes,
    );
    return words === ''
      ? null
      : `Hidden search terms, ${Buffer.byteLength(words)} of ${rules.backendBytes} bytes, no word of the title again: ${words}.`;
  }
  const others = best.slice(2, 6).map(({ term }) => quote(term));
  return others.length === 0
    ? null
    : `Give ${joinWords(others)} a subheading or a sentence of their own in the description.`;
}

function leaveOutAction(reading: Reading): string | null {
  const { analysis, offProduct, row } = reading;
  const brands = mostWanted(brandRows(reading), analysis, 3).map((index) => quote(row(index).term));
  const strangers = offProduct.slice(0, 3).map(({ term }) => quote(term));
  const parts = [
    brands.length === 0 ? '' : `${joinWords(brands)} (reads like a brand)`,
    strangers.length === 0 ? '' : `${joinWords(strangers)} (not your product)`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : `Leave out ${joinWords(parts)}.`;
}

/** Words that the product line does not have may be names: a rare one that is much searched often is. */
function nameAction({ input, list }: Reading, rows: readonly KeywordFigures[]): string | null {
  const { product } = input;
  if (product === null) return null;
  const names = titleRows(rows)
    .slice(0, TITLE_TERMS)
    .filter(({ scores }) => (scores.demand ?? 0) >= MUCH_SEARCHED)
    .map(({ term }) => wordsBeside(term, product))
    .filter((words) => words.length > 0 && words.some((word) => isRare(word, list.keys)))
    .map((words) => words.join(' '));
  return names.length === 0
    ? null
    : `Look ${joinWords(names.map(quote))} up in a trademark register before the title uses ${names.length === 1 ? 'it' : 'them'}: your product line does not say ${names.length === 1 ? 'it' : 'them'}, and the list cannot tell a name from a word.`;
}

/** A word that hardly any keyword of a longer list has; in a short list every word is. */
function isRare(word: string, keys: readonly string[]): boolean {
  if (keys.length < LONG_LIST) return false;
  const pattern = ` ${word} `;
  const count = keys.reduce((sum, key) => sum + Number(` ${key} `.includes(pattern)), 0);
  return count <= Math.max(2, keys.length * RARE_SHARE);
}

function whenAction({ figures, input }: Reading): string | null {
  const season = seasonOf(figures.peakMonths, input.today);
  if (season === null) return null;
  const peak = formatMonths(figures.peakMonths);
  return season.monthsToPeak === 0
    ? `The season is on (searches peak in ${peak}): change titles only where they fail, and keep stock and ads ready.`
    : `Have the listing live by ${formatMonths([season.prepare])}: searches peak in ${peak}, and a new listing needs weeks to be found.`;
}

function groupAction({ figures, input }: Reading): string | null {
  const groups = figures.groups
    .filter(({ count }) => count >= Math.max(4, figures.rows * MIN_GROUP_SHARE))
    .filter(({ name }) => input.product === null || wordsBeside(name, input.product).length > 0)
    .slice(0, 3);
  if (groups.length < 2) return null;
  return `Make a listing of its own for each theme that you stock: ${joinWords(groups.map(({ name, count }) => `${quote(name)} (${count} keywords)`))}.`;
}
