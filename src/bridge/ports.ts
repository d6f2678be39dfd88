import type { ChatCall, ChatHooks, ChatModel } from '../generation/chat.ts';
import type {
  GenerateHooks,
  InsightRequest,
  InsightResult,
  KeywordLists,
  ListHandle,
} from '../generation/types.ts';
import type { InsightTypeId } from '../insights/catalogue.ts';
import type { ChatAnswer, Log } from '../providers/types.ts';
import type { HistoryEntry, Rating } from '../store/types.ts';
import type { UsageMetrics, UsagePeriod } from './metrics.ts';

/** What the bridge needs of the engine. */
export interface BridgeEngine {
  readonly lists: Pick<KeywordLists, 'open'>;
  generate(request: InsightRequest, hooks?: GenerateHooks): Promise<InsightResult>;
  chat(call: ChatCall, hooks?: ChatHooks): Promise<ChatAnswer>;
  chatModels(signal?: AbortSignal): Promise<readonly ChatModel[]>;
  rate(folder: string, responseId: string, rating: Rating | null, notes: string | null): Promise<void>;
  workspaceLog(folder: string): { insight(id: string): Promise<HistoryEntry | null> };
  quota(): Promise<readonly { readonly key: string; readonly used: number; readonly limit: number }[]>;
  describe(): Promise<DebugFacts>;
}

/** The debug document, of which these parts are told to anybody on this machine. Holds no key. */
export interface DebugFacts {
  readonly enabled: boolean;
  readonly provider: string;
  readonly modelVersion: string;
  readonly huggingface: {
    readonly hasToken: boolean;
    readonly modelId: string;
    readonly tokenAnalysis: { readonly issue: string };
  };
  readonly problems: readonly string[];
}

/** Everything the bridge works with; the editor and the terminal each bring their own. */
export interface BridgePorts {
  readonly engine: BridgeEngine;
  readonly log: Log;
  /** What callers must show. Read for every request, so that a renewed one counts at once. */
  readonly token: () => string;
  /** The `.lexybrain` folder that logs what is made here; null: nowhere. */
  readonly logFolder: () => Promise<string | null>;
  /** Whether the words of chats are logged beside their usage. */
  readonly logChat: () => boolean;
  /**
   * A keyword list of the workspace by its file name. Compares names and opens what it found itself: no path is made of
   * what a caller said. Throws `list-missing`, or `invalid-request` where several have that name.
   */
  readonly openList: (name: string) => Promise<ListHandle>;
  /** The team's own instructions for a type; null when there are none. */
  readonly instructions: (type: InsightTypeId) => Promise<string | null>;
  /** What was used in a period, by the log. */
  readonly metrics: (period: UsagePeriod) => Promise<UsageMetrics>;
  /** The rows of the training data as JSON Lines, newest first, some lines at a time. */
  readonly trainingData: (query: TrainingQuery) => AsyncIterable<Uint8Array>;
  readonly now?: () => Date;
}

/** Which rows of training data are wanted; times ISO 8601 UTC. */
export interface TrainingQuery {
  readonly from?: string;
  readonly to?: string;
  readonly types?: readonly string[];
  readonly limit?: number;
}
