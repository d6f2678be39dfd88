/**
 * Control characters, and marks that reorder or hide text: bidirectional overrides and isolates, zero-width
 * space, word joiner, byte order mark, tag characters. The joiners U+200C/D stay: scripts and emoji need them.
 */
const HIDDEN = /[\p{Cc}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** One line of visible text: hidden characters and lone surrogates gone, runs of white space one space. */
export function cleanLine(text: string): string {
  return text
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]/g, ' ')
    .replace(HIDDEN, '')
    .toWellFormed()
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The text, or as much of it as fits in `length` UTF-16 units, cut between words where it can be and marked with "…". */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > length / 2 ? cut.slice(0, space) : cut).toWellFormed().replace(/[\uFFFD\s,;:]+$/u, '')}…`;
}

export function capitalise(text: string): string {
  return text.replace(/^\p{Ll}/u, (letter) => letter.toLocaleUpperCase('en'));
}

/** "a", "a and b", "a, b and c" (or with "or"). */
export function joinWords(words: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${word} ${words.at(-1) ?? ''}`;
}

/** A term inside a sentence: in quotation marks, so that it is seen where it ends, and cut when it would be the sentence. */
export function quote(term: string): string {
  return `“${shorten(term, 80)}”`;
}

/** "1 keyword", "2 keywords". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** Stands in the form of an answer for what has to be filled in; an answer that says it has not filled it in. */
export const BLANK = '…';
