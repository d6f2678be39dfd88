import Papa from 'papaparse';
import { v5 as uuidv5 } from 'uuid';
import * as z from 'zod';
import { unescapeFormula } from './formula.ts';
import { UnfitFile } from './part-fs.ts';
import { parseRecord } from './records.ts';
import { typeOfToday, type Found } from './tables.ts';
import type { FeedbackRecord, GenerationRecord, ResponseRow } from './types.ts';

/** Rows of the view `lexybrain_training_data` as JSON, JSON lines or CSV, and the lines of our own JSONL export. */

/** Ratings in the view have no id; the same rating gets the same one, however often it comes. */
const RATINGS = '8f5b1d4e-2c3a-5e6f-9a7b-4c1d2e3f5a6b';

/** @throws UnfitFile when it holds no such rows at all */
export function* readViewFile(text: string, format: 'json' | 'csv'): Generator<Found, void, undefined> {
  const values = format === 'csv' ? csvRows(text) : jsonRows(text);
  const groups = new Map<string, ViewRow[]>();
  const complaints: Found[] = [];
  let known = 0;
  for (const value of values) {
    const exported = exportedLine.safeParse(value).data;
    if (exported !== undefined) {
      known += 1;
      yield* fromExport(exported);
      continue;
    }
    const row = viewRow.safeParse(value);
    if (row.success) {
      known += 1;
      groups.set(row.data.request_id, [...(groups.get(row.data.request_id) ?? []), row.data]);
    } else {
      const [issue] = row.error.issues;
      complaints.push({ complaint: `rows without a usable ${String(issue?.path[0] ?? 'request_id')}` });
    }
  }
  if (known === 0) throw new UnfitFile('it holds no rows of lexybrain_training_data');
  yield* complaints;
  for (const rows of groups.values()) yield* fromView(rows);
}

