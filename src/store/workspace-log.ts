import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LexyBrainError, messageOf } from '../errors.ts';
import type { Retention } from './housekeeping.ts';
import { diskTrouble, nodeJournalFs, type JournalFs } from './journal-fs.ts';
import { Journal } from './journal.ts';
import { layoutOf, temporaryName, type Layout } from './layout.ts';
import { mergeForeign } from './merge.ts';
import { parseRecord } from './records.ts';
import { stringifyRedacted } from './redact.ts';
import type {
  DeletedCounts,
  GenerationLines,
  GenerationQuery,
  HistoryEntry,
  HistoryPage,
  LineQuery,
  LogRecord,
  Merged,
  MergeOptions,
  PreferenceRecord,
  StoredGeneration,
  PriceTable,
  UsageQuery,
  UsageReport,
  UsageSummary,
  UserIds,
  WorkspaceDatabase,
} from './types.ts';
import { Watch } from './watch.ts';
import { WorkerClient } from './worker-client.ts';

/** What the user wants of what is written. */
export interface LogPolicy {
  /** Which sealed parts are dropped; none by default. Asked for whenever a worker starts. */
  readonly retention?: () => Retention;
  /** Texts that are never written, beside the tokens of known providers. Asked for with every record. */
  readonly redact?: () => readonly string[];
  /** Whose ratings the history shows; absent or null: the latest of anybody. Asked for with every page. */
  readonly userId?: () => Promise<string | null>;
}

export interface WorkspaceLogOptions extends LogPolicy {
  /** The `.lexybrain` folder. Its parent must exist when the first record comes. */
  readonly folder: string;
  /** The worker's entry: `worker.ts` beside this file, or the bundle made of it. */
  readonly workerFile: URL | string;
  /** sql.js's `sql-wasm.wasm`. */
  readonly wasmFile: string;
  readonly log: { info(message: string): void; warn(message: string): void };
  /** For tests: what the journal is written through. */
  readonly fs?: JournalFs;
  readonly timings?: Partial<Timings>;
  /** Size at which a part is sealed, bytes. */
  readonly sealBytes?: number;
}

/** Milliseconds. */
interface Timings {
  /** Quiet time after which the database file is brought up to date. */
  readonly checkpointMs: number;
  /** Quiet time after which the worker is ended. */
  readonly idleMs: number;
  /** How often the journal is looked at while there are listeners. */
  readonly watchMs: number;
  /** After which an append is rejected when the disk does not answer. */
  readonly appendMs: number;
  /** Pause before records that the disk refused are tried again. */
  readonly retryMs: number;
  /** After which the worker is ended in the middle of a call. */
  readonly callMs: number;
  /** The same for an export into one file. */
  readonly exportMs: number;
}

const TIMINGS: Timings = {
  checkpointMs: 2_000,
  idleMs: 30_000,
  watchMs: 1_000,
  appendMs: 10_000,
  retryMs: 5_000,
  callMs: 60_000,
  exportMs: 600_000,
};

/** So much in the journal is applied at once, however busy it is: it bounds what the next start has to read. Bytes. */
const CHECKPOINT_BYTES = 2 * 1024 * 1024;

/** The log in a `.lexybrain` folder. Nothing is opened, read or made until it is used. */
export function openWorkspaceLog(options: WorkspaceLogOptions): WorkspaceDatabase {
  return new DurableLog(options);
}

class DurableLog implements WorkspaceDatabase {
  readonly #options: WorkspaceLogOptions;
  readonly #timings: Timings;
  readonly #layout: Layout;
  readonly #journal: Journal;
  readonly #watch: Watch;
  readonly #worker: WorkerClient;
  /** Records on their way into the journal. */
  readonly #appending = new Set<Promise<void>>();
  /** Bytes appended since the database file was last brought up to date. */
  #behind = 0;
  #checkpoint: Promise<void> | null = null;
  #checkpointTimer: NodeJS.Timeout | null = null;
  #idleTimer: NodeJS.Timeout | null = null;
  #closing: Promise<void> | null = null;
  #lastTrouble = '';

