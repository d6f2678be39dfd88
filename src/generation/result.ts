import { numbersNotInList, type Evidence } from './answer.ts';
import type { ChosenAnswer } from './ask.ts';
import { tokensIn, type Attempt } from './record.ts';
import { insightResultSchema, type InsightRequest, type InsightResult } from './types.ts';
import type { Way } from './way.ts';

/** A finished insight of an answer that stands. */
export function resultOf(
  way: Way,
  evidence: Evidence,
  { grounded, truncated, attempt }: ChosenAnswer,
  attempts: readonly Attempt[],
  now: Date,
): InsightResult {
  const { request, type, destination, startedAt } = way;
  const { provider } = destination.route;
  const computed = provider === 'builtin';
  const costs = attempts.map(({ costNanoUsd }) => costNanoUsd);
  return insightResultSchema.parse({
    version: 1,
    id: attempt.id,
    requestId: way.requestId,
    type: request.type,
    insight: type.insightSchema.parse(grounded.insight),
    rows: [...grounded.rows],
    list: listOf(request),
    input: { ...request.input, nicheTerms: [...request.input.nicheTerms] },
    model: { provider, id: attempt.model, servedBy: attempt.servedBy, computed },
    grounding: {
      claimed: grounded.claimed,
      grounded: grounded.grounded,
      dropped: [...grounded.dropped],
      // The built-in analyst's numbers are the engine's own.
      foreignNumbers: computed ? [] : numbersNotInList(type, grounded, evidence),
    },
    notes: truncated
      ? ['The answer was cut at its length limit; its unfinished last item was left out.']
      : [],
    cache: { hit: false, expiresAt: new Date(now.getTime() + type.cacheMs).toISOString() },
    usage: {
      tokensIn: sum(attempts.map(({ usage }) => (usage === null ? 0 : tokensIn(usage)))),
      tokensOut: sum(attempts.map(({ usage }) => usage?.out ?? 0)),
      estimated: attempts.some(({ usage }) => usage?.estimated === true),
      costNanoUsd: costs.some((cost) => cost === null) ? null : sum(costs.map((cost) => cost ?? 0)),
      priceSource: attempt.price === null ? null : `${attempt.price.source}, ${attempt.price.asOf}`,
    },
    timing: { latencyMs: now.getTime() - startedAt.getTime(), firstTokenMs: attempt.firstTokenMs },
    structure: computed ? 'computed' : (attempt.structure ?? 'instructions'),
    attempts: attempts.length,
    generatedAt: now.toISOString(),
  } satisfies InsightResult);
}

/** What a result says of its list. */
export function listOf({ list: { summary } }: InsightRequest): InsightResult['list'] {
  const { name, tool, toolLabel, market, currency, hash, rows, dropped, notes } = summary;
  return {
    name,
    tool,
    toolLabel,
    market,
    currency,
    hash,
    rows,
    dropped: dropped.map((each) => ({ ...each })),
    notes: [...notes],
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
