import { LexyBrainError } from '../errors.ts';
import type { Time } from './types.ts';

/**
 * A signal that ends with its parent or at a deadline, whichever is first. Its reason is always a LexyBrainError.
 * Nothing stays behind after `dispose`: no timer, no listener on the parent.
 */
export class Cancellation {
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];
  readonly #time: Time;

  constructor(time: Time, parent: AbortSignal | undefined) {
    this.#time = time;
    if (parent === undefined) return;
    const follow = (): void => this.#controller.abort(asCancelled(parent.reason));
    if (parent.aborted) follow();
    else {
      parent.addEventListener('abort', follow, { once: true });
      this.#undo.push(() => parent.removeEventListener('abort', follow));
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the signal after `ms` unless called off. */
  deadline(ms: number, error: () => LexyBrainError): () => void {
    const callOff = this.#time.after(ms, () => this.#controller.abort(error()));
    this.#undo.push(callOff);
    return callOff;
  }

  /** The promise's result, or the signal's reason as soon as it aborts, even if the promise pays it no heed. */
  async guard<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    let stop: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      stop = () => reject(signal.reason as LexyBrainError);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      if (stop) signal.removeEventListener('abort', stop);
    }
  }

  dispose(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}

function asCancelled(reason: unknown): LexyBrainError {
  return LexyBrainError.is(reason) ? reason : new LexyBrainError('cancelled', 'Cancelled.');
}
