/** Tokens of an answer where the request does not say. */
export const DEFAULT_MAX_TOKENS = 1024;

/**
 * Tokens of a text, estimated from its bytes: 3.5 a token lies between English prose (about 4.5 with today's
 * vocabularies) and tables of figures (about 2.5). Only for what a provider does not count for us, and always marked.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(utf8Length(text) / 3.5);
}

/** No tokenizer makes more tokens of a text than it has bytes. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
