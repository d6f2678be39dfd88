import type { StoredGeneration } from '../store/types.ts';
import { answerText, promptOf } from './conversation.ts';
import { select, take } from './select.ts';
import type { FormatInput, Message } from './types.ts';

/** What was asked and what was answered. */
export interface Exchange {
  readonly prompt: readonly Message[];
  /** One message of the assistant. */
  readonly completion: readonly Message[];
  readonly verdict: StoredGeneration['verdict'];
}

/** A row for each generation with a prompt and an answer; where `toRow` gives a text, that is why there is none. */
export function conversations(
  input: FormatInput,
  toRow: (exchange: Exchange) => object | string,
): AsyncGenerator<object, void, undefined> {
  return take(exchanges(input, toRow), input.filter.limit);
}

async function* exchanges(
  input: FormatInput,
  toRow: (exchange: Exchange) => object | string,
): AsyncGenerator<object, void, undefined> {
  for await (const { request, answer, verdict } of select(input)) {
    const prompt = promptOf(request);
    const content = answer === null ? null : answerText(answer, request.insight_type);
    const row =
      prompt === null || content === null
        ? 'without a logged prompt or answer'
        : toRow({ prompt, completion: [{ role: 'assistant', content }], verdict });
    if (typeof row === 'string') input.leftOut(row);
    else yield row;
  }
}
