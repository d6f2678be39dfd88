import { conversations } from '../conversations.ts';
import { jsonLines } from '../lines.ts';
import type { TrainingFormat } from '../types.ts';

/** TRL's unpaired preference: 👍 is true, 👎 is false; neutral, unrated and disputed answers have no label. */
export const kto: TrainingFormat = {
  id: 'kto',
  label: 'Ratings (KTO)',
  detail: '{"prompt": […], "completion": […], "label": true|false} for TRL, from 👍 and 👎',
  extension: 'jsonl',
  rows: (input) =>
    conversations(input, ({ prompt, completion, verdict }) =>
      verdict === 'positive' || verdict === 'negative'
        ? { prompt, completion, label: verdict === 'positive' }
        : 'not rated 👍 or 👎, or disputed',
    ),
  encode: jsonLines,
};
