import type { Fetch, Log, Time } from '../../src/providers/types.ts';

/** A log that keeps its lines. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(`debug ${message}`);
  }
  info(message: string): void {
    this.lines.push(`info ${message}`);
  }
  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }
  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
}

/** Time that stands still: pauses are over at once and remembered, deadlines strike when the test says so. */
export class FakeTime implements Time {
  readonly pauses: number[] = [];
  #now = Date.parse('2026-11-23T10:00:00Z');
  #deadlines: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const deadline = { at: this.#now + ms, run };
    this.#deadlines.push(deadline);
    return () => {
      this.#deadlines = this.#deadlines.filter((one) => one !== deadline);
    };
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    this.pauses.push(ms);
    this.#now += ms;
    return Promise.resolve();
  }

  random(): number {
    return 0;
  }

  /** Lets time pass: every deadline within it strikes. */
  pass(ms: number): void {
    this.#now += ms;
    const due = this.#deadlines.filter(({ at }) => at <= this.#now);
    this.#deadlines = this.#deadlines.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }

  /** How many deadlines wait. */
  get waiting(): number {
    return this.#deadlines.length;
  }
}

/** The platform's own fetch, as the editor has it. */
export const platformFetch: Fetch = (url, init) => fetch(url, init);
