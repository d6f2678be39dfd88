import { createParser } from 'eventsource-parser';
import { LexyBrainError } from '../errors.ts';
import { turn } from './turns.ts';
import type { Time } from './types.ts';

export interface StreamEvent {
  /** The `event:` field; empty when there was none. */
  readonly event: string;
  readonly data: string;
}

/** How long a finished stream may take to close by itself, which keeps the connection for the next request. */
const CLOSE_MS = 250;

/** Bytes of a whole answer; 1,024 tokens of JSON in a stream are about 0.5 MB. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Bytes that came in one piece after which others have their turn: some hundred events. */
const LONG_PIECE = 16 * 1024;

/** Bytes of an error's body that are read. */
export const MAX_ERROR_BYTES = 64 * 1024;

/** The body of an answer as text, at most `limit` bytes of it. Throws `provider-answer` beyond, or cuts when `cut`. */
export async function readText(
  response: Response,
  signal: AbortSignal,
  limit: number,
  cut = false,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  await readChunks(response, signal, (chunk) => {
    bytes += chunk.byteLength;
    if (bytes > limit && !cut) throw tooLong(limit);
    text += decoder.decode(chunk, { stream: true });
    return bytes >= limit && cut;
  });
  return text + decoder.decode();
}

/**
 * Reads server-sent events until `onEvent` returns true ("that was the last") or the stream ends.
 * Resolves to whether the last was seen. What `ready` promises is waited for before more is read. `onDocument`
 * gets what is no stream: some servers send one JSON document, or a web page, where they promise events.
 */
export async function readEvents(
  response: Response,
  signal: AbortSignal,
  time: Time,
  onEvent: (event: StreamEvent) => boolean,
  ready?: () => Promise<void> | undefined,
  onDocument?: (text: string) => void,
): Promise<boolean> {
  const decoder = new TextDecoder();
  const seen = { last: false, begun: false, document: null as string | null };
  let bytes = 0;
  const parser = createParser({
    maxBufferSize: MAX_ANSWER_BYTES,
    onEvent: ({ event, data }) => {
      if (!seen.last) seen.last = onEvent({ event: event ?? '', data });
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw tooLong(MAX_ANSWER_BYTES);
    },
  });
  await readChunks(
    response,
    signal,
    (chunk) => {
      bytes += chunk.byteLength;
      if (bytes > MAX_ANSWER_BYTES) throw tooLong(MAX_ANSWER_BYTES);
      const text = decoder.decode(chunk, { stream: true });
      // No line of a stream begins with a brace or a tag.
      if (!seen.begun && text.trim() !== '') {
        seen.begun = true;
        if (/^\s*[{<]/.test(text)) seen.document = '';
      }
      if (seen.document === null) parser.feed(text);
      else seen.document += text;
      return seen.last;
    },
    time,
    ready,
  );
  if (seen.document !== null) onDocument?.(seen.document + decoder.decode());
  // The last event of a stream that was not ended by an empty line.
  if (!seen.last) parser.feed(`${decoder.decode()}\n\n`);
  return seen.last;
}

/**
 * Hands on the chunks until `onChunk` returns true. The connection is then given a moment to end by itself when `time` is
 * given, else closed at once; on an abort or a throw it is closed.
 */
async function readChunks(
  response: Response,
  signal: AbortSignal,
  onChunk: (chunk: Uint8Array) => boolean,
  time?: Time,
  ready?: () => Promise<void> | undefined,
): Promise<void> {
  if (response.body === null) return;
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const close = (): void => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', close, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      if (onChunk(value)) break;
      const pause = ready?.() ?? (value.byteLength >= LONG_PIECE ? turn() : undefined);
      if (pause !== undefined) await unlessAborted(pause, signal);
    }
    if (time) letEnd(reader, time);
    else close();
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
  }
}

async function unlessAborted(pause: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) stop();
    await Promise.race([pause, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function letEnd(reader: ReadableStreamDefaultReader<Uint8Array>, time: Time): void {
  const close = (): void => void reader.cancel().catch(() => undefined);
  const callOff = time.after(CLOSE_MS, close);
  reader.read().then(
    ({ done }) => {
      callOff();
      if (!done) close();
    },
    () => callOff(),
  );
}

function tooLong(limit: number): LexyBrainError {
  return new LexyBrainError(
    'provider-answer',
    `The answer was longer than ${Math.round(limit / 1024 / 1024)} MB and was cut off.`,
    { advice: 'Check the base URL in the settings, or pick another model.' },
  );
}
