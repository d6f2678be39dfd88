import { Worker } from 'node:worker_threads';
import { createBirpc } from 'birpc';
import { LexyBrainError } from '../errors.ts';
import { valueOf, type Answer, type ListServer, type OpenedList } from './list-rpc.ts';
import type { KeywordLists, ListHandle } from './types.ts';

/** A list this large ends the worker, not the editor. */
const MEMORY_LIMIT_MB = 2048;

interface Connection {
  readonly worker: Worker;
  readonly server: Pick<ListServer, keyof ListServer>;
  /** Rejects when the worker dies. */
  readonly died: Promise<never>;
}

/** Keyword lists in a worker thread, which is started at first use and ended when its last list is released. */
export function createWorkerLists(workerFile: string | URL): KeywordLists {
  let connection: Connection | null = null;
  let inUse = 0;

  const connect = (): Connection => {
    if (connection !== null) return connection;
    const worker = new Worker(workerFile, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB } });
    worker.unref();
    const died = new Promise<never>((_, reject) => {
      const end = (cause: unknown): void => {
        if (connection === opened) connection = null;
        reject(
          new LexyBrainError('list-too-large', 'The keyword list could not be held in memory.', {
            advice: 'Split the list into smaller files and try again.',
            cause,
          }),
        );
      };
      worker.once('error', end);
      worker.once('exit', () => end(undefined));
    });
    died.catch(() => undefined);
    const server = createBirpc<ListServer>(
      {},
      {
        post: (data) => worker.postMessage(data),
        on: (receive) => worker.on('message', receive),
        timeout: -1,
      },
    );
    const opened: Connection = { worker, server, died };
    connection = opened;
    return opened;
  };

  /** One call to the worker; it stays alive at least until the answer is there. */
  const ask = async <T>(call: (server: Connection['server']) => Promise<Answer<T>>): Promise<T> => {
    const { server, died, worker } = connect();
    worker.ref();
    inUse += 1;
    try {
      return valueOf(await Promise.race([call(server), died]));
    } finally {
      inUse -= 1;
      if (inUse === 0) worker.unref();
    }
  };

  let open = 0;
  const handleOf = (list: OpenedList): WorkerList => {
    open += 1;
    const owner = connection;
    return new WorkerList(list, ask, () => {
      open -= 1;
      if (connection === null || connection !== owner) return;
      if (open === 0 && inUse === 0) {
        void connection.worker.terminate();
        connection = null;
      } else {
        connection.server.release(list.id);
      }
    });
  };

  return {
    open: async (bytes, options) => handleOf(await ask((server) => server.open(bytes, options))),
    openText: async (text, options) => handleOf(await ask((server) => server.openText(text, options))),
    merge: async (handles) => {
      const ids = handles.map((handle) => {
        if (handle instanceof WorkerList) return handle.id;
        throw new LexyBrainError(
          'invalid-request',
          'These lists cannot be merged: they were not opened here.',
        );
      });
      return handleOf(await ask((server) => server.merge(ids)));
    },
    guessColumns: (bytes, options) => ask((server) => server.guessColumns(bytes, options)),
    close: async () => {
      await connection?.worker.terminate();
      connection = null;
    },
  };
}

type Ask = <T>(call: (server: Connection['server']) => Promise<Answer<T>>) => Promise<T>;

class WorkerList implements ListHandle {
  readonly id: number;
  readonly summary: ListHandle['summary'];
  readonly #ask: Ask;
  #release: (() => void) | null;

  constructor(list: OpenedList, ask: Ask, release: () => void) {
    this.id = list.id;
    this.summary = list.summary;
    this.#ask = ask;
    this.#release = release;
  }

  figures: ListHandle['figures'] = (...args) => this.#ask((server) => server.call(this.id, 'figures', args));
  digest: ListHandle['digest'] = (...args) => this.#ask((server) => server.call(this.id, 'digest', args));
  rows: ListHandle['rows'] = (...args) => this.#ask((server) => server.call(this.id, 'rows', args));
  page: ListHandle['page'] = (...args) => this.#ask((server) => server.call(this.id, 'page', args));
  analyse: ListHandle['analyse'] = (...args) => this.#ask((server) => server.call(this.id, 'analyse', args));

  dispose(): void {
    this.#release?.();
    this.#release = null;
  }
}
