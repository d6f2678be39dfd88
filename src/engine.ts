import { v7 as uuidv7 } from 'uuid';
import {
  RETIRED_VARIABLES,
  requireEnabled,
  requireSound,
  SETTINGS,
  type Configuration,
} from './configuration.ts';
import { LexyBrainError, messageOf } from './errors.ts';
import { AnswerCache } from './generation/cache.ts';
import { Chats, type ChatCall, type ChatHooks, type ChatModel } from './generation/chat.ts';
import { Generator } from './generation/generate.ts';
import { findKey } from './generation/keys.ts';
import { Ledger } from './generation/ledger.ts';
import { PriceBook } from './generation/pricing.ts';
import { Router, type Limits, type Plan, type Route } from './generation/routing.ts';
import type {
  GenerateHooks,
  InsightRequest,
  InsightResult,
  KeywordLists,
  ModelPick,
} from './generation/types.ts';
import { installationId } from './generation/user.ts';
import { providerEntry } from './providers/index.ts';
import { analyseToken } from './providers/token-check.ts';
import type {
  ChatAnswer,
  ConnectionResult,
  Fetch,
  LanguageModels,
  Log,
  ModelInfo,
  ProviderId,
} from './providers/types.ts';
import type { LogPolicy } from './store/index.ts';
import type { Rating, UsageQuery, UsageReport, WorkspaceDatabase } from './store/types.ts';

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
  readonly openLog: (folder: string, policy: LogPolicy) => WorkspaceDatabase;
  /** The models that the editor offers; absent in the terminal. */
  readonly languageModels?: LanguageModels;
  readonly now?: () => Date;
}

export interface Engine {
  readonly lists: KeywordLists;
  /** Decides who answers without contacting anyone. Throws what is wrong with the choice (no token, RunPod, unknown). */
  route(pick?: ModelPick): Promise<Route>;
  /** Who answers this request, and who in their place, without contacting anyone. Throws what is wrong with the choice. */
  plan(request: InsightRequest): Promise<Plan>;
  /** Ends in exactly one of an insight or a LexyBrainError. */
  generate(request: InsightRequest, hooks?: GenerateHooks): Promise<InsightResult>;
  rate(folder: string, responseId: string, rating: Rating | null, notes: string | null): Promise<void>;
  /** Records which of two compared answers is the better one. */
  prefer(folder: string, preference: Preference): Promise<void>;
  /** What was used, as the log of one folder has it; prices of the settings correct the past. */
  usage(folder: string, query?: UsageQuery): Promise<UsageReport>;
  /** The log of one `.lexybrain` folder, opened on first use. */
  workspaceLog(folder: string): WorkspaceDatabase;
  testConnection(): Promise<ConnectionResult>;
  listModels(provider: ProviderId, signal?: AbortSignal): Promise<readonly ModelInfo[]>;
  /** The old debug document and what to do about each problem. Holds no key. */
  describe(): Promise<DebugDocument>;
  /** Passes a chat completion in OpenAI's shape through to a provider that is set up; asks nobody anything. */
  chat(call: ChatCall, hooks?: ChatHooks): Promise<ChatAnswer>;
  /** The models that `chat` takes, of every provider that is set up. */
  chatModels(signal?: AbortSignal): Promise<readonly ChatModel[]>;
  /** How much of each quota this month (UTC) has used; limit -1 is unlimited. */
  quota(): Promise<readonly QuotaUse[]>;
  /** How many cached answers there are. */
  cachedAnswers(): Promise<number>;
  /** Removes the cached answers; resolves to how many there were. */
  clearCache(): Promise<number>;
  close(): Promise<void>;
}

/** By the ids of the answers. */
export interface Preference {
  readonly comparisonId: string;
  readonly chosen: string;
  readonly rejected: string;
}

export interface QuotaUse {
  readonly key: 'ai_brief' | 'ai_calls';
  readonly used: number;
  readonly limit: number;
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
  readonly money: { readonly spentTodayCents: number | null; readonly capCents: number | null };
  /** What is wrong, each with what to do; empty when all is well. */
  readonly problems: readonly string[];
}

const NANO_PER_CENT = 10_000_000;

