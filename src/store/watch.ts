import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSegment, partNumber, type Layout } from './layout.ts';

/**
 * Looks at regular intervals whether another process wrote to the log, while there is somebody to tell. The very first
 * look tells too if there is anything of others: it may have come after the listener read what there was.
 */
export class Watch {
  readonly #layout: Layout;
  readonly #own: ReadonlySet<string>;
  readonly #intervalMs: number;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | null = null;
  #seen = '';

  /** @param own ids of the segments this process writes itself */
  constructor(layout: Layout, own: ReadonlySet<string>, intervalMs: number) {
    this.#layout = layout;
    this.#own = own;
    this.#intervalMs = intervalMs;
  }

  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  add(listener: () => void): { dispose(): void } {
    // A listener of its own even when the same function is given twice.
    const entry = (): void => {
      listener();
    };
    this.#listeners.add(entry);
    this.#schedule();
    return {
      dispose: () => {
        this.#listeners.delete(entry);
        if (!this.watched) this.stop();
      },
    };
  }

  tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
    this.#seen = '';
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.#look(), this.#intervalMs).unref();
  }

  async #look(): Promise<void> {
    const now = await this.#fingerprint();
    this.#timer = null;
    if (!this.watched) return;
    if (now !== this.#seen) {
      this.#seen = now;
      this.tell();
    }
    this.#schedule();
  }

  /** Names and sizes of what others write. */
  async #fingerprint(): Promise<string> {
    const { journal, archive } = this.#layout;
    const [segments, parts] = await Promise.all([namesIn(journal), namesIn(archive)]);
    const others = segments
      .map(parseSegment)
      .filter((segment) => segment !== null)
      .filter(({ id }) => !this.#own.has(id));
    const sizes = await Promise.all(
      others.map(async ({ id, state, file }) => {
        // A finished segment does not grow, and being finished is no news.
        const size = state === 'open' ? await sizeOf(join(journal, file)) : 0;
        return `${id}:${size}`;
      }),
    );
    return [...sizes, ...parts.filter((file) => partNumber(file) !== null)].sort().join(' ');
  }
}

async function namesIn(folder: string): Promise<string[]> {
  // Missing or unreadable: nothing to see there now.
  return readdir(folder).catch(() => []);
}

async function sizeOf(path: string): Promise<number> {
  return lstat(path).then(
    (stats) => stats.size,
    () => 0,
  );
}
