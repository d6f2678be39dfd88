import { v7 as uuidv7 } from 'uuid';
import { LexyBrainError } from '../errors.ts';
import { INSIGHT_CATALOGUE } from '../insights/catalogue.ts';
import { insightType, type AnyInsightType } from '../insights/index.ts';
import { PROMPT_VERSION } from '../insights/prompt.ts';
import type { InsightInput } from '../insights/types.ts';
import { DIGEST_VERSION } from '../keywords/digest.ts';
import type { ListView } from '../keywords/types.ts';
import type { Perspective } from './answer.ts';
import { answerKey, questionHash } from './cache-keys.ts';
import type { Assignment } from './experiments.ts';
import type { Destination } from './routing.ts';
import type { InsightRequest } from './types.ts';

/** Bumped when the shape of a kept answer changes; older ones are then not read. */
const SCHEMA_VERSION = 1;
/** Tokens that may stand for a list of any length. */
export const DIGEST_TOKENS = 1200;

/** What one request needs all along its way. */
export interface Way {
  readonly request: InsightRequest;
  readonly type: AnyInsightType;
  readonly destination: Destination;
  /** The arm of the experiment it is part of; null when it is part of none. */
  readonly assignment: Assignment | null;
  readonly perspective: Perspective;
  /** Hash of what is asked. */
  readonly question: string;
  /** Hash of what is asked, and of whom: where the answer is kept. */
  readonly key: string;
  readonly startedAt: Date;
  readonly requestId: string;
}

/** Step one of a request: what exactly is asked. Throws `budget-missing`. */
export function normalised(request: InsightRequest): InsightRequest {
  const type = insightType(request.type);
  const { input } = request;
  const budget = Math.round(input.budgetCents ?? 0);
  if (type.needsBudget && !(budget > 0 && Number.isSafeInteger(budget))) {
    throw new LexyBrainError(
      'budget-missing',
      `${INSIGHT_CATALOGUE[type.id].title} needs a daily budget above zero.`,
      {
        advice: 'Say how much you want to spend a day.',
      },
    );
  }
  return {
    ...request,
    input: {
      ...input,
      market: input.market.trim(),
      product: textOrNull(input.product),
      nicheTerms: input.nicheTerms.map((term) => term.trim()).filter((term) => term !== ''),
      // A budget that an insight has no use for would only make the same question look like another one.
      budgetCents: type.needsBudget ? budget : null,
      assumedCpcCents: type.needsBudget && (input.assumedCpcCents ?? 0) > 0 ? input.assumedCpcCents : null,
      language: textOrNull(input.language),
      instructions: textOrNull(input.instructions),
    },
  };
}

export function viewOf(input: InsightInput, brands: ListView['brands']): ListView {
  return { product: input.product, nicheTerms: input.nicheTerms, brands, today: input.today };
}

/** Hash of what a normalised request asks, whoever answers it. */
export function questionOf(request: InsightRequest, brands: ListView['brands']): string {
  return questionHash({
    type: request.type,
    input: request.input,
    listHash: request.list.summary.hash,
    brands,
    digestVersion: DIGEST_VERSION,
    promptVersion: PROMPT_VERSION,
  });
}

export function wayOf(parts: {
  readonly request: InsightRequest;
  readonly question: string;
  readonly destination: Destination;
  readonly assignment: Assignment | null;
  readonly perspective: Perspective;
  readonly startedAt: Date;
}): Way {
  const { request, question, destination, startedAt } = parts;
  const { provider, baseUrl, model } = destination.route;
  return {
    ...parts,
    type: insightType(request.type),
    key: answerKey(question, {
      provider,
      baseUrl,
      model,
      parameters: { digestTokens: DIGEST_TOKENS },
      schemaVersion: SCHEMA_VERSION,
    }),
    requestId: uuidv7({ msecs: startedAt.getTime() }),
  };
}

function textOrNull(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
