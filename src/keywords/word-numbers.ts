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
  /** 1 for words without content. */
  readonly isStop: Uint8Array;
  /** 1 for articles, prepositions and conjunctions. */
  readonly isLink: Uint8Array;
  /** In how many rows each word stands. */
  readonly rowCount: Uint32Array;
}

/** Every word of every key by two 32-bit hashes, and every key by one. */
export interface HashedWords {
  readonly firsts: Int32Array;
  readonly seconds: Int32Array;
  /** Where each row starts in the hashes of words; one more entry than rows. */
  readonly starts: Uint32Array;
  /** Equal for equal keys, and nearly always different for different ones. */
  readonly keys: Int32Array;
}

/** Keys that are made one text at a time: few enough to stay in the processor's cache. */
const BATCH = 8192;
const LINE_END = 10;
const SPACE = 32;
/** Where hashes start: another place in every process, so that no file can be made of keys whose hashes meet. */
const SEED = Math.trunc(Math.random() * 2 ** 32) | 0;
const FNV_PRIME = 0x01000193;

/**
 * Hashes the words of keys in one pass over flat text, whose characters are read several times faster than those of
 * many small strings.
 */
export function hashWords(keys: readonly string[]): HashedWords {
  const keyHashes = new Int32Array(keys.length);
  const starts = new Uint32Array(keys.length + 1);
  let firsts = new Int32Array();
  let seconds = new Int32Array();
  let codes = new Uint16Array(1 << 16);
  let filled = 0;
  let row = 0;
  for (let batch = 0; batch < keys.length; batch += BATCH) {
    const text = `${flatText(keys.slice(batch, batch + BATCH))}\n`;
    if (codes.length < text.length) codes = new Uint16Array(text.length * 2);
    Buffer.from(codes.buffer).write(text, 'utf16le');
    const needed = filled + wordsIn(codes, text.length);
    if (needed > firsts.length) {
      // As many words as the keys so far let expect: copying large arrays costs more than the room.
      const expected = Math.ceil(needed * Math.max(1, (1.1 * keys.length) / (batch + BATCH)));
      firsts = enlarged(firsts, expected);
      seconds = enlarged(seconds, expected);
    }
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
        firsts[filled] = first;
        seconds[filled] = second;
        filled += 1;
        key = (Math.imul(key, FNV_PRIME) + first) | 0;
      }
      from = at + 1;
      first = SEED;
      second = 0;
      if (code === SPACE) continue;
      keyHashes[row] = key;
      key = SEED;
      row += 1;
      starts[row] = filled;
    }
  }
  return { firsts, seconds, starts, keys: keyHashes };
}

/** Keys a line each, their words parted by spaces. */
function flatText(keys: readonly string[]): string {
  const joined = keys.join('\n');
  return mayBeUnspaced(joined) ? keys.map((key) => wordsOf(key).join(' ')).join('\n') : joined;
}

/** How many words there may be at most: one before every space or line end. */
function wordsIn(codes: Uint16Array, length: number): number {
  let count = 0;
  for (let at = 0; at < length; at += 1) if ((codes[at] ?? 0) <= SPACE) count += 1;
  return count;
}

function enlarged(values: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(values);
  return larger;
}

interface Remembered {
  readonly hashed: HashedWords;
  /** The rows that the list kept of those hashed, in its order. */
  readonly rows: Uint32Array;
}
/** By a list's keys: reading hashes their words to find duplicates, and the first look at the list numbers them. */
const HASHED = new WeakMap<readonly string[], Remembered>();
const NUMBERED = new WeakMap<readonly string[], Words>();

/** Keeps for `wordsOfKeys` what reading hashed of a list's keys. */
export function rememberHashes(keys: readonly string[], remembered: Remembered): void {
  HASHED.set(keys, remembered);
}

/** The words of a list's keys, numbered when they are first asked for. */
export function wordsOfKeys(keys: readonly string[]): Words {
  const known = NUMBERED.get(keys);
  if (known !== undefined) return known;
  const { hashed, rows } = HASHED.get(keys) ?? {
    hashed: hashWords(keys),
    rows: Uint32Array.from(keys.keys()),
  };
  const words = numberWords(keys, hashed, rows);
  NUMBERED.set(keys, words);
  HASHED.delete(keys);
  return words;
}

