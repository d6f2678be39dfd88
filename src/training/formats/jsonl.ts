import { jsonLines } from '../lines.ts';
import { wholeRow } from '../../store/shapes.ts';
import { extrasOf, select, selectLines, take } from '../select.ts';
import type { FormatInput, TrainingFormat } from '../types.ts';

/** Everything that is known of a generation: the request, every attempt's response, the ratings. */
export const jsonl: TrainingFormat = {
  id: 'jsonl',
  label: 'JSON Lines: everything',
  detail: 'request, answers, ratings, cost; one generation a line',
  extension: 'jsonl',
  rows: (input) => take(everything(input), input.filter.limit),
  async *pieces(input, users) {
    for await (const { bytes, lines } of selectLines(input, { shape: 'whole', users })) {
      yield { content: bytes, rows: lines };
    }
  },
  encode: jsonLines,
};

async function* everything(input: FormatInput): AsyncGenerator<object, void, undefined> {
  const failed = extrasOf(input.filter).has('failed');
  for await (const generation of select(input)) yield wholeRow(generation, input.user, failed);
}
