import { isLater } from './history.ts';
import type { FeedbackRecord, Rating, ResponseRow, StoredGeneration } from './types.ts';

/** What a generation looks like as one line of an export. */

/** The user id as the file may show it. */
export type UserName = (id: string | null) => string | null;

/** Everything that is known of a generation. */
export interface WholeRow {
  readonly request: StoredGeneration['request'];
  readonly responses: readonly ResponseRow[];
  /** The response that counts, or null. */
  readonly answer_id: string | null;
  readonly ratings: readonly FeedbackRecord[];
  readonly verdict: Rating | null;
}

/** @param failed whether attempts that could not be used are in it */
export function wholeRow(
  { request, responses, answer, ratings, verdict }: StoredGeneration,
  user: UserName,
  failed: boolean,
): WholeRow {
  return {
    request: { ...request, user_id: user(request.user_id) },
    responses: failed ? responses : responses.filter(({ success }) => success),
    answer_id: answer?.id ?? null,
    ratings: ratings.map((rating) => ({ ...rating, user_id: user(rating.user_id) })),
    verdict,
  };
}

/** A row of the view `lexybrain_training_data`: one a request. Times are ISO 8601 UTC. */
export interface TrainingRow {
  readonly request_id: string;
  readonly user_id: string | null;
  readonly prompt: string;
  readonly context_json: unknown;
  readonly insight_type: string;
  readonly market: string;
  readonly niche_terms: readonly string[];
  readonly requested_at: string;
  /** Null, like all that follows, when there was no answer. */
  readonly response_id: string | null;
  readonly model_name: string | null;
  readonly output_json: unknown;
  readonly generated_at: string | null;
  /** Milliseconds. */
  readonly latency_ms: number | null;
  readonly success: boolean | null;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  /** What the users agree on. */
  readonly feedback: Rating | null;
  readonly feedback_notes: string | null;
  readonly feedback_at: string | null;
}

/** A generation as the view tells it. */
export function trainingRow(
  { request, answer, ratings, verdict }: StoredGeneration,
  user: UserName = (id) => id,
): TrainingRow {
  const latest = verdict === null ? undefined : ratings.toSorted((a, b) => (isLater(a, b) ? -1 : 1))[0];
  return {
    request_id: request.id,
    user_id: user(request.user_id),
    prompt: request.prompt,
    context_json: request.context_json ?? null,
    insight_type: request.insight_type,
    market: request.market,
    niche_terms: request.niche_terms,
    requested_at: request.requested_at,
    response_id: answer?.id ?? null,
    model_name: answer?.model_name ?? null,
    output_json: answer?.output_json ?? null,
    generated_at: answer?.generated_at ?? null,
    latency_ms: answer?.latency_ms ?? null,
    success: answer?.success ?? null,
    tokens_in: answer?.tokens_in ?? null,
    tokens_out: answer?.tokens_out ?? null,
    feedback: verdict,
    feedback_notes: latest?.notes ?? null,
    feedback_at: latest?.created_at ?? null,
  };
}
