import { createHash } from 'node:crypto';
import { CHAT_TYPE, type PreferenceRecord, type ResponseRow, type StoredGeneration } from '../store/types.ts';
import { answerText, promptOf } from './conversation.ts';
import { extrasOf, refusal, take } from './select.ts';
import type { Extra, FormatInput, Message } from './types.ts';

/** Two answers to one question, of which one is the better. */
export interface Pair {
  readonly prompt: readonly Message[];
  readonly chosen: readonly Message[];
  readonly rejected: readonly Message[];
}

/** Ids of two responses. */
interface PairIds {
  readonly chosen: string;
  readonly rejected: string;
}

interface Side {
  readonly generation: StoredGeneration;
  readonly response: ResponseRow;
}

/** So many pairs are in memory at once. */
const PAIRS_AT_ONCE = 64;

/**
 * A row for each pair: what users picked of two answers shown side by side, and answers to one and the same prompt of
 * which one was rated 👍 and one 👎 ("ask again"). Users who picked differently give no pair.
 * Filters by rating do not apply; those by model and provider are about the chosen answer.
 */
export function pairs(
  input: FormatInput,
  toRow: (pair: Pair) => object,
): AsyncGenerator<object, void, undefined> {
  return take(eachPair(input, toRow), input.filter.limit);
}

async function* eachPair(
  input: FormatInput,
  toRow: (pair: Pair) => object,
): AsyncGenerator<object, void, undefined> {
  const wanted = extrasOf(input.filter);
  const picked = agreedPicks(await input.source.preferences(), input.leftOut);
  const rated = await ratedApart(input);
  const all = [...unique([...picked, ...rated])].sort((a, b) => (a.chosen < b.chosen ? 1 : -1));
  for (let at = 0; at < all.length; at += PAIRS_AT_ONCE) {
    const batch = all.slice(at, at + PAIRS_AT_ONCE);
    const sides = await load(input, batch);
    for (const { chosen, rejected } of batch) {
      const pair = pairOf(sides.get(chosen), sides.get(rejected), input, wanted);
      if (pair === null) continue;
      if (typeof pair === 'string') input.leftOut(pair);
      else yield toRow(pair);
    }
  }
}

/** The picks that nobody contradicts. */
function agreedPicks(preferences: readonly PreferenceRecord[], leftOut: FormatInput['leftOut']): PairIds[] {
  const keyOf = (chosen: string, rejected: string): string => `${chosen}|${rejected}`;
  const made = new Set(preferences.map((one) => keyOf(one.chosen_response_id, one.rejected_response_id)));
  return preferences.flatMap(({ chosen_response_id: chosen, rejected_response_id: rejected }) => {
    if (!made.has(keyOf(rejected, chosen))) return [{ chosen, rejected }];
    leftOut('picked one way and the other');
    return [];
  });
}

function* unique(all: readonly PairIds[]): Generator<PairIds, void, undefined> {
  const seen = new Set<string>();
  for (const pair of all) {
    const key = `${pair.chosen}|${pair.rejected}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield pair;
  }
}

/** By prompt, the answers rated 👍 and those rated 👎, paired in their order. Keeps ids only. */
async function ratedApart({ source, filter }: FormatInput): Promise<PairIds[]> {
  const { from, to, types, sources } = filter;
  const byPrompt = new Map<string, { positive: string[]; negative: string[] }>();
  const query = Object.fromEntries(
    Object.entries({ from, to, types, sources }).filter(([, value]) => value !== undefined),
  );
  for await (const generation of source.generations({ ...query, rated: true })) {
    const prompt = promptOf(generation.request);
    if (prompt === null) continue;
    const key = createHash('sha256')
      .update(JSON.stringify([generation.request.insight_type, prompt]))
      .digest('base64');
    for (const { id } of generation.responses) {
      const given = generation.responseRatings.filter(({ response_id }) => response_id === id);
      const [first] = given;
      if (first === undefined || given.some(({ feedback }) => feedback !== first.feedback)) continue;
      if (first.feedback !== 'positive' && first.feedback !== 'negative') continue;
      const answers = byPrompt.get(key) ?? { positive: [], negative: [] };
      answers[first.feedback].push(id);
      byPrompt.set(key, answers);
    }
  }
  return [...byPrompt.values()].flatMap(({ positive, negative }) =>
    positive.slice(0, negative.length).map((chosen, at) => ({ chosen, rejected: negative[at] ?? '' })),
  );
}

/** The generations of both answers of each pair, by response. */
async function load({ source, filter }: FormatInput, batch: readonly PairIds[]): Promise<Map<string, Side>> {
  const responses = batch.flatMap(({ chosen, rejected }) => [chosen, rejected]);
  const wanted = new Set(responses);
  const sides = new Map<string, Side>();
  const { from, to, types, sources } = filter;
  const query = Object.fromEntries(
    Object.entries({ from, to, types, sources }).filter(([, value]) => value !== undefined),
  );
  for await (const generation of source.generations({ ...query, responses })) {
    for (const response of generation.responses) {
      if (wanted.has(response.id)) sides.set(response.id, { generation, response });
    }
  }
  return sides;
}

/** The pair; null where the filters leave it out, and why where it could have been one. */
function pairOf(
  chosen: Side | undefined,
  rejected: Side | undefined,
  { filter }: FormatInput,
  wanted: ReadonlySet<Extra>,
): Pair | string | null {
  if (chosen === undefined || rejected === undefined) return null;
  const { model_name, provider } = chosen.response;
  if (filter.models?.includes(model_name) === false || filter.providers?.includes(provider) === false)
    return null;
  const reason = refusal(extraOfSide(chosen), wanted) ?? refusal(extraOfSide(rejected), wanted);
  if (reason !== null) return reason;
  const { request } = chosen.generation;
  const prompt = promptOf(request);
  const better = answerText(chosen.response, request.insight_type);
  const worse = answerText(rejected.response, rejected.generation.request.insight_type);
  if (prompt === null || better === null || worse === null) return 'without a logged prompt or answer';
  if (better === worse) return 'two answers that are the same';
  return {
    prompt,
    chosen: [{ role: 'assistant', content: better }],
    rejected: [{ role: 'assistant', content: worse }],
  };
}

function extraOfSide({ generation, response }: Side): Extra | null {
  if (generation.request.insight_type === CHAT_TYPE) return 'chat';
  if (!response.success) return 'failed';
  return response.provider === 'builtin' ? 'builtin' : null;
}