function numberWords(keys: readonly string[], hashed: HashedWords, rows: Uint32Array): Words {
  const { firsts, seconds } = hashed;
  const vocabulary = new Vocabulary();
  let table = vocabulary.table;
  const starts = new Uint32Array(rows.length + 1);
  const ids = new Int32Array(hashed.starts.at(-1) ?? 0);
  let filled = 0;
  for (let row = 0; row < rows.length; row += 1) {
    const from = hashed.starts[rows[row] ?? 0] ?? 0;
    const to = hashed.starts[(rows[row] ?? 0) + 1] ?? 0;
    for (let at = from; at < to; at += 1) {
      const first = firsts[at] ?? 0;
      const second = seconds[at] ?? 0;
      // Looked up here and not by a method: most of the time is spent on these lines.
      const mask = table.ids.length - 1;
      let slot = slotOf(first, second) & mask;
      while (table.ids[slot] !== NO_WORD && (table.firsts[slot] !== first || table.seconds[slot] !== second))
        slot = (slot + 1) & mask;
      let id = table.ids[slot] ?? NO_WORD;
      if (id === NO_WORD) {
        id = vocabulary.add(slot, first, second, wordAt(keys[row] ?? '', at - from));
        table = vocabulary.table;
      }
      ids[filled] = id;
      filled += 1;
    }
    starts[row + 1] = filled;
  }
  const { surface, singular } = vocabulary;
  return {
    ids: ids.subarray(0, filled),
    starts,
    surface,
    singular,
    isStop: Uint8Array.from(surface, (word) => Number(STOP_WORDS.has(word))),
    isLink: Uint8Array.from(surface, (word) => Number(LINKS.has(word))),
    rowCount: countRows(ids, starts, surface.length),
  };
}

/** The word of a key that was hashed at this place. */
function wordAt(key: string, place: number): string {
  return (
    flatText([key])
      .split(' ')
      .filter((word) => word !== '')[place] ?? ''
  );
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

interface Table {
  /** Per slot: the number of a word (`NO_WORD` where it is free) and its two hashes. */
  readonly ids: Int32Array;
  readonly firsts: Int32Array;
  readonly seconds: Int32Array;
}

const emptyTable = (size: number): Table => ({
  ids: new Int32Array(size).fill(NO_WORD),
  firsts: new Int32Array(size),
  seconds: new Int32Array(size),
});

/**
 * A hash table of the numbers of words, by two hashes: no string is made for a known word. Of a million words the chance
 * that any two have both hashes in common is below one in ten million.
 */
class Vocabulary {
  readonly surface: string[] = [];
  readonly singular: string[] = [];
  table = emptyTable(1 << 13);
  readonly #bySingular = new Map<string, number>();
  #spellings = 0;

  /** Puts a word into the free slot found for it and returns its number; singular and plural have the same. */
  add(slot: number, first: number, second: number, word: string): number {
    const id = this.#number(word);
    put(this.table, slot, id, first, second);
    this.#spellings += 1;
    if (this.#spellings * 2 > this.table.ids.length) this.#grow();
    return id;
  }

  #number(word: string): number {
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
    const { ids, firsts, seconds } = this.table;
    const larger = emptyTable(ids.length * 4);
    ids.forEach((id, from) => {
      if (id === NO_WORD) return;
      const [first = 0, second = 0] = [firsts[from], seconds[from]];
      let slot = slotOf(first, second) & (larger.ids.length - 1);
      while (larger.ids[slot] !== NO_WORD) slot = (slot + 1) & (larger.ids.length - 1);
      put(larger, slot, id, first, second);
    });
    this.table = larger;
  }
}

function put(table: Table, slot: number, id: number, first: number, second: number): void {
  table.ids[slot] = id;
  table.firsts[slot] = first;
  table.seconds[slot] = second;
}
