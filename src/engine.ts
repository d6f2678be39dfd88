import type { Configuration, Sourced } from './configuration.ts';
import type { GenerateHooks, InsightRequest, InsightResult, KeywordLists } from './generation/types.ts';
import type { InsightTypeId } from './insights/types.ts';
import type { ConnectionResult, Fetch, Log, ModelInfo, ProviderId } from './providers/types.ts';
import type { Rating, WorkspaceLog } from './store/types.ts';

/** What the engine needs of the world. The editor and the terminal each bring their own. */
export interface EnginePorts {
  /** Read afresh for every use, so that a changed setting counts at once. */
  readonly configuration: () => Configuration;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * The stored key of a provider; undefined when there is none. May throw: then no other key and no other
   * provider takes its place, unless an environment variable has one.
   */
  readonly storedKey: (provider: ProviderId) => Promise<string | undefined>;
  readonly log: Log;
  readonly fetch: Fetch;
  /** The user's own folder: cache, ledger, installation id. Shared by editor and terminal. */
  readonly dataFolder: string;
  /** Opens keyword lists; in a worker in the editor. */
  readonly lists: KeywordLists;
  /** Opens the log in a `.lexybrain` folder. */
  readonly openLog: (folder: string) => WorkspaceLog;
  readonly now?: () => Date;
}

export interface Key {
  readonly value: string;
  /** "the secret storage", or the name of an environment variable. */
  readonly source: 'secrets' | 'environment';
  readonly variable: string | null;
}

/** Who would answer, and why. */
export interface Route {
  readonly provider: ProviderId;
  readonly providerLabel: string;
  readonly model: string;
  /** `auto` chose it because no token is set: the panel offers to set one. */
  readonly forWantOfToken: boolean;
  readonly chosenBy: Sourced<string>['source'] | 'request';
  /** Where the text goes, for the notice before the first request: a host name, or null for this machine. */
  readonly sendsTo: string | null;
}

export interface Engine {
  readonly lists: KeywordLists;
  /** Decides who answers without contacting anyone. Throws what is wrong with the choice (no token, RunPod, unknown). */
  route(type: InsightTypeId, model?: string): Promise<Route>;
  /** Ends in exactly one of an insight or a LexyBrainError. */
  generate(request: InsightRequest, hooks?: GenerateHooks): Promise<InsightResult>;
  rate(folder: string, responseId: string, rating: Rating | null, notes: string | null): Promise<void>;
  /** The log of one `.lexybrain` folder, opened on first use. */
  workspaceLog(folder: string): WorkspaceLog;
  testConnection(): Promise<ConnectionResult>;
  listModels(provider: ProviderId, signal?: AbortSignal): Promise<readonly ModelInfo[]>;
  /** The old debug document and what to do about each problem. Holds no key. */
  describe(): Promise<DebugDocument>;
  /** Removes the cached answers; resolves to how many there were. */
  clearCache(): Promise<number>;
  close(): Promise<void>;
}

export interface DebugDocument {
  readonly enabled: boolean;
  readonly provider: string;
  readonly modelVersion: string;
  readonly huggingface: {
    readonly hasToken: boolean;
    readonly tokenSource: string | null;
    readonly tokenMasked: string | null;
    readonly modelId: string;
    readonly tokenAnalysis: {
      readonly hasWhitespace: boolean;
      readonly length: number;
      readonly note: string;
      readonly issue: string;
    };
  };
  readonly runpod_deprecated: { readonly note: string; readonly variablesSet: readonly string[] };
  readonly general: { readonly dailyCostCap: number | null; readonly maxLatencyMs: number };
  readonly money: { readonly spentTodayCents: number; readonly capCents: number | null };
  /** What is wrong, each with what to do; empty when all is well. */
  readonly problems: readonly string[];
}
