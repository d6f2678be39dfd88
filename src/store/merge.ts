import { LexyBrainError, messageOf } from '../errors.ts';
import type { Standing } from './compare.ts';
import { MAX_RECORD_BYTES } from './frames.ts';
import { parseRecord } from './records.ts';
import type { Found } from './tables.ts';
import type { LogRecord, Merged, MergeOptions } from './types.ts';
import type { WorkerClient } from './worker-client.ts';

export interface MergePorts {
  /** Of this merge alone. */
  readonly reader: Pick<WorkerClient, 'call' | 'stop'>;
  /** The record as the log would write it, redacted. */
  readonly prepare: (record: LogRecord) => string;
  readonly compare: (records: readonly LogRecord[]) => Promise<readonly Standing[]>;
  readonly append: (json: string) => Promise<void>;
}

/** Ids of conflicts that are named one by one. */
const CONFLICTS_NAMED = 20;
/** Usage events, failures and insights may be in any part: so many are looked up together, or so many characters. */
const OTHERS_AT_ONCE = 10_000;
const OTHERS_CHARACTERS = 8 * 1024 * 1024;
/** Reasons for refusals that are told apart. */
const MOST_REASONS = 20;

/** Unites somebody else's records with the log, one batch after the other. Throws `store`, or what the signal throws. */
export async function mergeForeign(
  path: string,
  { signal, onProgress }: MergeOptions,
  ports: MergePorts,
): Promise<Merged> {
  signal?.throwIfAborted();
  const stop = (): void => void ports.reader.stop();
  signal?.addEventListener('abort', stop);
  const tally = new Tally();
  const others = new Others();
  try {
    await fromForeign(path, ports.reader.call('openForeign', path));
    for (let read = 0; ;) {
      // A reader that was stopped would start again with nothing to read.
      signal?.throwIfAborted();
      const batch = await fromForeign(path, ports.reader.call('nextForeign'));
      if (batch.length === 0) {
        await unite(others.take(), ports, tally);
        return tally.result();
      }
      const ready = prepared(batch, ports, tally);
      await unite(
        ready.filter((one) => !others.keep(one)),
        ports,
        tally,
      );
      if (others.full) await unite(others.take(), ports, tally);
      read += batch.length;
      onProgress?.(read);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

interface Prepared {
  readonly record: LogRecord;
  /** As it would be written. */
  readonly json: string;
}

/** Records without a request that wait to be looked up. */
class Others {
  #waiting: Prepared[] = [];
  #characters = 0;

  /** True when it is one of them. */
  keep(one: Prepared): boolean {
    if (groupOf(one.record) !== 'others') return false;
    this.#waiting.push(one);
    this.#characters += one.json.length;
    return true;
  }

  get full(): boolean {
    return this.#waiting.length >= OTHERS_AT_ONCE || this.#characters >= OTHERS_CHARACTERS;
  }

  take(): readonly Prepared[] {
    const taken = this.#waiting;
    this.#waiting = [];
    this.#characters = 0;
    return taken;
  }
}

function prepared(batch: readonly string[], ports: MergePorts, tally: Tally): Prepared[] {
  const records: Prepared[] = [];
  for (const text of batch) {
    const one = JSON.parse(text) as Found;
    const checked = 'record' in one ? parseRecord(one.record) : one;
    if ('complaint' in checked) {
      tally.refuse(checked.complaint);
      continue;
    }
    const json = ports.prepare(checked.record);
    // Compared as it would be written, without what redaction takes out.
    if (Buffer.byteLength(json) > MAX_RECORD_BYTES) tally.refuse('records that are too large for the log');
    else records.push({ record: JSON.parse(json) as LogRecord, json });
  }
  return records;
}

async function unite(records: readonly Prepared[], ports: MergePorts, tally: Tally): Promise<void> {
  if (records.length === 0) return;
  const standings = await ports.compare(records.map(({ record }) => record));
  const writing: Promise<void>[] = [];
  for (const [at, { record, json }] of records.entries()) {
    const standing = standings[at] ?? 'known';
    if (standing === 'new') writing.push(ports.append(json));
    tally.count(record, standing);
  }
  await Promise.all(writing);
}

class Tally {
  readonly #added = { generations: 0, ratings: 0, preferences: 0, others: 0 };
  #known = 0;
  #conflicts = 0;
  readonly #ids: string[] = [];
  readonly #refused = new Map<string, number>();

  count(record: LogRecord, standing: Standing): void {
    if (standing === 'known') this.#known += 1;
    else if (standing === 'new') this.#added[groupOf(record)] += 1;
    else {
      this.#conflicts += 1;
      if (this.#ids.length < CONFLICTS_NAMED) this.#ids.push(record.id);
    }
  }

  refuse(reason: string): void {
    const counted = this.#refused.has(reason) || this.#refused.size < MOST_REASONS ? reason : 'other rows';
    this.#refused.set(counted, (this.#refused.get(counted) ?? 0) + 1);
  }

  result(): Merged {
    return {
      added: { ...this.#added },
      known: this.#known,
      conflicts: { count: this.#conflicts, ids: this.#ids },
      refused: [...this.#refused].map(([reason, count]) => ({ reason, count })),
    };
  }
}

function groupOf(record: LogRecord): keyof Merged['added'] {
  if (record.kind === 'feedback') return 'ratings';
  if (record.kind === 'preference') return 'preferences';
  return record.request === null ? 'others' : 'generations';
}

/** What the reader cannot do says something about the file, not about our log. */
async function fromForeign<T>(path: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const cause = error instanceof LexyBrainError ? (error.cause ?? error) : error;
    throw new LexyBrainError('store', `${path} cannot be merged: ${messageOf(cause)}.`, {
      advice: 'Nothing more was taken from it. The log and the other sources are fine.',
      cause: error,
    });
  }
}