/** Builds store, providers and generation from the ports. Opens and contacts nothing before it is used. */
export function createEngine(ports: EnginePorts): Engine {
  const now = ports.now ?? (() => new Date());
  const { configuration, log } = ports;
  const prices = new PriceBook(configuration, now);
  const router = new Router({ ...ports, languageModels: ports.languageModels, prices });
  const logsText = (): boolean => configuration().logPrompts.value;
  const cache = new AnswerCache({
    dataFolder: ports.dataFolder,
    memoryOnly: () => !logsText(),
    onProblem: (problem) => log.warn(problem),
  });
  const ledger = new Ledger({
    dataFolder: ports.dataFolder,
    now: () => now().getTime(),
    prices: () => configuration().prices.value,
  });
  const logs = new Map<string, WorkspaceDatabase>();

  const workspaceLog = (folder: string): WorkspaceDatabase => {
    let opened = logs.get(folder);
    if (opened === undefined) {
      opened = ports.openLog(folder, { ...logPolicy(configuration), userId });
      logs.set(folder, opened);
    }
    return opened;
  };

  let user: Promise<string | null> | null = null;
  const userId = (): Promise<string | null> =>
    (user ??= installationId(ports.dataFolder).catch((error: unknown) => {
      log.warn(`The installation id cannot be kept: ${messageOf(error)}`);
      return null;
    }));

  const generator = new Generator({
    plan: ({ type, pick, refused }, question) => router.plan(type, question, pick, refused),
    named: (route, signal) => router.named(route, signal),
    towards: (route) => router.towards(route),
    limits: () => limitsOf(configuration()),
    brands: () => ({ add: configuration().brandsAdd.value, remove: configuration().brandsRemove.value }),
    cache,
    ledger,
    workspaceLog,
    logsText,
    userId,
    log,
    now,
  });

  const chats = new Chats({
    router,
    limits: () => limitsOf(configuration()),
    ledger,
    workspaceLog,
    userId,
    log,
    now,
    environment: ports.environment,
    storedKey: ports.storedKey,
  });

  /** Every door: turned on, and no setting that would have to be guessed. */
  const requireReady = (): void => {
    requireEnabled(configuration());
    requireSound(configuration());
  };

  return {
    lists: ports.lists,
    route: async (pick) => {
      requireReady();
      return router.route(pick);
    },
    plan: async (request) => {
      requireReady();
      return generator.plan(request);
    },
    generate: async (request, hooks) => {
      requireReady();
      return generator.generate(request, hooks);
    },
    rate: async (folder, responseId, rating, notes) => {
      requireEnabled(configuration());
      await workspaceLog(folder).append({
        kind: 'feedback',
        id: uuidv7(),
        response_id: responseId,
        user_id: await userId(),
        feedback: rating,
        notes,
        created_at: now().toISOString(),
      });
    },
    prefer: async (folder, { comparisonId, chosen, rejected }) => {
      requireEnabled(configuration());
      await workspaceLog(folder).append({
        kind: 'preference',
        id: uuidv7(),
        comparison_id: comparisonId,
        chosen_response_id: chosen,
        rejected_response_id: rejected,
        user_id: await userId(),
        created_at: now().toISOString(),
      });
    },
    usage: (folder, query) => workspaceLog(folder).usageReport(query, configuration().prices.value),
    workspaceLog,
    testConnection: async () => {
      requireReady();
      const route = await router.route();
      return router.provider(route.provider).testConnection(route.model === '' ? {} : { model: route.model });
    },
    listModels: async (provider, signal) => {
      requireReady();
      return (await router.provider(provider).listModels?.(signal)) ?? [];
    },
    describe: () => describe(ports, router, ledger),
    chat: async (call, hooks) => {
      requireReady();
      return chats.complete({ ...call, logText: call.logText && logsText() }, hooks);
    },
    chatModels: async (signal) => {
      requireReady();
      return chats.models(signal);
    },
    quota: async () => {
      requireReady();
      const { counts } = await ledger.usage(now().toISOString().slice(0, 7));
      const { quota } = limitsOf(configuration());
      return (['ai_brief', 'ai_calls'] as const).map((key) => ({
        key,
        used: counts[key] ?? 0,
        limit: quota(key),
      }));
    },
    cachedAnswers: () => cache.count(),
    clearCache: () => cache.clear(),
    close: async () => {
      await Promise.all([generator.close(), chats.settled()]);
      await ledger.settled();
      prices.close();
      await Promise.all([...logs.values()].map((each) => each.close()));
      logs.clear();
      await ports.lists.close();
    },
  };
}

