import type { z } from 'zod';

export const PROVIDER_IDS = ['builtin', 'huggingface', 'openai', 'anthropic', 'local', 'vscode'] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

/** How strictly the wire holds the answer to the schema; each falls back to the next. */
export type StructureMode = 'schema' | 'json' | 'instructions';

export interface LexyBrainProviderRequest {
  readonly prompt: string;
  readonly system?: string;
  /** The provider's default model when absent. */
  readonly model?: string;
  readonly max_tokens?: number;
  readonly temperature?: number;
  /** Shape of the answer, and a name for it on the wire. */
  readonly schema?: { readonly name: string; readonly schema: z.ZodType };
  /** Terms an answer may use; made an `enum` on the wire where a small model needs the help. */
  readonly terms?: readonly string[];
}

export interface GenerateOptions {
  readonly signal?: AbortSignal;
  /** Called with each piece of the completion as it arrives. */
  readonly onText?: (piece: string) => void;
  /** Called when text that was passed on is void because the answer starts again. */
  readonly onRestart?: () => void;
  /** What the built-in analyst answers with; other providers ignore it. */
  readonly compute?: () => Promise<unknown>;
}

/** Tokens in disjoint buckets. */
export interface Usage {
  /** Input that was neither read from nor written to a provider's prompt cache. */
  readonly uncachedIn: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Includes reasoning. */
  readonly out: number;
  /** True when counted by us because the provider did not say. */
  readonly estimated: boolean;
  /** The provider's own usage object, as it came. */
  readonly raw: unknown;
}

export interface LexyBrainProviderResponse {
  readonly completion: string;
  /** The model that answered, as the provider names it. */
  readonly model: string;
  readonly usage?: Usage;
  /** Who served it behind a router. */
  readonly servedBy?: string;
  /** `stop`, `length`, `content_filter`, … as the provider says. */
  readonly finishReason?: string;
  readonly structure?: StructureMode;
  /** HTTP requests made, retries and fallbacks of structure included. */
  readonly attempts?: number;
  readonly firstTokenMs?: number;
}

export interface ConnectionResult {
  readonly success: boolean;
  /** A sentence for the user. */
  readonly message: string;
  readonly details?: Record<string, unknown>;
}

/** USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** Where the price is from and when (YYYY-MM-DD). */
  readonly source: string;
  readonly asOf: string;
}

export interface ModelInfo {
  readonly id: string;
  readonly contextTokens: number | null;
  /** The dearest and the cheapest of those that may serve it; null when unknown. */
  readonly price: { readonly lowest: Price; readonly highest: Price } | null;
  readonly live: boolean;
  readonly structuredOutput: boolean | null;
  /** Who serves it behind a router. */
  readonly servedBy: readonly string[];
}

/** What turns a request into a completion. All state belongs to the request, none to the provider. */
export interface LexyBrainProvider {
  getProviderName(): string;
  generate(request: LexyBrainProviderRequest, options?: GenerateOptions): Promise<LexyBrainProviderResponse>;
  testConnection(): Promise<ConnectionResult>;
  listModels?(signal?: AbortSignal): Promise<readonly ModelInfo[]>;
}

/** The part of the Fetch API that providers use; VS Code's in the editor, undici's in the terminal. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One line per attempt goes here, never with a key or a prompt. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