/** An empty cell, or JSON that came as text. */
const empty = (value: unknown): unknown => (value === '' || value === undefined ? null : value);
const json = z.preprocess((value) => {
  const there = empty(value);
  if (typeof there !== 'string') return there;
  try {
    return JSON.parse(there) as unknown;
  } catch {
    return there;
  }
}, z.unknown());
const text = z.preprocess(empty, z.string().nullable());
const count = z.preprocess((value) => {
  const there = empty(value);
  return typeof there === 'string' ? Number(there) : there;
}, z.number().nonnegative().nullable());
/** Any time that JavaScript and Postgres both write. */
const time = z.preprocess((value) => {
  if (typeof value !== 'string' || value === '') return null;
  const date = new Date(value.replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T').replace(/([+-]\d{2})$/, '$1:00'));
  return Number.isNaN(date.getTime()) ? value : date.toISOString();
}, z.iso.datetime().nullable());
const truth = z.preprocess((value) => {
  if (typeof value === 'string') return /^(true|t|1|yes)$/i.test(value.trim());
  return value === 1 || value === true;
}, z.boolean());
/** A JSON list, or a Postgres array: `{candles,"soy candles"}`. */
const terms = z.preprocess((value) => {
  const there = empty(value);
  if (typeof there !== 'string') return there ?? [];
  const array = /^\{(.*)\}$/s.exec(there.trim())?.[1];
  if (array !== undefined)
    return array === '' ? [] : Papa.parse<string[]>(array, { escapeChar: '\\' }).data[0];
  try {
    return JSON.parse(there) as unknown;
  } catch {
    return there.split(',').map((term) => term.trim());
  }
}, z.array(z.string()));

const viewRow = z.object({
  request_id: z.string().min(1),
  user_id: text,
  prompt: z.preprocess((value) => empty(value) ?? '', z.string()),
  context_json: json,
  insight_type: z.string().min(1).transform(typeOfToday),
  market: z.preprocess((value) => empty(value) ?? '', z.string()),
  niche_terms: terms,
  requested_at: time.pipe(z.string()),
  response_id: text,
  model_name: text,
  output_json: json,
  generated_at: time,
  latency_ms: count,
  success: truth,
  tokens_in: count,
  tokens_out: count,
  feedback: z.preprocess(empty, z.enum(['positive', 'negative', 'neutral']).nullable()),
  feedback_notes: text,
  feedback_at: time,
});
type ViewRow = z.infer<typeof viewRow>;

/** The rows of one request: the view has one for each response and rating. */
function* fromView(rows: readonly ViewRow[]): Generator<Found, void, undefined> {
  const [first] = rows;
  if (first === undefined) return;
  const responses = new Map<string, ResponseRow>();
  const ratings = new Map<string, FeedbackRecord>();
  const inOrder = rows.toSorted((a, b) => ((a.generated_at ?? '') < (b.generated_at ?? '') ? -1 : 1));
  for (const row of inOrder) {
    const { response_id: id, feedback } = row;
    if (id === null || responses.size > 99) continue;
    if (!responses.has(id)) responses.set(id, responseOf(row, id, responses.size + 1));
    if (feedback === null) continue;
    const rating = ratingOf(row, id, feedback);
    ratings.set(rating.id, rating);
  }
  const record: GenerationRecord = {
    kind: 'generation',
    id: first.request_id,
    request: {
      id: first.request_id,
      user_id: first.user_id,
      prompt: first.prompt,
      context_json: first.context_json,
      requested_at: first.requested_at,
      insight_type: first.insight_type,
      market: first.market,
      niche_terms: first.niche_terms,
      source: 'panel',
      list_name: null,
      list_hash: null,
      list_rows: null,
      experiment: null,
      arm: null,
      comparison_id: null,
    },
    responses: [...responses.values()],
    insight: null,
    usage: null,
    failure: null,
  };
  yield checked(record);
  for (const rating of ratings.values()) yield checked(rating);
}

function responseOf(row: ViewRow, id: string, attempt: number): ResponseRow {
  return {
    id,
    model_name: row.model_name ?? '',
    output_json: row.output_json,
    generated_at: row.generated_at ?? row.requested_at,
    latency_ms: row.latency_ms ?? 0,
    success: row.success,
    tokens_in: row.tokens_in,
    tokens_out: row.tokens_out,
    provider: 'lexyhub',
    served_by: null,
    attempt,
    first_token_ms: null,
    usage_json: null,
    price_json: null,
    cost_nano_usd: null,
    finish_reason: null,
    error_code: null,
  };
}

function ratingOf(row: ViewRow, responseId: string, feedback: FeedbackRecord['feedback']): FeedbackRecord {
  const created_at = row.feedback_at ?? row.generated_at ?? row.requested_at;
  return {
    kind: 'feedback',
    id: uuidv5([responseId, feedback, created_at, row.feedback_notes ?? ''].join('\n'), RATINGS),
    response_id: responseId,
    // The view has the user of the request, not the one who rated.
    user_id: null,
    feedback,
    notes: row.feedback_notes,
    created_at,
  };
}

const exportedLine = z.object({
  request: z.looseObject({ id: z.string() }),
  responses: z.array(z.unknown()),
  ratings: z.array(z.looseObject({})),
});

/** A line of the export of everything. */
function* fromExport({
  request,
  responses,
  ratings,
}: z.infer<typeof exportedLine>): Generator<Found, void, undefined> {
  yield checked({
    kind: 'generation',
    id: request.id,
    request,
    responses,
    insight: null,
    usage: null,
    failure: null,
  });
  for (const rating of ratings) yield checked({ ...rating, kind: 'feedback' });
}

function checked(value: unknown): Found {
  const parsed = parseRecord(value);
  return 'record' in parsed ? parsed : { complaint: `rows that do not fit the log (${parsed.complaint})` };
}

function* csvRows(content: string): Generator<unknown, void, undefined> {
  const { data } = Papa.parse<Record<string, unknown>>(content, { header: true, skipEmptyLines: 'greedy' });
  for (const row of data) {
    yield Object.fromEntries(
      Object.entries(row).map(([column, cell]) => [
        column.trim(),
        typeof cell === 'string' ? unescapeFormula(cell) : cell,
      ]),
    );
  }
}

function* jsonRows(content: string): Generator<unknown, void, undefined> {
  const whole = parsedOr(content, NOT_JSON);
  if (whole === NOT_JSON) {
    for (const line of content.split('\n')) {
      if (line.trim() !== '') yield parsedOr(line, null);
    }
    return;
  }
  const wrapped = z.object({ data: z.array(z.unknown()) }).safeParse(whole).data;
  const rows: unknown = wrapped?.data ?? whole;
  if (Array.isArray(rows)) yield* rows as unknown[];
  else yield rows;
}

const NOT_JSON = Symbol('not JSON');

function parsedOr(content: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return otherwise;
  }
}
