import type { SqlJsStatic, SqlValue } from 'sql.js';
import type { PartSummary } from './base.ts';
import type { LogDatabase } from './database.ts';
import { isLater } from './history.ts';
import { packedQuery, packedRows } from './packed.ts';
import type { Part, Row } from './part.ts';
import { feedbackRecord, preferenceRecord, requestRow, responseRow } from './records.ts';
import { readRow } from './rows.ts';
import { userNames } from './user-ids.ts';
import { APPLICATION_ID, PUBLIC_SCHEMA, SCHEMA_VERSION, TABLES } from './schema.ts';
import type {
  FeedbackRecord,
  GenerationQuery,
  PreferenceRecord,
  Rating,
  ResponseRow,
  StoredGeneration,
  UserIds,
} from './types.ts';

/** Reading all parts from end to end, one part in memory at a time. */

/** The log as it was at one moment: the active part in memory, and which sealed parts there were. */
export interface Snapshot {
  readonly log: LogDatabase;
  readonly active: Part;
  readonly sealed: readonly PartSummary[];
}

export function snapshotOf(log: LogDatabase): Snapshot {
  const active = log.refresh();
  return { log, active, sealed: log.sealed };
}

/** The parts, the active one first, then the sealed ones from the newest on; those that cannot be read are left out. */
export function* partsOf(
  { log, active, sealed }: Snapshot,
  wanted: (part: PartSummary) => boolean = () => true,
): Generator<Part, void, undefined> {
  yield active;
  for (const summary of sealed) {
    const part = wanted(summary) ? log.openSealed(summary.number) : null;
    if (part === null) continue;
    try {
      yield part;
    } finally {
      part.close();
    }
  }
}

/**
 * Generations that fit the query, and null after each part, so that who looks for few in many is heard of meanwhile.
 * Ratings come late and alone, so those of all parts are read first.
 * @param readJson what stands for the JSON that prompts and answers came with; it is parsed when absent
 */
export function* walkGenerations(
  snapshot: Snapshot,
  query: GenerationQuery,
  readJson?: (text: string) => unknown,
): Generator<StoredGeneration | null, void, undefined> {
  const ratings = latestRatings(snapshot);
  const wanted = filterOf(query);
  let left = query.limit ?? Infinity;
  for (const part of partsOf(snapshot, ({ generations }) => generations > 0)) {
    if (left <= 0) return;
    // In order by their places alone: to sort whole rows would move every prompt about.
    for (const { place } of part.each(wanted.sql, wanted.values)) {
      const row = packedRows(part, REQUEST, [place ?? null])[0];
      const generation = row === undefined ? null : generationFrom(part, row, ratings, readJson);
      if (generation === null || !fits(generation, query)) continue;
      yield generation;
      left -= 1;
      if (left <= 0) return;
    }
    yield null;
  }
}

/** The same without the pauses. */
export function* readGenerations(
  snapshot: Snapshot,
  query: GenerationQuery,
): Generator<StoredGeneration, void, undefined> {
  for (const generation of walkGenerations(snapshot, query)) if (generation !== null) yield generation;
}

/** Every pick between two answers, of all parts. */
export function readPreferences(snapshot: Snapshot): PreferenceRecord[] {
  const found: PreferenceRecord[] = [];
  for (const part of partsOf(snapshot, ({ preferences }) => preferences > 0)) {
    for (const row of part.each(
      `SELECT 'preference' AS kind, * FROM lexybrain_preferences ORDER BY created_at DESC, id DESC`,
    )) {
      const record = readRow(preferenceRecord, row);
      if (record !== null) found.push(record);
    }
  }
  return found;
}

/** What `mergeParts` can build: it and its copy on the way out must fit into a 32-bit memory. */
const MAX_MERGED_BYTES = 1.5 * 1024 ** 3;

/**
 * All parts as one database file: the public tables and views. It is built in memory.
 * @param users what becomes of user ids
 * @throws when the parts are larger than 1.5 GB together
 */
