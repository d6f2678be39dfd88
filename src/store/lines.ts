import { extraOf, type Extra } from './extras.ts';
import { walkGenerations, type Snapshot } from './export.ts';
import { isTooDeep } from './json-depth.ts';
import { JsonText, stringifyWithText } from './json-text.ts';
import { mayHoldSecret, stringifyRedacted } from './redact.ts';
import { trainingRow, wholeRow, type UserName } from './shapes.ts';
import type { GenerationLines, GenerationQuery, LineQuery, StoredGeneration } from './types.ts';
import { userNames } from './user-ids.ts';

/** So much is handed over at once, and the rest of a line. */
const BATCH_BYTES = 512 * 1024;
/** Room for the rest of most lines. */
const SPARE_BYTES = 128 * 1024;
const LINE_FEED = 0x0a;

/**
 * Generations as JSON Lines, made where they are read: JSON that is stored as text is spliced in as it is. A batch
 * may be without lines: it tells what was left out, and that the walk goes on.
 */
export function readLines(snapshot: Snapshot, query: LineQuery): Generator<GenerationLines, void, undefined> {
  return linesOf(walkGenerations(snapshot, { ...query, limit: Infinity }, jsonAsText), query);
}

/** The generations that the query does not leave out, as lines; null is where a batch ends at the latest. */
export function* linesOf(
  generations: Iterable<StoredGeneration | null>,
  query: Omit<LineQuery, keyof GenerationQuery> & Pick<GenerationQuery, 'limit'>,
): Generator<GenerationLines, void, undefined> {
  const lineOf = writerOf(query);
  const unwanted = new Set<Extra | null>(query.leaveOut);
  let left = query.limit ?? Infinity;
  let batch = new Batch();
  for (const generation of left > 0 ? generations : []) {
    if (generation !== null) {
      const extra = extraOf(generation);
      if (extra !== null && unwanted.has(extra)) {
        batch.leaveOut(extra);
        continue;
      }
      batch.add(lineOf(generation));
      left -= 1;
      if (left <= 0) break;
      if (!batch.full) continue;
    }
    yield batch.finish();
    batch = new Batch();
  }
  yield batch.finish();
}

/** Lines put one after the other into memory of their own, which can be handed to another thread. */
class Batch {
  #bytes = Buffer.allocUnsafeSlow(BATCH_BYTES + SPARE_BYTES);
  #size = 0;
  #lines = 0;
  readonly #leftOut: Partial<Record<Extra, number>> = {};

  get full(): boolean {
    return this.#size >= BATCH_BYTES;
  }

  add(line: string): void {
    // A character takes three bytes at most.
    const needed = this.#size + 3 * line.length + 1;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#size += this.#bytes.write(line, this.#size);
    this.#size = this.#bytes.writeUInt8(LINE_FEED, this.#size);
    this.#lines += 1;
  }

  leaveOut(extra: Extra): void {
    this.#leftOut[extra] = (this.#leftOut[extra] ?? 0) + 1;
  }

  finish(): GenerationLines {
    return { bytes: this.#bytes.subarray(0, this.#size), lines: this.#lines, leftOut: this.#leftOut };
  }

  #grow(size: number): void {
    const bytes = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(bytes, 0, 0, this.#size);
    this.#bytes = bytes;
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

/** Parsed only to see that it can be, and how deep it is. Line breaks between its tokens, which we never write, would break our line. */
function jsonAsText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return isTooDeep(value) || text.includes('\n') || text.includes('\r') ? value : new JsonText(text);
}
