/** Absent before Node 23.9. */
interface MaybeThreadUsage {
  readonly threadCpuUsage?: () => NodeJS.CpuUsage;
}

const TICK_MS = 1;

/** Watches how long this thread's event loop stands still. */
export class Gaps {
  /** The longest gap (ms) of each stretch that has ended, by its name. */
  readonly longest: Record<string, number> = {};
  #current = 0;
  #at = performance.now();
  #worked = worked();
  #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setTimeout(() => this.#tick(), TICK_MS);
  }

  /** Ends a stretch; the next one begins. */
  end(name: string): void {
    this.longest[name] = this.#current;
    this.#current = 0;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tick(): void {
    const [at, now] = [performance.now(), worked()];
    const passed = at - this.#at - TICK_MS;
    // Under load the clock also counts the time in which others had the processor.
    const gap = now === null || this.#worked === null ? passed : Math.min(passed, now - this.#worked);
    this.#current = Math.max(this.#current, gap);
    this.#at = at;
    this.#worked = now;
    this.#timer = setTimeout(() => this.#tick(), TICK_MS);
  }
}

/** Milliseconds this thread has worked; null where Node cannot tell. */
function worked(): number | null {
  const { threadCpuUsage } = process as MaybeThreadUsage;
  if (threadCpuUsage === undefined) return null;
  const { user, system } = threadCpuUsage();
  return (user + system) / 1000;
}
