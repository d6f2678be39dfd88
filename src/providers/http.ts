import { LexyBrainError, messageOf } from '../errors.ts';
import { MAX_ANSWER_BYTES, MAX_ERROR_BYTES, readEvents, readText, type StreamEvent } from './answer.ts';
import { Cancellation } from './cancellation.ts';
import { reasonOf, providerWords, type FailedAnswer } from './failure.ts';
import { networkFailure } from './network-failure.ts';
import { hideSecrets, redactLine } from './redact.ts';
import { waitBeforeRetry, type FailedAttempt } from './retry.ts';
import { systemTime } from './time.ts';
import type { Deadlines, Fetch, Log, Time } from './types.ts';

/** Requests made at most for one call: the first and two retries. Waiting for a model to load may add to them. */
export const MAX_ATTEMPTS = 3;

/** For services on the internet. A `fetch` that hands over an answer only when it is complete needs the first as well. */
export const REMOTE_DEADLINES: Deadlines = { connect: 60_000, firstToken: 90_000, whole: 300_000 };

/** For lists, versions and checks. */
export const QUICK_DEADLINES: Deadlines = { connect: 15_000, firstToken: 15_000, whole: 30_000 };

export interface HttpPorts {
  readonly fetch: Fetch;
  readonly log: Log;
  readonly time?: Time | undefined;
}

export interface HttpCall {
  /** For the log: `huggingface chat`. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Never shown or logged. */
  readonly secrets: readonly string[];
  readonly deadlines: Deadlines;
  readonly signal?: AbortSignal | undefined;
  /** 1 switches retries off. */
  readonly maxAttempts?: number;
  /** How long a model that is loading may be waited for, ms; 0 when absent. */
  readonly loadingMs?: number;
  /** Its lines in the log are for those who look closely. */
  readonly quiet?: boolean;
  /** Called before each request, with what came of the one before; may throw to end the call. */
  readonly beforeAttempt?: ((failed?: LexyBrainError) => void | Promise<void>) | undefined;
  /** A refusal in the user's words. */
  readonly explain: (answer: FailedAnswer) => LexyBrainError;
  /** Sees a refusal as it came, before it is explained. */
  readonly onRefusal?: ((answer: FailedAnswer) => void) | undefined;
}

/** A successful answer whose body has yet to be read. */
export interface Answer {
  readonly headers: Headers;
  /** Lower case, without parameters; empty when the server names none. */
  readonly contentType: string;
  json(): Promise<unknown>;
  text(): Promise<string>;
  /**
   * Reads events until `onEvent` returns true; resolves to whether it did before the stream ended. `ready` is asked
   * after every piece: a promise holds the server up until it resolves.
   */
  events(onEvent: (event: StreamEvent) => boolean, ready?: () => Promise<void> | undefined): Promise<boolean>;
  /** What `events` found where a stream should be: one document; empty when it was a stream. */
  document(): string;
  /** Milliseconds since this attempt began. */
  elapsed(): number;
  /** To be called when the first piece of the answer is there: lifts that deadline. */
  begun(): void;
  /** Tells how to get at what has arrived so far, which a failure keeps as its `rawAnswer`. */
  keep(textSoFar: () => string): void;
  /** Something for the attempt's line in the log. */
  note(text: string): void;
}

/**
 * Makes one call: deadlines, cancelling, redirects refused, retries of what is worth it, one line in the log for each attempt.
 * A success is handed to `consume`; whatever fails from then on is not tried again, since an answer had begun.
 * Every failure is a LexyBrainError without a secret in it.
 */
export async function request<T>(
  ports: HttpPorts,
  call: HttpCall,
  consume: (answer: Answer) => Promise<T>,
): Promise<T> {
  const time = ports.time ?? systemTime;
  const whole = new Cancellation(time, call.signal);
  whole.deadline(call.deadlines.whole, () => timedOut(call, 'The answer of HOST was not complete', 'whole'));
  const started = time.now();
  let failed: LexyBrainError | undefined;
  try {
    for (let attempt = 1; ; attempt++) {
      throwIfAborted(whole.signal);
      await call.beforeAttempt?.(failed);
      throwIfAborted(whole.signal);
      const outcome = await tryOnce({ ...ports, time }, call, attempt, whole.signal, consume);
      if ('value' in outcome) return outcome.value;
      failed = outcome.error;
      const wait = waitBeforeRetry(outcome, {
        attempt,
        maxAttempts: call.maxAttempts ?? MAX_ATTEMPTS,
        elapsed: time.now() - started,
        loadingMs: call.loadingMs ?? 0,
        now: time.now(),
        random: time.random(),
      });
      if (wait === null) throw outcome.error;
      await whole.guard(time.sleep(wait, whole.signal));
    }
  } catch (error) {
    throw asFailure(error, call, whole.signal);
  } finally {
    whole.dispose();
  }
}

