import pluralize from 'pluralize';
import type { KeywordList } from './types.ts';

/** Articles, prepositions and conjunctions of the languages of most lists: they change nothing in what is searched. */
const LINK_WORDS = (
  'a an the and or of for with in on at to from by as & de la le les el los las un une una des du et y en para con por ' +
  'pour avec der die das und mit für von im ein eine zum zur di da il lo gli per e o do dos das com в и на с для по из от'
).split(' ');
/** Words that say what is wanted but not of what; they never head a group. */
const ASKING_WORDS = (
  'is are it its my your our this that how what who when where why do does did near me vs what which can best что как ' +
  'сколько можно без до cómo qué cuanto cuánto como wie was wo comment quel sin without'
).split(' ');
export const STOP_WORDS: ReadonlySet<string> = new Set([...LINK_WORDS, ...ASKING_WORDS]);
const LINKS: ReadonlySet<string> = new Set(LINK_WORDS);

/** The words of a list as numbers: each distinct word once, singular and plural as one. */
export interface Words {
  /** Word numbers of all rows, one after the other. */
  readonly ids: Int32Array;
  /** Where each row starts in `ids`; one more entry than rows. */
  readonly starts: Uint32Array;
  /** The word as it first stood in the list's keys. */
  readonly surface: readonly string[];
  /** The word in the singular. */
  readonly singular: readonly string[];
  /** 1 for words without content. */
  readonly isStop: Uint8Array;
  /** 1 for articles, prepositions and conjunctions. */
  readonly isLink: Uint8Array;
  /** In how many rows each word stands. */
  readonly rowCount: Uint32Array;
}

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;
const PLAIN = /^[\x20-\x7e]*$/;
let segmenter: Intl.Segmenter | undefined;

/** The words of a term key. */
export function wordsOf(key: string): readonly string[] {
  if (PLAIN.test(key) || !UNSPACED.test(key)) return key.split(' ');
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  return [...segmenter.segment(key)]
    .filter(({ isWordLike }) => isWordLike === true)
    .map(({ segment }) => segment);
}

/** The singular of an English word; other words come back as they are or cut in a harmless, steady way. */
export function singularOf(word: string): string {
  return word.length > 3 && /^[a-z]+s$|men$/.test(word) ? pluralize.singular(word) : word;
}

/** Splits every term of a list into numbered words, in one pass. */
export function numberWords(list: KeywordList): Words {
  const numbers = new Map<string, number>();
  const bySingular = new Map<string, number>();
  const surface: string[] = [];
  const singular: string[] = [];
  const ids: number[] = [];
  const starts = new Uint32Array(list.keys.length + 1);
  list.keys.forEach((key, row) => {
    for (const word of wordsOf(key)) {
      let id = numbers.get(word);
      if (id === undefined) {
        const one = singularOf(word);
        id = bySingular.get(one);
        if (id === undefined) {
          id = surface.length;
          bySingular.set(one, id);
          surface.push(word);
          singular.push(one);
        }
        numbers.set(word, id);
      }
      ids.push(id);
    }
    starts[row + 1] = ids.length;
  });
  const rowCount = new Uint32Array(surface.length);
  const lastRow = new Int32Array(surface.length).fill(-1);
  for (let row = 0; row < list.keys.length; row += 1) {
    for (let at = starts[row] ?? 0; at < (starts[row + 1] ?? 0); at += 1) {
      const id = ids[at] ?? 0;
      if (lastRow[id] === row) continue;
      lastRow[id] = row;
      rowCount[id] = (rowCount[id] ?? 0) + 1;
    }
  }
  return {
    ids: Int32Array.from(ids),
    starts,
    surface,
    singular,
    isStop: Uint8Array.from(surface, (word) => Number(STOP_WORDS.has(word))),
    isLink: Uint8Array.from(surface, (word) => Number(LINKS.has(word))),
    rowCount,
  };
}

/** Two well-mixed 32-bit numbers of a word number (the finaliser of MurmurHash3). */
function mix(id: number, seed: number): number {
  let hash = Math.imul(id + 1, 0x9e3779b1) ^ seed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A number that is equal for terms of the same words in any order and in singular or plural, links such as "for" left
 * out (53 bits: for a million terms the chance that any two different ones meet is below 1 in 10,000).
 */
export function wordSetHash(words: Words, row: number): number {
  const start = words.starts[row] ?? 0;
  const end = words.starts[row + 1] ?? 0;
  let linksOnly = true;
  for (let at = start; at < end && linksOnly; at += 1) linksOnly = words.isLink[words.ids[at] ?? 0] === 1;
  let high = 0;
  let low = 0;
  for (let at = start; at < end; at += 1) {
    const id = words.ids[at] ?? 0;
    if (!linksOnly && words.isLink[id] === 1) continue;
    high = (high + mix(id, 0x2545f491)) % 2 ** 27;
    low = (low + mix(id, 0x6c078965)) % 2 ** 26;
  }
  return high * 2 ** 26 + low;
}
