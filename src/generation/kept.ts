import { z } from 'zod';
import { LexyBrainError } from '../errors.ts';
import type { GenerationRecord } from '../store/types.ts';
import { groundAnswer } from './answer.ts';
import type { ChosenAnswer } from './ask.ts';
import { generationRecord, type Attempt } from './record.ts';
import { listOf } from './result.ts';
import { insightResultSchema, type InsightResult } from './types.ts';
import type { Way } from './way.ts';

/** A kept answer: what the model said, what was made of it, and what it was asked (for the log of another workspace). */
const keptAnswerSchema = z.object({
  draft: z.unknown(),
  result: insightResultSchema,
  prompt: z.string(),
  system: z.string().nullable(),
});
export type KeptAnswer = z.infer<typeof keptAnswerSchema>;

export function keptAnswer(result: InsightResult, { grounded, attempt }: ChosenAnswer): KeptAnswer {
  return { draft: grounded.draft, result, prompt: attempt.prompt, system: attempt.system };
}

/**
 * What a cache file holds, if it can be believed: of the right form, of this type and provider, not good for longer
 * than its type allows, and every term still in the list. Figures, metrics and money are worked out anew; null when
 * anything is off, and then the question is simply asked again.
 */
export async function believed(file: unknown, way: Way, now: Date): Promise<KeptAnswer | null> {
  const kept = keptAnswerSchema.safeParse(file);
  if (!kept.success) return null;
  const { result } = kept.data;
  const { type, request, destination, perspective, startedAt } = way;
  const { provider } = destination.route;
  const computed = provider === 'builtin';
  const generatedAt = Date.parse(result.generatedAt);
  if (result.type !== type.id || result.model.provider !== provider || result.model.computed !== computed)
    return null;
  if (Date.parse(result.cache.expiresAt) !== generatedAt + type.cacheMs) return null;
  const draft = type.draftSchema.safeParse(kept.data.draft);
  if (!draft.success) return null;
  const { claimed, grounded } = result.grounding;
  if (grounded > claimed) return null;
  try {
    const share = claimed === 0 ? 1 : grounded / claimed;
    const answer = await groundAnswer(type, draft.data, perspective, { computed, share });
    if (answer.dropped.length > 0) return null;
    return {
      ...kept.data,
      draft: answer.draft,
      result: {
        ...result,
        insight: type.insightSchema.parse(answer.insight),
        rows: [...answer.rows],
        list: listOf(request),
        input: { ...request.input, nicheTerms: [...request.input.nicheTerms] },
        cache: { ...result.cache, hit: true },
        usage: { ...result.usage, tokensIn: 0, tokensOut: 0, costNanoUsd: 0 },
        timing: { latencyMs: now.getTime() - startedAt.getTime(), firstTokenMs: null },
      },
    };
  } catch (error) {
    // A list that cannot be read is an error of its own; a draft that makes no insight is no answer.
    if (LexyBrainError.is(error)) throw error;
    return null;
  }
}

/**
 * The generation as it was first logged, as far as the kept answer knows: for a workspace whose log does not have it,
 * so that it can be rated there and stands in its history. What was spent on it stands in the first log only.
 */
export function originalRecord(
  way: Way,
  { result, draft, prompt, system }: KeptAnswer,
  userId: string | null,
): GenerationRecord {
  const at = new Date(result.generatedAt);
  const answered: Attempt = {
    id: result.id,
    prompt,
    system,
    output: draft,
    success: true,
    model: result.model.id,
    servedBy: result.model.servedBy,
    latencyMs: 0,
    firstTokenMs: null,
    usage: null,
    price: null,
    costNanoUsd: 0,
    finishReason: null,
    structure: null,
    error: null,
    at,
  };
  const record = generationRecord({
    request: way.request,
    requestId: result.requestId,
    requestedAt: at,
    userId,
    inputHash: way.question,
    route: way.destination.route,
    // It was made before this request, which it may only have been assigned to now.
    assignment: null,
    evidence: null,
    attempts: [answered],
    result,
    cacheMs: way.type.cacheMs,
    error: null,
    latencyMs: 0,
  });
  return { ...record, usage: null };
}
