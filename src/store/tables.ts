import type { SqlValue } from 'sql.js';
import type { Part, Row } from './part.ts';
import {
  failureRow,
  feedbackRecord,
  insightRow,
  preferenceRecord,
  requestRow,
  responseRow,
  usageRow,
} from './records.ts';
import { readRow } from './rows.ts';
import { TABLES, type TableName } from './schema.ts';
import type { GenerationRecord, LogRecord } from './types.ts';

/** From tables back to records. */

/** A record, or why there is none. */
export type Found = { readonly record: LogRecord } | { readonly complaint: string };

/** Anything that has the public tables. `where` is SQL of ours. */
export interface TableReader {
  rows(table: TableName, where?: string, values?: SqlValue[]): Iterable<Row>;
}

export function readerOf(part: Part): TableReader {
  return {
    rows: (table, where = '', values = []) =>
      part.each(`SELECT ${Object.keys(TABLES[table]).join(', ')} FROM ${table} ${where}`, values),
  };
}

/**
 * Everything in the tables as records. Usage and failures were written with their generation but do not say with which:
 * they come as records of their own, under their own ids.
 */
export function* readRecords(source: TableReader): Generator<Found, void, undefined> {
  for (const row of source.rows('lexybrain_requests')) yield generationFrom(source, row);
  const alone = 'WHERE id NOT IN (SELECT id FROM lexybrain_responses)';
  for (const row of source.rows('ai_insights', alone)) {
    const insight = readRow(insightRow, renamed(row, 'type'));
    yield insight === null ? unfit('ai_insights') : { record: { ...bare(insight.id), insight } };
  }
  for (const row of source.rows('ai_usage_events')) {
    const usage = readRow(usageRow, renamed(withDefaults(row), 'type'));
    yield usage === null ? unfit('ai_usage_events') : { record: { ...bare(usage.id), usage } };
  }
  for (const row of source.rows('ai_failures')) {
    const failure = readRow(failureRow, renamed(row, 'type'));
    yield failure === null ? unfit('ai_failures') : { record: { ...bare(failure.id), failure } };
  }
  for (const row of source.rows('lexybrain_feedback')) {
    const record = readRow(feedbackRecord, { kind: 'feedback', ...row });
    yield record === null ? unfit('lexybrain_feedback') : { record };
  }
  for (const row of source.rows('lexybrain_preferences')) {
    const record = readRow(preferenceRecord, { kind: 'preference', ...row });
    yield record === null ? unfit('lexybrain_preferences') : { record };
  }
}

function generationFrom(source: TableReader, row: Row): Found {
  const request = readRow(requestRow, renamed(withDefaults(row), 'insight_type'));
  if (request === null) return unfit('lexybrain_requests');
  const found = [...source.rows('lexybrain_responses', 'WHERE request_id = ?', [request.id])];
  const responses = found
    .map((response) => readRow(responseRow, withDefaults(response)))
    .filter((response) => response !== null)
    .sort((a, b) => a.attempt - b.attempt || (a.id < b.id ? -1 : 1));
  if (responses.length < found.length) return unfit('lexybrain_responses');
  let insight: GenerationRecord['insight'] = null;
  for (const { id } of responses) {
    for (const made of source.rows('ai_insights', 'WHERE id = ?', [id])) {
      insight = readRow(insightRow, renamed(made, 'type'));
    }
  }
  return { record: { ...bare(request.id), request, responses, insight } };
}

function bare(id: string): GenerationRecord {
  return { kind: 'generation', id, request: null, responses: [], insight: null, usage: null, failure: null };
}

function unfit(table: TableName): Found {
  return { complaint: `rows of ${table} that have not the form they must have` };
}

/** What the columns mean that the tables had not at first. */
const DEFAULTS: Row = { source: 'panel', provider: 'lexyhub', attempt: 1 };

function withDefaults(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, value ?? DEFAULTS[column] ?? null]),
  );
}

/** Names that insight types had before. */
const OLD_TYPES: Readonly<Record<string, string>> = { radar: 'opportunity_radar', risk: 'risk_sentinel' };

/** The type by its name of today. */
export function typeOfToday(type: string): string {
  return (Object.hasOwn(OLD_TYPES, type) ? OLD_TYPES[type] : undefined) ?? type;
}

function renamed(row: Row, column: 'type' | 'insight_type'): Row {
  const type = row[column];
  return typeof type === 'string' ? { ...row, [column]: typeOfToday(type) } : row;
}
