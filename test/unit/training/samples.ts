import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesOf } from '../../../src/store/lines.ts';
import type {
  FeedbackRecord,
  GenerationLines,
  GenerationQuery,
  GenerationRecord,
  LineQuery,
  PreferenceRecord,
  Rating,
  StoredGeneration,
} from '../../../src/store/types.ts';
import type { TrainingSource } from '../../../src/training/types.ts';
import { sampleGeneration, sampleRating, type SampleOptions } from '../store/samples.ts';

export const SYSTEM = 'You are an analyst. Answer with JSON.';
export const MODEL = 'meta-llama/Llama-3.1-8B-Instruct';

/** A generation that a language model has written. */
export function written(options: SampleOptions = {}): GenerationRecord {
  return sampleGeneration({
    ...options,
    request: { context_json: { system: SYSTEM, product: 'candles' }, ...options.request },
    response: { provider: 'huggingface', model_name: MODEL, ...options.response },
  });
}

/** A free chat as the bridge logs it. */
export function chat(messages: unknown = [{ role: 'user', content: 'Hello' }]): GenerationRecord {
  return written({
    prompt: JSON.stringify(messages),
    request: { insight_type: 'chat_completion', source: 'bridge', context_json: { parameters: '{}' } },
    response: { output_json: { content: 'Hello yourself.' } },
  });
}

/** An answer that could not be used. */
export function failed(): GenerationRecord {
  return written({
    response: { success: false, output_json: { raw: 'Sorry, I' }, error_code: 'provider-answer' },
  });
}

/** As the store gives it back. */
export function stored(record: GenerationRecord, ratings: readonly FeedbackRecord[] = []): StoredGeneration {
  const given = ratings.filter(({ feedback }) => feedback !== null);
  const first = given[0]?.feedback ?? null;
  return {
    request: record.request!,
    responses: record.responses,
    answer: record.responses.findLast(({ success }) => success) ?? record.responses.at(-1) ?? null,
    ratings: given,
    responseRatings: given,
    verdict: given.every(({ feedback }) => feedback === first) ? first : null,
  };
}

/** A generation with one rating. */
export function rated(feedback: Rating, record = written(), user: string | null = null): StoredGeneration {
  return stored(record, [sampleRating(record, feedback, { user })]);
}

/** What a database would give, from memory; `asked` counts the generations that were taken. */
export class MemorySource implements TrainingSource {
  asked = 0;
  readonly #generations: readonly StoredGeneration[];
  readonly #preferences: readonly PreferenceRecord[];

  constructor(generations: readonly StoredGeneration[], preferences: readonly PreferenceRecord[] = []) {
    this.#generations = generations;
    this.#preferences = preferences;
  }

  async *generations(query: GenerationQuery = {}): AsyncGenerator<StoredGeneration, void, undefined> {
    const { responses, rated: onlyRated, types, ratings } = query;
    for (const one of this.#generations) {
      if (responses !== undefined && !one.responses.some(({ id }) => responses.includes(id))) continue;
      if (onlyRated === true && one.responseRatings.length === 0) continue;
      if (types !== undefined && !types.includes(one.request.insight_type)) continue;
      if (ratings !== undefined && !ratings.includes(one.verdict)) continue;
      this.asked += 1;
      yield one;
    }
  }

  async *lines(query: LineQuery): AsyncGenerator<GenerationLines, void, undefined> {
    const generations: StoredGeneration[] = [];
    for await (const one of this.generations(query)) generations.push(one);
    yield* linesOf(generations, query);
  }

  async preferences(): Promise<readonly PreferenceRecord[]> {
    return this.#preferences;
  }
}

/** Runs `work` with an empty folder, which is removed afterwards. */
export async function withTemporary<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'lexybrain-training-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
