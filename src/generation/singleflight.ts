import { LexyBrainError } from '../errors.ts';

/** What a call says while it is under way. Events of one kind replace each other: who joins late gets the latest of each. */
export interface FlightEvent {
  readonly kind: string;
}

export interface Shared<Event extends FlightEvent> {
  /** Aborted when the last caller has gone. */
  readonly signal: AbortSignal;
  /** Tells every caller that is still there. */
  emit(event: Event): void;
}

export interface Joining<Event extends FlightEvent> {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: Event) => void) | undefined;
}

interface Caller<Result, Event> {
  readonly onEvent: ((event: Event) => void) | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface Flight<Result, Event extends FlightEvent> {
  readonly abort: AbortController;
  readonly callers: Set<Caller<Result, Event>>;
  readonly latest: Map<string, Event>;
}

/** Identical requests under way share one call. A caller's cancel ends its own waiting, and the call only if it was the last. */
export class SingleFlight<Result, Event extends FlightEvent = FlightEvent> {
  readonly #flights = new Map<string, Flight<Result, Event>>();
  readonly #running = new Set<Promise<void>>();

  /**
   * The result of the call under way for this key, or of the one that `start` begins. Rejects with reason `cancelled`
   * as soon as the caller's own signal is aborted, whatever the call then still has to finish.
   */
  run(
    key: string,
    start: (shared: Shared<Event>) => Promise<Result>,
    joining: Joining<Event> = {},
  ): Promise<Result> {
    const { signal, onEvent } = joining;
    if (signal?.aborted) return Promise.reject(cancelled(signal));
    let flight = this.#flights.get(key);
    const isNew = flight === undefined;
    flight ??= { abort: new AbortController(), callers: new Set(), latest: new Map() };
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const caller: Caller<Result, Event> = { onEvent, resolve, reject };
    flight.callers.add(caller);
    if (isNew) {
      this.#flights.set(key, flight);
      this.#fly(key, flight, start);
    } else {
      for (const event of flight.latest.values()) this.#tell(key, flight, caller, event);
    }
    const joined = flight;
    const onAbort = () => this.#leave(key, joined, caller, cancelled(signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    return promise.finally(() => signal?.removeEventListener('abort', onAbort));
  }

  /** Resolves when every call that was begun has ended, also those that nobody waits for any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #fly(key: string, flight: Flight<Result, Event>, start: (shared: Shared<Event>) => Promise<Result>): void {
    const shared: Shared<Event> = {
      signal: flight.abort.signal,
      emit: (event) => {
        flight.latest.set(event.kind, event);
        for (const caller of flight.callers) this.#tell(key, flight, caller, event);
      },
    };
    // Begun in a microtask, so that a `start` that throws or emits at once meets a caller that is set up.
    const running = Promise.resolve()
      .then(() => start(shared))
      .then(
        (result) => this.#land(key, flight, (caller) => caller.resolve(result)),
        (error: unknown) => this.#land(key, flight, (caller) => caller.reject(error)),
      );
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  #land(key: string, flight: Flight<Result, Event>, end: (caller: Caller<Result, Event>) => void): void {
    this.#forget(key, flight);
    for (const caller of flight.callers) end(caller);
    flight.callers.clear();
  }

  #leave(key: string, flight: Flight<Result, Event>, caller: Caller<Result, Event>, error: unknown): void {
    if (!flight.callers.delete(caller)) return;
    caller.reject(error);
    if (flight.callers.size > 0) return;
    // Who asks from now on must not join a call that is being ended.
    this.#forget(key, flight);
    flight.abort.abort(error);
  }

  /** A caller whose listener throws leaves with that error and takes nobody along. */
  #tell(key: string, flight: Flight<Result, Event>, caller: Caller<Result, Event>, event: Event): void {
    try {
      caller.onEvent?.(event);
    } catch (error) {
      this.#leave(key, flight, caller, error);
    }
  }

  #forget(key: string, flight: Flight<Result, Event>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

function cancelled(signal: AbortSignal | undefined): LexyBrainError {
  return new LexyBrainError('cancelled', 'Cancelled.', { cause: signal?.reason });
}
