import { LexyBrainError } from '../errors.ts';
import { providerWords } from './failure.ts';
import { redactLine } from './redact.ts';

/** What is known when a model has ended without a word of an answer. */
export interface EmptyCompletion {
  readonly prefix: string;
  /** As normalised: `stop`, `length`, `content_filter`, … */
  readonly finishReason: string;
  /** The model's own refusal, if it gave one. */
  readonly refusal: string;
  readonly secrets: readonly string[];
}

/** An empty answer in the user's words: refused, used up before it began, or just empty. */
export function emptyCompletion({ prefix, finishReason, refusal, secrets }: EmptyCompletion): LexyBrainError {
  if (refusal !== '' || finishReason === 'content_filter') {
    const words = redactLine(refusal || 'its filter stopped the answer', secrets);
    return new LexyBrainError('provider-refused', `${prefix}: the model refused: ${words}`, {
      advice: 'Look over the list and the product, or pick another model.',
    });
  }
  return new LexyBrainError('provider-answer', `${prefix}: empty completion`, {
    advice:
      finishReason === 'length'
        ? 'The model used up its tokens before it began to answer; pick one that reasons less, or allow more tokens.'
        : 'Ask again, or pick another model.',
  });
}

/** A stream that ended before its end, or something that is no answer at all. */
export function brokenOff(prefix: string): LexyBrainError {
  return new LexyBrainError('provider-network', `${prefix}: the answer broke off before its end.`, {
    advice: 'Ask again.',
  });
}

/** How an answer of another kind is named, with the words it has for us. */
export function noAnswer(kind: string, answer: unknown): string {
  const { message } = providerWords(JSON.stringify(answer));
  return `did not answer as ${kind} do${message === '' ? '' : `: ${message}`}`;
}

/** One JSON document that came where events were promised. A web page, or anything else, is an error. */
export function parseDocument(text: string, prefix: string, secrets: readonly string[]): unknown {
  if (text.trimStart().startsWith('<')) throw webPage();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unusable(prefix, `sent no events but: ${text.slice(0, 200)}`, secrets, error);
  }
}

export function webPage(): LexyBrainError {
  return new LexyBrainError('provider-answer', 'A web page came back instead of an answer.', {
    advice: 'Check the base URL in the settings; it usually ends in /v1.',
  });
}

export function unusable(
  prefix: string,
  what: string,
  secrets: readonly string[],
  cause?: unknown,
): LexyBrainError {
  return new LexyBrainError('provider-answer', `${prefix}: the server ${redactLine(what, secrets)}.`, {
    advice: 'Check the base URL in the settings, or pick another model.',
    ...(cause instanceof Error ? { cause: new Error(redactLine(cause.message, secrets)) } : {}),
  });
}
