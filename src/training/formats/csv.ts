import Papa from 'papaparse';
import { redactSecrets, stringifyRedacted } from '../../store/redact.ts';
import { escapeFormula } from '../../store/formula.ts';
import { trainingRow, type TrainingRow } from '../../store/shapes.ts';
import { select, take } from '../select.ts';
import type { FormatInput, TrainingFormat } from '../types.ts';

/** The view's rows as a table. Text that a spreadsheet would run as a formula begins with an apostrophe. */
export const csv: TrainingFormat = {
  id: 'csv',
  label: 'CSV: the training view',
  detail: 'a table for spreadsheets, one request a row; nested values as JSON text',
  extension: 'csv',
  rows: (input) => take(viewRows(input), input.filter.limit),
  encode,
};

const COLUMNS = [
  'request_id',
  'user_id',
  'prompt',
  'context_json',
  'insight_type',
  'market',
  'niche_terms',
  'requested_at',
  'response_id',
  'model_name',
  'output_json',
  'generated_at',
  'latency_ms',
  'success',
  'tokens_in',
  'tokens_out',
  'feedback',
  'feedback_notes',
  'feedback_at',
] as const satisfies readonly (keyof TrainingRow)[];

async function* viewRows(input: FormatInput): AsyncGenerator<TrainingRow, void, undefined> {
  for await (const generation of select(input)) yield trainingRow(generation, input.user);
}

async function* encode(rows: AsyncIterable<object>): AsyncGenerator<string, void, undefined> {
  yield `${Papa.unparse([COLUMNS])}\r\n`;
  for await (const row of rows as AsyncIterable<TrainingRow>) {
    yield `${Papa.unparse([COLUMNS.map((column) => cellOf(row[column]))])}\r\n`;
  }
}

/** Null is an empty cell; what is no text and no number stands as JSON. */
function cellOf(value: unknown): string | number | boolean {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return escapeFormula(typeof value === 'string' ? redactSecrets(value) : stringifyRedacted(value));
}
