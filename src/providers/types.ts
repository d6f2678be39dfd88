import type { z } from 'zod';
import type { ErrorReason, LexyBrainError } from '../errors.ts';

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
  /** Called with each piece of what a model thinks before it answers: no part of the completion, but billed. */
  readonly onThought?: (piece: string) => void;
  /** Called when text that was passed on is void because the answer starts again. */
  readonly onRestart?: () => void;
  /** What the built-in analyst answers with; other providers ignore it. */
  readonly compute?: () => Promise<unknown>;
  /**
   * Called before each HTTP request of this generation, with its number from 1, and with what came of the one before
   * when it failed and is now tried again. Whoever guards the money can reserve for one more attempt here, or throw
   * and so end the generation.
   */
  readonly beforeAttempt?: (attempt: number, failed?: LexyBrainError) => void | Promise<void>;
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

/** A chat completion in OpenAI's own shape, passed on as it is. */
export interface ChatRequest {
  /** As its provider names it; the provider's default when absent. */
  readonly model?: string;
  /** The caller's body (messages, tools, …); `model` and `stream` in it do not count. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
  /** Limit of output tokens, put in where the body names none. */
  readonly maxTokens?: number;
}

export interface ChatOptions {
  readonly signal?: AbortSignal;
  /** As in `GenerateOptions`. */
  readonly beforeAttempt?: GenerateOptions['beforeAttempt'];
  /** Takes each event of a streamed answer, one line of JSON; `[DONE]` is left out. */
  readonly onEvent?: (data: string) => void;
  /** Asked after every piece that was read: a promise holds the provider up until it resolves. */
  readonly ready?: () => Promise<void> | undefined;
}

export interface ChatAnswer {
  /** The whole completion as the provider sent it; null when it was streamed. */
  readonly completion: unknown;
  /** What was said, tool calls included, as one text. */
  readonly text: string;
  readonly model: string;
  readonly usage: Usage;
  readonly servedBy?: string;
  readonly finishReason?: string;
  readonly firstTokenMs?: number;
}

