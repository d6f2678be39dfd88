import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { PartSummary } from './base.ts';
import type { LogDatabase } from './database.ts';
import type { Snapshot } from './export.ts';
import type { Part } from './part.ts';
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
import { readerOf } from './tables.ts';
import type { TableName } from './schema.ts';
import type { LogRecord } from './types.ts';

/** How a record stands to the log: not there, there as it is, or there with other content. */
export type Standing = 'new' | 'known' | 'other';

/** The sealed parts that were looked at last: what comes next is most likely in the same ones. */
export class KeptParts {
  readonly #log: LogDatabase;
  /** By number, the one that was used last at the end. */
  readonly #parts = new Map<number, Part>();

  constructor(log: LogDatabase) {
    this.#log = log;
  }

  /** A sealed part, open until others are asked for; null when it is gone or cannot be read. */
  open(number: number): Part | null {
    const part = this.#parts.get(number) ?? this.#log.openSealed(number);
    if (part === null) return null;
    this.#parts.delete(number);
    this.#parts.set(number, part);
    for (const [old, unused] of this.#parts) {
      if (this.#parts.size <= PARTS_KEPT) break;
      this.#parts.delete(old);
      unused.close();
    }
    return part;
  }
}

/** Of 8 MB each. */
const PARTS_KEPT = 2;

/**
 * Looks records up in all parts, by the ids of their rows: whatever record brought a row in, it is there once.
 * Of the same id twice among them the second is held against the first.
 */
export function compareRecords(
  { active, sealed }: Snapshot,
  kept: KeptParts,
  records: readonly LogRecord[],
): Standing[] {
  const wanted = new Map(records.map((record) => [keyOf(record), record]));
  const there = new Map<string, unknown>();
  const lookIn = (part: Part): void => {
    for (const [key, content] of contentsIn(part, [...wanted.values()])) {
      if (!there.has(key)) there.set(key, content);
    }
  };
  lookIn(active);
  for (const summary of sealed) {
    const part = mayHold(summary, records) ? kept.open(summary.number) : null;
    if (part !== null) lookIn(part);
  }
  return records.map((record) => {
    const key = keyOf(record);
    const own = contentOf(record);
    if (!there.has(key)) {
      there.set(key, own);
      return 'new';
    }
    return isDeepStrictEqual(there.get(key), own) ? 'known' : 'other';
  });
}

/** The table and id by which a record is known. */
function keyOf(record: LogRecord): string {
  const { table, id } = mainRow(record);
  return `${table} ${id}`;
}

function mainRow(record: LogRecord): { readonly table: TableName; readonly id: string } {
  if (record.kind === 'feedback') return { table: 'lexybrain_feedback', id: record.id };
  if (record.kind === 'preference') return { table: 'lexybrain_preferences', id: record.id };
  const { request, insight, usage, failure } = record;
  if (request !== null) return { table: 'lexybrain_requests', id: request.id };
  if (usage !== null) return { table: 'ai_usage_events', id: usage.id };
  if (failure !== null) return { table: 'ai_failures', id: failure.id };
  return { table: 'ai_insights', id: insight?.id ?? record.id };
}

/** What two records of one id must have in common. What was made of an answer follows from the answer. */
function contentOf(record: LogRecord): unknown {
  if (record.kind !== 'generation') return record;
  const { request, responses, insight, usage, failure } = record;
  if (request !== null) return { request, responses };
  return usage ?? failure ?? insight;
}

/** Ids of records are in the order of time, those of rows inside them nearly so, which is not good enough. */
function mayHold({ firstRecord, lastRecord }: PartSummary, records: readonly LogRecord[]): boolean {
  if (firstRecord === null || lastRecord === null) return false;
  return records.some((record) => {
    if (record.kind === 'generation' && record.request === null) return true;
    return record.id >= firstRecord && record.id <= lastRecord;
  });
}

const ROWS = {
  lexybrain_feedback: feedbackRecord,
  lexybrain_preferences: preferenceRecord,
  ai_usage_events: usageRow,
  ai_failures: failureRow,
  ai_insights: insightRow,
} as const satisfies Partial<Record<TableName, z.ZodType>>;

const KINDS: Partial<Record<TableName, string>> = {
  lexybrain_feedback: 'feedback',
  lexybrain_preferences: 'preference',
};

const IN_LIST = 'IN (SELECT value FROM json_each(?))';

/** What a part has of these records, by key. */
function* contentsIn(
  part: Part,
  records: readonly LogRecord[],
): Generator<[string, unknown], void, undefined> {
  const reader = readerOf(part);
  const rows = Map.groupBy(records.map(mainRow), ({ table }) => table);
  for (const [table, schema] of Object.entries(ROWS) as [keyof typeof ROWS, z.ZodType][]) {
    const asked = rows.get(table)?.map(({ id }) => id);
    if (asked === undefined) continue;
    for (const row of reader.rows(table, `WHERE id ${IN_LIST}`, [JSON.stringify(asked)])) {
      const kind = KINDS[table];
      yield [`${table} ${String(row['id'])}`, readRow(schema, kind === undefined ? row : { kind, ...row })];
    }
  }
  const asked = rows.get('lexybrain_requests')?.map(({ id }) => id);
  if (asked === undefined) return;
  for (const row of reader.rows('lexybrain_requests', `WHERE id ${IN_LIST}`, [JSON.stringify(asked)])) {
    const id = String(row['id']);
    const responses = [
      ...reader.rows('lexybrain_responses', 'WHERE request_id = ? ORDER BY attempt, id', [id]),
    ];
    yield [
      `lexybrain_requests ${id}`,
      {
        request: readRow(requestRow, row),
        responses: responses.map((response) => readRow(responseRow, response)),
      },
    ];
  }
}
