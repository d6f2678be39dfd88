import { LexyBrainError, messageOf, type ErrorReason } from '../errors.ts';
import type { ColumnGuess, ListSummary } from '../keywords/types.ts';
import type { KeywordLists, ListHandle, OpenListOptions } from './types.ts';

/** Errors lose their class between threads, so they travel as data. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly reason: ErrorReason;
      readonly message: string;
      readonly advice: string | undefined;
    };

export interface OpenedList {
  readonly id: number;
  readonly summary: ListSummary;
}

type ListMethod = 'figures' | 'digest' | 'rows' | 'page' | 'analyse';

/** What the keyword worker answers to. */
export interface ListServer {
  open(bytes: Uint8Array, options: OpenListOptions): Promise<Answer<OpenedList>>;
  openText(text: string, options: OpenListOptions): Promise<Answer<OpenedList>>;
  merge(ids: readonly number[]): Promise<Answer<OpenedList>>;
  guessColumns(bytes: Uint8Array, options: { readonly name: string }): Promise<Answer<ColumnGuess | null>>;
  call<Method extends ListMethod>(
    id: number,
    method: Method,
    args: Parameters<ListHandle[Method]>,
  ): Promise<Answer<Awaited<ReturnType<ListHandle[Method]>>>>;
  release(id: number): void;
}

async function answer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (LexyBrainError.is(error)) {
      return { ok: false, reason: error.reason, message: error.message, advice: error.advice };
    }
    return {
      ok: false,
      reason: 'list-damaged',
      message: `The list could not be worked on: ${messageOf(error)}.`,
      advice: 'Export it again, or report this with the log.',
    };
  }
}

/** The value of an answer, or its error thrown again. */
export function valueOf<T>(result: Answer<T>): T {
  if (result.ok) return result.value;
  throw new LexyBrainError(
    result.reason,
    result.message,
    result.advice === undefined ? {} : { advice: result.advice },
  );
}

/** Keeps the opened lists by number, for a client on the other side of a message channel. */
export function createListServer(lists: KeywordLists): ListServer {
  const opened = new Map<number, ListHandle>();
  let last = 0;
  const keep = (handle: ListHandle): OpenedList => {
    last += 1;
    opened.set(last, handle);
    return { id: last, summary: handle.summary };
  };
  const list = (id: number): ListHandle => {
    const handle = opened.get(id);
    if (handle === undefined) {
      throw new LexyBrainError('list-missing', 'This keyword list is closed.', { advice: 'Open it again.' });
    }
    return handle;
  };
  return {
    open: (bytes, options) => answer(async () => keep(await lists.open(bytes, options))),
    openText: (text, options) => answer(async () => keep(await lists.openText(text, options))),
    merge: (ids) => answer(async () => keep(await lists.merge(ids.map(list)))),
    guessColumns: (bytes, options) => answer(() => lists.guessColumns(bytes, options)),
    call: (id, method, args) =>
      answer(() => {
        const run = list(id)[method] as (...values: typeof args) => ReturnType<ListHandle[typeof method]>;
        return run(...args) as Promise<Awaited<ReturnType<ListHandle[typeof method]>>>;
      }),
    release: (id) => {
      opened.get(id)?.dispose();
      opened.delete(id);
    },
  };
}
