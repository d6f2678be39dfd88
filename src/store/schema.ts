import { CHAT_TYPE } from './types.ts';

/**
 * The tables of a part, as any SQLite tool sees them. The public ones keep the names and columns that the log has always
 * had; those that begin with `_lexybrain` are bookkeeping. Times are ISO 8601 UTC text, ids UUIDv7 text, JSON is text,
 * money is integer nano-dollars.
 */

/** `LxBr`: tells a part from any other SQLite file (header offset 68). */
export const APPLICATION_ID = 0x4c784272;

/** `PRAGMA user_version` of parts this build writes. Raised by each step in `MIGRATIONS`. */
export const SCHEMA_VERSION = 2;

type Columns = Readonly<Record<string, string>>;

const ID = 'TEXT NOT NULL PRIMARY KEY';

/** Public tables by name, their columns in order. */
export const TABLES = {
  lexybrain_requests: {
    id: ID,
    user_id: 'TEXT',
    prompt: 'TEXT NOT NULL',
    context_json: 'TEXT',
    requested_at: 'TEXT NOT NULL',
    insight_type: 'TEXT NOT NULL',
    market: 'TEXT NOT NULL',
    niche_terms: 'TEXT NOT NULL',
    source: 'TEXT NOT NULL',
    list_name: 'TEXT',
    list_hash: 'TEXT',
    list_rows: 'INTEGER',
    experiment: 'TEXT',
    arm: 'TEXT',
    comparison_id: 'TEXT',
  },
  lexybrain_responses: {
    id: ID,
    // Null when the request was not to be logged.
    request_id: 'TEXT REFERENCES lexybrain_requests(id) ON DELETE CASCADE',
    model_name: 'TEXT NOT NULL',
    output_json: 'TEXT',
    generated_at: 'TEXT NOT NULL',
    latency_ms: 'INTEGER NOT NULL',
    success: 'INTEGER NOT NULL',
    tokens_in: 'INTEGER',
    tokens_out: 'INTEGER',
    provider: 'TEXT NOT NULL',
    served_by: 'TEXT',
    attempt: 'INTEGER NOT NULL',
    first_token_ms: 'INTEGER',
    usage_json: 'TEXT',
    price_json: 'TEXT',
    cost_nano_usd: 'INTEGER',
    finish_reason: 'TEXT',
    error_code: 'TEXT',
  },
  lexybrain_feedback: {
    id: ID,
    // No foreign key: a rating may come late and stand in a later part than its response.
    response_id: 'TEXT NOT NULL',
    user_id: 'TEXT',
    // Null withdraws an earlier rating.
    feedback: "TEXT CHECK (feedback IN ('positive', 'negative', 'neutral'))",
    notes: 'TEXT',
    created_at: 'TEXT NOT NULL',
  },
  lexybrain_preferences: {
    id: ID,
    comparison_id: 'TEXT NOT NULL',
    chosen_response_id: 'TEXT NOT NULL',
    rejected_response_id: 'TEXT NOT NULL',
    user_id: 'TEXT',
    created_at: 'TEXT NOT NULL',
  },
  ai_insights: {
    id: ID,
    user_id: 'TEXT',
    type: 'TEXT NOT NULL',
    input_hash: 'TEXT NOT NULL',
    context_json: 'TEXT',
    output_json: 'TEXT',
    generated_at: 'TEXT NOT NULL',
    expires_at: 'TEXT NOT NULL',
    ttl_minutes: 'INTEGER NOT NULL',
    status: 'TEXT NOT NULL',
    model_version: 'TEXT NOT NULL',
  },
  ai_usage_events: {
    id: ID,
    user_id: 'TEXT',
    type: 'TEXT NOT NULL',
    tokens_in: 'INTEGER NOT NULL',
    tokens_out: 'INTEGER NOT NULL',
    cache_hit: 'INTEGER NOT NULL',
    latency_ms: 'INTEGER NOT NULL',
    cost_nano_usd: 'INTEGER NOT NULL',
    model_version: 'TEXT NOT NULL',
    plan_code: 'TEXT',
    source: 'TEXT NOT NULL',
    ts: 'TEXT NOT NULL',
  },
  ai_failures: {
    id: ID,
    user_id: 'TEXT',
    type: 'TEXT NOT NULL',
    error_code: 'TEXT NOT NULL',
    error_message: 'TEXT NOT NULL',
    payload: 'TEXT',
    ts: 'TEXT NOT NULL',
  },
} as const satisfies Record<string, Columns>;

export type TableName = keyof typeof TABLES;

/** Columns whose text is JSON. */
export const JSON_COLUMNS: ReadonlySet<string> = new Set([
  'context_json',
  'output_json',
  'usage_json',
  'price_json',
  'niche_terms',
  'payload',
]);

/** Columns that are 0 or 1. */
export const BOOLEAN_COLUMNS: ReadonlySet<string> = new Set(['success', 'cache_hit']);

const INDEXES = [
  'CREATE INDEX lexybrain_responses_request ON lexybrain_responses (request_id)',
  'CREATE INDEX lexybrain_feedback_response ON lexybrain_feedback (response_id)',
];

