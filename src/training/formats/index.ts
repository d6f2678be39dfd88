import { LexyBrainError } from '../../errors.ts';
import type { TrainingFormat } from '../types.ts';
import { csv } from './csv.ts';
import { dpo } from './dpo.ts';
import { jsonl } from './jsonl.ts';
import { kto } from './kto.ts';
import { openaiPreferences } from './openai-preferences.ts';
import { openai } from './openai.ts';
import { parquet } from './parquet.ts';
import { promptCompletion } from './prompt-completion.ts';
import { sft } from './sft.ts';

/** The registry, in the order they are offered: a new format is a file and a line here. */
export const FORMATS: readonly TrainingFormat[] = [
  jsonl,
  csv,
  sft,
  promptCompletion,
  kto,
  dpo,
  openai,
  openaiPreferences,
  parquet,
];

/** The format of a name. Throws `invalid-request`. */
export function formatOf(name: string): TrainingFormat {
  const plain = name.trim().toLowerCase();
  const found = FORMATS.find(({ id }) => id === plain);
  if (found !== undefined) return found;
  throw new LexyBrainError('invalid-request', `There is no export format “${name.slice(0, 60)}”.`, {
    advice: `Choose one of ${FORMATS.map(({ id }) => id).join(', ')}.`,
  });
}
