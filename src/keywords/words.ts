import pluralize from 'pluralize';

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
export const LINKS: ReadonlySet<string> = new Set(LINK_WORDS);

/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}]/u;
/** Where those scripts start; most terms are told apart by this alone. */
const FAR_FROM_LATIN = /[\u0e00-\uffff]/;
let segmenter: Intl.Segmenter | undefined;

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
  if (word.length <= 3 || !(word.endsWith('s') || word.endsWith('men'))) return word;
  return /^[a-z]+s$|men$/.test(word) ? pluralize.singular(word) : word;
}

/** True for a text in which some words may stand without spaces between them. */
export function mayBeUnspaced(text: string): boolean {
  return FAR_FROM_LATIN.test(text);
}
