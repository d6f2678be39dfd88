import { extraOf, type Extra } from './extras.ts';
import { readGenerations, type Snapshot } from './export.ts';
import { JsonText, stringifyWithText } from './json-text.ts';
import { mayHoldSecret, stringifyRedacted } from './redact.ts';
import { trainingRow, wholeRow, type UserName } from './shapes.ts';
import type { GenerationLines, GenerationQuery, LineQuery, StoredGeneration } from './types.ts';
import { userNames } from './user-ids.ts';

/** So much is handed over at once, and the rest of a line. */
const BATCH_BYTES = 512 * 1024;

/**
 * Generations as JSON Lines, made where they are read: JSON that is stored as text is spliced in as it is. The last
 * batch may be without lines; it tells the rest of what was left out.
 */
export function readLines(snapshot: Snapshot, query: LineQuery): Generator<GenerationLines, void, undefined> {
  return linesOf(readGenerations(snapshot, { ...query, limit: Infinity }, jsonAsText), query);
}

/** The generations that the query does not leave out, as lines. */
export function* linesOf(
  generations: Iterable<StoredGeneration>,
  query: Omit<LineQuery, keyof GenerationQuery> & Pick<GenerationQuery, 'limit'>,
): Generator<GenerationLines, void, undefined> {
  const lineOf = writerOf(query);
  const unwanted = new Set<Extra | null>(query.leaveOut);
  let left = query.limit ?? Infinity;
  let batch = new Batch();
  for (const generation of left > 0 ? generations : []) {
    const extra = extraOf(generation);
    if (extra !== null && unwanted.has(extra)) {
      batch.leaveOut(extra);
      continue;
    }
    batch.add(lineOf(generation));
    left -= 1;
    if (left <= 0) break;
    if (batch.size < BATCH_BYTES) continue;
    yield batch.finish();
    batch = new Batch();
  }
  yield batch.finish();
}

class Batch {
  readonly #lines: Uint8Array[] = [];
  readonly #leftOut: Partial<Record<Extra, number>> = {};
  size = 0;

  add(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    this.#lines.push(bytes);
    this.size += bytes.length;
  }

  leaveOut(extra: Extra): void {
    this.#leftOut[extra] = (this.#leftOut[extra] ?? 0) + 1;
  }

  finish(): GenerationLines {
    // Memory of its own, so that it can be handed to another thread.
    const bytes = new Uint8Array(this.size);
    let end = 0;
    for (const line of this.#lines) {
      bytes.set(line, end);
      end += line.length;
    }
    return { bytes, lines: this.#lines.length, leftOut: this.#leftOut };
  }
}

function withoutSecrets(line: string): string {
  return mayHoldSecret(line) ? stringifyRedacted(JSON.parse(line)) : line;
}

function writerOf({
  shape,
  users,
  failed,
}: Pick<LineQuery, 'shape' | 'users' | 'failed'>): (generation: StoredGeneration) => string {
  const user: UserName = userNames(users);
  return (generation) => {
    const row = shape === 'whole' ? wholeRow(generation, user, failed) : trainingRow(generation, user);
    return withoutSecrets(stringifyWithText(row));
  };
}

/** Parsed only to see that it can be. Line breaks between its tokens, which we never write, would break our line. */
function jsonAsText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return text.includes('\n') || text.includes('\r') ? value : new JsonText(text);
}
