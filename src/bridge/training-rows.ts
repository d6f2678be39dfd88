import type { StoredGeneration } from '../store/types.ts';

/** A generation as a row of the old view `lexybrain_training_data`. */
export function trainingRow({ request, answer, ratings, verdict }: StoredGeneration): object {
  const agreed = verdict === null ? undefined : ratings.toSorted(byTime).at(-1);
  return {
    request_id: request.id,
    user_id: request.user_id,
    prompt: request.prompt,
    context_json: request.context_json,
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
    feedback_notes: agreed?.notes ?? null,
    feedback_at: agreed?.created_at ?? null,
  };
}

function byTime(a: { readonly created_at: string }, b: { readonly created_at: string }): number {
  return a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0;
}
