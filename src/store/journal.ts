import { join } from 'node:path';
import { LexyBrainError } from '../errors.ts';
import { encodeFrame, MAX_RECORD_BYTES } from './frames.ts';
import { codeOf, diskTrouble, type JournalFile, type JournalFs } from './journal-fs.ts';
import { newSegment, segmentIn, type Layout, type SegmentName } from './layout.ts';

/** A segment is finished at this size, so that it can be deleted once it is sealed. */
const SEGMENT_BYTES = 2 * 1024 * 1024;
/** One write takes at most this much. */
const BATCH_BYTES = 1024 * 1024;
/** Records that could not be written wait in memory up to this much; beyond it they are dropped and counted. */
const WAITING_BYTES = 16 * 1024 * 1024;
/** How often a batch is written anew because its segment was taken away meanwhile. */
const MAX_REWRITES = 5;

export interface JournalOptions {
  readonly layout: Layout;
  readonly fs: JournalFs;
  readonly log: { info(message: string): void; warn(message: string): void };
  /** Called after records were written, before their callers are answered. Bytes. */
  readonly onWritten?: (bytes: number) => void;
  /** After so long without an answer of the disk the caller is told; the write goes on. Milliseconds. */
  readonly deadlineMs: number;
  /** Pause before records that wait are tried again by themselves. Milliseconds. */
  readonly retryMs: number;
}

interface Entry {
  readonly frame: Buffer;
  /** Null once the caller has its answer. */
  settle: ((error: LexyBrainError | null) => void) | null;
}

interface OpenSegment {
  readonly name: SegmentName;
  readonly file: JournalFile;
  bytes: number;
}

/**
 * Appends records to this process's own journal segment. A record is acknowledged after it is written, synced, and the
 * segment's path was seen to still be that very file: then whoever takes the segment over finds the record in it.
 */
