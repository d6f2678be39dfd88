import type { Rating } from '../../store/types.ts';
import type { Message } from '../types.ts';

/** A row of the Parquet file; times ISO 8601 UTC here, timestamps in the file. */
export interface ParquetRow {
  readonly request_id: string;
  readonly user_id: string | null;
  readonly requested_at: string;
  readonly insight_type: string;
  readonly market: string;
  readonly niche_terms: readonly string[];
  readonly source: string;
  readonly context_json: unknown;
  readonly messages: readonly Message[];
  readonly response_id: string;
  readonly provider: string;
  readonly model_name: string;
  readonly output_json: unknown;
  readonly generated_at: string;
  /** Milliseconds. */
  readonly latency_ms: number;
  readonly success: boolean;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  /** 1e-9 USD. */
  readonly cost_nano_usd: number | null;
  readonly feedback: Rating | null;
}

/** An element of a Parquet schema; parents are followed by their children. */
interface Element {
  readonly name: string;
  readonly type?: 'BYTE_ARRAY' | 'INT64' | 'DOUBLE' | 'BOOLEAN';
  readonly converted_type?: 'UTF8' | 'JSON' | 'LIST' | 'TIMESTAMP_MILLIS';
  readonly logical_type?: {
    readonly type: 'TIMESTAMP';
    readonly isAdjustedToUTC: boolean;
    readonly unit: 'MILLIS';
  };
  readonly repetition_type?: 'OPTIONAL' | 'REPEATED';
  readonly num_children?: number;
}

const optional = (name: string, type: Element['type'], converted?: Element['converted_type']): Element => ({
  name,
  ...(type === undefined ? {} : { type }),
  ...(converted === undefined ? {} : { converted_type: converted }),
  repetition_type: 'OPTIONAL',
});
const text = (name: string): Element => optional(name, 'BYTE_ARRAY', 'UTF8');
const json = (name: string): Element => optional(name, 'BYTE_ARRAY', 'JSON');
const time = (name: string): Element => ({
  ...optional(name, 'INT64', 'TIMESTAMP_MILLIS'),
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
});
/** A list in the three levels that the format asks for (Parquet, LogicalTypes.md, "Lists"). */
const list = (name: string, element: readonly [Element, ...Element[]]): Element[] => [
  { name, converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  ...element,
];

const COLUMNS: readonly (readonly Element[])[] = [
  [text('request_id')],
  [text('user_id')],
  [time('requested_at')],
  [text('insight_type')],
  [text('market')],
  list('niche_terms', [text('element')]),
  [text('source')],
  [json('context_json')],
  list('messages', [
    { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
    text('role'),
    text('content'),
  ]),
  [text('response_id')],
  [text('provider')],
  [text('model_name')],
  [json('output_json')],
  [time('generated_at')],
  [optional('latency_ms', 'DOUBLE')],
  [optional('success', 'BOOLEAN')],
  [optional('tokens_in', 'INT64')],
  [optional('tokens_out', 'INT64')],
  [optional('cost_nano_usd', 'INT64')],
  [text('feedback')],
];

/** The schema of the file. */
export const SCHEMA: readonly Element[] = [{ name: 'root', num_children: COLUMNS.length }, ...COLUMNS.flat()];
