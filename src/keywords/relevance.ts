import { termKey } from './term-key.ts';
import type { Words } from './word-numbers.ts';
import { singularOf, STOP_WORDS, wordsOf } from './words.ts';

/** From this closeness on a term is about the product. */
export const RELEVANT_FROM = 0.25;

/** Words of trade that fit any product; they count less than what names one. */
const GENERIC: ReadonlySet<string> = new Set(
  (
    'set kit pack bundle gift present piece item product shop store sale cheap best new unique custom customized ' +
    'personalized personalised handmade homemade hand made craft large small big mini tiny medium size inch cm xl ' +
    'vintage modern cute cool funny beautiful pretty simple easy home decor decoration art digital download printable ' +
    'template file idea design style color colour women woman men man kid child baby mom dad her him boy girl adult ' +
    'birthday christmas wedding holiday party day 2024 2025 2026 2027 us uk usa'
  ).split(' '),
);
const GENERIC_WEIGHT = 0.3;

interface Phrase {
  /** Weight of each of its words by stem. */
  readonly weights: ReadonlyMap<string, number>;
  readonly total: number;
}

/**
 * How close each term is to what is sold, 0-1: the share of the term that the product names, to the power of 3/4, times
 * the share of the product that the term names, to the power of 1/4, words of trade counting less. It is the geometric
 * mean behind the cosine of two word sets (Ochiai 1957), weighted towards the term's side: what else a term asks for
 * (another material, another technique) counts against it more than what it leaves unsaid. So a term of the product's
 * own words is closer than the same words with others beside them. A term that shares only words of trade counts half.
 *
 * Of several products parted by commas the closest counts; niche terms count for four fifths. Null when there is
 * neither. Words are compared by stem, so that "carved", "carving" and "carvings" are one.
 */
export function relevanceOf(
  words: Words,
  rows: number,
  product: string | null,
  nicheTerms: readonly string[],
): Float64Array | null {
  const products = phrasesOf(
    product === null ? [] : [...new Set([product, ...product.split(/[,;|/\n]|\s(?:and|und|et|y|и)\s/i)])],
  );
  const niches = phrasesOf(nicheTerms);
  if (products.length + niches.length === 0) return null;
  const named = new Set([...products, ...niches].flatMap(({ weights: own }) => [...own.keys()]));
  const stems = stemsAmong(words.singular, named);
  const weights = new Float64Array(stems.length);
  for (let id = 0; id < weights.length; id += 1)
    weights[id] = weightOf(words.singular[id] ?? '', words.isStop[id] === 1);
  const phrases = [
    ...products.map((phrase) => ({ ...phrase, factor: 1 })),
    ...niches.map((phrase) => ({ ...phrase, factor: 0.8 })),
  ].map(({ weights: own, total, factor }) => ({
    has: Uint8Array.from(stems, (stem) => Number(stem !== null && own.has(stem))),
    total,
    factor,
    onlyTrade: [...own.values()].every((weight) => weight < 1),
  }));
  const isNamed = Uint8Array.from(stems, (stem) => Number(stem !== null && named.has(stem)));
  const relevance = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const start = words.starts[row] ?? 0;
    const end = words.starts[row + 1] ?? 0;
    let first = start;
    while (first < end && isNamed[words.ids[first] ?? 0] === 0) first += 1;
    if (first === end) continue;
    let total = 0;
    for (let at = start; at < end; at += 1) {
      if (!isRepeated(words.ids, start, at)) total += weights[words.ids[at] ?? 0] ?? 0;
    }
    if (total === 0) continue;
    for (const phrase of phrases) {
      let shared = 0;
      let naming = false;
      for (let at = start; at < end; at += 1) {
        const id = words.ids[at] ?? 0;
        if (phrase.has[id] !== 1 || isRepeated(words.ids, start, at)) continue;
        shared += weights[id] ?? 0;
        naming ||= weights[id] === 1;
      }
      if (shared === 0) continue;
      const ofProduct = Math.min(1, shared / phrase.total);
      const closeness =
        (shared / total) ** 0.75 * ofProduct ** 0.25 * phrase.factor * (naming || phrase.onlyTrade ? 1 : 0.5);
      if (closeness > (relevance[row] ?? 0)) relevance[row] = closeness;
    }
  }
  return relevance;
}

/** Whether a row (from `start`) has the word at `at` before: saying it twice brings a term no closer. */
function isRepeated(ids: Int32Array, start: number, at: number): boolean {
  for (let before = start; before < at; before += 1) if (ids[before] === ids[at]) return true;
  return false;
}

function phrasesOf(texts: readonly string[]): Phrase[] {
  return texts.flatMap((text) => {
    const weights = new Map<string, number>();
    for (const word of wordsOf(termKey(text)).map(singularOf)) {
      const weight = weightOf(word, STOP_WORDS.has(word));
      if (word !== '' && weight > 0) weights.set(stemOf(word), weight);
    }
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    return total === 0 ? [] : [{ weights, total }];
  });
}

const weightOf = (word: string, stop: boolean): number => (stop ? 0 : GENERIC.has(word) ? GENERIC_WEIGHT : 1);

/** The stem of each word that may have one of the `wanted` stems, null for the others: most need not be stemmed. */
function stemsAmong(words: readonly string[], wanted: ReadonlySet<string>): readonly (string | null)[] {
  // A stem is the beginning of its word.
  const beginnings = new Set([...wanted].map((stem) => stem.slice(0, 2)));
  return words.map((word) => {
    const may = beginnings.has(word.slice(0, 2)) || beginnings.has(word.slice(0, 1));
    return may ? stemOf(word) : null;
  });
}

/** Cuts the endings of English verbs and adjectives where enough of a word is left: carved, carving → carv. */
function stemOf(word: string): string {
  if (GENERIC.has(word)) return word;
  const cut = word.replace(/(?<=[a-z]{4})(?:ings?|ed|ers?|en)$|(?<=[a-z]{3})e$/, '');
  return cut.replace(/([b-df-hj-np-tv-z])\1$/, '$1');
}
