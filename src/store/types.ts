import type { Extra } from './extras.ts';

/** The records of the workspace log. Times are ISO 8601 UTC, ids UUIDv7 text. Records never change once written. */

/** The type under which free chats are logged; they are no insights, and exports leave them out unless asked. */
export const CHAT_TYPE = 'chat_completion';

export interface RequestRow {
  readonly id: string;
  /** Random id of the installation, or null. */
  readonly user_id: string | null;
  readonly prompt: string;
  readonly context_json: unknown;
  readonly requested_at: string;
  readonly insight_type: string;
  readonly market: string;
  readonly niche_terms: readonly string[];
  readonly source: 'panel' | 'cli' | 'bridge' | 'chat';
  readonly list_name: string | null;
  readonly list_hash: string | null;
  readonly list_rows: number | null;
  readonly experiment: string | null;
  readonly arm: string | null;
  readonly comparison_id: string | null;
}

export interface ResponseRow {
  readonly id: string;
  readonly model_name: string;
  /** The insight, or `{raw}` when the answer could not be used. */
  readonly output_json: unknown;
  readonly generated_at: string;
  readonly latency_ms: number;
  readonly success: boolean;
  readonly tokens_in: number | null;
  readonly tokens_out: number | null;
  readonly provider: string;
  readonly served_by: string | null;
  /** 1 for the first answer, 2 for the stricter retry. */
  readonly attempt: number;
  readonly first_token_ms: number | null;
  readonly usage_json: unknown;
  readonly price_json: unknown;
  readonly cost_nano_usd: number | null;
  readonly finish_reason: string | null;
  readonly error_code: string | null;
}

/** A row of `ai_insights`: an insight that was made, for the history. */
export interface InsightRow {
  /** Same id as the response it came from. */
  readonly id: string;
  readonly user_id: string | null;
  readonly type: string;
  readonly input_hash: string;
  readonly context_json: unknown;
  /** Everything the panel needs to show it again. */
  readonly output_json: unknown;
  readonly generated_at: string;
  readonly expires_at: string;
  readonly ttl_minutes: number;
  readonly status: 'ready' | 'stale';
  readonly model_version: string;
}

export interface UsageRow {
  readonly id: string;
  readonly user_id: string | null;
  readonly type: string;
  readonly tokens_in: number;
  readonly tokens_out: number;
  readonly cache_hit: boolean;
  readonly latency_ms: number;
  readonly cost_nano_usd: number;
  readonly model_version: string;
  readonly plan_code: string | null;
  readonly source: RequestRow['source'];
  readonly ts: string;
}

export interface FailureRow {
  readonly id: string;
  readonly user_id: string | null;
  readonly type: string;
  readonly error_code: string;
  readonly error_message: string;
  readonly payload: unknown;
  readonly ts: string;
}

/** One generation: the request, every attempt's response, usage, and the insight or the failure. */
export interface GenerationRecord {
  readonly kind: 'generation';
  /** The request's id. */
  readonly id: string;
  readonly request: RequestRow | null;
  readonly responses: readonly ResponseRow[];
  readonly insight: InsightRow | null;
  readonly usage: UsageRow | null;
  readonly failure: FailureRow | null;
}

export type Rating = 'positive' | 'negative' | 'neutral';

/** A rating of a response; the latest per response and user counts, null withdraws it. */
export interface FeedbackRecord {
  readonly kind: 'feedback';
  readonly id: string;
  readonly response_id: string;
  readonly user_id: string | null;
  readonly feedback: Rating | null;
  readonly notes: string | null;
  readonly created_at: string;
}

/** A pick between two answers that were shown side by side. */
export interface PreferenceRecord {
  readonly kind: 'preference';
  readonly id: string;
  readonly comparison_id: string;
  readonly chosen_response_id: string;
  readonly rejected_response_id: string;
  readonly user_id: string | null;
  readonly created_at: string;
}

export type LogRecord = GenerationRecord | FeedbackRecord | PreferenceRecord;

/** An insight of the past, with the latest rating of the log's user. */
export interface HistoryEntry {
  readonly insight: InsightRow;
  readonly feedback: Rating | null;
  readonly notes: string | null;
}

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** Pass as `before` for the next page; null at the end. */
  readonly next: string | null;
}

