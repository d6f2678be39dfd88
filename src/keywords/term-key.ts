/** Characters that nobody sees, directional ones included: two spellings may differ by them, and texts be turned. */
export const INVISIBLE = /[\p{Cf}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\ufe00-\ufe0f]/gu;
/** Straight, curly, low, angle and CJK quotes, back-ticks, primes and apostrophes. */
const QUOTES = /["'`´‘’‚‛“”„‟′″‹›«»「」『』]/g;
const SPACES_AND_HYPHENS = /[\s_\-‐‑‒–—―−]+/g;
/** Already a key: the common case, kept without a copy. */
const IS_KEY = /^[a-z0-9]+(?: [a-z0-9]+)*$/;

/** True for a term that is its own key and its own clean spelling, as most are. */
export function isTermKey(term: string): boolean {
  return IS_KEY.test(term);
}

/**
 * The one key of a term, for de-duplication, look-up and grounding: NFKC, case-folded, spaces and hyphens collapsed
 * to one space, quotes and match notation (`[exact]`, `"phrase"`, `+broad`) stripped. Idempotent; may be empty when
 * nothing of the term can be searched for. What is shown is always the list's own spelling, never the key.
 */
export function termKey(term: string): string {
  return IS_KEY.test(term) ? term : fold(term);
}

function fold(term: string): string {
  let key = term
    .normalize('NFKC')
    .replace(/\p{Cc}/gu, ' ')
    .toLowerCase()
    // What toLowerCase leaves unfolded: sharp s, final sigma, the dot of a dotted capital I.
    .replace(/ß/g, 'ss')
    .replace(/ς/g, 'σ')
    .replace(/i\u0307/g, 'i')
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(QUOTES, '')
    .replace(SPACES_AND_HYPHENS, ' ')
    .trim();
  for (;;) {
    const stripped = key
      .replace(/(^| )\++(?=[^\s+])/g, '$1')
      .replace(/^\[([^[\]]*)\]$/, '$1')
      .trim();
    if (stripped === key) break;
    key = stripped;
  }
  // A key of punctuation alone names nothing.
  return /[\p{L}\p{N}\p{S}]/u.test(key) ? key : '';
}

/**
 * The list's spelling of a term, fit to be shown: no control characters, inner spaces single, the match notation of
 * advertising reports (`[exact]`, `"phrase"`) and spreadsheet wrappers (`="term"`) taken off.
 */
export function cleanTerm(cell: string): string {
  if (IS_KEY.test(cell)) return cell;
  let term = cell
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const wrapped = /^=?"+([^"]*)"+$/.exec(term) ?? /^\[([^[\]]+)\]$/.exec(term);
  if (wrapped?.[1] !== undefined) term = wrapped[1].trim();
  return term;
}