/** What is kept and what is never written, by the settings of the moment. */
function logPolicy(configuration: () => Configuration): LogPolicy {
  return {
    redact: () => configuration().logRedact.value,
    retention: () => {
      const { retentionDays, retentionMegabytes } = configuration();
      return {
        ...(retentionDays.value === 0 ? {} : { days: retentionDays.value }),
        ...(retentionMegabytes.value === 0 ? {} : { bytes: retentionMegabytes.value * 1e6 }),
      };
    },
  };
}

function limitsOf(configuration: Configuration): Limits {
  const { dailyCostCap, allowUnknownPrice, quotaBriefs, quotaCalls, requestsPerMinute } = configuration;
  return {
    capNano: dailyCostCap.value === null ? null : Math.round(dailyCostCap.value * NANO_PER_CENT),
    allowUnknownPrice: allowUnknownPrice.value,
    quota: (key) => (key === 'ai_brief' ? quotaBriefs.value : quotaCalls.value),
    requestsPerMinute: requestsPerMinute.value,
  };
}

async function describe(ports: EnginePorts, router: Router, ledger: Ledger): Promise<DebugDocument> {
  const configuration = ports.configuration();
  const { environment } = ports;
  const problems = configuration.problems.map(({ name, message }) => `${name} cannot be used: ${message}.`);
  const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      const words = LexyBrainError.is(error) ? error.toUserText() : messageOf(error);
      if (!problems.includes(words)) problems.push(words);
      return null;
    }
  };
  await attempt(async () => requireEnabled(configuration));
  const { keyName, defaultModel } = providerEntry('huggingface');
  const key = await attempt(() => findKey('huggingface', ports));
  // A variable that is set and empty is said to be that.
  const token = analyseToken(key?.given ?? environment[keyName ?? '']);
  if (token.note !== '') problems.push(`The Hugging Face token is odd. ${token.note}`);
  const route = await attempt(() => router.route());
  const today = await attempt(() => ledger.usage());
  const month = await attempt(() => ledger.usage(today?.period.slice(0, 7)));
  const limits = limitsOf(configuration);
  const spentNano = today === null ? null : today.settledNano + today.openNano;
  if (spentNano !== null && limits.capNano !== null && spentNano >= limits.capNano) {
    problems.push(
      "Today's cost cap is reached. Raise lexybrain.dailyCostCap, use a model that costs nothing, or wait until 00:00 UTC.",
    );
  }
  for (const [quotaKey, count] of Object.entries(month?.counts ?? {})) {
    const limit = limits.quota(quotaKey);
    if (limit === -1 || count < limit) continue;
    const setting = SETTINGS[quotaKey === 'ai_brief' ? 'quotaBriefs' : 'quotaCalls'].key;
    problems.push(
      `This month's quota is used up: ${count} of ${limit} (${quotaKey}). Raise lexybrain.${setting}, or use the built-in analyst.`,
    );
  }
  return {
    enabled: configuration.enabled.value,
    provider: route?.provider ?? configuration.provider.value,
    modelVersion: route?.model ?? configuration.model.value,
    huggingface: {
      hasToken: token.hasToken,
      tokenSource: key === null ? null : (key.variable ?? 'secret storage'),
      tokenMasked: token.masked,
      modelId: configuration.model.value || (defaultModel ?? ''),
      tokenAnalysis: {
        hasWhitespace: token.hasWhitespace,
        length: token.length,
        note: token.note,
        issue: token.issue,
      },
    },
    runpod_deprecated: {
      note: 'RunPod is no longer used. Its variables change nothing and can be removed.',
      variablesSet: RETIRED_VARIABLES.filter((name) => environment[name] !== undefined),
    },
    general: {
      dailyCostCap: configuration.dailyCostCap.value,
      maxLatencyMs: configuration.totalSeconds.value * 1000,
    },
    money: {
      spentTodayCents: spentNano === null ? null : spentNano / NANO_PER_CENT,
      capCents: configuration.dailyCostCap.value,
    },
    problems,
  };
}