export function mergeParts(
  snapshot: Snapshot,
  sql: SqlJsStatic,
  users: UserIds = 'keep',
): { bytes: Uint8Array; requests: number } {
  const nameOf = userNames(users);
  const db = new sql.Database();
  try {
    db.run(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
    for (const statement of PUBLIC_SCHEMA) db.run(statement);
    let size = 0;
    for (const part of partsOf(snapshot)) {
      size += part.size();
      if (size > MAX_MERGED_BYTES)
        throw new Error('the log is too large for one file; export it as JSON lines');
      db.run('BEGIN');
      for (const [table, columns] of Object.entries(TABLES)) {
        const names = Object.keys(columns);
        const insert = db.prepare(
          `INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
        );
        for (const row of part.each(`SELECT ${names.join(', ')} FROM ${table}`)) {
          if (typeof row['user_id'] === 'string') row['user_id'] = nameOf(row['user_id']);
          insert.run(Object.values(row));
        }
        insert.free();
      }
      db.run('COMMIT');
    }
    const requests = Number(db.exec('SELECT count(*) FROM lexybrain_requests')[0]?.values[0]?.[0] ?? 0);
    return { bytes: db.export(), requests };
  } finally {
    db.close();
  }
}

/** Per response the latest rating of each user, withdrawn ones included. */
export function latestRatings(snapshot: Snapshot): Map<string, FeedbackRecord[]> {
  const ratings = new Map<string, FeedbackRecord[]>();
  for (const part of partsOf(snapshot, ({ ratings: count }) => count > 0)) {
    for (const row of part.each(`SELECT 'feedback' AS kind, * FROM lexybrain_feedback`)) {
      const rating = readRow(feedbackRecord, row);
      if (rating === null) continue;
      const known = ratings.get(rating.response_id) ?? [];
      ratings.set(rating.response_id, latestPerUser([...known, rating]));
    }
  }
  return ratings;
}

/** The latest rating of each user. */
function latestPerUser(ratings: readonly FeedbackRecord[]): FeedbackRecord[] {
  const latest = new Map<string | null, FeedbackRecord>();
  for (const rating of ratings) {
    const known = latest.get(rating.user_id);
    if (known === undefined || isLater(rating, known)) latest.set(rating.user_id, rating);
  }
  return [...latest.values()];
}

const REQUEST = packedQuery('lexybrain_requests', 'WHERE rowid = ?');
const RESPONSES = packedQuery('lexybrain_responses', 'WHERE request_id = ?');

function generationFrom(
  part: Part,
  row: Row,
  ratings: ReadonlyMap<string, readonly FeedbackRecord[]>,
  readJson: ((text: string) => unknown) | undefined,
): StoredGeneration | null {
  const request = readRow(requestRow, row, readJson);
  if (request === null) return null;
  const responses = packedRows(part, RESPONSES, [request.id])
    .map((response) => readRow(responseRow, response, readJson))
    .filter((response) => response !== null)
    // Here rather than in SQL, where whole rows would be moved about for the one or two that there are.
    .sort((a, b) => a.attempt - b.attempt || (a.id < b.id ? -1 : 1));
  const given = latestPerUser(responses.flatMap(({ id }) => ratings.get(id) ?? [])).filter(
    ({ feedback }) => feedback !== null,
  );
  const responseRatings = responses
    .flatMap(({ id }) => ratings.get(id) ?? [])
    .filter(({ feedback }) => feedback !== null);
  return {
    request,
    responses,
    answer: answerOf(responses),
    ratings: given,
    responseRatings,
    verdict: verdictOf(given),
  };
}

function answerOf(responses: readonly ResponseRow[]): ResponseRow | null {
  return responses.findLast(({ success }) => success) ?? responses.at(-1) ?? null;
}

function verdictOf(ratings: readonly FeedbackRecord[]): Rating | null {
  const first = ratings[0]?.feedback ?? null;
  return ratings.every(({ feedback }) => feedback === first) ? first : null;
}

/** What SQLite can decide by itself; `fits` does the rest. */
function filterOf(query: GenerationQuery): { sql: string; values: SqlValue[] } {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const restrict = (condition: string, value: SqlValue | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  const list = (items: readonly string[] | undefined): string | undefined => items && JSON.stringify(items);
  restrict('requested_at >= ?', query.from);
  restrict('requested_at <= ?', query.to);
  restrict('insight_type IN (SELECT value FROM json_each(?))', list(query.types));
  restrict(
    `id IN (SELECT request_id FROM lexybrain_responses WHERE id IN (SELECT value FROM json_each(?)))`,
    list(query.responses),
  );
  restrict('source IN (SELECT value FROM json_each(?))', list(query.sources));
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return {
    sql: `SELECT rowid AS place FROM lexybrain_requests ${where} ORDER BY requested_at DESC, id DESC`,
    values,
  };
}

function fits({ answer, verdict, responseRatings }: StoredGeneration, query: GenerationQuery): boolean {
  return (
    (query.rated === undefined || responseRatings.length > 0 === query.rated) &&
    (query.models === undefined || (answer !== null && query.models.includes(answer.model_name))) &&
    (query.providers === undefined || (answer !== null && query.providers.includes(answer.provider))) &&
    (query.success === undefined || (answer?.success ?? false) === query.success) &&
    (query.ratings === undefined || query.ratings.includes(verdict))
  );
}
