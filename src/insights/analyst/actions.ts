import { formatMonths } from '../format.ts';
import { joinWords, quote } from '../text.ts';
import { backendWords, lengthOf, tagsOf, titleOf } from './placing.ts';
import type { Reading } from './reading.ts';
import type { Risk } from './risks.ts';
import { seasonOf } from './season.ts';

const MOST = 5;
/** A title of more keywords than this reads like a list. */
const TITLE_TERMS = 3;

/** What a copywriter does next, most useful first: title, tags or hidden terms, what to leave out, when, and what to find out. */
export function actionsFor(reading: Reading, risks: readonly Risk[]): string[] {
  const title = titleOf(
    reading.best.slice(0, 8).map(({ term }) => term),
    reading.rules.titleLength,
    TITLE_TERMS,
  );
  const actions = [
    titleAction(reading, title),
    placeAction(reading, title),
    leaveOutAction(reading),
    whenAction(reading),
    groupAction(reading),
    ...risks.filter(({ kind }) => kind === 'thin-data' || kind === 'duplicates').map(({ action }) => action),
    'Measure before you change more: note views and orders now, and compare after 4 weeks.',
  ];
  return [...new Set(actions.filter((action) => action !== null))].slice(0, MOST);
}

function titleAction({ best, rules }: Reading, title: string): string | null {
  const first = best[0];
  if (first === undefined || title === '') return null;
  const second = best[1];
  const then = second === undefined ? '' : ` and bring ${quote(second.term)} in right after`;
  return `Put ${quote(first.term)} into ${rules.titleAdvice}${then}. To start from: ${quote(title)} (${lengthOf(title)} of ${rules.titleLength} characters).`;
}

function placeAction({ best, rules }: Reading, title: string): string | null {
  if (best.length === 0) return null;
  if (rules.tags !== null) {
    const { tags, tooLong } = tagsOf(best, rules.tags);
    const rest =
      tooLong === null
        ? ''
        : ` ${quote(tooLong)} is longer than the ${rules.tags.length} characters of a tag: use it in the title or the first line of the description.`;
    if (tags.length === 0) return rest === '' ? null : rest.trim();
    return `Fill ${tags.length} of the ${rules.tags.count} tags with: ${tags.join(', ')}.${rest}`;
  }
  if (rules.backendBytes !== null) {
    const words = backendWords(
      best.map(({ term }) => term),
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

function leaveOutAction({ analysis, offProduct, row }: Reading): string | null {
  const brand = [...analysis.brandLike.keys()].filter((index) => analysis.brandLike[index] === 1);
  const brands = brand.slice(0, 3).map((index) => quote(row(index).term));
  const strangers = offProduct.slice(0, 3).map(({ term }) => quote(term));
  const parts = [
    brands.length === 0 ? '' : `${joinWords(brands)} (reads like a brand)`,
    strangers.length === 0 ? '' : `${joinWords(strangers)} (not your product)`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : `Leave out ${joinWords(parts)}.`;
}

function whenAction({ figures, input }: Reading): string | null {
  const season = seasonOf(figures.peakMonths, input.today);
  if (season === null) return null;
  const peak = formatMonths(figures.peakMonths);
  return season.monthsToPeak === 0
    ? `The season is on (searches peak in ${peak}): change titles only where they fail, and keep stock and ads ready.`
    : `Have the listing live by ${formatMonths([season.prepare])}: searches peak in ${peak}, and a new listing needs weeks to be found.`;
}

function groupAction({ figures }: Reading): string | null {
  const groups = figures.groups.filter(({ count }) => count >= 3).slice(0, 3);
  if (groups.length < 2) return null;
  return `Make a listing of its own for each theme that you stock: ${joinWords(groups.map(({ name, count }) => `${quote(name)} (${count} keywords)`))}.`;
}
