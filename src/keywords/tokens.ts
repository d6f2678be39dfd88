/** Scripts in which a letter is now and then two tokens: Thai, Lao, kana, Han, Hangul. */
const isDense = (code: number): boolean =>
  (code >= 0x0e00 && code < 0x0f00) || (code >= 0x3000 && code < 0xa000) || (code >= 0xac00 && code < 0xd800);

/**
 * An upper estimate of the tokens of a text, cheap and without a vocabulary: a token for every three letters or digits
 * of a run and for every other ASCII mark, one for a letter of Europe's and the Near East's scripts, two for Asian
 * ones, and for all others as many as they have bytes, which is the most there can be. The tests hold it against a real
 * tokenizer: never less on keyword text.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let run = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)) {
      if (run % 3 === 0) tokens += 1;
      run += 1;
      continue;
    }
    run = 0;
    if (code === 0x20) continue;
    if (code < 0x250 || (code >= 0x370 && code < 0x460) || (code >= 0x5d0 && code < 0x660)) tokens += 1;
    else if (code < 0x800 || isDense(code)) tokens += 2;
    else tokens += code < 0x10000 ? 3 : 4;
  }
  return tokens;
}
