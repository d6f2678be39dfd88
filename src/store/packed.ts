import type { SqlValue } from 'sql.js';
import type { Part, Row } from './part.ts';
import { TABLES, type TableName } from './schema.ts';

/** Columns that may be long. */
const LONG: ReadonlySet<string> = new Set(['prompt', 'context_json', 'output_json']);

/** A query for whole rows of a table, which gives the short columns as one JSON array. */
export interface PackedQuery {
  readonly sql: string;
  /** The same without packing. */
  readonly plain: string;
  /** What is in the array. */
  readonly short: readonly string[];
}

export function packedQuery(table: TableName, where: string): PackedQuery {
  const columns = Object.keys(TABLES[table]);
  const short = columns.filter((column) => !LONG.has(column));
  const picked = [
    `json_array(${short.join(', ')}) AS packed`,
    ...columns.filter((column) => LONG.has(column)),
  ];
  return {
    sql: `SELECT ${picked.join(', ')} FROM ${table} ${where}`,
    plain: `SELECT * FROM ${table} ${where}`,
    short,
  };
}

/** The rows. Fetching each short column by itself would be most of the time it takes to read them. */
export function packedRows(part: Part, query: PackedQuery, values: SqlValue[]): Row[] {
  let rows: Row[];
  try {
    rows = part.all(query.sql, values);
  } catch {
    // A blob, which we never write, cannot be packed. Whatever else is wrong is wrong with the plain query too.
    return part.all(query.plain, values);
  }
  for (const row of rows) {
    const short = JSON.parse(String(row['packed'])) as SqlValue[];
    for (const [place, column] of query.short.entries()) row[column] = short[place] ?? null;
    delete row['packed'];
  }
  return rows;
}
