import * as z from 'zod';
import { INSIGHT_TYPES, type InsightTypeId } from '../insights/catalogue.ts';
import type { InsightInput } from '../insights/types.ts';
import {
  COMPETITION_KINDS,
  DEMAND_KINDS,
  type ColumnGuess,
  type Digest,
  type KeywordFigures,
  type ListFigures,
  type ListSummary,
  type ListView,
  type ListRows,
  type RowsQuery,
} from '../keywords/types.ts';
import type { ReadOptions } from '../keywords/read.ts';

/** A keyword list that lives elsewhere (in a worker, or beside us in the terminal). */
export interface ListHandle {
  readonly summary: ListSummary;
  /** True once the worker that held it has ended: it has to be opened again. */
  readonly isGone: boolean;
  figures(view: ListView): Promise<ListFigures>;
  digest(view: ListView, tokenBudget: number): Promise<Digest>;
  /** The rows of these terms, by term key; null where the list has no such term. */
  rows(view: ListView, terms: readonly string[]): Promise<readonly (KeywordFigures | null)[]>;
  page(view: ListView, query: RowsQuery): Promise<ListRows>;
  /** The built-in analyst's draft of an insight. */
  analyse(type: InsightTypeId, view: ListView, input: InsightInput): Promise<unknown>;
  /** Frees the list's memory; the handle is dead afterwards. */
  dispose(): void;
}

/** Opens keyword lists; in the editor its work happens in a worker thread. */
export interface KeywordLists {
  /** Reads the bytes of an export. Throws the LexyBrainErrors `list-*`. The bytes may be transferred and be unusable afterwards. */
  open(bytes: Uint8Array, options: OpenListOptions): Promise<ListHandle>;
  /** Reads typed, pasted or selected keywords. */
  openText(text: string, options: OpenListOptions): Promise<ListHandle>;
  merge(lists: readonly ListHandle[]): Promise<ListHandle>;
  /** What the columns of a table that no format knows seem to be, for the user to confirm; null when there is nothing to ask. */
  guessColumns(bytes: Uint8Array, options: { readonly name: string }): Promise<ColumnGuess | null>;
  close(): Promise<void>;
}

export type OpenListOptions = ReadOptions;

export const REQUEST_SOURCES = ['panel', 'cli', 'bridge', 'chat'] as const;

/** A provider, a model of the provider the settings name, or both. */
export interface ModelPick {
  readonly provider?: string | undefined;
  /** As its provider names it. */
  readonly model?: string | undefined;
}

export interface InsightRequest {
  readonly type: InsightTypeId;
  readonly list: ListHandle;
  readonly input: InsightInput;
  readonly source: (typeof REQUEST_SOURCES)[number];
  /** Who shall answer this request, when the user picked for it. */
  readonly pick?: ModelPick;
  /** "Ask again": passes the cache by. */
  readonly fresh?: boolean;
  /** One of several answers to the same request, which the user compares; the id is theirs together. */
  readonly comparisonId?: string;
  /** Fallbacks (`provider/model`) that the user did not agree to. */
  readonly refused?: readonly string[];
  /** The `.lexybrain` folder that logs it; null: not logged (nowhere to write). */
  readonly logFolder: string | null;
}

/** What the panel may show before the answer is complete: only items that are whole and stand in the list. */
export interface PartialResult {
  readonly type: InsightTypeId;
  /** Same shape as the finished insight. */
  readonly insight: unknown;
  readonly rows: readonly KeywordFigures[];
}

export type Stage = 'reading' | 'waiting' | 'answering' | 'asking-again' | 'checking';

export interface GenerateHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onPartial?: (partial: PartialResult) => void;
  readonly onStage?: (stage: Stage) => void;
  /** Once the insight is in the workspace's log (true), or could not be written there (false). */
  readonly onRecorded?: (recorded: boolean) => void;
}

const measure = <Kinds extends readonly [string, ...string[]]>(kinds: Kinds) =>
  z.object({ value: z.number(), kind: z.enum(kinds), bound: z.enum(['<', '>']).nullable() }).nullable();
const score = z.number().min(0).max(1).nullable();

export const keywordFiguresSchema = z.object({
  term: z.string(),
  index: z.int().nonnegative(),
  sourceRow: z.int().nonnegative(),
  demand: measure(DEMAND_KINDS),
  competition: measure(COMPETITION_KINDS),
  trend: z.number().nullable(),
  cpc: z.number().nullable(),
  clicks: z.number().nullable(),
  engagement: z.number().nullable(),
  scores: z.object({
    opportunity: score,
    demand: score,
    competition: score,
    momentum: score,
    novelty: score,
    profit: score,
    relevance: score,
  }),
  brandLike: z.boolean(),
  group: z.string().nullable(),
}) satisfies z.ZodType<KeywordFigures>;

/** A finished insight with everything needed to show, cache and log it. Read back from files, so checked by schema. */
export const insightResultSchema = z.object({
  version: z.literal(1),
  /** The response's id; a rating refers to it. */
  id: z.uuid(),
  requestId: z.uuid(),
  type: z.enum(INSIGHT_TYPES),
  /** Of the shape of its type's insight schema. */
  insight: z.unknown(),
  /** The list's own figures of every term the insight names. */
  rows: z.array(keywordFiguresSchema),
  list: z.object({
    name: z.string(),
    tool: z.string(),
    toolLabel: z.string(),
    market: z.string().nullable(),
    currency: z.string().nullable(),
    hash: z.string(),
    rows: z.int().nonnegative(),
    dropped: z.array(z.object({ reason: z.string(), count: z.int() })),
    notes: z.array(z.string()),
  }),
  input: z.object({
    market: z.string(),
    product: z.string().nullable(),
    nicheTerms: z.array(z.string()),
    budgetCents: z.number().nullable(),
    currency: z.string().nullable(),
    assumedCpcCents: z.number().nullable(),
    language: z.string().nullable(),
    today: z.string(),
    instructions: z.string().nullable(),
  }),
  /** Who answered. `computed`: the built-in analyst, no language model. */
  model: z.object({
    provider: z.string(),
    id: z.string(),
    servedBy: z.string().nullable(),
    computed: z.boolean(),
  }),
  grounding: z.object({
    /** Terms the answer presented as the list's, and how many are. */
    claimed: z.int().nonnegative(),
    grounded: z.int().nonnegative(),
    /** Terms that are not in the list and were left out. */
    dropped: z.array(z.string()),
    /** Numbers in the text that stand neither in the term's row nor in the digest. */
    foreignNumbers: z.array(z.object({ path: z.string(), text: z.string() })),
  }),
  /** What the user should know of this answer, in their words. */
  notes: z.array(z.string()),
  cache: z.object({ hit: z.boolean(), expiresAt: z.iso.datetime() }),
  usage: z.object({
    tokensIn: z.number(),
    tokensOut: z.number(),
    estimated: z.boolean(),
    /** 1e-9 USD; null when the price is unknown. */
    costNanoUsd: z.number().nullable(),
    priceSource: z.string().nullable(),
  }),
  timing: z.object({ latencyMs: z.number(), firstTokenMs: z.number().nullable() }),
  structure: z.enum(['schema', 'json', 'instructions', 'computed']),
  attempts: z.int().positive(),
  generatedAt: z.iso.datetime(),
});
export type InsightResult = z.infer<typeof insightResultSchema>;
