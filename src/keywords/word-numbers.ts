import { allRows } from './ranking.ts';
import { LINKS, mayBeUnspaced, singularOf, STOP_WORDS, wordsOf } from './words.ts';

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
  /** The number of a word, by its singular. */
  readonly numberOf: ReadonlyMap<string, number>;
  /** 1 for words without content. */
  readonly isStop: Uint8Array;
  /** 1 for articles, prepositions and conjunctions. */
  readonly isLink: Uint8Array;
  /** In how many rows each word stands. */
  readonly rowCount: Uint32Array;
}

/** The words of keys as they are numbered while a list is read: each spelling has a number of its own. */
export interface NumberedKeys {
  readonly ids: Int32Array;
  /** Where each key starts in `ids`; one more entry than keys. */
  readonly starts: Uint32Array;
  readonly spellings: readonly string[];
  /** A hash of each key: equal for equal keys, and nearly always different for different ones. */
  readonly hashes: Int32Array;
}

/** Keys that are made one text at a time: few enough to stay in the processor's cache. */
const BATCH = 8192;
const LINE_END = 10;
const SPACE = 32;
/** Where hashes start: another place in every process, so that no file can be made of keys whose hashes meet. */
const SEED = Math.trunc(Math.random() * 2 ** 32) | 0;
const FNV_PRIME = 0x01000193;

/**
 * Numbers the words of keys in one pass over flat text, whose characters are read several times faster than those of
 * many small strings.
 */
