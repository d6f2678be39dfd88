import { setImmediate } from 'node:timers/promises';

let last: Promise<void> = Promise.resolve();

/**
 * Resolves in a turn of the event loop that nobody else who asked goes on in. Many streams come to the same point at
 * once, and what each of them does there together would stop everything else in this thread.
 */
export function turn(): Promise<void> {
  last = last.then(() => setImmediate());
  return last;
}
