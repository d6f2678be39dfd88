import { Worker } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { LRUCache } from 'lru-cache';
import { LexyBrainError, messageOf } from '../errors.ts';
import { valueOf, type Answer, type ListServer, type OpenedList } from './list-rpc.ts';
import type { KeywordLists, ListHandle } from './types.ts';

export interface WorkerListsOptions {
  /** A list that needs more memory (MB) ends the worker, not the editor. */
  readonly memoryLimitMb?: number;
}

const MEMORY_LIMIT_MB = 2048;
/** Answers of the worker that are kept for each list: a few kilobytes each. */
const ANSWERS_KEPT = 16;

/** Keyword lists in a worker thread, which is started at first use and ended when its last list is released. */
export function createWorkerLists(workerFile: string | URL, options: WorkerListsOptions = {}): KeywordLists {
  const { memoryLimitMb = MEMORY_LIMIT_MB } = options;
  let current: Connection | null = null;
  const connection = (): Connection => {
    if (current === null || current.isOver) current = new Connection(workerFile, memoryLimitMb);
    return current;
  };
  const open = async (ask: (server: Server) => Promise<Answer<OpenedList>>): Promise<ListHandle> => {
    const worker = connection();
    try {
      return worker.handle(await worker.ask(ask));
    } finally {
      worker.endIfUnused();
    }
  };
  return {
    open: (bytes, how) => open((server) => server.open(bytes, how)),
    openText: (text, how) => open((server) => server.openText(text, how)),
    merge: async (handles) => {
      const worker = connection();
      const ids = handles.map((handle) => {
        if (handle instanceof WorkerList) return handle.idIn(worker);
        throw new LexyBrainError(
          'invalid-request',
          'These lists cannot be merged: they were not opened here.',
          { advice: 'Open them again, all in one go.' },
        );
      });
      return open((server) => server.merge(ids));
    },
    // The worker is kept for the list that is opened next.
    guessColumns: (bytes, how) => connection().ask((server) => server.guessColumns(bytes, how)),
    close: async () => {
      await current?.end();
      current = null;
    },
  };
}

type Server = Pick<ListServer, keyof ListServer>;

/** One worker and the lists it holds. Once it is over it stays so: its lists are gone, and the next one has others. */
class Connection {
  readonly #worker: Worker;
  readonly #server: Server;
  /** Calls that wait for an answer, to be told when the worker ends. */
  readonly #waiting = new Set<(error: LexyBrainError) => void>();
  readonly #held = new Set<number>();
  #end: LexyBrainError | null = null;

  constructor(workerFile: string | URL, memoryLimitMb: number) {
    const worker = new Worker(workerFile, { resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb } });
    this.#worker = worker;
    // Nobody's process stays up for it; a call holds it up until it is answered.
    worker.unref();
    worker.once('error', (error) => this.#over(diedOf(error)));
    worker.once('exit', () => this.#over(closed()));
    this.#server = createBirpc<ListServer>(
      {},
      {
        post: (data) => worker.postMessage(data),
        on: (receive) => worker.on('message', receive),
        // A list takes the time it takes; a worker that ends says so.
        timeout: -1,
      },
    );
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  async ask<T>(call: (server: Server) => Promise<Answer<T>>): Promise<T> {
    if (this.#end !== null) throw this.#end;
    const { promise, resolve, reject } = Promise.withResolvers<Answer<T>>();
    this.#waiting.add(reject);
    this.#worker.ref();
    try {
      call(this.#server).then(resolve, reject);
      return valueOf(await promise);
    } finally {
      this.#waiting.delete(reject);
      if (this.#waiting.size === 0) this.#worker.unref();
    }
  }

  handle(list: OpenedList): ListHandle {
    this.#held.add(list.id);
    return new WorkerList(list, this);
  }

  release(id: number): void {
    if (!this.#held.delete(id) || this.isOver) return;
    this.#server.release(id);
    this.endIfUnused();
  }

  endIfUnused(): void {
    if (this.#held.size === 0 && this.#waiting.size === 0) void this.end();
  }

  async end(): Promise<void> {
    this.#over(closed());
    await this.#worker.terminate();
  }

  #over(error: LexyBrainError): void {
    this.#end ??= error;
    for (const reject of this.#waiting) reject(error);
  }
}

class WorkerList implements ListHandle {
  readonly summary: ListHandle['summary'];
  readonly #id: number;
  readonly #worker: Connection;
  /** A list never changes, so neither does what was said of it: every request asks for the same again. */
  readonly #answers = new LRUCache<string, Promise<unknown>>({ max: ANSWERS_KEPT });

  constructor(list: OpenedList, worker: Connection) {
    this.summary = list.summary;
    this.#id = list.id;
    this.#worker = worker;
  }

  get isGone(): boolean {
    return this.#worker.isOver;
  }

  /** Its number in this worker. Throws when it is held by another one, which is over then. */
  idIn(worker: Connection): number {
    if (worker !== this.#worker) throw closed();
    return this.#id;
  }

  readonly figures: ListHandle['figures'] = (...args) => this.#callOnce('figures', args);
  readonly digest: ListHandle['digest'] = (...args) => this.#callOnce('digest', args);
  readonly rows: ListHandle['rows'] = (...args) => this.#call('rows', args);
  readonly page: ListHandle['page'] = (...args) => this.#call('page', args);
  readonly analyse: ListHandle['analyse'] = (...args) => this.#callOnce('analyse', args);
  readonly dispose = (): void => {
    this.#answers.clear();
    this.#worker.release(this.#id);
  };

  #callOnce<Method extends 'figures' | 'digest' | 'analyse'>(
    method: Method,
    args: Parameters<ListHandle[Method]>,
  ): ReturnType<ListHandle[Method]> {
    const key = JSON.stringify([method, args]);
    const kept = this.#worker.isOver ? undefined : this.#answers.get(key);
    const answer = kept ?? this.#call(method, args);
    if (kept === undefined) {
      this.#answers.set(key, answer);
      answer.catch(() => this.#answers.delete(key));
    }
    return answer as ReturnType<ListHandle[Method]>;
  }

  #call<Method extends Parameters<ListServer['call']>[1]>(
    method: Method,
    args: Parameters<ListHandle[Method]>,
  ): Promise<Awaited<ReturnType<ListHandle[Method]>>> {
    return this.#worker.ask((server) => server.call(this.#id, method, args));
  }
}

function diedOf(cause: unknown): LexyBrainError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new LexyBrainError('list-too-large', 'The keyword list could not be held in memory.', {
      advice: 'Split the list into smaller files and open them anew.',
      cause,
    });
  }
  return new LexyBrainError('list-damaged', `The list could not be worked on: ${messageOf(cause)}.`, {
    advice: 'Open it again; if that fails too, the log has the details.',
    cause,
  });
}

function closed(): LexyBrainError {
  return new LexyBrainError('list-missing', 'This keyword list is closed.', { advice: 'Open it again.' });
}
