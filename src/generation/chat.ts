import { v7 as uuidv7 } from 'uuid';
import { LexyBrainError, messageOf } from '../errors.ts';
import { PROVIDERS, parseModelReference, providerEntry } from '../providers/index.ts';
import { estimatedChatUsage } from '../providers/pass-chat.ts';
import { turn } from '../providers/turns.ts';
import type { ChatAnswer, Log, ModelInfo, Price, ProviderId, Usage } from '../providers/types.ts';
import {
  CHAT_TYPE,
  type FailureRow,
  type GenerationRecord,
  type RequestRow,
  type ResponseRow,
  type UsageRow,
  type WorkspaceLog,
} from '../store/types.ts';
import { asFailure } from './call.ts';
import { boundOfChat, CAPPED_OUTPUT_TOKENS } from './chat-bound.ts';
import { findKey, type KeyPorts } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { CallGuard, type CallCost } from './money.ts';
import { modelVersion, tokensIn } from './record.ts';
import type { Destination, Limits, Router } from './routing.ts';

/** What is logged of a prompt or an answer, characters; a record has its limit too. */
const MOST_LOGGED = 60_000;

/** One chat completion in OpenAI's shape. */
export interface ChatCall {
  /** `provider/model-id`; undefined: the model of the settings. */
  readonly model: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
  /** The `.lexybrain` folder that logs it; null: not logged. */
  readonly logFolder: string | null;
  /** Whether prompt and answer are logged beside the usage. */
  readonly logText: boolean;
}

export interface ChatHooks {
  readonly signal?: AbortSignal;
  /** See `ChatOptions`. */
  readonly onEvent?: (data: string) => void;
  readonly ready?: () => Promise<void> | undefined;
}

/** A model that a chat may name. */
export interface ChatModel {
  /** `provider/model-id` */
  readonly reference: string;
  readonly provider: ProviderId;
  readonly info: ModelInfo;
}

export interface ChatPorts extends KeyPorts {
  readonly router: Router;
  readonly limits: () => Limits;
  readonly ledger: Ledger;
  readonly workspaceLog: (folder: string) => WorkspaceLog;
  readonly userId: () => Promise<string | null>;
  readonly log: Log;
  readonly now: () => Date;
}

/** What became of a call, for its record. */
interface Outcome {
  readonly answer: ChatAnswer | null;
  readonly text: string;
  readonly usage: Usage | null;
  readonly cost: CallCost | null;
  readonly failure: LexyBrainError | null;
  readonly startedAt: Date;
  readonly latencyMs: number;
}

/** Chat completions of others, passed through with their money guarded and their usage recorded. Never cached. */
export class Chats {
  readonly #ports: ChatPorts;
  /** Calls under way, and what is being recorded. */
  readonly #open = new Set<Promise<unknown>>();

  constructor(ports: ChatPorts) {
    this.#ports = ports;
  }

  /** Ends in exactly one of an answer or a LexyBrainError; asks nobody anything. */
  async complete(call: ChatCall, hooks: ChatHooks = {}): Promise<ChatAnswer> {
    return this.#track(this.#complete(call, hooks));
  }

