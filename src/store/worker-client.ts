import { Worker } from 'node:worker_threads';
import { createBirpc, type BirpcReturn } from 'birpc';
import { LexyBrainError, messageOf } from '../errors.ts';
import type { HostFunctions, WorkerFunctions, WorkerSetup } from './worker-protocol.ts';

export interface WorkerClientOptions {
  readonly file: URL | string;
  readonly setup: WorkerSetup;
  readonly warn: (message: string) => void;
  /** A call that takes longer ends the worker: what it was reading is not to be trusted. Milliseconds. */
  readonly deadlineMs: number;
}

interface Running {
  readonly worker: Worker;
  readonly rpc: BirpcReturn<WorkerFunctions, HostFunctions>;
  calls: number;
}

/**
 * Starts the store's worker at the first call and again after it was stopped. Nothing that was acknowledged depends on
 * it, so it may be ended at any moment.
 */
export class WorkerClient {
  readonly #options: WorkerClientOptions;
  #running: Running | null = null;
  #ending: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerClientOptions) {
    this.#options = options;
  }

  /** True while somebody waits for it. */
  get busy(): boolean {
    return (this.#running?.calls ?? 0) > 0;
  }

  /** @throws LexyBrainError with the reason `store` */
  async call<Name extends keyof WorkerFunctions>(
    name: Name,
    ...args: Parameters<WorkerFunctions[Name]>
  ): Promise<ReturnType<WorkerFunctions[Name]>> {
    const running = (this.#running ??= this.#start());
    // It keeps the process alive exactly while somebody waits for it.
    if (running.calls++ === 0) running.worker.ref();
    try {
      return await running.rpc.$call(name, ...args);
    } catch (error) {
      throw new LexyBrainError('store', `The log could not be used: ${messageOf(error)}.`, { cause: error });
    } finally {
      if (--running.calls === 0 && this.#running === running) running.worker.unref();
    }
  }

  /** Resolves once the worker has ended, so that it writes nothing any more. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (running !== null) {
      running.rpc.$close(new Error('it was closed'));
      // Whoever waits for its end would be forgotten when nothing else keeps the process alive.
      running.worker.ref();
      this.#ending = running.worker.terminate();
    }
    await this.#ending;
  }

  #start(): Running {
    const { file, setup, warn, deadlineMs } = this.#options;
    const worker = new Worker(file, { workerData: setup });
    const end = (error: Error): void => {
      if (this.#running?.worker === worker) this.#running = null;
      if (!rpc.$closed) rpc.$close(error);
      void worker.terminate();
    };
    const rpc = createBirpc<WorkerFunctions, HostFunctions>(
      { warn },
      {
        post: (message: unknown) => {
          worker.postMessage(message);
        },
        on: (listener) => {
          worker.on('message', listener);
        },
        timeout: deadlineMs,
        onTimeoutError: () => {
          end(new Error('it takes too long to read'));
          return true;
        },
      },
    );
    worker.on('error', end);
    worker.on('exit', () => {
      end(new Error('its worker has ended'));
    });
    worker.unref();
    return { worker, rpc, calls: 0 };
  }
}