/** The log of one workspace. */
export interface WorkspaceLog {
  /** Resolves once the record cannot be lost any more; rejects when it could not be written. */
  append(record: LogRecord): Promise<void>;
  history(query: { readonly before?: string | null; readonly limit: number }): Promise<HistoryPage>;
  insight(id: string): Promise<HistoryEntry | null>;
  /** Called after records of this or another process became visible. */
  onDidChange(listener: () => void): { dispose(): void };
  /** Ends the worker. Nothing acknowledged depends on it. */
  close(): Promise<void>;
}

/** Which generations an export wants. What is absent does not restrict. Times ISO 8601 UTC, both ends included. */
export interface GenerationQuery {
  readonly from?: string;
  readonly to?: string;
  readonly types?: readonly string[];
  /** Model names as in `model_name` of the answer that counts (see `StoredGeneration.answer`). */
  readonly models?: readonly string[];
  readonly providers?: readonly string[];
  readonly sources?: readonly RequestRow['source'][];
  readonly success?: boolean;
  /** Verdicts of the ratings; null stands for unrated or disagreeing. */
  readonly ratings?: readonly (Rating | null)[];
  /** Only the requests that these responses belong to. */
  readonly responses?: readonly string[];
  /** Whether any of the request's responses has a rating, whatever it says. */
  readonly rated?: boolean;
  /** At most so many, newest first. */
  readonly limit?: number;
}

/** A logged request with everything that hangs on it, from all parts. */
export interface StoredGeneration {
  readonly request: RequestRow;
  /** By attempt, first to last. */
  readonly responses: readonly ResponseRow[];
  /** The answer that counts: the last successful response, else the last; null without any. */
  readonly answer: ResponseRow | null;
  /** The latest rating of each user over the request's responses; withdrawn ones are left out. */
  readonly ratings: readonly FeedbackRecord[];
  /** The latest rating of each user of each response; withdrawn ones are left out. */
  readonly responseRatings: readonly FeedbackRecord[];
  /** What the users agree on; null when unrated or when they disagree. */
  readonly verdict: Rating | null;
}

/** Which usage is meant. What is absent does not restrict. Times ISO 8601 UTC, both ends included. */
export interface UsageQuery {
  readonly from?: string;
  readonly to?: string;
  readonly type?: string;
}

/** What was used, by the usage events and failures of all parts. */
export interface UsageSummary {
  readonly requests: number;
  readonly cacheHits: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** 1e-9 USD; what has no known price counts nothing. */
  readonly costNanoUsd: number;
  readonly failures: number;
  /** Over all requests, cached ones included; 0 without any. */
  readonly averageLatencyMs: number;
  readonly p95LatencyMs: number;
  /** Requests by type. */
  readonly byType: Readonly<Record<string, number>>;
}

/** Prices in USD per million tokens by `provider/model`: what used such a model is reckoned anew with them. */
export type PriceTable = Readonly<Record<string, { readonly input: number; readonly output: number }>>;

/** What one day, model or insight type used. */
export interface UsageGroup {
  /** A UTC day (YYYY-MM-DD), `provider/model`, or an insight type. */
  readonly name: string;
  readonly requests: number;
  readonly cacheHits: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** As logged, 1e-9 USD. */
  readonly costNanoUsd: number;
  /** The same at the prices of the query, where those name the model; else as logged. */
  readonly correctedNanoUsd: number;
  readonly failures: number;
  /** Of the requests that were not answered from the cache; null without any. */
  readonly latencyMs: { readonly median: number; readonly p95: number } | null;
  /** The latest of each user, by when the answer was asked for. */
  readonly ratings: Readonly<Record<Rating, number>>;
}

/** What one arm of an experiment came to. */
export interface ArmUsage {
  readonly experiment: string;
  readonly arm: string;
  /** Who answered, as `provider/model`; more than one when the arm was changed. */
  readonly models: readonly string[];
  /** Requests that asked a model, and those of them that brought an answer. */
  readonly requests: number;
  readonly answered: number;
  readonly costNanoUsd: number;
  readonly latencyMs: { readonly median: number; readonly p95: number } | null;
  readonly ratings: Readonly<Record<Rating, number>>;
}

