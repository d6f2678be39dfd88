import { stringifyRedacted } from '../store/redact.ts';

/** One JSON value a line, each line ended: JSON Lines (https://jsonlines.org). */
export async function* jsonLines(rows: AsyncIterable<object>): AsyncGenerator<string, void, undefined> {
  for await (const row of rows) yield `${stringifyRedacted(row)}\n`;
}
