/** Tokens of an answer where the request does not say. */
export const DEFAULT_MAX_TOKENS = 1024;

/** How today's tokenizers cut a text before they look up pieces: words, digits and signs in threes, breaks. */
const PIECE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|(?<latin>\p{Script=Latin}+)|(?<word>\p{L}+)|\p{N}{1,3}|[^\s\p{L}\p{N}]{1,3}|[\r\n\t]+/gu;

/**
 * Tokens of a text, estimated: a piece is one token, a Latin word one for every eight letters begun, other letters one for
 * every four, characters of East Asia one each. Only for what a provider does not count for us, and marked as an estimate.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const { groups } of text.matchAll(PIECE)) {
    const { latin, word } = groups ?? {};
    tokens += latin ? Math.ceil(latin.length / 8) : word ? Math.ceil(word.length / 4) : 1;
  }
  return tokens;
}

/** No tokenizer makes more tokens of a text than it has bytes. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
