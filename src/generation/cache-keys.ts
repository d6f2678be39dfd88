import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { InsightTypeId } from '../insights/catalogue.ts';
import type { InsightInput } from '../insights/types.ts';

/** Everything that decides what is asked, beside who is asked. Two requests with the same parts are the same question. */
export interface QuestionParts {
  readonly type: InsightTypeId;
  /** `today` is left out: an answer lives as long as its type says, also over midnight. */
  readonly input: Omit<InsightInput, 'today'>;
  /** `ListSummary.hash`: terms and every metric. */
  readonly listHash: string;
  /** What the user counts as a brand or not, beside the built-in list. */
  readonly brands: { readonly add: readonly string[]; readonly remove: readonly string[] };
  /** `Digest.version`. */
  readonly digestVersion: number;
  /** Version of the engine's own instructions for the type. */
  readonly promptVersion: number;
}

/** Who answers, and how it is asked. */
export interface AnswerParts {
  readonly provider: string;
  /** Null when the provider has none. */
  readonly baseUrl: string | null;
  readonly model: string;
  /** Temperature, token limit and whatever else changes the answer. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Version of the insight's schema: answers of another shape are never read. */
  readonly schemaVersion: number;
}

/** sha256 (hex) of a question. Case, spacing and order of niche terms and brands do not matter. Assigns the arm of an experiment. */
export function questionHash(parts: QuestionParts): string {
  const { type, input, listHash, brands, digestVersion, promptVersion } = parts;
  return sha256({
    hash: 'question',
    type,
    market: folded(input.market),
    product: input.product === null ? null : folded(input.product),
    nicheTerms: foldedSet(input.nicheTerms),
    budgetCents: input.budgetCents,
    currency: input.currency,
    assumedCpcCents: input.assumedCpcCents,
    language: input.language,
    instructions: input.instructions,
    listHash,
    brands: { add: foldedSet(brands.add), remove: foldedSet(brands.remove) },
    digestVersion,
    promptVersion,
  });
}

/** sha256 (hex) under which the answer of this model to a question (its hash) is kept. */
export function answerKey(question: string, parts: AnswerParts): string {
  const { provider, baseUrl, model, parameters, schemaVersion } = parts;
  return sha256({ hash: 'answer', question, provider, baseUrl, model, parameters, schemaVersion });
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

function foldedSet(terms: readonly string[]): readonly string[] {
  return [...new Set(terms.map(folded).filter((term) => term !== ''))].sort();
}

/** Of the JSON with sorted keys, so that the order in which an object was built does not matter. */
function sha256(value: object): string {
  return createHash('sha256').update(stringify(value)).digest('hex');
}
