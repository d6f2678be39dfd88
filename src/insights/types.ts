import type { z } from 'zod';
import type { InsightTypeId } from './catalogue.ts';
import type { FormatOptions } from './format.ts';
import type {
  KeywordFigures,
  KeywordList,
  ListAnalysis,
  ListFigures,
  ListSummary,
} from '../keywords/types.ts';

/** What an insight is asked about, beside the list. */
export interface InsightInput {
  readonly market: string;
  /** What the user sells, one line; null when not told. */
  readonly product: string | null;
  readonly nicheTerms: readonly string[];
  /** Daily budget in cents of `currency`; needed by ad_insight. */
  readonly budgetCents: number | null;
  /** ISO 4217 of budget and assumed cost per click; null when unknown. */
  readonly currency: string | null;
  /** The user's assumption where the list has no cost per click, cents. */
  readonly assumedCpcCents: number | null;
  /** ISO 639-1 of the answer; null: the list's own language. */
  readonly language: string | null;
  /** YYYY-MM-DD. */
  readonly today: string;
  /** The team's own instructions for this type, or null. */
  readonly instructions: string | null;
}

/** What the engine knows when it puts its numbers to a draft. */
export interface CompletionContext {
  readonly input: InsightInput;
  readonly summary: ListSummary;
  readonly figures: ListFigures;
  /** The rows of the terms the draft names, by `termKey`. */
  readonly rows: ReadonlyMap<string, KeywordFigures>;
  /** Share (0-1) of the draft's terms that stand in the list, before any were dropped. */
  readonly groundedShare: number;
  /** True when the built-in analyst made the draft. */
  readonly computed: boolean;
}

/** A piece of an insight's text, for the check of its numbers. `term` is the list term it speaks of, if any. */
export interface Prose {
  /** Where it stands, e.g. `risks.0.why`. */
  readonly path: string;
  readonly text: string;
  readonly term: string | null;
}

/**
 * One kind of insight. A *draft* is what a model (or the built-in analyst) says: terms and words.
 * The *insight* is the draft with the engine's numbers: metrics, scores, confidence, money.
 */
export interface InsightType<Draft, Insight> {
  readonly id: InsightTypeId;
  /** How long an answer is reused, in milliseconds. */
  readonly cacheMs: number;
  readonly quotaKey: 'ai_brief' | 'ai_calls';
  readonly needsBudget: boolean;
  /** What is asked of the model; only what `wireSchema` can lower (optional is nullable). Lenient about bounds. */
  readonly draftSchema: z.ZodType<Draft>;
  /** What is shown, cached and logged. */
  readonly insightSchema: z.ZodType<Insight>;
  /** Keys of a draft without which an answer is worth nothing; they may be empty lists, not empty texts. */
  readonly essential: readonly string[];
  /** A short draft about another shop, to show a model the shape. */
  readonly example: Draft;
  /** What the prompt asks for, in words. */
  task(input: InsightInput): string;
  /** The built-in analyst: a draft from the metrics alone. Same input, same output. */
  analyse(list: KeywordList, analysis: ListAnalysis, input: InsightInput): Draft;
  /** Every term the draft presents as the list's. */
  claims(draft: Draft): readonly string[];
  /** The draft without what is not in the list, and within its bounds. Terms get the list's spelling. */
  ground(draft: Draft, spelling: (term: string) => string | null): Draft;
  /** The items of an unfinished answer that are complete, as a draft; null when there is nothing to show yet. */
  partial(unfinished: unknown): Draft | null;
  complete(draft: Draft, context: CompletionContext): Insight;
  prose(insight: Insight): readonly Prose[];
  /** The body (no title) as Markdown, figures beside the terms. `rows` by `termKey`. */
  markdown(insight: Insight, rows: ReadonlyMap<string, KeywordFigures>, format?: FormatOptions): string;
  /** The terms worth using as tags, best first. */
  tags(insight: Insight): readonly string[];
}
