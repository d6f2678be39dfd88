import { franc } from 'franc-min';

/** Terms that are looked at, spread over the list; and how many of one script are judged as one text. */
const SAMPLE = 200;
const BUNDLE = 50;
/** A language below this share is the detector's noise. */
const LEAST_SHARE = 0.05;

/** Languages that keyword lists are in: ISO 639-3 as the detector names them, and ISO 639-1. */
const CODES: Readonly<Record<string, string>> = {
  eng: 'en', spa: 'es', por: 'pt', fra: 'fr', deu: 'de', ita: 'it', nld: 'nl', pol: 'pl', swe: 'sv', ces: 'cs', tur: 'tr',
  ron: 'ro', hun: 'hu', hrv: 'hr', srp: 'sr', bos: 'bs', vie: 'vi', ind: 'id', zlm: 'ms', tgl: 'tl', swh: 'sw', rus: 'ru',
  ukr: 'uk', bel: 'be', bul: 'bg', kaz: 'kk', arb: 'ar', pes: 'fa', urd: 'ur', hin: 'hi', mar: 'mr', npi: 'ne', ben: 'bn',
  cmn: 'zh', jpn: 'ja', kor: 'ko', tha: 'th', ell: 'el', tel: 'te', tam: 'ta', guj: 'gu', kan: 'kn', mal: 'ml', pan: 'pa',
}; // prettier-ignore
const KNOWN = Object.keys(CODES);

/** Scripts beside the Latin one; terms of one script are judged together. */
const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Cyrillic}/u,
  /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
  /\p{Script=Han}/u,
  /\p{Script=Hangul}/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Thai}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Devanagari}/u,
];

/** What `findIndex` says of terms in none of those scripts. */
const LATIN = -1;

/**
 * ISO 639-1 codes with their share of the terms, largest first; empty when it cannot be told. Single keywords are too
 * short to tell their language, so neighbouring terms of the same script are bundled and judged as one text.
 */
export function languagesOf(
  terms: readonly string[],
): readonly { readonly code: string; readonly share: number }[] {
  const step = Math.max(1, Math.floor(terms.length / SAMPLE));
  const byScript = new Map<number, string[]>();
  for (let at = 0; at < terms.length && at < SAMPLE * step; at += step) {
    const term = terms[at] ?? '';
    if (!/\p{L}/u.test(term)) continue;
    const script = SCRIPTS.findIndex((pattern) => pattern.test(term));
    const alike = byScript.get(script);
    if (alike === undefined) byScript.set(script, [term]);
    else alike.push(term);
  }
  const counts = new Map<string, number>();
  let judged = 0;
  for (const [script, scriptTerms] of byScript) {
    for (const bundle of bundles(scriptTerms)) {
      const code = CODES[franc(bundle.join(' . '), { only: KNOWN, minLength: script === LATIN ? 40 : 8 })];
      if (code === undefined) continue;
      counts.set(code, (counts.get(code) ?? 0) + bundle.length);
      judged += bundle.length;
    }
  }
  return [...counts]
    .map(([code, count]) => ({ code, share: count / judged }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share || (a.code < b.code ? -1 : 1));
}

/** Equal parts of about the bundle's size: a short rest would be judged on too little. */
function bundles(terms: readonly string[]): readonly (readonly string[])[] {
  const parts = Math.max(1, Math.round(terms.length / BUNDLE));
  const size = Math.ceil(terms.length / parts);
  return Array.from({ length: parts }, (_, part) => terms.slice(part * size, (part + 1) * size));
}
