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
/** Where those scripts start; most terms are told apart by this alone. */
const FAR_FROM_LATIN = /[\u0e00-\uffff]/;
let segmenter: Intl.Segmenter | undefined;
const SPACE = 32;
const LINE_END = 10;
/** Where the FNV-1a hash starts. */
const FIRST_SEED = 0x811c9dc5 | 0;

/** The words of a term key. */
export function wordsOf(key: string): readonly string[] {
  if (!FAR_FROM_LATIN.test(key) || !UNSPACED.test(key)) return key.split(' ');
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
  const rows = list.keys.length;
  const vocabulary = new Vocabulary();
  const starts = new Uint32Array(rows + 1);
  const lastRow: number[] = [];
  const counts: number[] = [];
  // One text of all keys, a line each: characters of one flat string are read several times faster than of many.
  const joined = list.keys.join('\n');
  const text = FAR_FROM_LATIN.test(joined)
    ? list.keys.map((key) => wordsOf(key).join(' ')).join('\n')
    : joined;
  const ids = new Int32Array((text.length >> 1) + 1);
  const codes = codesOf(text);
  let filled = 0;
  let row = 0;
  let from = 0;
  let first = FIRST_SEED;
  let second = 0;
  for (let at = 0; at <= codes.length; at += 1) {
    const code = at === codes.length ? LINE_END : (codes[at] ?? 0);
    if (code !== SPACE && code !== LINE_END) {
      first = Math.imul(first ^ code, 0x01000193);
      second = (Math.imul(second, 31) + code) | 0;
      continue;
    }
    if (at > from) {
      const id = vocabulary.number(first, second, text, from, at);
      ids[filled] = id;
      filled += 1;
      if (lastRow[id] !== row) {
        lastRow[id] = row;
        counts[id] = (counts[id] ?? 0) + 1;
      }
    }
    from = at + 1;
    first = FIRST_SEED;
    second = 0;
    if (code === LINE_END && row < rows) {
      row += 1;
      starts[row] = filled;
    }
  }
  starts[rows] = filled;
  const { surface, singular } = vocabulary;
  return {
    ids: ids.slice(0, filled),
    starts,
    surface,
    singular,
    isStop: Uint8Array.from(surface, (word) => Number(STOP_WORDS.has(word))),
    isLink: Uint8Array.from(surface, (word) => Number(LINKS.has(word))),
    rowCount: Uint32Array.from(counts),
  };
}

/** The UTF-16 codes of a text: read several times faster from an array than from the string. */
function codesOf(text: string): Uint16Array {
  const bytes = new Uint8Array(text.length * 2);
  Buffer.from(bytes.buffer).write(text, 'utf16le');
  return new Uint16Array(bytes.buffer);
}

/**
 * Numbers for words, found by two 32-bit hashes straight from the text they stand in: no string is made for a known
 * word. Of a million words the chance that any two have both hashes in common is below one in ten million.
 */
class Vocabulary {
  readonly surface: string[] = [];
  readonly singular: string[] = [];
  readonly #bySingular = new Map<string, number>();
  #spellings = 0;
  #size = 1 << 13;
  /** Per slot: the number of the word (-1 for none) and its two hashes. */
  #ids = new Int32Array(this.#size).fill(-1);
  #first = new Int32Array(this.#size);
  #second = new Int32Array(this.#size);

  /** The number of the word `text.slice(from, to)`, which has these hashes; singular and plural have the same. */
  number(first: number, second: number, text: string, from: number, to: number): number {
    const slot = this.#find(first, second);
    const known = this.#ids[slot] ?? -1;
    if (known !== -1) return known;
    const id = this.#numberNew(text.slice(from, to));
    this.#ids[slot] = id;
    this.#first[slot] = first;
    this.#second[slot] = second;
    this.#spellings += 1;
    if (this.#spellings * 2 > this.#size) this.#grow();
    return id;
  }

  /** The slot of these hashes, or the free one where they belong. */
  #find(first: number, second: number): number {
    const ids = this.#ids;
    const mask = ids.length - 1;
    let slot = (first ^ (first >>> 15) ^ Math.imul(second, 0x9e3779b1)) & mask;
    while (ids[slot] !== -1 && (this.#first[slot] !== first || this.#second[slot] !== second))
      slot = (slot + 1) & mask;
    return slot;
  }

  #numberNew(word: string): number {
    const one = singularOf(word);
    const known = this.#bySingular.get(one);
    if (known !== undefined) return known;
    const id = this.surface.length;
    this.#bySingular.set(one, id);
    this.surface.push(word);
    this.singular.push(one);
    return id;
  }

  #grow(): void {
    const [ids, first, second] = [this.#ids, this.#first, this.#second];
    this.#size *= 4;
    this.#ids = new Int32Array(this.#size).fill(-1);
    this.#first = new Int32Array(this.#size);
    this.#second = new Int32Array(this.#size);
    ids.forEach((id, from) => {
      if (id === -1) return;
      const slot = this.#find(first[from] ?? 0, second[from] ?? 0);
      this.#ids[slot] = id;
      this.#first[slot] = first[from] ?? 0;
      this.#second[slot] = second[from] ?? 0;
    });
  }
}

/** Two well-mixed 32-bit numbers of a word number (the finaliser of MurmurHash3). */
function mix(id: number, seed: number): number {
  let hash = Math.imul(id + 1, 0x9e3779b1) ^ seed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Two 32-bit hashes per row that are equal for terms of the same words in any order and in singular or plural, links
 * such as "for" left out. Together 64 bits: for a million terms the chance that any two different ones meet is below
 * one in ten million.
 */
export function wordSetHashes(words: Words): readonly [Uint32Array, Uint32Array] {
  const rows = words.starts.length - 1;
  const first = new Uint32Array(rows);
  const second = new Uint32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const start = words.starts[row] ?? 0;
    const end = words.starts[row + 1] ?? 0;
    let linksOnly = true;
    for (let at = start; at < end && linksOnly; at += 1) linksOnly = words.isLink[words.ids[at] ?? 0] === 1;
    let one = 0;
    let two = 0;
    for (let at = start; at < end; at += 1) {
      const id = words.ids[at] ?? 0;
      if (!linksOnly && words.isLink[id] === 1) continue;
      one = (one + mix(id, 0x2545f491)) | 0;
      two = (two + mix(id, 0x6c078965)) | 0;
    }
    first[row] = one;
    second[row] = two;
  }
  return [first, second];
}
