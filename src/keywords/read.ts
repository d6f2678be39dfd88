import { LexyBrainError } from '../errors.ts';
import { assemble, type Draft } from './assemble.ts';
import { MAX_BYTES } from './drops.ts';
import { decode, sameLineEnds, type DecodedText } from './encoding.ts';
import { FORMATS } from './formats/index.ts';
import type { Format } from './formats/format.ts';
import {
  distinctNames,
  formatOfMapping,
  guessTable,
  isFiguresOnly,
  isHeaderOnly,
  withKinds,
} from './guess.ts';
import { Header, HEADER_WITHIN } from './header.ts';
import { readPlain } from './plain.ts';
import {
  closeQuotes,
  DELIMITERS,
  forEachRecord,
  HEAD_RECORDS,
  headRecords,
  splitQuality,
} from './records.ts';
import type { Records } from './records.ts';
import { readJson, readMarkdownTable, refuseMarkup } from './structured.ts';
import { TableReader, type TableOrigin } from './table.ts';
import type { ColumnGuess, ColumnMapping, KeywordList } from './types.ts';
import { isXlsx, readXlsx, type Sheet } from './xlsx.ts';

export { mergeKeywordLists } from './merge.ts';

export interface ReadOptions {
  /** What the user knows the list by: the file's name without its folder, "Selection", "Pasted keywords". */
  readonly name: string;
  /** Which columns hold what; found by format, name and value when not told. */
  readonly columns?: ColumnMapping;
}

/**
 * Reads a keyword list from a file's bytes: any export of a known tool, a table, a plain list, Markdown, JSON, .xlsx.
 * @throws LexyBrainError `list-empty`, `list-binary`, `list-too-large`, `list-damaged`, `list-refused` (a known report
 * without keywords), `list-no-keywords`, or `invalid-request` (a mapping that names no column).
 */
export async function readKeywordList(bytes: Uint8Array, options: ReadOptions): Promise<KeywordList> {
  assertSize(bytes.length, options.name);
  if (isXlsx(bytes)) {
    const { records, notes } = keywordSheet(await readXlsx(bytes));
    return readRecords(records, { encoding: 'xlsx', delimiter: null, notes }, options);
  }
  return readDecoded(decode(bytes), options);
}

/** Reads a selection of an editor or pasted keywords, as `readKeywordList` reads a file. */
export function readKeywordText(text: string, options: ReadOptions): KeywordList {
  assertSize(text.length, options.name);
  return readDecoded({ text: sameLineEnds(text), encoding: 'utf-8', notes: [] }, options);
}

/**
 * What the columns of a table seem to be, for the user to confirm. Null when there is nothing to ask: the format is
 * known, or it is a list without columns.
 */
export async function guessColumns(
  bytes: Uint8Array,
  options: { name: string },
): Promise<ColumnGuess | null> {
  assertSize(bytes.length, options.name);
  const records = isXlsx(bytes) ? keywordSheet(await readXlsx(bytes)).records : null;
  const content = records === null ? contentOf(closeQuotes(decode(bytes).text)) : recordContent(records);
  if (content.kind !== 'table' || content.format !== null) return null;
  const guess = guessTable(content.head);
  if (guess === null) return null;
  const { columns, mapping, sample, headerKey, certain } = guess;
  return { columns, mapping, sample, headerKey, certain };
}

/** The first sheet that holds a table of keywords, else the first with anything in it. */
function keywordSheet(sheets: readonly Sheet[]): {
  readonly records: Records;
  readonly notes: readonly string[];
} {
  const filled = sheets.filter(({ records }) =>
    records.some((cells) => cells.some((cell) => cell.trim() !== '')),
  );
  const chosen =
    filled.find(({ records }) => {
      const content = recordContent(records);
      return content.kind === 'table' && content.format !== null && content.format.refusal === undefined;
    }) ??
    filled.find(({ records }) => guessTable(records.slice(0, HEAD_RECORDS)) !== null) ??
    filled[0];
  if (chosen === undefined) return { records: [], notes: [] };
  const note = `The workbook has ${sheets.length} sheets; "${chosen.name}" was read.`;
  return { records: chosen.records, notes: sheets.length > 1 ? [note] : [] };
}

function assertSize(size: number, name: string): void {
  if (size === 0) throw emptyError(name);
  if (size <= MAX_BYTES) return;
  throw new LexyBrainError('list-too-large', `${name} is larger than ${MAX_BYTES / 1024 / 1024} MB.`, {
    advice: 'Filter the list in your keyword tool before exporting it, or split the file.',
  });
}

const emptyError = (name: string): LexyBrainError =>
  new LexyBrainError('list-empty', `${name} is empty.`, {
    advice: 'Export the list again, or choose another file.',
  });

/** What a text is, decided from its head. */
type Content =
  | { readonly kind: 'plain' }
  | { readonly kind: 'terms'; readonly terms: readonly string[] }
  | {
      readonly kind: 'table';
      readonly format: Format | null;
      readonly head: Records;
      readonly headerRow: number;
      readonly delimiter: string | null;
      /** All records, where the text is not read through a delimiter; `firstLine` is the line of the first. */
      readonly records: { readonly all: Records; readonly firstLine: number } | null;
    };