export function numberKeys(keys: readonly string[]): NumberedKeys {
  const vocabulary = new Vocabulary();
  let table = vocabulary.table;
  const hashes = new Int32Array(keys.length);
  const starts = new Uint32Array(keys.length + 1);
  let ids = new Int32Array(Math.min(keys.length, BATCH) * 8);
  let codes = new Uint16Array(1 << 16);
  let filled = 0;
  let row = 0;
  for (let batch = 0; batch < keys.length; batch += BATCH) {
    const text = `${flatText(keys.slice(batch, batch + BATCH))}\n`;
    if (codes.length < text.length) codes = new Uint16Array(text.length * 2);
    Buffer.from(codes.buffer).write(text, 'utf16le');
    let first = SEED;
    let second = 0;
    let key = SEED;
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = codes[at] ?? 0;
      if (code !== SPACE && code !== LINE_END) {
        first = Math.imul(first ^ code, FNV_PRIME);
        second = (Math.imul(second, 31) + code) | 0;
        continue;
      }
      if (at > from) {
        // Looked up here and not by a method: most of the time is spent on these lines.
        const mask = table.length - 1;
        let place = (slotOf(first, second) * PLACES) & mask;
        while (table[place] !== FREE && (table[place + 1] !== first || table[place + 2] !== second))
          place = (place + PLACES) & mask;
        let id = (table[place] ?? FREE) - 1;
        if (id === NO_WORD) {
          id = vocabulary.add(place, first, second, text.slice(from, at));
          table = vocabulary.table;
        }
        if (filled === ids.length) {
          // As many words as the keys so far let expect: copying large arrays costs more than the room.
          ids = enlarged(ids, Math.ceil((filled * 1.1 * keys.length) / (row + 1)));
        }
        ids[filled] = id;
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
  return { ids: ids.subarray(0, filled), starts, spellings: vocabulary.spellings, hashes };
}

/** Keys a line each, their words parted by spaces. */
function flatText(keys: readonly string[]): string {
  const joined = keys.join('\n');
  return mayBeUnspaced(joined) ? keys.map((key) => wordsOf(key).join(' ')).join('\n') : joined;
}

function enlarged(values: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(values);
  return larger;
}

interface Remembered {
  readonly numbered: NumberedKeys;
  /** The rows that the list kept of those numbered, in its order. */
  readonly rows: Uint32Array;
}
/** By a list's keys: reading numbers their words to find duplicates, and the first look at the list counts them. */
const NUMBERED = new WeakMap<readonly string[], Remembered>();
const WORDS = new WeakMap<readonly string[], Words>();

/** Keeps for `wordsOfKeys` what reading numbered of a list's keys. */
export function rememberNumbers(keys: readonly string[], remembered: Remembered): void {
  NUMBERED.set(keys, remembered);
}

/** The words of a list's keys, made when they are first asked for. */
export function wordsOfKeys(keys: readonly string[]): Words {
  const known = WORDS.get(keys);
  if (known !== undefined) return known;
  const { numbered, rows } = NUMBERED.get(keys) ?? { numbered: numberKeys(keys), rows: allRows(keys.length) };
  const words = wordsOfRows(numbered, rows);
  WORDS.set(keys, words);
  NUMBERED.delete(keys);
  return words;
}

/**
 * The words of the rows that were kept. A row is only left out when another of the same key is kept in its place, so
 * all words are still there, in the order of their numbers.
 */
function wordsOfRows(numbered: NumberedKeys, rows: Uint32Array): Words {
  const numberOf = new Map<string, number>();
  const surface: string[] = [];
  const singular: string[] = [];
  const wordOf = new Int32Array(numbered.spellings.length);
  for (let spelling = 0; spelling < wordOf.length; spelling += 1) {
    const word = numbered.spellings[spelling] ?? '';
    const one = singularOf(word);
    let id = numberOf.get(one);
    if (id === undefined) {
      id = surface.length;
      numberOf.set(one, id);
      surface.push(word);
      singular.push(one);
    }
    wordOf[spelling] = id;
  }
  const isStop = new Uint8Array(surface.length);
  const isLink = new Uint8Array(surface.length);
  for (let id = 0; id < surface.length; id += 1) {
    const word = surface[id] ?? '';
    if (!STOP_WORDS.has(word)) continue;
    isStop[id] = 1;
    isLink[id] = Number(LINKS.has(word));
  }
  const { ids, starts } = pickRows(numbered, rows, wordOf);
  const rowCount = countRows(ids, starts, surface.length);
  return { ids, starts, surface, singular, numberOf, isStop, isLink, rowCount };
}

function pickRows(
  { ids, starts }: NumberedKeys,
  rows: Uint32Array,
  wordOf: Int32Array,
): { readonly ids: Int32Array; readonly starts: Uint32Array } {
  const picked = new Int32Array(ids.length);
  const pickedStarts = new Uint32Array(rows.length + 1);
  let filled = 0;
  for (let row = 0; row < rows.length; row += 1) {
    const end = starts[(rows[row] ?? 0) + 1] ?? 0;
    for (let at = starts[rows[row] ?? 0] ?? 0; at < end; at += 1) {
      picked[filled] = wordOf[ids[at] ?? 0] ?? 0;
      filled += 1;
    }
    pickedStarts[row + 1] = filled;
  }
  return { ids: picked.subarray(0, filled), starts: pickedStarts };
}

function countRows(ids: Int32Array, starts: Uint32Array, words: number): Uint32Array {
  const counts = new Uint32Array(words);
  const lastRow = new Int32Array(words).fill(-1);
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

const NO_WORD = -1;
const slotOf = (first: number, second: number): number =>
  first ^ (first >>> 15) ^ Math.imul(second, 0x9e3779b1);

/** Places of a word in the table, side by side so that one reach into memory gets them: number + 1, two hashes, none. */
const PLACES = 4;
/** Where no word is. */
const FREE = 0;

/**
 * A hash table of the numbers of words, by two hashes: no string is made for a known word. Of a million words the chance
 * that any two have both hashes in common is below one in ten million.
 */
class Vocabulary {
  readonly spellings: string[] = [];
  table = new Int32Array(PLACES << 13);

  /** Puts a word where a free place was found for it and returns its number. */
  add(place: number, first: number, second: number, word: string): number {
    this.spellings.push(word);
    put(this.table, place, this.spellings.length, first, second);
    if (this.spellings.length * 2 * PLACES > this.table.length) this.#grow();
    return this.spellings.length - 1;
  }

  #grow(): void {
    const larger = new Int32Array(this.table.length * 4);
    const mask = larger.length - 1;
    for (let from = 0; from < this.table.length; from += PLACES) {
      const number = this.table[from] ?? FREE;
      if (number === FREE) continue;
      const [first = 0, second = 0] = [this.table[from + 1], this.table[from + 2]];
      let place = (slotOf(first, second) * PLACES) & mask;
      while (larger[place] !== FREE) place = (place + PLACES) & mask;
      put(larger, place, number, first, second);
    }
    this.table = larger;
  }
}

function put(table: Int32Array, place: number, number: number, first: number, second: number): void {
  table[place] = number;
  table[place + 1] = first;
  table[place + 2] = second;
}