async function tryOnce<T>(
  ports: HttpPorts & { readonly time: Time },
  call: HttpCall,
  attempt: number,
  parent: AbortSignal,
  consume: (answer: Answer) => Promise<T>,
): Promise<{ readonly value: T } | FailedAttempt> {
  const { time, log } = ports;
  const scope = new Cancellation(time, parent);
  const started = time.now();
  const elapsed = (): number => time.now() - started;
  const notes: string[] = [];
  let textSoFar = (): string => '';
  const report = (outcome: string, failed = false): void => {
    const line = `${call.name}: attempt ${attempt}, ${outcome} after ${elapsed()} ms`;
    const text = redactLine([line, ...notes].join(', '), call.secrets);
    if (call.quiet) log.debug(text);
    else if (failed) log.warn(text);
    else log.info(text);
  };
  try {
    const lift = scope.deadline(call.deadlines.connect, () =>
      timedOut(call, 'There was no answer from HOST', 'connect'),
    );
    const liftFirst = scope.deadline(call.deadlines.firstToken, () =>
      timedOut(call, 'The answer of HOST did not begin', 'firstToken'),
    );
    let response: Response;
    try {
      response = await send(ports.fetch, call, scope);
    } catch (error) {
      if (scope.signal.aborted) throw scope.signal.reason;
      const failed = networkFailure(error, call.url, call.secrets);
      report(failed.error.message, true);
      return failed;
    }
    lift();
    notes.push(...headerNotes(response.headers));
    if (!response.ok) {
      const answer = await readFailure(response, scope);
      call.onRefusal?.(answer);
      const error = call.explain(answer);
      report(`HTTP ${response.status} (${error.reason})`, true);
      return { error, headers: response.headers, ...worthOf(answer) };
    }
    const { signal } = scope;
    let document = '';
    const value = await consume({
      headers: response.headers,
      contentType: contentType(response.headers),
      text: () => readText(response, signal, MAX_ANSWER_BYTES),
      json: async () => parseJson(await readText(response, signal, MAX_ANSWER_BYTES), call),
      events: (onEvent, ready) =>
        readEvents(response, signal, time, onEvent, ready, (text) => (document = text)),
      document: () => document,
      elapsed,
      begun: liftFirst,
      keep: (read) => (textSoFar = read),
      note: (text) => notes.push(text),
    });
    report(`HTTP ${response.status}`);
    return { value };
  } catch (error) {
    const failure = withRaw(asFailure(error, call, scope.signal), hideSecrets(textSoFar(), call.secrets));
    report(`${failure.reason}: ${failure.message}`, failure.reason !== 'cancelled');
    throw failure;
  } finally {
    scope.dispose();
  }
}

async function send(fetch: Fetch, call: HttpCall, scope: Cancellation): Promise<Response> {
  const pending = fetch(call.url, {
    method: call.method,
    headers:
      call.body === undefined
        ? { accept: 'application/json', ...call.headers }
        : { 'content-type': 'application/json', ...call.headers },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    // A key must never follow a redirect: fetch keeps `x-api-key` on the way to another host.
    redirect: 'error',
    signal: scope.signal,
  });
  // A fetch that ignores its signal may still deliver: nobody reads that, so it is closed.
  pending.then(
    (late) => {
      if (scope.signal.aborted) late.body?.cancel().catch(() => undefined);
    },
    () => undefined,
  );
  const response = await scope.guard(pending);
  if (response.redirected || (response.status >= 300 && response.status < 400)) {
    response.body?.cancel().catch(() => undefined);
    throw new TypeError('unexpected redirect');
  }
  return response;
}

async function readFailure(response: Response, scope: Cancellation): Promise<FailedAnswer> {
  let body = '';
  try {
    body = await scope.guard(readText(response, scope.signal, MAX_ERROR_BYTES, true));
  } catch (error) {
    // The status says enough when the body breaks off; a cancel or a deadline still ends the call.
    if (scope.signal.aborted) throw error;
  }
  return { status: response.status, headers: response.headers, body };
}

/** The server's own word on retrying (`x-should-retry`), and quota that waiting does not bring back. */
function worthOf(answer: FailedAnswer): { worthRetrying?: boolean } {
  if (reasonOf(answer.status, providerWords(answer.body)) === 'provider-quota')
    return { worthRetrying: false };
  const word = answer.headers.get('x-should-retry');
  return word === 'true' || word === 'false' ? { worthRetrying: word === 'true' } : {};
}

const LOGGED_HEADERS = [
  'x-request-id',
  'request-id',
  'x-inference-provider',
  'retry-after',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
  'anthropic-ratelimit-requests-remaining',
  'anthropic-ratelimit-tokens-remaining',
];

function headerNotes(headers: Headers): string[] {
  return LOGGED_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [`${name} ${value.slice(0, 80)}`];
  });
}

function contentType(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function parseJson(text: string, call: HttpCall): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const start = redactLine(text, call.secrets, 80);
    throw new LexyBrainError(
      'provider-answer',
      `${hostOf(call.url)} did not answer with JSON but with: ${start}`,
      {
        advice: 'Check the base URL in the settings.',
        cause: new Error(redactLine(messageOf(error), call.secrets)),
      },
    );
  }
}

function asFailure(error: unknown, call: HttpCall, signal: AbortSignal): LexyBrainError {
  // What was thrown on the way here first: it may hold the answer so far.
  if (LexyBrainError.is(error)) return error;
  if (signal.aborted && LexyBrainError.is(signal.reason)) return signal.reason;
  return networkFailure(error, call.url, call.secrets, true).error;
}

function withRaw(error: LexyBrainError, raw: string): LexyBrainError {
  if (raw === '' || error.rawAnswer !== undefined) return error;
  const { reason, message, advice, status, cause, retryAfterMs, mayBeBilled } = error;
  return new LexyBrainError(reason, message, {
    rawAnswer: raw,
    ...(mayBeBilled === undefined ? {} : { mayBeBilled }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause }),
    ...(advice === undefined ? {} : { advice }),
    ...(status === undefined ? {} : { status }),
  });
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal.reason as LexyBrainError;
}

function timedOut(call: HttpCall, what: string, which: keyof Deadlines): LexyBrainError {
  const seconds = Math.round(call.deadlines[which] / 1000);
  return new LexyBrainError(
    'provider-timeout',
    `${what.replace('HOST', hostOf(call.url))} within ${seconds} seconds.`,
    {
      advice: 'Ask again, pick a faster model, or raise the time limit in the settings.',
    },
  );
}

/** Host and port for messages; never the user part or the query of a URL. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the given address';
}
