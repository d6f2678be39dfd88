import { singularOf, STOP_WORDS, wordsOf } from '../../keywords/words.ts';
import { termKey } from '../../keywords/term-key.ts';
import type { KeywordFigures } from '../../keywords/types.ts';

/** From this relevance on, half of what a term says or more is said of the product too. */
const CLOSE_FROM = 0.55;

/** Whether a term names the product rather than a relative of it. Without a product every term does. */
export function isClose({ scores }: KeywordFigures): boolean {
  return scores.relevance === null || scores.relevance >= CLOSE_FROM;
}

/** The rows that name the product before those that name relatives of it, each in their order. */
export function closeFirst(rows: readonly KeywordFigures[]): readonly KeywordFigures[] {
  return [...rows.filter(isClose), ...rows.filter((row) => !isClose(row))];
}

/** Whether a term and the product line have a content word in common. */
export function sharesWords(term: string, product: string): boolean {
  const content = wordsOf(termKey(term)).filter((word) => !STOP_WORDS.has(word));
  return wordsBeside(term, product).length < content.length;
}

/** The content words of a term that the product line does not have, singular or plural. */
export function wordsBeside(term: string, product: string): readonly string[] {
  const own = new Set(wordsOf(termKey(product)).map(singularOf));
  return wordsOf(termKey(term)).filter((word) => !STOP_WORDS.has(word) && !own.has(singularOf(word)));
}
