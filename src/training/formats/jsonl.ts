import { jsonLines } from '../lines.ts';
import { extrasOf, select, take } from '../select.ts';
import type { FormatInput, TrainingFormat } from '../types.ts';

/** Everything that is known of a generation: the request, every attempt's response, the ratings. */
export const jsonl: TrainingFormat = {
  id: 'jsonl',
  label: 'JSON Lines: everything',
  detail: 'request, answers, ratings, cost; one generation a line',
  extension: 'jsonl',
  rows: (input) => take(everything(input), input.filter.limit),
  encode: jsonLines,
};

async function* everything(input: FormatInput): AsyncGenerator<object, void, undefined> {
  const failed = extrasOf(input.filter).has('failed');
  for await (const { request, responses, answer, ratings, verdict } of select(input)) {
    yield {
      request: { ...request, user_id: input.user(request.user_id) },
      responses: failed ? responses : responses.filter(({ success }) => success),
      answer_id: answer?.id ?? null,
      ratings: ratings.map((rating) => ({ ...rating, user_id: input.user(rating.user_id) })),
      verdict,
    };
  }
}
