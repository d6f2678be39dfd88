import { LexyBrainError, messageOf, type ErrorReason } from '../errors.ts';
import { redactLine } from '../providers/redact.ts';
import { LONGEST_PAUSE } from '../providers/retry.ts';

/** An error as the old API words it. */
export interface PlainFailure {
  readonly error: string;
  readonly message: string;
  readonly details?: unknown;
}

/** An error as clients of OpenAI read it. */
export interface OpenAiFailure {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

/** Something that is wrong with a request itself, before the engine is asked. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

interface Kind {
  readonly status: number;
  readonly code: string;
}

/** The old API's errors; whatever else fails is `generation_failed`. */
const PLAIN: Readonly<Partial<Record<ErrorReason, Kind>>> = {
  disabled: { status: 503, code: 'lexybrain_disabled' },
  'invalid-request': { status: 422, code: 'invalid_request' },
  'budget-missing': { status: 422, code: 'invalid_request' },
  'list-missing': { status: 404, code: 'not_found' },
  'list-empty': { status: 422, code: 'invalid_request' },
  'list-binary': { status: 422, code: 'invalid_request' },
  'list-no-keywords': { status: 422, code: 'invalid_request' },
  'list-refused': { status: 422, code: 'invalid_request' },
  'list-too-large': { status: 422, code: 'invalid_request' },
  'list-damaged': { status: 422, code: 'invalid_request' },
  'provider-unknown': { status: 422, code: 'invalid_request' },
  'provider-deprecated': { status: 422, code: 'invalid_request' },
  quota: { status: 429, code: 'quota_exceeded' },
  'cost-cap': { status: 503, code: 'cost_cap_reached' },
  'price-unknown': { status: 503, code: 'cost_cap_reached' },
};

/**
 * Statuses for clients of OpenAI. Never 503, which `@huggingface/inference` asks again without a pause and without end;
 * 401 is said of the bearer alone.
 */
const OPENAI: Readonly<Partial<Record<ErrorReason, Kind>>> = {
  disabled: { status: 403, code: 'lexybrain_disabled' },
  'invalid-request': { status: 400, code: 'invalid_request' },
  'provider-bad-request': { status: 400, code: 'invalid_request' },
  'provider-unknown': { status: 404, code: 'model_not_found' },
  'provider-deprecated': { status: 404, code: 'model_not_found' },
  'provider-model-unknown': { status: 404, code: 'model_not_found' },
  'token-missing': { status: 403, code: 'provider_key_missing' },
  'secrets-unavailable': { status: 403, code: 'provider_key_missing' },
  'provider-unauthorized': { status: 403, code: 'provider_unauthorized' },
  'provider-forbidden': { status: 403, code: 'provider_forbidden' },
  'price-unknown': { status: 403, code: 'price_unknown' },
  'provider-payment': { status: 402, code: 'insufficient_quota' },
  'provider-quota': { status: 429, code: 'insufficient_quota' },
  'cost-cap': { status: 429, code: 'cost_cap_reached' },
  quota: { status: 429, code: 'quota_exceeded' },
  'provider-rate-limited': { status: 429, code: 'rate_limit_exceeded' },
  'provider-timeout': { status: 504, code: 'timeout' },
  ledger: { status: 500, code: 'ledger_unavailable' },
  store: { status: 500, code: 'internal_error' },
  cancelled: { status: 500, code: 'stopped' },
};

/** OpenAI's types of errors; other statuses are the caller's below 500, and the server's from there on. */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
};
const typeOf = (status: number): string =>
  TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error');

export interface Failed<Body> {
  readonly status: number;
  readonly body: Body;
}

/** The longest pause that the official clients of OpenAI take from `retry-after`, s; beyond it they ask almost at once. */
const LONGEST_HEEDED = 60;

/**
 * When asking again may help (`retry-after`, whole seconds, where that is known), and whether a client should do so by itself
 * (`x-should-retry`): never where it was done here already, nor where it would not wait long enough.
 */
export function retryHeaders(error: unknown): Readonly<Record<string, string>> {
  const pause = LexyBrainError.is(error) ? error.retryAfterMs : undefined;
  if (pause === undefined) return { 'x-should-retry': 'false' };
  const seconds = Math.max(1, Math.ceil(pause / 1000));
  const waitedFor = !LexyBrainError.is(error, 'quota', 'cost-cap') && pause <= LONGEST_PAUSE;
  const again = !waitedFor && seconds <= LONGEST_HEEDED;
  return { 'retry-after': String(seconds), 'x-should-retry': String(again) };
}

export function plainFailure(error: unknown): Failed<PlainFailure> {
  if (error instanceof RequestError) {
    const { status, code, details } = error;
    const body = { error: code, message: publicText(error.message) };
    return { status, body: details === undefined ? body : { ...body, details } };
  }
  if (!LexyBrainError.is(error)) {
    const body = {
      error: 'generation_failed',
      message: 'Something went wrong; the log of LexyBrain says what.',
    };
    return { status: 500, body };
  }
  const { status, code } = PLAIN[error.reason] ?? { status: 500, code: 'generation_failed' };
  const { reason, advice } = error;
  return {
    status,
    body: {
      error: code,
      message: publicText(error.message),
      details: {
        reason,
        ...(advice === undefined ? {} : { advice: publicText(advice) }),
        ...(error.status === undefined ? {} : { status: error.status }),
      },
    },
  };
}

export function openAiFailure(error: unknown): Failed<OpenAiFailure> {
  const words = (status: number, code: string, message: string): Failed<OpenAiFailure> => ({
    status,
    body: {
      error: { message: publicText(message), type: typeOf(status), param: null, code },
    },
  });
  if (error instanceof RequestError) {
    // Their word for what the old API calls 422 is 400.
    return words(error.status === 422 ? 400 : error.status, error.code, error.message);
  }
  if (!LexyBrainError.is(error)) {
    return words(500, 'internal_error', 'Something went wrong; the log of LexyBrain says what.');
  }
  const { status, code } = OPENAI[error.reason] ?? { status: 502, code: 'upstream_error' };
  return words(status, code, error.toUserText());
}

/** What was thrown, for the log: reason and words, without what a model said. */
export function logLine(error: unknown): string {
  const reason = LexyBrainError.is(error) ? ` [${error.reason}]` : '';
  return redactLine(`${messageOf(error)}${reason}`, [], 1000);
}

/** A path of this machine, quoted or bare; not the path of a web address. */
const PATHS = [
  /(['"`])(?:~?\/|[A-Za-z]:[\\/]|\\\\|file:)(?:(?!\1).)*\1/g,
  /file:\/\/[^\s'"`),;]+/g,
  // Windows' folders have spaces in them: a word that goes on with a backslash belongs to the path.
  /(?<![\w:/.\\-])(?:[A-Za-z]:[\\/]|\\\\)(?:[^\s'"`),;]|[ ](?=[^\s'"`]*\\))+/g,
  /(?<![\w:/.\\-])~?\/[^\s'"`),;:/]+(?:\/[^\s'"`),;:/]*)+/g,
];

/** A text that may leave: no key, no path of this machine, one line. */
export function publicText(text: string): string {
  return PATHS.reduce((words, path) => words.replace(path, '[path]'), redactLine(text, [], 2000));
}