export interface ConnectionResult {
  readonly success: boolean;
  /** A sentence for the user. */
  readonly message: string;
  /** Why it failed; absent when it did not. */
  readonly reason?: ErrorReason;
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

/** The cheapest and the dearest price a model may have; the same where there is one. */
export interface PriceRange {
  readonly lowest: Price;
  readonly highest: Price;
}

export interface ModelInfo {
  readonly id: string;
  readonly contextTokens: number | null;
  /** The dearest and the cheapest of those that may serve it and say their price; null when none does. */
  readonly price: PriceRange | null;
  readonly live: boolean;
  readonly structuredOutput: boolean | null;
  /** Who serves it behind a router. */
  readonly servedBy: readonly string[];
  /** Behind a router: each of those that may serve it, with its own price. */
  readonly offers?: readonly ModelOffer[];
  /** The last day the model can be used, YYYY-MM-DD, where the provider says so. */
  readonly endsOn?: string;
}

/** One of those behind a router that serve a model. */
export interface ModelOffer {
  readonly provider: string;
  readonly live: boolean;
  readonly price: Price | null;
  readonly contextTokens: number | null;
  readonly structuredOutput: boolean | null;
}

export interface ConnectionOptions {
  readonly signal?: AbortSignal;
  /** The model to look for; the provider's chosen or default model when absent. */
  readonly model?: string;
  /**
   * Whether a request of a few tokens may be made where nothing cheaper proves that generating is allowed.
   * True when absent.
   */
  readonly probe?: boolean;
}

/** What turns a request into a completion. All state belongs to the request, none to the provider. */
export interface LexyBrainProvider {
  getProviderName(): string;
  generate(request: LexyBrainProviderRequest, options?: GenerateOptions): Promise<LexyBrainProviderResponse>;
  testConnection(options?: ConnectionOptions): Promise<ConnectionResult>;
  listModels?(signal?: AbortSignal): Promise<readonly ModelInfo[]>;
  /** The model that answers a request that names none; null while there is none. Throws when the user has to choose. */
  defaultModel?(signal?: AbortSignal): Promise<string | null>;
  /** Passes a chat completion through; absent where the provider has no such interface. */
  chat?(request: ChatRequest, options?: ChatOptions): Promise<ChatAnswer>;
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

/** Limits in milliseconds. */
export interface Deadlines {
  /** Until the server begins to answer (headers). A model that is loading may need all of it. */
  readonly connect: number;
  /** Until the first piece of the answer, counted from the start of the attempt. */
  readonly firstToken: number;
  /** Until the whole answer, retries and the pauses between them included. */
  readonly whole: number;
}

/** Time and chance, so that tests need neither. */
export interface Time {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `run` once after `ms`; the result calls it off. */
  after(ms: number, run: () => void): () => void;
  /** Resolves after `ms`; rejects as soon as the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

/** What a model turned out not to take; learned from refusals, kept for the life of the process. */
export interface ModelQuirks {
  readonly structure?: StructureMode;
  readonly omitTemperature?: boolean;
  readonly omitStreamOptions?: boolean;
  /** It knows no system message: what it says stands before the prompt. */
  readonly mergeSystem?: boolean;
  readonly tokensField?: 'max_tokens' | 'max_completion_tokens';
}

/** Keyed by provider, base URL and model. A `Map` will do. */
export interface ModelMemory {
  get(key: string): ModelQuirks | undefined;
  set(key: string, quirks: ModelQuirks): unknown;
}

/** A model that the editor offers. */
export interface LanguageModelDescription {
  /** Unique within the vendor. */
  readonly id: string;
  readonly vendor: string;
  readonly family: string;
  readonly name: string;
  readonly maxInputTokens: number;
  /** Whether the user has agreed to its use; undefined while not asked. */
  readonly allowed?: boolean;
}

/** The editor's language models, as `host/` offers them. Failures are thrown as the editor throws them (with a `code`). */
export interface LanguageModels {
  list(signal?: AbortSignal): Promise<readonly LanguageModelDescription[]>;
  /** Sends one user message; yields the pieces of the answer. May ask the user for consent. */
  send(
    model: LanguageModelDescription,
    message: string,
    options: { readonly justification: string; readonly maxTokens: number; readonly signal: AbortSignal },
  ): AsyncIterable<string>;
  countTokens(model: LanguageModelDescription, text: string, signal?: AbortSignal): Promise<number>;
}

/** What a provider is given. Everything but `fetch` and `log` may be left out. */
export interface ProviderPorts {
  readonly fetch: Fetch;
  readonly log: Log;
  /** Asked at every request, so that a key set later counts at once. */
  readonly key?: (() => Promise<string | undefined>) | undefined;
  readonly baseUrl?: string | undefined;
  /** Used when a request names none. */
  readonly model?: string | undefined;
  /** Hugging Face: the organisation that pays. */
  readonly billTo?: string | undefined;
  readonly deadlines?: Partial<Deadlines> | undefined;
  readonly languageModels?: LanguageModels | undefined;
  readonly memory?: ModelMemory | undefined;
  readonly time?: Time | undefined;
}

/** Everything the rest of the program knows of a provider without making one. */
export interface ProviderEntry {
  readonly id: ProviderId;
  readonly label: string;
  readonly needsKey: boolean;
  /** How the key is called in the provider's world and in the environment; null when there is none. */
  readonly keyName: string | null;
  readonly defaultBaseUrl: string | null;
  /** Null: the user picks one, unless `findsModel`. */
  readonly defaultModel: string | null;
  /** Where none is chosen, the provider itself tells which one answers (`defaultModel()`). */
  readonly findsModel?: boolean;
  /** Where to get a key, what the provider's pages say about models, and whether it is up. */
  readonly keyUrl: string | null;
  readonly docsUrl: string | null;
  readonly statusUrl: string | null;
  /** False: nothing is billed by token (computed here, on this machine, or by the editor). */
  readonly priced: boolean;
  /** Models to mark as recommended where they are live. */
  readonly recommended: readonly string[];
  readonly create: (ports: ProviderPorts) => LexyBrainProvider;
}
