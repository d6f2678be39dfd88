import { detectAll } from 'tinyld/light';

/** Terms that are looked at, spread over the list; and how many of one script are judged as one text. */
const SAMPLE = 400;
const BUNDLE = 25;
/** A language below this share is the detector's noise. */
const LEAST_SHARE = 0.05;

/** Scripts that more than one language is written in; terms of one script are judged together. */
const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Cyrillic}/u,
  /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  /\p{Script=Han}/u,
  /\p{Script=Hangul}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Thai}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Devanagari}/u,
];

/**
 * ISO 639-1 codes with their share of the terms, largest first. Single keywords are too short to tell their language,
 * so neighbouring terms of the same script are bundled and judged as one text.
 */
export function languagesOf(
  terms: readonly string[],
): readonly { readonly code: string; readonly share: number }[] {
  const step = Math.max(1, Math.floor(terms.length / SAMPLE));
  const sample = terms.filter((_, at) => at % step === 0).slice(0, SAMPLE);
  const byScript = new Map<number, string[]>();
  for (const term of sample) {
    if (!/\p{L}/u.test(term)) continue;
    const script = SCRIPTS.findIndex((pattern) => pattern.test(term));
    byScript.set(script, [...(byScript.get(script) ?? []), term]);
  }
  const counts = new Map<string, number>();
  let judged = 0;
  for (const scriptTerms of byScript.values()) {
    for (let at = 0; at < scriptTerms.length; at += BUNDLE) {
      const bundle = scriptTerms.slice(at, at + BUNDLE);
      const [best] = detectAll(bundle.join(' . '));
      if (best === undefined) continue;
      counts.set(best.lang, (counts.get(best.lang) ?? 0) + bundle.length);
      judged += bundle.length;
    }
  }
  return [...counts]
    .map(([code, count]) => ({ code, share: count / judged }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share || (a.code < b.code ? -1 : 1));
}