/**
 * One row a request, newest first: the last successful answer (else the last one) and what the users agree on. Per user
 * the latest rating of the request counts, withdrawn ones do not, and users who disagree give none.
 */
const TRAINING_VIEW = `CREATE VIEW lexybrain_training_data AS
WITH answers AS (
  SELECT *, row_number() OVER (PARTITION BY request_id ORDER BY success DESC, attempt DESC, id DESC) AS place
  FROM lexybrain_responses
), ratings AS (
  SELECT r.request_id, f.feedback, f.notes, f.created_at,
    row_number() OVER (PARTITION BY r.request_id, f.user_id ORDER BY f.created_at DESC, f.id DESC) AS place
  FROM lexybrain_feedback f JOIN lexybrain_responses r ON r.id = f.response_id
), verdicts AS (
  SELECT request_id, CASE WHEN count(DISTINCT feedback) = 1 THEN feedback END AS feedback, notes,
    max(created_at) AS created_at
  FROM ratings WHERE place = 1 AND feedback IS NOT NULL GROUP BY request_id
)
SELECT q.id AS request_id, q.user_id, q.prompt, q.context_json, q.insight_type, q.market, q.niche_terms, q.requested_at,
  a.id AS response_id, a.model_name, a.output_json, a.generated_at, a.latency_ms, a.success, a.tokens_in, a.tokens_out,
  v.feedback, CASE WHEN v.feedback IS NOT NULL THEN v.notes END AS feedback_notes,
  CASE WHEN v.feedback IS NOT NULL THEN v.created_at END AS feedback_at
FROM lexybrain_requests q
LEFT JOIN answers a ON a.request_id = q.id AND a.place = 1
LEFT JOIN verdicts v ON v.request_id = q.id
ORDER BY q.requested_at DESC, q.id DESC`;

/** Every answer that was not cached. */
const FIRST_COUNTERS_VIEW = `CREATE VIEW usage_counters AS
SELECT user_id, CASE type WHEN 'market_brief' THEN 'ai_brief' ELSE 'ai_calls' END AS key,
  strftime('%Y-%m-01', ts) AS period_start, count(*) AS value
FROM ai_usage_events WHERE cache_hit = 0 GROUP BY 1, 2, 3`;

/**
 * Per user, quota key and month how many insights were made by a language model: what a quota is about. A cached answer
 * touches none, the built-in analyst never counts, and free chats are no insights.
 */
const COUNTERS_VIEW = `CREATE VIEW usage_counters AS
SELECT user_id, CASE type WHEN 'market_brief' THEN 'ai_brief' ELSE 'ai_calls' END AS key,
  strftime('%Y-%m-01', ts) AS period_start, count(*) AS value
FROM ai_usage_events
WHERE cache_hit = 0 AND type <> '${CHAT_TYPE}' AND model_version <> 'builtin' AND model_version NOT LIKE 'builtin/%'
GROUP BY 1, 2, 3`;

/** To walk the requests from the newest on without reading every prompt first. */
const TIME_INDEX = 'CREATE INDEX lexybrain_requests_time ON lexybrain_requests (requested_at, id)';

const table = (name: string, columns: Columns): string =>
  `CREATE TABLE ${name} (\n${Object.entries(columns)
    .map(([column, type]) => `  ${column} ${type}`)
    .join(',\n')}\n)`;

const FIRST_SCHEMA: readonly string[] = [
  ...Object.entries(TABLES).map(([name, columns]) => table(name, columns)),
  ...INDEXES,
  TRAINING_VIEW,
  FIRST_COUNTERS_VIEW,
];

const SECOND_SCHEMA: readonly string[] = ['DROP VIEW usage_counters', COUNTERS_VIEW, TIME_INDEX];

/** Everything of a database that is not bookkeeping: what Export Database writes. */
export const PUBLIC_SCHEMA: readonly string[] = [...FIRST_SCHEMA, ...SECOND_SCHEMA];

const BOOKKEEPING = [
  // Every record applied in this part: what makes applying idempotent.
  'CREATE TABLE _lexybrain_records (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID',
  // How far each journal segment is applied, in this part and all before it.
  `CREATE TABLE _lexybrain_segments (
  name TEXT NOT NULL PRIMARY KEY,
  applied INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  damaged INTEGER NOT NULL
) WITHOUT ROWID`,
  // What the parts before this one hold, so that most need not be opened.
  `CREATE TABLE _lexybrain_parts (
  number INTEGER NOT NULL PRIMARY KEY,
  first_insight TEXT,
  last_insight TEXT,
  first_record TEXT,
  last_record TEXT,
  last_time TEXT,
  generations INTEGER NOT NULL,
  ratings INTEGER NOT NULL,
  preferences INTEGER NOT NULL
)`,
  'CREATE TABLE _lexybrain_part (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
];

/** From version n (its index) to n + 1. Parts that are sealed keep their schema; these run on the copy in memory. */
export const MIGRATIONS: readonly (readonly string[])[] = [[...FIRST_SCHEMA, ...BOOKKEEPING], SECOND_SCHEMA];