export class Journal {
  readonly #options: JournalOptions;
  #queue: Entry[] = [];
  #queuedBytes = 0;
  /** Records the disk refused, oldest first, still to be written. */
  #waiting: Entry[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #segment: OpenSegment | null = null;
  #running: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;
  /** Segments being given up. */
  #leaving: Promise<void> = Promise.resolve();
  #closed = false;
  /** Ids of the segments this process has written. */
  readonly ownSegments = new Set<string>();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Records that could not be written yet, and how many were given up. */
  get backlog(): { readonly records: number; readonly dropped: number } {
    return { records: this.#waiting.length, dropped: this.#dropped };
  }

  /** Resolves once the record cannot be lost; rejects soon when it could not be written (it may be written later). */
  append(json: string): Promise<void> {
    if (this.#closed) return Promise.reject(new LexyBrainError('store', 'The log is closed.'));
    const size = Buffer.byteLength(json);
    if (size > MAX_RECORD_BYTES) {
      return Promise.reject(
        new LexyBrainError('store', `The record is too large for the log (${size} bytes).`),
      );
    }
    return new Promise((resolve, reject) => {
      const entry: Entry = { frame: encodeFrame(json), settle: null };
      const deadline = setTimeout(() => {
        entry.settle?.(new LexyBrainError('store', 'The disk does not answer.', { advice: LATER }));
      }, this.#options.deadlineMs);
      entry.settle = (error) => {
        entry.settle = null;
        clearTimeout(deadline);
        if (error === null) resolve();
        else reject(error);
      };
      this.#enqueue(entry);
    });
  }

  /** Writes what waits and finishes the segment. Rejects when records remain unwritten. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    await this.#running;
    if (this.#waiting.length > 0) await this.#run();
    if (this.#segment !== null) await this.#finish(this.#segment);
    await this.#leaving;
    if (this.#waiting.length > 0) {
      throw new LexyBrainError('store', `${this.#waiting.length} records could not be written to the log.`);
    }
  }

  /** Gives up the records that wait: the user wants them gone. */
  forgetWaiting(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #enqueue(entry: Entry): void {
    if (this.#queuedBytes + entry.frame.length > WAITING_BYTES) {
      this.#drop(
        entry,
        new LexyBrainError('store', 'The disk is too slow for the log: records are dropped.'),
      );
      return;
    }
    this.#queue.push(entry);
    this.#queuedBytes += entry.frame.length;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // One turn later, so that what is appended in the same turn goes into one write.
    await Promise.resolve();
    do {
      const batch = this.#takeBatch();
      try {
        await this.#write(batch);
      } catch (error) {
        this.#keep(batch, error);
        break;
      }
      if (this.#waitingBytes === 0 && this.#dropped > 0) {
        this.#options.log.warn(`The log is written again; ${this.#dropped} records were lost meanwhile.`);
        this.#dropped = 0;
      }
    } while (this.#queue.length > 0 || this.#waiting.length > 0);
    this.#running = null;
  }

  #takeBatch(): Entry[] {
    const batch: Entry[] = [];
    let bytes = 0;
    while (bytes < BATCH_BYTES) {
      const waiting = this.#waiting.shift();
      const entry = waiting ?? this.#queue.shift();
      if (entry === undefined) break;
      if (waiting === undefined) this.#queuedBytes -= entry.frame.length;
      else this.#waitingBytes -= entry.frame.length;
      batch.push(entry);
      bytes += entry.frame.length;
    }
    return batch;
  }

  async #write(batch: readonly Entry[]): Promise<void> {
    const [first] = batch;
    // Most batches are of one record, which need not be copied.
    const bytes =
      first !== undefined && batch.length === 1
        ? first.frame
        : Buffer.concat(batch.map(({ frame }) => frame));
    for (let tries = 0; tries < MAX_REWRITES; tries++) {
      const segment = (this.#segment ??= await this.#begin());
      await segment.file.write(bytes);
      await segment.file.sync();
      if ((await this.#options.fs.identity(this.#pathOf(segment.name))) === segment.file.identity) {
        this.#options.onWritten?.(bytes.length);
        for (const entry of batch) entry.settle?.(null);
        segment.bytes += bytes.length;
        if (segment.bytes >= SEGMENT_BYTES) await this.#finish(segment);
        return;
      }
      // Somebody took the segment for a dead process's, or moved the folder, and may have read it before this batch.
      // Should they have read it after, the record's id tells that the second writing is one.
      this.#segment = null;
      await segment.file.close().catch(() => undefined);
    }
    throw new Error('the journal is taken away again and again');
  }

  async #begin(): Promise<OpenSegment> {
    const { fs, layout } = this.#options;
    const made = await fs.makeFolder(layout.root);
    await fs.writeNew(layout.ignore, '*\n');
    if (await fs.makeFolder(layout.journal)) await fs.syncFolder(layout.root);
    if (made) await fs.syncFolder(join(layout.root, '..'));
    const name = newSegment();
    const file = await fs.create(this.#pathOf(name));
    this.ownSegments.add(name.id);
    try {
      await fs.syncFolder(layout.journal);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    return { name, file, bytes: 0 };
  }

  /** Closes a segment that holds whole, acknowledged batches only. */
  async #finish(segment: OpenSegment): Promise<void> {
    this.#segment = null;
    try {
      await segment.file.close();
      await this.#rename(segment.name, 'closed');
    } catch (error) {
      // Whoever seals what it holds will take it over.
      this.#options.log.info(`A journal segment stays open: ${diskTrouble(error)}.`);
    }
  }

  /** After a failed write nothing is known of the segment's end: it is given up, and the batch waits. */
  #keep(batch: readonly Entry[], error: unknown): void {
    const segment = this.#segment;
    this.#segment = null;
    if (segment !== null) {
      this.#leaving = this.#leaving
        .then(() => segment.file.close())
        .catch(() => undefined)
        .then(() => this.#rename(segment.name, 'left'))
        .catch(() => undefined);
    }
    const trouble = new LexyBrainError('store', `The log could not be written: ${diskTrouble(error)}.`, {
      advice: LATER,
      cause: error,
    });
    // What came in meanwhile would meet the same trouble: its callers are told now.
    const all = [...batch, ...this.#waiting, ...this.#queue];
    this.#waiting = [];
    this.#queue = [];
    this.#waitingBytes = 0;
    this.#queuedBytes = 0;
    for (const entry of all) {
      if (this.#waitingBytes + entry.frame.length > WAITING_BYTES) {
        this.#drop(entry, trouble);
        continue;
      }
      this.#waiting.push(entry);
      this.#waitingBytes += entry.frame.length;
      entry.settle?.(trouble);
    }
    if (this.#closed) return;
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      if (this.#waiting.length > 0) this.#running ??= this.#run();
    }, this.#options.retryMs).unref();
  }

  #drop(entry: Entry, error: LexyBrainError): void {
    this.#dropped += 1;
    entry.settle?.(error);
  }

  async #rename(segment: SegmentName, state: 'closed' | 'left'): Promise<void> {
    const { fs } = this.#options;
    await fs
      .rename(this.#pathOf(segment), this.#pathOf(segmentIn(segment, state)))
      .catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      });
  }

  #pathOf(segment: SegmentName): string {
    return join(this.#options.layout.journal, segment.file);
  }
}

const LATER = 'It is kept in memory and written when that is possible again.';
