import type { JournalFile, JournalFs } from '../../src/store/journal-fs.ts';
import type { PartFs } from '../../src/store/part-fs.ts';

/**
 * How the file system fails at one call: the process stops before it (which is after the one before), or in the middle of
 * a write; or the power goes, and with it all that was not synced; or the call fails, because the disk is full or broken,
 * and the process goes on.
 */
export const FAILURES = ['stop', 'stop within', 'power', 'error'] as const;
export type Failure = (typeof FAILURES)[number];

/** Calls that leave the disk as it is: stopping before one of them is stopping before the next that does not. */
export const LOOKS: ReadonlySet<string> = new Set([
  'close',
  'facts',
  'factsOf',
  'identity',
  'list',
  'openToRead',
  'read',
]);

/** Calls that a full disk makes fail. */
const CHANGES: ReadonlySet<string> = new Set([
  'create',
  'link',
  'makeFolder',
  'openNew',
  'rename',
  'sync',
  'write',
  'writeNew',
]);

/** What every call ends with once the process is stopped. */
export class Stopped extends Error {}

/** Lets one call, counted from 0 over both file systems, fail. */
export class FailingFs {
  /** The calls made so far. */
  readonly calls: string[] = [];
  stopped = false;
  readonly #at: number;
  readonly #failure: Failure;

  /** @param at the call that fails, from 0; Infinity for none */
  constructor(at: number, failure: Failure) {
    this.#at = at;
    this.#failure = failure;
  }

  parts(real: PartFs): PartFs {
    const failing = { ...real };
    for (const name of Object.keys(real) as (keyof PartFs)[]) {
      const call = real[name].bind(real) as (...args: unknown[]) => unknown;
      const around = (...args: unknown[]): unknown => {
        if (this.stopped && name === 'close') return call(...args);
        if (this.#enter(name)) {
          const [descriptor, bytes] = args as [number, Uint8Array];
          real.write(descriptor, bytes.subarray(0, bytes.length / 2));
          throw this.#stop();
        }
        return call(...args);
      };
      Object.assign(failing, { [name]: around });
    }
    return failing;
  }

  journal(real: JournalFs): JournalFs {
    return {
      makeFolder: (path) => this.#run('makeFolder', () => real.makeFolder(path)),
      writeNew: (path, text) => this.#run('writeNew', () => real.writeNew(path, text)),
      create: async (path) => this.#file(await this.#run('create', () => real.create(path))),
      identity: (path) => this.#run('identity', () => real.identity(path)),
      rename: (from, to) => this.#run('rename', () => real.rename(from, to)),
      syncFolder: (path) => this.#run('syncFolder', () => real.syncFolder(path)),
    };
  }

  #file(real: JournalFile): JournalFile {
    return {
      identity: real.identity,
      write: async (bytes) => {
        if (!this.#enter('write')) return real.write(bytes);
        await real.write(bytes.subarray(0, bytes.length / 2));
        throw this.#stop();
      },
      sync: () => this.#run('sync', () => real.sync()),
      close: async () => {
        // Whatever happens to the caller: the test must not run out of descriptors.
        await real.close();
        this.#enter('close');
      },
    };
  }

  async #run<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#enter(name);
    return work();
  }

  /** Fails if it is time to; true when it shall fail in the middle. */
  #enter(name: string): boolean {
    if (this.stopped) throw new Stopped('the process has stopped');
    this.calls.push(name);
    if (this.calls.length - 1 !== this.#at) return false;
    if (this.#failure === 'stop within' && name === 'write') return true;
    if (this.#failure !== 'error') throw this.#stop();
    const code = CHANGES.has(name) ? 'ENOSPC' : 'EIO';
    throw Object.assign(new Error(`${code} in ${name}`), { code });
  }

  #stop(): Stopped {
    this.stopped = true;
    return new Stopped('the process stops here');
  }
}
