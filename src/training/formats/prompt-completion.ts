import { conversations } from '../conversations.ts';
import { jsonLines } from '../lines.ts';
import type { TrainingFormat } from '../types.ts';

/** TRL's conversational prompt-completion: only the completion is learnt. */
export const promptCompletion: TrainingFormat = {
  id: 'prompt-completion',
  label: 'Prompt and completion (SFT)',
  detail: '{"prompt": […], "completion": […]} for TRL: only the answer is learnt',
  extension: 'jsonl',
  rows: (input) => conversations(input, ({ prompt, completion }) => ({ prompt, completion })),
  encode: jsonLines,
};
