import type { SqlValue } from 'sql.js';
import type { z } from 'zod';
import type { Part, Row } from './part.ts';
import { BOOLEAN_COLUMNS, JSON_COLUMNS, TABLES, type TableName } from './schema.ts';
import type { LogRecord } from './types.ts';

/** Between records and rows. */

/** Puts a record into its tables unless it is there. Must run in a transaction. Returns false when it was there. */
export function insertRecord(part: Part, record: LogRecord): boolean {
  const isNew = part.run('INSERT OR IGNORE INTO _lexybrain_records (id) VALUES (?)', [record.id]) > 0;
  if (!isNew) return false;
  switch (record.kind) {
    case 'generation':
      if (record.request !== null) insertRow(part, 'lexybrain_requests', { ...record.request });
      for (const response of record.responses) {
        const request_id = record.request?.id ?? null;
        insertRow(part, 'lexybrain_responses', { ...response, request_id });
      }
      if (record.insight !== null) insertRow(part, 'ai_insights', { ...record.insight });
      if (record.usage !== null) insertRow(part, 'ai_usage_events', { ...record.usage });
      if (record.failure !== null) insertRow(part, 'ai_failures', { ...record.failure });
      break;
    case 'feedback':
      insertRow(part, 'lexybrain_feedback', { ...record });
      break;
    case 'preference':
      insertRow(part, 'lexybrain_preferences', { ...record });
      break;
  }
  return true;
}

const inserts = new Map<TableName, string>();

function insertRow(part: Part, table: TableName, row: Record<string, unknown>): void {
  const columns = Object.keys(TABLES[table]);
  let statement = inserts.get(table);
  if (statement === undefined) {
    const places = columns.map(() => '?').join(', ');
    // A row's own id can only repeat where a caller reuses ids; the first stays, as everywhere.
    statement = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`;
    inserts.set(table, statement);
  }
  part.run(
    statement,
    columns.map((column) => toSql(column, row[column])),
  );
}

function toSql(column: string, value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (JSON_COLUMNS.has(column)) return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`${column} holds no value of SQLite`);
}

/**
 * A row with JSON parsed and 0/1 as booleans, or null when it has not the shape it must have.
 * @param readJson what becomes of the JSON of columns that may hold anything; may throw `SyntaxError`
 */
export function readRow<T>(
  schema: z.ZodType<T>,
  row: Row,
  readJson: (text: string) => unknown = JSON.parse,
): T | null {
  const value: Record<string, unknown> = {};
  for (const [column, field] of Object.entries(row)) {
    if (field === null || typeof field === 'object') value[column] = null;
    else if (JSON_COLUMNS.has(column)) {
      try {
        value[column] = (column === 'niche_terms' ? JSON.parse : readJson)(String(field));
      } catch {
        return null;
      }
    } else if (BOOLEAN_COLUMNS.has(column)) value[column] = field === 1;
    else value[column] = field;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
