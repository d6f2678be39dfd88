import { jsonLines } from '../lines.ts';
import { pairs } from '../pairs.ts';
import type { TrainingFormat } from '../types.ts';

/** TRL's preference pairs with an explicit prompt. */
export const dpo: TrainingFormat = {
  id: 'dpo',
  label: 'Preferences (DPO)',
  detail: '{"prompt": […], "chosen": […], "rejected": […]} for TRL, from picks and ratings',
  extension: 'jsonl',
  rows: (input) => pairs(input, (pair) => pair),
  encode: jsonLines,
};