  constructor(options: WorkspaceLogOptions) {
    this.#options = options;
    this.#timings = { ...TIMINGS, ...options.timings };
    this.#layout = layoutOf(options.folder);
    this.#journal = new Journal({
      layout: this.#layout,
      fs: options.fs ?? nodeJournalFs,
      log: options.log,
      deadlineMs: this.#timings.appendMs,
      retryMs: this.#timings.retryMs,
      onWritten: (bytes) => this.#written(bytes),
    });
    this.#watch = new Watch(this.#layout, this.#journal.ownSegments, this.#timings.watchMs);
    this.#worker = this.#newWorker(false, this.#timings.callMs);
  }

  async append(record: LogRecord): Promise<void> {
    const parsed = parseRecord(record);
    if ('complaint' in parsed) {
      throw new LexyBrainError('store', `The record does not fit the log: ${parsed.complaint}.`);
    }
    return this.#append(this.#redacted(parsed.record));
  }

  async #append(json: string): Promise<void> {
    const writing = this.#journal.append(json);
    this.#appending.add(writing);
    try {
      await writing;
    } finally {
      this.#appending.delete(writing);
    }
  }

  #redacted(record: LogRecord): string {
    return stringifyRedacted(record, this.#options.redact?.() ?? []);
  }

  async merge(path: string, options: MergeOptions = {}): Promise<Merged> {
    const reader = this.#newWorker(true, this.#timings.callMs);
    try {
      return await mergeForeign(path, options, {
        reader,
        prepare: (record) => this.#redacted(record),
        compare: (records) => this.#use(this.#worker.call('compare', records)),
        append: (json) => this.#append(json),
      });
    } finally {
      await reader.stop();
    }
  }

  #written(bytes: number): void {
    this.#behind += bytes;
    // After the callers have their answer: theirs comes first, whatever a listener does.
    setImmediate(() => this.#watch.tell());
    if (this.#closing !== null) return;
    if (this.#behind >= CHECKPOINT_BYTES && this.#lastTrouble === '') void this.#bringUpToDate();
    else this.#checkpointLater();
  }

  async history(query: { readonly before?: string | null; readonly limit: number }): Promise<HistoryPage> {
    const userId = await this.#userId();
    return this.#use(this.#worker.call('history', query, userId));
  }

  async insight(id: string): Promise<HistoryEntry | null> {
    const userId = await this.#userId();
    return this.#use(this.#worker.call('insight', id, userId));
  }

  async #userId(): Promise<string | null> {
    return (await this.#options.userId?.()) ?? null;
  }

  onDidChange(listener: () => void): { dispose(): void } {
    return this.#watch.add(listener);
  }

  async *generations(query: GenerationQuery = {}): AsyncGenerator<StoredGeneration, void, undefined> {
    const batches = this.#walk(
      (worker) => worker.call('openGenerations', query),
      (worker) => worker.call('nextGenerations'),
    );
    for await (const batch of batches) yield* batch;
  }

  lines(query: LineQuery): AsyncGenerator<GenerationLines, void, undefined> {
    return this.#walk(
      (worker) => worker.call('openLines', query),
      (worker) => worker.call('nextLines'),
    );
  }

  /**
   * What a worker of its own reads until `next` gives null. It is asked for two batches ahead, so that it has something to
   * do while the one before is on its way.
   */
  async *#walk<Batch>(
    open: (worker: WorkerClient) => Promise<void>,
    next: (worker: WorkerClient) => Promise<Batch | null>,
  ): AsyncGenerator<Batch, void, undefined> {
    const worker = this.#newWorker(true, this.#timings.callMs);
    try {
      await open(worker);
      const ahead: Promise<Batch | null>[] = [];
      const ask = (): void => {
        const asked = next(worker);
        // When the consumer stops early nobody waits for it any more.
        asked.catch(() => undefined);
        ahead.push(asked);
      };
      ask();
      for (;;) {
        ask();
        const batch = await ahead.shift();
        if (batch === undefined || batch === null) return;
        yield batch;
      }
    } finally {
      await worker.stop();
    }
  }

  async usage(query: UsageQuery = {}): Promise<UsageSummary> {
    return this.#use(this.#worker.call('usage', query));
  }

  async usageReport(query: UsageQuery = {}, prices: PriceTable = {}): Promise<UsageReport> {
    return this.#use(this.#worker.call('usageReport', query, prices));
  }

  async preferences(): Promise<readonly PreferenceRecord[]> {
    const worker = this.#newWorker(true, this.#timings.callMs);
    try {
      return await worker.call('preferences');
    } finally {
      await worker.stop();
    }
  }

  async exportDatabase(file: string, signal?: AbortSignal, users: UserIds = 'keep'): Promise<number> {
    signal?.throwIfAborted();
    const worker = this.#newWorker(true, this.#timings.exportMs);
    const temporary = join(dirname(file), temporaryName());
    const abort = (): void => void worker.stop();
    signal?.addEventListener('abort', abort);
    try {
      const requests = await worker.call('writeMerged', temporary, users);
      await rename(temporary, file);
      return requests;
    } catch (error) {
      signal?.throwIfAborted();
      throw LexyBrainError.is(error)
        ? error
        : new LexyBrainError('store', `The file could not be written: ${diskTrouble(error)}.`, {
            cause: error,
          });
    } finally {
      signal?.removeEventListener('abort', abort);
      await worker.stop();
      await rm(temporary, { force: true });
    }
  }

  async deleteAll(): Promise<DeletedCounts> {
    // A record whose segment goes before its writer knows that it is safe would be written again.
    await Promise.allSettled(this.#appending);
    this.#journal.forgetWaiting();
    const deleted = await this.#use(this.#worker.call('deleteAll'));
    this.#watch.tell();
    return deleted;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#watch.stop();
    for (const timer of [this.#checkpointTimer, this.#idleTimer]) if (timer !== null) clearTimeout(timer);
    try {
      await this.#journal.close();
    } catch (error) {
      this.#options.log.warn(messageOf(error));
    }
    await this.#checkpoint;
    if (this.#behind > 0) await this.#bringUpToDate();
    await this.#worker.stop();
  }

  #checkpointLater(): void {
    if (this.#checkpointTimer !== null) clearTimeout(this.#checkpointTimer);
    this.#checkpointTimer = setTimeout(() => {
      this.#checkpointTimer = null;
      void this.#bringUpToDate();
    }, this.#timings.checkpointMs).unref();
  }

  /** Never rejects: the journal holds every record, so the file may as well be brought up to date another time. */
  #bringUpToDate(): Promise<void> {
    this.#checkpoint ??= (async () => {
      const covered = this.#behind;
      try {
        await this.#worker.call('checkpoint', covered > 0);
        this.#behind -= covered;
        this.#lastTrouble = '';
      } catch (error) {
        const trouble = messageOf(error);
        if (trouble !== this.#lastTrouble) this.#options.log.warn(trouble);
        this.#lastTrouble = trouble;
      }
      this.#checkpoint = null;
      this.#stopLater();
    })();
    return this.#checkpoint;
  }

  /** What the worker was asked may have shown it that the file is of yesterday: that is put right in a quiet moment. */
  async #use<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } finally {
      if (this.#closing === null) this.#checkpointLater();
    }
  }

  #stopLater(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    if (this.#closing !== null) return;
    this.#idleTimer = setTimeout(() => {
      if (this.#checkpointTimer === null && !this.#worker.busy) void this.#worker.stop();
    }, this.#timings.idleMs).unref();
  }

  #newWorker(readOnly: boolean, deadlineMs: number): WorkerClient {
    const { folder, workerFile, wasmFile, retention, sealBytes, log } = this.#options;
    return new WorkerClient({
      file: workerFile,
      setup: {
        folder,
        wasmFile,
        readOnly,
        retention: retention?.() ?? {},
        sealBytes: sealBytes ?? null,
      },
      warn: (message) => {
        log.warn(message);
      },
      deadlineMs,
    });
  }
}