/** How often each of two models was preferred where both answered the same request. */
export interface PairedPicks {
  /** `provider/model`, in alphabetical order. */
  readonly models: readonly [string, string];
  readonly picks: readonly [number, number];
}

/** Usage taken apart. */
export interface UsageReport {
  readonly total: UsageGroup;
  /** Newest day first, the others by requests. */
  readonly days: readonly UsageGroup[];
  readonly models: readonly UsageGroup[];
  readonly types: readonly UsageGroup[];
  /** Answers whose price was not known: their cost counts nothing. */
  readonly unpriced: number;
  readonly arms: readonly ArmUsage[];
  readonly comparisons: readonly PairedPicks[];
}

/** What becomes of user ids in an export: kept, numbered in order of appearance (`user-1`), or null. */
export type UserIds = 'keep' | 'pseudonymise' | 'drop';

/** What came of merging one source. */
export interface Merged {
  /** New in the log. `others` are usage events, failures and insights without their request. */
  readonly added: {
    readonly generations: number;
    readonly ratings: number;
    readonly preferences: number;
    readonly others: number;
  };
  /** Records that were there already, the same. */
  readonly known: number;
  /** Records that were there with other content, which stays: how many, and the first of their ids. */
  readonly conflicts: { readonly count: number; readonly ids: readonly string[] };
  /** What could not be taken over, by reason. */
  readonly refused: readonly { readonly reason: string; readonly count: number }[];
}

export interface MergeOptions {
  readonly signal?: AbortSignal;
  /** Told now and then how many records were read so far. */
  readonly onProgress?: (read: number) => void;
}

/** What `deleteAll` removed. */
export interface DeletedCounts {
  readonly generations: number;
  readonly ratings: number;
  readonly preferences: number;
  /** Files removed from the disk, and their bytes. */
  readonly files: number;
  readonly bytes: number;
}

/** Which generations become lines of JSON, and how. `limit` is about lines. */
export interface LineQuery extends GenerationQuery {
  /** `whole`: the request, every response, the ratings; `training`: a row of the view `lexybrain_training_data`. */
  readonly shape: 'whole' | 'training';
  readonly users: UserIds;
  /** Generations of these kinds are counted only. */
  readonly leaveOut: readonly Extra[];
  /** Whether a whole generation has its failed responses too. */
  readonly failed: boolean;
}

/** Some lines of JSON, each ended, in UTF-8, and what was left out since those before them. */
export interface GenerationLines {
  readonly bytes: Uint8Array;
  readonly lines: number;
  readonly leftOut: Readonly<Partial<Record<Extra, number>>>;
}

/** The log of one workspace with what exports and housekeeping need. */
export interface WorkspaceDatabase extends WorkspaceLog {
  /**
   * Walks all parts, the newest part first and newest first within it, in bounded memory, in a worker of its own on a
   * snapshot taken at the first step. Ending the iteration early ends the worker.
   */
  generations(query?: GenerationQuery): AsyncIterable<StoredGeneration>;
  /**
   * The same as JSON Lines, without what looks like a secret; several times as fast, because the lines are made where
   * they are read.
   */
  lines(query: LineQuery): AsyncIterable<GenerationLines>;
  /** What was used in a time. */
  usage(query?: UsageQuery): Promise<UsageSummary>;
  /** What was used in a time, by day, model and type, with ratings, experiments and comparisons. */
  usageReport(query?: UsageQuery, prices?: PriceTable): Promise<UsageReport>;
  /** Every pick between two answers, of all parts. */
  preferences(): Promise<readonly PreferenceRecord[]>;
  /** Writes everything into one plain SQLite file, replaced atomically. Resolves to the number of requests in it. */
  exportDatabase(file: string, signal?: AbortSignal, users?: UserIds): Promise<number>;
  /**
   * Takes over the records of another log: a `.lexybrain` folder, a database file, or JSON or CSV rows of the view
   * `lexybrain_training_data`. Records are united by their ids: what is there stays. The source is hostile input: it is
   * read in a worker of its own, which is ended when any step takes too long.
   */
  merge(path: string, options?: MergeOptions): Promise<Merged>;
  /** Deletes every record, in every window, for good. */
  deleteAll(): Promise<DeletedCounts>;
}