  async #complete(call: ChatCall, hooks: ChatHooks): Promise<ChatAnswer> {
    const destination = await this.#destination(call.model, hooks.signal);
    const { route, provider, pricing } = destination;
    if (provider.chat === undefined) throw noChat(route.provider);
    const limits = this.#ports.limits();
    const capped = pricing.priced && limits.capNano !== null;
    const guard = new CallGuard({
      ledger: this.#ports.ledger,
      destination,
      limits,
      quotaKey: null,
      // Only a cap asks for the most that a call can cost.
      request: capped ? boundOfChat(call.body) : { prompt: '' },
      estimate: () => estimatedChatUsage(call.body, ''),
      signal: hooks.signal,
      log: this.#ports.log,
    });
    const startedAt = this.#ports.now();
    const finish = (outcome: Pick<Outcome, 'answer' | 'text' | 'usage' | 'cost' | 'failure'>): void => {
      const latencyMs = this.#ports.now().getTime() - startedAt.getTime();
      this.#record(call, destination, { ...outcome, startedAt, latencyMs });
    };
    try {
      const answer = await provider.chat(
        {
          model: route.model,
          body: call.body,
          stream: call.stream,
          ...(capped ? { maxTokens: CAPPED_OUTPUT_TOKENS } : {}),
        },
        { ...hooks, beforeAttempt: guard.beforeAttempt },
      );
      await turn();
      const cost = await guard.settle(answer.usage, answer.servedBy ?? null);
      finish({ answer, text: answer.text, usage: answer.usage, cost, failure: null });
      return answer;
    } catch (error) {
      const failure = asFailure(error, hooks.signal);
      const text = failure.rawAnswer ?? '';
      const { usage, cost } = await guard.settleFailed(failure, text, () =>
        estimatedChatUsage(call.body, text),
      );
      finish({ answer: null, text, usage, cost, failure });
      throw failure;
    }
  }

  /** The models of every provider that is set up; one that cannot be asked is left out. */
  async models(signal?: AbortSignal): Promise<readonly ChatModel[]> {
    const listed = await Promise.all(PROVIDERS.map(({ id }) => this.#modelsOf(id, signal)));
    return listed.flat();
  }

  /** Resolves once everything begun is booked and in the log. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.allSettled(this.#open);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#open.add(work);
    const end = (): boolean => this.#open.delete(work);
    work.then(end, end);
    return work;
  }

  async #destination(reference: string | undefined, signal?: AbortSignal): Promise<Destination> {
    const { router } = this.#ports;
    const pick = reference === undefined ? undefined : parseModelReference(reference);
    if (pick !== undefined && !offersChat(pick.provider)) throw noChat(pick.provider);
    const { provider, model } = pick ?? {};
    const route = await router.route(
      pick === undefined ? {} : { provider, ...(model === null ? {} : { model }) },
    );
    if (!offersChat(route.provider)) throw noChat(route.provider);
    return router.towards(await router.named(route, signal));
  }

  async #modelsOf(id: ProviderId, signal: AbortSignal | undefined): Promise<readonly ChatModel[]> {
    if (!offersChat(id)) return [];
    const { router, log } = this.#ports;
    try {
      if (providerEntry(id).needsKey && (await findKey(id, this.#ports)) === null) return [];
      const models = (await router.provider(id).listModels?.(signal)) ?? [];
      return models
        .filter(({ live }) => live)
        .map((info) => ({ reference: modelVersion(id, info.id), provider: id, info }));
    } catch (error) {
      if (signal?.aborted === true) throw error;
      log.debug(`The models of ${id} cannot be listed: ${messageOf(error)}`);
      return [];
    }
  }

  /** In the background: an answer is never broken or delayed by its log. */
  #record(call: ChatCall, destination: Destination, outcome: Outcome): void {
    const { logFolder } = call;
    if (logFolder === null) return;
    const write = async (): Promise<void> => {
      try {
        const record = chatRecord(call, destination, outcome, await this.#ports.userId());
        await this.#ports.workspaceLog(logFolder).append(record);
      } catch (error) {
        this.#ports.log.warn(`Failed to log LexyBrain request (non-blocking): ${messageOf(error)}`);
      }
    };
    void this.#track(write());
  }
}

/** The built-in analyst is no language model, and the editor's own models may ask the user. */
function offersChat(provider: ProviderId): boolean {
  return provider !== 'builtin' && provider !== 'vscode';
}

function noChat(provider: ProviderId): LexyBrainError {
  return new LexyBrainError(
    'provider-model-unknown',
    `${providerEntry(provider).label} offers no chat here.`,
    {
      advice: 'Name a model as provider/model-id, for example huggingface/meta-llama/Llama-3.1-8B-Instruct.',
    },
  );
}

/** Usage always; prompt and answer only where the user asked for that. */
function chatRecord(
  call: ChatCall,
  { route }: Destination,
  outcome: Outcome,
  userId: string | null,
): GenerationRecord {
  const { answer, usage, cost, failure, startedAt, latencyMs } = outcome;
  const id = uuidv7({ msecs: startedAt.getTime() });
  const ts = startedAt.toISOString();
  const model = answer?.model ?? route.model;
  const usageRow: UsageRow = {
    id: uuidv7(),
    user_id: userId,
    type: CHAT_TYPE,
    tokens_in: usage === null ? 0 : tokensIn(usage),
    tokens_out: usage?.out ?? 0,
    cache_hit: false,
    latency_ms: latencyMs,
    cost_nano_usd: cost?.nano ?? 0,
    model_version: modelVersion(route.provider, model),
    plan_code: null,
    source: 'bridge',
    ts,
  };
  return {
    kind: 'generation',
    id,
    request: call.logText ? requestRow(call, id, userId, ts) : null,
    responses: call.logText ? [responseRow(outcome, route.provider, model, cost?.price ?? null)] : [],
    insight: null,
    usage: usageRow,
    failure: failure === null ? null : failureRow(failure, route.provider, route.model, userId, ts),
  };
}

function requestRow(call: ChatCall, id: string, userId: string | null, ts: string): RequestRow {
  const { messages, ...parameters } = call.body;
  return {
    id,
    user_id: userId,
    prompt: cut(JSON.stringify(messages ?? null)),
    context_json: { parameters: cut(JSON.stringify(parameters)) },
    requested_at: ts,
    insight_type: CHAT_TYPE,
    market: '',
    niche_terms: [],
    source: 'bridge',
    list_name: null,
    list_hash: null,
    list_rows: null,
    experiment: null,
    arm: null,
    comparison_id: null,
  };
}

function responseRow(outcome: Outcome, provider: string, model: string, price: Price | null): ResponseRow {
  const { answer, text, usage, cost, failure, startedAt, latencyMs } = outcome;
  return {
    id: uuidv7(),
    model_name: model,
    output_json: failure === null ? { content: cut(text) } : { raw: cut(text) },
    generated_at: startedAt.toISOString(),
    latency_ms: latencyMs,
    success: failure === null,
    tokens_in: usage === null ? null : tokensIn(usage),
    tokens_out: usage?.out ?? null,
    provider,
    served_by: answer?.servedBy ?? null,
    attempt: 1,
    first_token_ms: answer?.firstTokenMs ?? null,
    usage_json: usage?.raw ?? null,
    price_json: price,
    cost_nano_usd: cost?.nano ?? null,
    finish_reason: answer?.finishReason ?? null,
    error_code: failure?.reason ?? null,
  };
}

function failureRow(
  failure: LexyBrainError,
  provider: string,
  model: string,
  userId: string | null,
  ts: string,
): FailureRow {
  return {
    id: uuidv7(),
    user_id: userId,
    type: CHAT_TYPE,
    error_code: failure.reason,
    error_message: failure.message,
    payload: { provider, model, status: failure.status ?? null },
    ts,
  };
}

function cut(text: string): string {
  return text.length <= MOST_LOGGED ? text : `${text.slice(0, MOST_LOGGED)}… (cut)`;
}
