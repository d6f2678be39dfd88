import { LexyBrainError, type ErrorReason } from '../errors.ts';
import { redactLine } from './redact.ts';
import { askedPause } from './retry.ts';

/** An answer that is not a success: status, headers and the beginning of its body. */
export interface FailedAnswer {
  /** Null when the failure came inside a stream that had begun well. */
  readonly status: number | null;
  readonly headers: Headers;
  readonly body: string;
}

/** What the provider says went wrong, in its own words, as they came. */
export interface ProviderWords {
  readonly message: string;
  readonly type: string;
  readonly code: string;
  readonly param: string;
}

/**
 * Reads the words out of every error body seen: `{error: {message, type, param, code}}` (OpenAI, Anthropic, routers),
 * `{error: "…"}`, `{detail: …}` and `{message: …}` (Hugging Face, FastAPI), plain text, and the HTML of a gateway.
 */
export function providerWords(body: string): ProviderWords {
  const text = body.trim();
  if (text.startsWith('<')) return words({ message: htmlTitle(text) });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return words({ message: text });
  }
  return wordsOf(value);
}

function wordsOf(value: unknown): ProviderWords {
  if (typeof value === 'string') return words({ message: value });
  if (!isObject(value)) return words({ message: value === undefined ? '' : JSON.stringify(value) });
  const { error, detail, message } = value;
  if (isObject(error)) {
    const details = isObject(error['details']) ? error['details'] : {};
    return words({
      message: error['message'] ?? JSON.stringify(error),
      type: error['type'],
      code: details['error_code'] ?? error['code'],
      param: error['param'],
    });
  }
  const said = error ?? detail ?? message ?? value;
  return words({
    message: typeof said === 'string' ? said : (fieldErrors(said) ?? JSON.stringify(said)),
    type: value['error_type'] ?? value['type'],
    code: value['code'],
    param: value['param'],
  });
}

/** FastAPI's and Pydantic's way of refusing fields: `[{loc: ["body", "temperature"], msg: "…"}]`. */
function fieldErrors(said: unknown): string | null {
  if (!Array.isArray(said) || said.length === 0) return null;
  const lines = said.map((one: unknown) =>
    isObject(one) && typeof one['msg'] === 'string'
      ? `${Array.isArray(one['loc']) ? `${one['loc'].join('.')}: ` : ''}${one['msg']}`
      : null,
  );
  return lines.includes(null) ? null : lines.join('; ');
}

function words(from: { [K in keyof ProviderWords]?: unknown }): ProviderWords {
  const text = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return {
    message: text(from.message),
    type: text(from.type),
    code: text(from.code),
    param: text(from.param),
  };
}

