import { conversations } from '../conversations.ts';
import { jsonLines } from '../lines.ts';
import type { TrainingFormat } from '../types.ts';

/** Conversational language modelling as TRL's SFTTrainer and Axolotl's `chat_template` read it. */
export const sft: TrainingFormat = {
  id: 'sft',
  label: 'Conversations (SFT)',
  detail: '{"messages": […]} for TRL, Axolotl, LLaMA-Factory, AutoTrain',
  extension: 'jsonl',
  rows: (input) =>
    conversations(input, ({ prompt, completion }) => ({ messages: [...prompt, ...completion] })),
  encode: jsonLines,
};
