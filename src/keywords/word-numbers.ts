import { LINKS, mayBeUnspaced, singularOf, STOP_WORDS, wordsOf } from './words.ts';

/** The words of keys as numbers, each distinct word once, singular and plural as one. */
export interface NumberedWords {
  /** Word numbers of all rows, one after the other. */
  readonly ids: Int32Array;
  /** Where each row starts in `ids`; one more entry than rows. */
  readonly starts: Uint32Array;
  /** The word as it first stood in the keys. */
  readonly surface: readonly string[];
  /** The word in the singular. */
  readonly singular: readonly string[];
}

/** The words of a list as numbers, and what is known of each. */
export interface Words extends NumberedWords {
  /** 1 for words without content. */
  readonly isStop: Uint8Array;
  /** 1 for articles, prepositions and conjunctions. */
  readonly isLink: Uint8Array;
  /** In how many rows each word stands. */
  readonly rowCount: Uint32Array;
}

/** Keys that are made one text at a time: few enough to stay in the processor's cache. */
const BATCH = 8192;
const LINE_END = 10;
const SPACE = 32;
/** Where hashes start: another place in every process, so that no file can be made of keys whose hashes meet. */
const SEED = Math.trunc(Math.random() * 2 ** 32) | 0;
const FNV_PRIME = 0x01000193;

/**
 * Splits term keys into numbered words in one pass over flat text, whose characters are read several times faster than
 * those of many small strings. Beside the words: per row a hash of its key, equal for equal keys.
 */
export function numberWords(keys: readonly string[]): {
  readonly words: NumberedWords;
  readonly hashes: Int32Array;
} {
  const vocabulary = new Vocabulary();
  const hashes = new Int32Array(keys.length);
  const starts = new Uint32Array(keys.length + 1);
  let ids = new Int32Array(keys.length * 4);
  let codes = new Uint16Array(1 << 16);
  let filled = 0;
  let row = 0;
  for (let batch = 0; batch < keys.length; batch += BATCH) {
    const text = `${flatText(keys.slice(batch, batch + BATCH))}\n`;
    if (codes.length < text.length) codes = new Uint16Array(text.length * 2);
    Buffer.from(codes.buffer).write(text, 'utf16le');
    ids = withRoom(ids, filled + (text.length >> 1) + 1);
    let from = 0;
    let first = SEED;
    let second = 0;
    let key = SEED;
    for (let at = 0; at < text.length; at += 1) {
      const code = codes[at] ?? 0;
      if (code !== SPACE && code !== LINE_END) {
        first = Math.imul(first ^ code, FNV_PRIME);
        second = (Math.imul(second, 31) + code) | 0;
        continue;
      }
      if (at > from) {
        ids[filled] = vocabulary.number(first, second, text, from, at);
        filled += 1;
        key = (Math.imul(key, FNV_PRIME) + first) | 0;
      }
      from = at + 1;
      first = SEED;
      second = 0;
      if (code === SPACE) continue;
      hashes[row] = key;
      key = SEED;
      row += 1;
      starts[row] = filled;
    }
  }
  const { surface, singular } = vocabulary;
  return { words: { ids: ids.slice(0, filled), starts, surface, singular }, hashes };
}

/** Keys a line each, their words parted by spaces. */
function flatText(keys: readonly string[]): string {
  const joined = keys.join('\n');
  return mayBeUnspaced(joined) ? keys.map((key) => wordsOf(key).join(' ')).join('\n') : joined;
}

function withRoom(ids: Int32Array, needed: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(needed <= ids.length ? 0 : Math.max(needed, Math.ceil(ids.length * 1.5)));
  if (grown.length === 0) return ids as Int32Array<ArrayBuffer>;
  grown.set(ids);
  return grown;
}

/** The words of some of the rows, in the given order. */
export function pickWords(words: NumberedWords, rows: Uint32Array): NumberedWords {
  const starts = new Uint32Array(rows.length + 1);
  const ids = new Int32Array(words.ids.length);
  let filled = 0;
  for (let to = 0; to < rows.length; to += 1) {
    const row = rows[to] ?? 0;
    for (let at = words.starts[row] ?? 0; at < (words.starts[row + 1] ?? 0); at += 1) {
      ids[filled] = words.ids[at] ?? 0;
      filled += 1;
    }
    starts[to + 1] = filled;
  }
  return { ...words, ids: ids.slice(0, filled), starts };
}

/** Words of lists by their keys: reading numbers them once, and every look at the list needs them. */
const NUMBERED = new WeakMap<readonly string[], NumberedWords>();
const KNOWN = new WeakMap<readonly string[], Words>();

/** Keeps the words of a list's keys for `wordsOfKeys`. */
export function rememberWords(keys: readonly string[], words: NumberedWords): void {
  NUMBERED.set(keys, words);
}

/** The words of a list's keys: those that reading numbered, or numbered now. */
export function wordsOfKeys(keys: readonly string[]): Words {
  const known = KNOWN.get(keys);
  if (known !== undefined) return known;
  const numbered = NUMBERED.get(keys) ?? numberWords(keys).words;
  const { surface } = numbered;
  const words = {
    ...numbered,
    isStop: Uint8Array.from(surface, (word) => Number(STOP_WORDS.has(word))),
    isLink: Uint8Array.from(surface, (word) => Number(LINKS.has(word))),
    rowCount: countRows(numbered),
  };
  KNOWN.set(keys, words);
  return words;
}

function countRows({ ids, starts, surface }: NumberedWords): Uint32Array {
  const counts = new Uint32Array(surface.length);
  const lastRow = new Int32Array(surface.length).fill(-1);
  for (let row = 0; row + 1 < starts.length; row += 1) {
    const end = starts[row + 1] ?? 0;
    for (let at = starts[row] ?? 0; at < end; at += 1) {
      const id = ids[at] ?? 0;
      if (lastRow[id] === row) continue;
      lastRow[id] = row;
      counts[id] = (counts[id] ?? 0) + 1;
    }
  }
  return counts;
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
    const firsts = this.#first;
    const seconds = this.#second;
    const mask = ids.length - 1;
    let slot = (first ^ (first >>> 15) ^ Math.imul(second, 0x9e3779b1)) & mask;
    while (ids[slot] !== -1 && (firsts[slot] !== first || seconds[slot] !== second)) slot = (slot + 1) & mask;
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
