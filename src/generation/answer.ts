import { distinctTerms, foreignNumbers, groundDraft } from '../insights/grounding.ts';
import type { AnyInsightType } from '../insights/index.ts';
import type { CompletionContext, InsightInput } from '../insights/types.ts';
import { termKey } from '../keywords/term-key.ts';
import type { Digest, KeywordFigures, ListFigures, ListView } from '../keywords/types.ts';
import { turn } from '../providers/turns.ts';
import type { InsightResult, ListHandle, PartialResult } from './types.ts';

/** A list as one request looks at it. */
export interface Perspective {
  readonly list: ListHandle;
  readonly view: ListView;
  readonly input: InsightInput;
  readonly figures: ListFigures;
}

/** Everything about a list that a new answer is held against. */
export interface Evidence extends Perspective {
  readonly digest: Digest;
  /** What the built-in analyst makes of it, to show the model the form of an answer; absent where it is the one asked. */
  readonly sample?: unknown;
}

/** A draft held against the list: what is not in the list is gone, the engine's numbers are in. */
export interface GroundedAnswer {
  /** The draft without strangers. */
  readonly draft: unknown;
  readonly insight: unknown;
  readonly rows: readonly KeywordFigures[];
  readonly claimed: number;
  readonly grounded: number;
  readonly dropped: readonly string[];
}

/**
 * Looks every term of a draft up in the list, drops what is not there, and adds what the engine computes.
 * A draft that named nothing but strangers still completes; the caller decides by the counts.
 */
export async function groundAnswer(
  type: AnyInsightType,
  draft: unknown,
  { list, view, input, figures }: Perspective,
  options: {
    /** The built-in analyst made the draft. */
    readonly computed: boolean;
    /** Share of the terms that stood in the list, where strangers were left out of the draft before; 0-1. */
    readonly share?: number;
  },
): Promise<GroundedAnswer> {
  const claims = distinctTerms(type.claims(draft));
  const found = await list.rows(view, claims);
  await turn();
  const rows = new Map<string, KeywordFigures>();
  for (const row of found) if (row !== null) rows.set(termKey(row.term), row);
  const { draft: kept, claimed, grounded, share, dropped } = groundDraft(type, draft, rows);
  const context: CompletionContext = {
    input,
    summary: list.summary,
    figures,
    rows,
    groundedShare: options.share ?? share,
    computed: options.computed,
  };
  return {
    draft: kept,
    insight: type.complete(kept, context),
    rows: [...rows.values()],
    claimed,
    grounded,
    dropped,
  };
}

/** The complete items of an unfinished answer (`draft`) that stand in the list. */
export async function groundPartial(
  type: AnyInsightType,
  draft: unknown,
  perspective: Perspective,
): Promise<PartialResult> {
  const { insight, rows } = await groundAnswer(type, draft, perspective, { computed: false });
  return { type: type.id, insight, rows };
}

/** Numbers in the insight's prose that stand neither in their term's row nor in what the model was shown. */
export function numbersNotInList(
  type: AnyInsightType,
  { insight, rows }: GroundedAnswer,
  { digest, input }: Evidence,
): InsightResult['grounding']['foreignNumbers'] {
  const byKey = new Map(rows.map((row) => [termKey(row.term), row]));
  return [...foreignNumbers(type.prose(insight), byKey, digest.text, input)];
}