type TableContent = Extract<Content, { kind: 'table' }>;

function contentOf(text: string): Content {
  const json = readJson(text);
  if (json?.kind === 'terms') return json;
  if (json?.kind === 'table') return recordContent(json.records);
  const markdown = readMarkdownTable(text);
  if (markdown !== null) return recordContent(markdown.records, markdown.firstLine);
  const heads = DELIMITERS.map((delimiter) => {
    const head = headRecords(text, delimiter);
    return { delimiter, head, headers: headersOf(head) };
  });
  for (const format of FORMATS) {
    for (const { delimiter, head, headers } of heads) {
      const headerRow = headerRowOf(format, head, headers);
      if (headerRow !== -1) return { kind: 'table', format, head, headerRow, delimiter, records: null };
    }
  }
  const ranked = heads
    .map((candidate) => ({ ...candidate, ...splitQuality(candidate.head) }))
    .filter(({ width }) => width > 1)
    .sort(
      (a, b) => Number(b.share >= 0.9) - Number(a.share >= 0.9) || b.width - a.width || b.share - a.share,
    );
  for (const { delimiter, head } of ranked) {
    const guess = guessTable(head);
    if (guess !== null)
      return { kind: 'table', format: null, head, headerRow: guess.headerRow, delimiter, records: null };
  }
  const holdsNone = ranked.some(({ head }) => isHeaderOnly(head) || isFiguresOnly(head));
  return holdsNone ? { kind: 'terms', terms: [] } : { kind: 'plain' };
}

function recordContent(all: Records, firstLine = 1): Content {
  const head = all.slice(0, HEAD_RECORDS);
  const records = { all, firstLine };
  const headers = headersOf(head);
  for (const format of FORMATS) {
    const headerRow = headerRowOf(format, head, headers);
    if (headerRow !== -1) return { kind: 'table', format, head, headerRow, delimiter: null, records };
  }
  if (head.every((cells) => cells.filter((cell) => cell.trim() !== '').length <= 1)) {
    return { kind: 'terms', terms: all.map((cells) => cells.find((cell) => cell.trim() !== '') ?? '') };
  }
  return {
    kind: 'table',
    format: null,
    head,
    headerRow: guessTable(head)?.headerRow ?? -1,
    delimiter: null,
    records,
  };
}

/** The first records as headers, whichever of them is one; null for records of a single cell. */
function headersOf(head: Records): readonly (Header | null)[] {
  return head.slice(0, HEADER_WITHIN).map((cells) => (cells.length < 2 ? null : new Header(cells)));
}

/** The row of a format's header among the first records, or -1. */
function headerRowOf(format: Format, head: Records, headers: readonly (Header | null)[]): number {
  if (format.reshape !== undefined) return format.reshape(head)?.headerRow ?? -1;
  return headers.findIndex(
    (header) =>
      header !== null &&
      format.signature.every((names) => header.has(names)) &&
      (format.without === undefined || !header.has(format.without)) &&
      (format.refusal !== undefined || header.has(format.term)),
  );
}

function readDecoded(decoded: DecodedText, options: ReadOptions): KeywordList {
  const { text, encoding, notes } = decoded;
  if (text.trim() === '') throw emptyError(options.name);
  refuseMarkup(text);
  const content = contentOf(text);
  const origin = { name: options.name, encoding, notes, delimiter: null };
  if (content.kind === 'terms') return assemble(readPlain(content.terms.map(oneLine).join('\n'), origin));
  const table = content.kind === 'table' ? content : options.columns === undefined ? null : widestTable(text);
  const read =
    table === null
      ? null
      : readTable(text, table, { ...origin, delimiter: table.delimiter }, options.columns);
  if (read?.closed === true) return assemble(read.draft);
  // An open quote swallows what follows it, so a table may even look like none. Most files never get here.
  const repaired = closeQuotes(text);
  if (repaired !== text) {
    const note = 'A quote in the file never closes; quotes were taken off its line.';
    return readDecoded({ text: repaired, encoding, notes: [...notes, note] }, options);
  }
  return assemble(read?.draft ?? readPlain(text, origin));
}

/** The text as the table it is most like, for a mapping that says that it is one. */
function widestTable(text: string): TableContent {
  const [best] = DELIMITERS.map((delimiter) => ({ delimiter, head: headRecords(text, delimiter) })).sort(
    (a, b) => splitQuality(b.head).width - splitQuality(a.head).width,
  );
  const { delimiter = ',', head = [] } = best ?? {};
  return { kind: 'table', format: null, head, headerRow: 0, delimiter, records: null };
}

