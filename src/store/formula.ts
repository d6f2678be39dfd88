/**
 * What spreadsheets take for the start of a formula, their full-width forms too, after blanks and controls that they
 * pass over (https://owasp.org/www-community/attacks/CSV_Injection). An apostrophe that would be taken for ours counts
 * as well, so that `unescapeFormula` gives every text back as it was.
 */
const FORMULA = /^'*[\s\u0000-\u001f\u200b-\u200f\ufeff]*[=+\-@＝＋－＠\t\r\n]/u;

/** The text so that a spreadsheet shows it and runs nothing. */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text as it was before `escapeFormula`. */
export function unescapeFormula(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}
