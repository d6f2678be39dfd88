import { jsonLines } from '../lines.ts';
import { pairs } from '../pairs.ts';
import type { TrainingFormat } from '../types.ts';

/** Preference pairs with the field names that OpenAI defined and Together and Fireworks take. */
export const openaiPreferences: TrainingFormat = {
  id: 'openai-preferences',
  label: 'OpenAI preference JSONL',
  detail: '{"input": …, "preferred_output": […], "non_preferred_output": […]} for Together, Fireworks',
  extension: 'jsonl',
  rows: (input) =>
    pairs(input, ({ prompt, chosen, rejected }) => ({
      input: { messages: prompt, tools: [], parallel_tool_calls: true },
      preferred_output: chosen,
      non_preferred_output: rejected,
    })),
  encode: jsonLines,
};
