import { termKey } from '../../keywords/term-key.ts';
import { cleanLine } from '../text.ts';
import { STOP_WORDS } from '../../keywords/words.ts';
import type { KeywordFigures } from '../../keywords/types.ts';

/** Length as shops count it: characters, not UTF-16 units. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/**
 * A title to start from: the terms in their order, joined by commas, as many as fit in `length` characters without
 * saying the same words again. Empty when not even the first fits.
 */
export function titleOf(terms: readonly string[], length: number, most: number): string {
  const parts: string[] = [];
  const said = new Set<string>();
  for (const term of terms) {
    const words = termKey(term).split(' ');
    if (words.every((word) => said.has(word))) continue;
    if (lengthOf([...parts, term].join(', ')) > length) continue;
    parts.push(term);
    words.forEach((word) => said.add(word));
    if (parts.length === most) break;
  }
  return parts.join(', ');
}

/** The first terms that fit a tag, and the best one that does not. */
export function tagsOf(
  rows: readonly KeywordFigures[],
  limits: { readonly count: number; readonly length: number },
): { readonly tags: readonly string[]; readonly tooLong: string | null } {
  const fits = ({ term }: KeywordFigures): boolean => lengthOf(term) <= limits.length && !term.includes(',');
  return {
    tags: rows
      .filter(fits)
      .slice(0, limits.count)
      .map(({ term }) => term),
    tooLong: rows.slice(0, limits.count).find((row) => !fits(row))?.term ?? null,
  };
}

/** Words for hidden search terms: each once, none that the title has, as many as fit in `bytes` of UTF-8. */
export function backendWords(terms: readonly string[], title: string, bytes: number): string {
  const said = new Set(termKey(title).split(/[\s,]+/u));
  const words: string[] = [];
  let size = 0;
  for (const word of terms.flatMap((term) => termKey(term).split(' '))) {
    if (word === '' || said.has(word) || STOP_WORDS.has(word)) continue;
    const more = Buffer.byteLength(word) + (words.length === 0 ? 0 : 1);
    if (size + more > bytes) continue;
    said.add(word);
    words.push(word);
    size += more;
  }
  return words.join(' ');
}

/**
 * One line of tags for the clipboard: the terms in their order, comma-separated; for a market with tags only those
 * that fit one, and no more than it takes.
 */
export function tagLine(
  terms: readonly string[],
  limits: { readonly count: number; readonly length: number } | null,
): string {
  const usable = terms.map((term) => cleanLine(term.replaceAll(',', ' ')));
  const fitting =
    limits === null
      ? usable
      : usable.filter((term) => lengthOf(term) <= limits.length).slice(0, limits.count);
  return [...new Set(fitting)].join(', ');
}
