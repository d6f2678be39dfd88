import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { redactSecrets, stringifyRedacted } from '../../store/redact.ts';
import { conversationOf } from '../conversation.ts';
import { select, take } from '../select.ts';
import type { FormatInput, TrainingFormat } from '../types.ts';
import { SCHEMA, type ParquetRow } from './parquet-schema.ts';

/** Columns with the conversation nested in one of them, for DuckDB, pandas, `datasets` and the Hugging Face Hub. */
export const parquet: TrainingFormat = {
  id: 'parquet',
  label: 'Parquet',
  detail: 'columns and nested messages for the Hugging Face Hub, datasets, DuckDB, pandas',
  extension: 'parquet',
  rows: (input) => take(rowsOf(input), input.filter.limit),
  encode: (rows) => encode(rows as AsyncIterable<ParquetRow>),
};

async function* rowsOf(input: FormatInput): AsyncGenerator<ParquetRow, void, undefined> {
  for await (const { request, answer, verdict } of select(input)) {
    const messages = conversationOf(request, answer);
    if (messages === null || answer === null) {
      input.leftOut('without a logged prompt or answer');
      continue;
    }
    yield {
      request_id: request.id,
      user_id: input.user(request.user_id),
      requested_at: request.requested_at,
      insight_type: request.insight_type,
      market: request.market,
      niche_terms: request.niche_terms,
      source: request.source,
      context_json: request.context_json ?? null,
      messages,
      response_id: answer.id,
      provider: answer.provider,
      model_name: answer.model_name,
      output_json: answer.output_json ?? null,
      generated_at: answer.generated_at,
      latency_ms: answer.latency_ms,
      success: answer.success,
      tokens_in: answer.tokens_in,
      tokens_out: answer.tokens_out,
      cost_nano_usd: answer.cost_nano_usd,
      feedback: verdict,
    };
  }
}

/** A row group is written when its text is this long (characters), so that memory stays bounded. */
const GROUP_CHARACTERS = 8 * 1024 * 1024;
const GROUP_ROWS = 5000;

async function* encode(rows: AsyncIterable<ParquetRow>): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: SCHEMA.map((element) => ({ ...element })) });
  let group: ParquetRow[] = [];
  let characters = 0;
  for await (const row of rows) {
    group.push(row);
    characters += sizeOf(row);
    if (characters < GROUP_CHARACTERS && group.length < GROUP_ROWS) continue;
    await writer.write({ columnData: columnsOf(group), rowGroupSize: GROUP_ROWS });
    yield drain(bytes);
    group = [];
    characters = 0;
  }
  if (group.length > 0) await writer.write({ columnData: columnsOf(group), rowGroupSize: GROUP_ROWS });
  await writer.finish();
  yield drain(bytes);
}

/** What was written so far; the writer goes on with an empty buffer, as its own file writer does. */
function drain(bytes: ByteWriter): Uint8Array {
  const chunk = new Uint8Array(bytes.getBuffer());
  bytes.index = 0;
  return chunk;
}

/** Near enough: the conversation is by far the most of a row, and stands in it about twice. */
function sizeOf({ messages }: ParquetRow): number {
  return messages.reduce((sum, { content }) => sum + 2 * content.length, 500);
}

type Encode = (row: ParquetRow) => unknown;
const text =
  (pick: (row: ParquetRow) => string | null): Encode =>
  (row) => {
    const value = pick(row);
    return value === null ? null : redactSecrets(value);
  };
const json =
  (pick: (row: ParquetRow) => unknown): Encode =>
  (row) => {
    const value = pick(row);
    // As text: the library would write it without what redaction took out.
    return value === null || value === undefined ? null : (JSON.parse(stringifyRedacted(value)) as unknown);
  };

/** How each column's values are had from a row. */
const COLUMNS: Readonly<Record<keyof ParquetRow, Encode>> = {
  request_id: text((row) => row.request_id),
  user_id: text((row) => row.user_id),
  requested_at: (row) => new Date(row.requested_at),
  insight_type: text((row) => row.insight_type),
  market: text((row) => row.market),
  niche_terms: (row) => row.niche_terms.map(redactSecrets),
  source: text((row) => row.source),
  context_json: json((row) => row.context_json),
  messages: (row) => row.messages.map(({ role, content }) => ({ role, content: redactSecrets(content) })),
  response_id: text((row) => row.response_id),
  provider: text((row) => row.provider),
  model_name: text((row) => row.model_name),
  output_json: json((row) => row.output_json),
  generated_at: (row) => new Date(row.generated_at),
  latency_ms: (row) => row.latency_ms,
  success: (row) => row.success,
  tokens_in: (row) => bigint(row.tokens_in),
  tokens_out: (row) => bigint(row.tokens_out),
  cost_nano_usd: (row) => bigint(row.cost_nano_usd),
  feedback: text((row) => row.feedback),
};

const bigint = (value: number | null): bigint | null => (value === null ? null : BigInt(value));

function columnsOf(group: readonly ParquetRow[]): { name: string; data: unknown[] }[] {
  return Object.entries(COLUMNS).map(([name, encodeValue]) => ({ name, data: group.map(encodeValue) }));
}