const oneLine = (term: string): string =>
  /[\r\n,;"]/.test(term) ? `"${term.replace(/["\r\n]+/g, ' ')}"` : term;

function readRecords(records: Records, origin: Omit<TableOrigin, 'name'>, options: ReadOptions): KeywordList {
  if (records.every((cells) => cells.every((cell) => cell.trim() === ''))) throw emptyError(options.name);
  const content = recordContent(records);
  const from = { ...origin, name: options.name };
  if (content.kind !== 'table') {
    const terms = content.kind === 'terms' ? content.terms : [];
    return assemble(readPlain(terms.map(oneLine).join('\n'), from));
  }
  return assemble(readTable('', content, from, options.columns).draft);
}

function readTable(
  text: string,
  table: TableContent,
  origin: TableOrigin,
  columns: ColumnMapping | undefined,
): TableRead {
  const { format, head, headerRow } = table;
  if (format?.refusal !== undefined && columns === undefined) {
    throw new LexyBrainError('list-refused', format.refusal.message, { advice: format.refusal.advice });
  }
  if (format?.reshape !== undefined && columns === undefined)
    return readReshaped(text, table, format, origin);
  const width = splitQuality(head).width;
  const guessed = format === null && columns === undefined ? guessTable(head) : null;
  const told = columns ?? guessed?.mapping;
  if (format === null && told === undefined) return { draft: readPlain(text, origin), closed: true };
  const headerCells = headerRow === -1 ? [] : (head[headerRow] ?? []);
  const names = told === undefined ? headerCells : namesFor(headerCells, width, told);
  const mapping = told === undefined ? undefined : withKinds(told, names, head.slice(headerRow + 1));
  const chosen = mapping === undefined && format !== null ? format : formatOfMapping(mapping ?? { term: '' });
  const preamble = head.slice(0, Math.max(headerRow, 0));
  const reader = new TableReader(
    chosen,
    names,
    preamble.filter((cells) => cells.some((cell) => cell.trim() !== '')).length,
  );
  const firstLine = table.records?.firstLine ?? 1;
  let record = -1;
  const take = (cells: readonly string[]): void => {
    record += 1;
    if (record > headerRow) reader.row(cells, record + firstLine);
  };
  const closed = eachRecord(text, table, take);
  const notes = guessed === null ? origin.notes : [...origin.notes, guessNote(guessed)];
  return { draft: reader.finish({ ...origin, notes }, preamble), closed };
}

interface TableRead {
  readonly draft: Draft;
  /** False when a quote opened a cell and never closed. */
  readonly closed: boolean;
}

/** Hands on every record; false when a quote never closes. */
function eachRecord(text: string, table: TableContent, take: (cells: readonly string[]) => void): boolean {
  if (table.records === null) return forEachRecord(text, table.delimiter ?? ',', take);
  table.records.all.forEach(take);
  return true;
}

function readReshaped(text: string, table: TableContent, format: Format, origin: TableOrigin): TableRead {
  const all: string[][] = [];
  const closed = eachRecord(text, table, (cells) => all.push([...cells]));
  const shaped = format.reshape?.(all) ?? null;
  if (shaped === null) {
    throw new LexyBrainError(
      'list-damaged',
      `${origin.name} looks like ${format.label}, but could not be read.`,
    );
  }
  const preamble = all.slice(0, shaped.headerRow);
  const reader = new TableReader(
    format,
    shaped.header,
    preamble.filter((cells) => cells.some((cell) => cell.trim() !== '')).length,
  );
  shaped.rows.forEach((cells, row) => reader.row(cells, shaped.sourceRow(row)));
  return { draft: reader.finish(origin, preamble), closed };
}

/** The columns' names as the mapping has them; numbers and `column N` stand for a position. */
function namesFor(cells: readonly string[], width: number, mapping: ColumnMapping): readonly string[] {
  const own = distinctNames(cells, width);
  const names = [...own];
  const wanted = [
    mapping.term,
    mapping.demand,
    mapping.competition,
    mapping.trend,
    mapping.cpc,
    mapping.clicks,
    mapping.engagement,
  ];
  for (const column of wanted) {
    if (column === undefined || new Header(names).has(formatOfMapping({ term: column }).term)) continue;
    const position = Number(/^(?:column )?([0-9]{1,4})$/i.exec(column.trim())?.[1]);
    if (position >= 1 && position <= names.length) names[position - 1] = column;
    else {
      throw new LexyBrainError('invalid-request', `There is no column "${column}".`, {
        advice: `The columns are: ${own.slice(0, 30).map(nameOrQuoted).join(', ')}.`,
      });
    }
  }
  return names;
}

const nameOrQuoted = (name: string): string => (/[,"]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

function guessNote(guess: ColumnGuess): string {
  const { demandKind, competitionKind, ...columns } = guess.mapping;
  const kinds: Record<string, string | undefined> = { demand: demandKind, competition: competitionKind };
  const told = Object.entries(columns).map(
    ([field, column]) => `${field} = ${column}${kinds[field] === undefined ? '' : ` (${kinds[field]})`}`,
  );
  return `No known tool wrote this table; its columns were guessed: ${told.join(', ')}.`;
}
