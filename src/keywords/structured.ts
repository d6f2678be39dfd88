import { jsonrepair } from 'jsonrepair';
import { LexyBrainError } from '../errors.ts';
import type { Records } from './records.ts';

/** What a JSON or Markdown document holds: a table under a header, or terms. */
export type Structured =
  | { readonly kind: 'table'; readonly records: Records }
  | { readonly kind: 'terms'; readonly terms: readonly string[] };

/** An opening that JSON has and a keyword does not: `["`, `[{`, `{"`; `[exact match]` is none. */
const JSON_START = /^\s*(?:\[\s*[[{"]|\{\s*")/;

/** The keywords of a JSON text: an array of strings, of objects or of arrays, possibly inside an object. Null if none. */
export function readJson(text: string): Structured | null {
  if (!JSON_START.test(text)) return null;
  const value = parse(text);
  if (value === null) return null;
  const array = arrayIn(value, 3);
  // JSON without a list is no list of keywords, and its text is none either.
  if (array === null) return { kind: 'terms', terms: [] };
  if (array.every((item) => typeof item !== 'object' || item === null))
    return { kind: 'terms', terms: array.map(cellOf) };
  if (array.every((item) => Array.isArray(item))) {
    return { kind: 'table', records: array.map((row) => (row as unknown[]).map(cellOf)) };
  }
  const objects = array.filter((item) => typeof item === 'object' && item !== null) as Record<
    string,
    unknown
  >[];
  const names = [...new Set(objects.flatMap((item) => Object.keys(item)))].slice(0, 1000);
  const rows = objects.map((item) => names.map((name) => cellOf(item[name])));
  return names.length === 0 ? null : { kind: 'table', records: [names, ...rows] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const lines = parseLines(text);
    if (lines !== null) return lines;
    try {
      return JSON.parse(jsonrepair(text));
    } catch {
      return null;
    }
  }
}

/** JSON Lines: an object or array on every line that is not blank; null for any other text. */
function parseLines(text: string): unknown[] | null {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (lines.length < 2 || !/^\s*[[{].*[\]}]\s*$/.test(lines[0] ?? '')) return null;
  try {
    return lines.map((line): unknown => JSON.parse(line));
  } catch {
    return null;
  }
}

/** The array itself, or the longest one within an object. */
function arrayIn(value: unknown, depth: number): unknown[] | null {
  if (Array.isArray(value)) return value.length === 0 ? null : (value as unknown[]);
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  return Object.values(value)
    .map((inner) => arrayIn(inner, depth - 1))
    .reduce((best, array) => ((array?.length ?? 0) > (best?.length ?? 0) ? array : best), null);
}

/** A value as a cell; of `{value, kind, bound}` the value with its bound. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(cellOf).join(',');
  if (typeof value === 'object') {
    const { value: inner, bound } = value as { value?: unknown; bound?: unknown };
    return typeof inner === 'number' ? `${bound === '<' || bound === '>' ? bound : ''}${inner}` : '';
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/**
 * Web pages and other markup, also under names such as `.xls` or `.csv`.
 * @throws LexyBrainError `list-binary`.
 */
export function refuseMarkup(text: string): void {
  if (!/^\s*<(?:!doctype|html|head|body|table|\?xml|svg)\b/i.test(text.slice(0, 200))) return;
  throw new LexyBrainError('list-binary', 'This file is a web page or XML, not a keyword list.', {
    advice: 'Export the list from your keyword tool as CSV or Excel (.xlsx) and open that file.',
  });
}

const RULE = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/;

/** The first Markdown table of a text as records with its header first, or null. */
export function readMarkdownTable(
  text: string,
): { readonly records: Records; readonly firstLine: number } | null {
  if (!text.includes('|') || !/-{2,}/.test(text)) return null;
  const lines = text.split(/\r\n|\n|\r/);
  const rule = lines.findIndex((line, at) => at > 0 && line.includes('|') && RULE.test(line));
  const header = lines[rule - 1];
  if (rule === -1 || header?.includes('|') !== true) return null;
  const records = [cellsOf(header)];
  for (const line of lines.slice(rule + 1)) {
    if (!line.includes('|')) break;
    records.push(cellsOf(line));
  }
  return { records, firstLine: rule };
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll('\\|', '|').replace(/^[\s*_`]+|[\s*_`]+$/g, ''));
}
