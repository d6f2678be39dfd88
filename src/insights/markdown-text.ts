import { termKey } from '../keywords/term-key.ts';
import type { KeywordFigures } from '../keywords/types.ts';
import { formatFigures, type FormatOptions } from './format.ts';
import { cleanLine } from './text.ts';

/**
 * Text as Markdown that shows exactly that text on one line: no markup, link, image, table cell, HTML, entity or
 * formula can come out of it. Escaped are the characters that mean something anywhere, what would make a bare
 * address a link, and what means something at the start of a line; the rest stays readable as plain text.
 */
export function escapeMarkdown(text: string): string {
  return cleanLine(text)
    .replace(/[\\`*_[\]<>|~&]/g, '\\$&')
    .replace(/\$(?!\d)/g, '\\$$')
    .replace(/:(?=\S)/g, '\\:')
    .replace(/@/g, '\\@')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/^([#+\-=!])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** A table; cells are Markdown already. Empty when there are no rows. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function numbered(items: readonly string[]): string {
  return items.map((item, index) => `${index + 1}. ${item}`).join('\n');
}

/** A part under its heading; left out when it is empty. */
export function section(heading: string, body: string): string {
  return body === '' ? '' : `### ${heading}\n\n${body}`;
}

/** Parts with a blank line between them, empty ones left out. */
export function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The list's figures of a term, ready for a table cell. */
export function figuresCell(
  term: string,
  rows: ReadonlyMap<string, KeywordFigures>,
  format: FormatOptions,
): string {
  const row = rows.get(termKey(term));
  return row === undefined ? '–' : escapeMarkdown(formatFigures(row, format));
}