function htmlTitle(html: string): string {
  const title = /<title[^>]*>([^<]*)</i.exec(html)?.[1]?.trim();
  return title === undefined || title === '' ? 'a web page instead of an answer' : title;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The status a failure inside a stream speaks of, where its code is one. */
export function statusInWords(said: ProviderWords): number | null {
  const code = Number(said.code);
  return Number.isInteger(code) && code >= 400 && code < 600 ? code : null;
}

/** The kind of failure, from the status first and the words where one status has several meanings. */
export function reasonOf(status: number | null, said: ProviderWords): ErrorReason {
  const marks = `${said.type} ${said.code}`;
  const told = status ?? statusInWords(said);
  switch (told) {
    case 401:
      return 'provider-unauthorized';
    case 402:
      return 'provider-payment';
    case 403:
      return 'provider-forbidden';
    case 404:
      return /model/i.test(`${said.message} ${marks}`) ? 'provider-model-unknown' : 'provider-bad-request';
    case 408:
      return 'provider-timeout';
    case 429:
      return isSpent(said) ? 'provider-quota' : 'provider-rate-limited';
    case null:
      return reasonOfMarks(said);
    default:
      break;
  }
  if (told >= 500) {
    return /load(?:ing)?\b.*\bmodel|model\b.*\bload(?:ing)?\b/i.test(said.message)
      ? 'provider-loading'
      : 'provider-unavailable';
  }
  if (/model_not_supported|model_not_found|model_decommissioned/.test(marks)) return 'provider-model-unknown';
  // Anthropic tells of an empty account with a 400.
  if (/credit balance|insufficient (?:balance|credits?|funds)/i.test(said.message)) return 'provider-payment';
  return isSpent(said) ? 'provider-quota' : 'provider-bad-request';
}

/** Money or quota that waiting does not bring back; such a 429 is not worth a retry. */
function isSpent(said: ProviderWords): boolean {
  return /insufficient_quota|billing_hard_limit|enforced_spend_limit|billing_error/.test(
    `${said.type} ${said.code}`,
  );
}

function reasonOfMarks(said: ProviderWords): ErrorReason {
  const marks = `${said.type} ${said.code}`;
  if (isSpent(said)) return 'provider-quota';
  if (/model_not_supported|model_not_found/.test(marks)) return 'provider-model-unknown';
  if (marks.includes('authentication')) return 'provider-unauthorized';
  if (marks.includes('permission')) return 'provider-forbidden';
  if (marks.includes('rate_limit')) return 'provider-rate-limited';
  if (marks.includes('timeout')) return 'provider-timeout';
  if (marks.includes('invalid_request')) return 'provider-bad-request';
  return 'provider-unavailable';
}

/** True where status or words say that the prompt is too long for the model; nothing but a shorter one helps. */
export function isTooLong(status: number | null, said: ProviderWords): boolean {
  if (status === 413) return true;
  return /context[ _](?:length|window|size)|maximum context|prompt is too long|too many tokens|exceeds? .*context/i.test(
    `${said.code} ${said.message}`,
  );
}

/** Nothing answers under this path, whatever is asked: the base URL is wrong. */
export function isNoSuchAddress(status: number | null): boolean {
  return status === 404 || status === 405;
}

const ADVICE: Readonly<Partial<Record<ErrorReason, string>>> = {
  'provider-unauthorized': 'Set the key again.',
  'provider-forbidden': 'Pick another model, or a key that may use this one.',
  'provider-payment': 'Add credit or raise the limit with the provider, or pick another provider.',
  'provider-quota': 'Add credit or raise the limit with the provider, or pick another provider.',
  'provider-model-unknown': 'Pick a model that is live with LexyBrain: Select Model.',
  'provider-rate-limited': 'Wait a moment and ask again.',
  'provider-loading': 'Ask again when the model has been loaded.',
  'provider-unavailable': 'Ask again in a while, or pick another model.',
  'provider-timeout': 'Ask again, pick a faster model, or raise the time limit in the settings.',
};

/** What a user can do about each kind of failure, where the provider has no better advice of its own. */
export function commonAdvice(reason: ErrorReason, said: ProviderWords, status: number | null): string {
  if (reason === 'provider-bad-request') {
    if (isTooLong(status, said)) return 'Pick a model with a larger context, or a shorter list.';
    if (isNoSuchAddress(status)) return 'Check the base URL in the settings; it usually ends in /v1.';
  }
  return ADVICE[reason] ?? 'Pick another model, or check the base URL in the settings.';
}

/** What passes by itself. */
const PASSING: ReadonlySet<ErrorReason> = new Set([
  'provider-rate-limited',
  'provider-loading',
  'provider-unavailable',
]);
/** A longer pause than a month is a mistake, ms. */
const LONGEST_BELIEVED = 31 * 24 * 60 * 60 * 1000;

/** How long a provider asks to be left alone, ms; null where it does not say, or waiting does not help. */
function pauseOf({ headers, body }: FailedAnswer, reason: ErrorReason): number | null {
  if (!PASSING.has(reason)) return null;
  const pause = askedPause(headers, Date.now()) ?? estimatedPause(body);
  return pause !== null && pause <= LONGEST_BELIEVED ? pause : null;
}

/** A pause in the user's words. */
function waitFor(pause: number | null, reason: ErrorReason): string | null {
  if (reason !== 'provider-rate-limited' && reason !== 'provider-loading') return null;
  if (pause === null || pause < 1000) return null;
  const seconds = Math.ceil(pause / 1000);
  const time = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return reason === 'provider-loading'
    ? `Ask again in about ${time}, when the model has been loaded.`
    : `Wait ${time} and ask again, or pick another model.`;
}

/** `{"estimated_time": 20.5}`: seconds until a model has been loaded, as Hugging Face's own inference tells; here in ms. */
function estimatedPause(body: string): number | null {
  try {
    const value: unknown = JSON.parse(body);
    const seconds = isObject(value) ? value['estimated_time'] : undefined;
    return typeof seconds === 'number' && seconds > 0 && seconds < 86_400 ? seconds * 1000 : null;
  } catch {
    return null;
  }
}

/** How a provider words its failures. */
export interface FailureStyle {
  /** `HF router`, `OpenAI`, … */
  readonly prefix: string;
  /** The provider's own advice; undefined leaves it to `commonAdvice`. */
  readonly advice?: (
    reason: ErrorReason,
    model: string | undefined,
    said: ProviderWords,
  ) => string | undefined;
}

/** One failed answer as an error in the user's words: `<prefix> HTTP <status>: <what the provider said>`. */
export function failureOf(
  answer: FailedAnswer,
  style: FailureStyle,
  secrets: readonly string[],
  model?: string,
): LexyBrainError {
  const said = providerWords(answer.body);
  const status = answer.status ?? statusInWords(said);
  const reason = reasonOf(answer.status, said);
  const heading = status === null ? style.prefix : `${style.prefix} HTTP ${status}`;
  const text = redactLine(said.message === '' ? 'no further words' : said.message, secrets);
  const own = isTooLong(answer.status, said) ? undefined : style.advice?.(reason, model, said);
  const pause = pauseOf(answer, reason);
  const advice = waitFor(pause, reason) ?? own ?? commonAdvice(reason, said, answer.status);
  return new LexyBrainError(reason, `${heading}: ${text}`, {
    advice,
    ...(status === null ? {} : { status }),
    ...(pause === null ? {} : { retryAfterMs: pause }),
  });
}
