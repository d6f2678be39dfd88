import { CHAT_TYPE, type StoredGeneration } from './types.ts';

/** What is beyond an insight that a model has written, and left out of training data unless it is asked for. */
export const EXTRAS = ['builtin', 'failed', 'chat'] as const;
/**
 * `builtin`: answers that the built-in analyst computed. `failed`: answers that could not be used.
 * `chat`: free chat completions that came over the bridge.
 */
export type Extra = (typeof EXTRAS)[number];

const BUILTIN = 'builtin';

/** What a generation is beyond an insight that a model has written; null for a plain one. */
export function extraOf({ request, answer }: Pick<StoredGeneration, 'request' | 'answer'>): Extra | null {
  if (request.insight_type === CHAT_TYPE) return 'chat';
  if (answer?.success !== true) return 'failed';
  return answer.provider === BUILTIN ? 'builtin' : null;
}
