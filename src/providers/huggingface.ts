import { LexyBrainError, type ErrorReason } from '../errors.ts';
import { baseUrlOf, deadlinesOf, needKey } from './access.ts';
import { connectionResult } from './connection.ts';
import type { FailureStyle, ProviderWords } from './failure.ts';
import { huggingFaceModels, splitModel } from './huggingface-models.ts';
import { inferencePermission, whoAmI } from './huggingface-token.ts';
import { REMOTE_DEADLINES } from './http.ts';
import { getJson, withAlternatives } from './model-list.ts';
import { chat, memoryKey, type ChatService } from './openai-chat.ts';
import { passChat } from './pass-chat.ts';
import { systemTime } from './time.ts';
import type {
  ChatAnswer,
  ChatOptions,
  ChatRequest,
  ConnectionOptions,
  ConnectionResult,
  GenerateOptions,
  LexyBrainProvider,
  LexyBrainProviderRequest,
  LexyBrainProviderResponse,
  ModelInfo,
  ProviderEntry,
  ProviderPorts,
} from './types.ts';

const KEY_NAME = 'HF_TOKEN';
const BASE_URL = 'https://router.huggingface.co/v1';
const DEFAULT_MODEL = 'meta-llama/Llama-3.1-8B-Instruct';
const STATUS_URL = 'https://status.huggingface.co/';
/** Opens the form for a new token with the one permission ticked that is needed. */
const KEY_URL =
  'https://huggingface.co/settings/tokens/new?ownUserPermissions=inference.serverless.write&tokenType=fineGrained';
const PERMISSION = '“Make calls to Inference Providers”';

const TICK = `Tick ${PERMISSION} for the token at https://huggingface.co/settings/tokens.`;
const CREDITS =
  'The credits are used up. Buy credits or subscribe to PRO at https://huggingface.co/settings/billing, or pick another provider.';
const DOWN = `See ${STATUS_URL}, ask again in a while, or pick another model.`;

const ADVICE: Readonly<Partial<Record<ErrorReason, string>>> = {
  'provider-unauthorized': `The token is invalid or expired. Make a new one at ${KEY_URL} and set it with LexyBrain: Set Hugging Face Token.`,
  'provider-forbidden': TICK,
  'provider-payment': CREDITS,
  'provider-quota': CREDITS,
  'provider-unavailable': DOWN,
  'provider-timeout': DOWN,
};

const STYLE: FailureStyle = { prefix: 'HF router', advice };

class HuggingFaceProvider implements LexyBrainProvider {
  readonly #ports: ProviderPorts;

  constructor(ports: ProviderPorts) {
    this.#ports = ports;
  }

  getProviderName(): string {
    return huggingface.label;
  }

  async generate(
    request: LexyBrainProviderRequest,
    options: GenerateOptions = {},
  ): Promise<LexyBrainProviderResponse> {
    const service = await this.#service(request.model);
    try {
      return await chat(this.#ports, service, request, options);
    } catch (error) {
      throw await withAlternatives(error, service.model, () => this.listModels(options.signal));
    }
  }

  async chat(request: ChatRequest, options: ChatOptions = {}): Promise<ChatAnswer> {
    return passChat(this.#ports, await this.#service(request.model), request, options);
  }

  /**
   * Checks the token (`whoami-v2`), its permission, and that the model is live. Only where the token does not tell its
   * permissions is a request of a few tokens made, unless `probe` is false.
   */
  testConnection(options: ConnectionOptions = {}): Promise<ConnectionResult> {
    return connectionResult(() => this.#test(options));
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelInfo[]> {
    const service = await this.#service(undefined);
    const body = await getJson(this.#ports, {
      name: 'huggingface models',
      url: `${service.baseUrl}/models`,
      headers: service.headers,
      secrets: service.secrets,
      style: STYLE,
      signal,
    });
    const models = huggingFaceModels(body, new Date((this.#ports.time ?? systemTime).now()));
    this.#remember(models, service.baseUrl);
    return models;
  }

  /** A model that says it has no JSON schema mode is not asked for one. */
  #remember(models: readonly ModelInfo[], baseUrl: string): void {
    const { memory } = this.#ports;
    for (const { id, structuredOutput } of models) {
      const key = memoryKey('huggingface', baseUrl, id);
      if (structuredOutput === false && memory?.get(key) === undefined)
        memory?.set(key, { structure: 'json' });
    }
  }

  async #test(options: ConnectionOptions): Promise<ConnectionResult> {
    const model = options.model ?? this.#ports.model ?? DEFAULT_MODEL;
    const service = await this.#service(model);
    const [secret = ''] = service.secrets;
    const token = await whoAmI(this.#ports, service.baseUrl, secret, STYLE, options.signal);
    const permission = inferencePermission(token);
    const details: Record<string, unknown> = {
      model,
      user: token?.name ?? null,
      token: token?.tokenKind ?? 'not checked',
      inferencePermission: permission,
    };
    if (permission === 'missing') {
      return {
        success: false,
        message: `The token belongs to ${token?.name ?? 'a user'} but may not call Inference Providers. Make one with the permission ${PERMISSION}: ${KEY_URL}`,
        reason: 'provider-forbidden',
        details,
      };
    }
    const live = await this.#isLive(model, options.signal);
    details['modelLive'] = live;
    if (live === false) {
      return {
        success: false,
        message: `The model ${model} is not live on the router. Pick a live one with LexyBrain: Select Model.`,
        reason: 'provider-model-unknown',
        details,
      };
    }
    if (permission === 'unknown' && options.probe !== false) {
      const request = { prompt: 'Say OK.', model, max_tokens: 8 };
      const probe = await this.#probe(request, options.signal);
      details['probe'] = probe;
      details['inferencePermission'] = 'granted';
      return { success: true, message: `Hugging Face answered with ${model}.`, details };
    }
    const proven = permission === 'granted' ? 'the token may call Inference Providers' : 'the token is valid';
    return {
      success: true,
      message: `Hugging Face is reachable, ${proven}${live === true ? `, and ${model} is live` : ''}.`,
      details,
    };
  }

  /** An empty answer is proof enough: a reasoning model may spend the few tokens on thought. */
  async #probe(request: LexyBrainProviderRequest, signal: AbortSignal | undefined): Promise<unknown> {
    try {
      const { usage, servedBy } = await this.generate(request, signal ? { signal } : {});
      return { usage, servedBy };
    } catch (error) {
      if (LexyBrainError.is(error, 'provider-answer') && error.message.endsWith('empty completion'))
        return {};
      throw error;
    }
  }

  /** Null when the list cannot be had; it is not needed for an answer. */
  async #isLive(reference: string, signal: AbortSignal | undefined): Promise<boolean | null> {
    const { model, provider } = splitModel(reference);
    let models: readonly ModelInfo[];
    try {
      models = await this.listModels(signal);
    } catch (error) {
      if (LexyBrainError.is(error, 'cancelled', 'provider-unauthorized')) throw error;
      return null;
    }
    const found = models.find(({ id }) => id === model);
    if (!found || provider === null) return found?.live ?? false;
    return found.offers?.some((offer) => offer.provider === provider && offer.live) ?? false;
  }

  async #service(model: string | undefined): Promise<ChatService> {
    const ports = this.#ports;
    const key = await needKey(
      ports,
      KEY_NAME,
      `Make a token at ${KEY_URL} and set it with LexyBrain: Set Hugging Face Token, or in the environment variable ${KEY_NAME}.`,
    );
    const billTo = ports.billTo?.trim() ?? '';
    return {
      id: 'huggingface',
      style: STYLE,
      baseUrl: baseUrlOf(ports.baseUrl, BASE_URL),
      headers: { authorization: `Bearer ${key}`, ...(billTo === '' ? {} : { 'x-hf-bill-to': billTo }) },
      secrets: [key],
      model: model ?? ports.model ?? DEFAULT_MODEL,
      deadlines: deadlinesOf(ports, REMOTE_DEADLINES),
      tokensField: 'max_tokens',
      small: false,
      servedBy: (headers) => headers.get('x-inference-provider') ?? undefined,
    };
  }
}

function advice(
  reason: ErrorReason,
  model: string | undefined,
  { message }: ProviderWords,
): string | undefined {
  // Without a word of permissions it is the model that is not for everyone.
  if (
    reason === 'provider-forbidden' &&
    model !== undefined &&
    model !== DEFAULT_MODEL &&
    !/permission/i.test(message)
  ) {
    const page = `https://huggingface.co/${splitModel(model).model}`;
    return `Use the default model ${DEFAULT_MODEL}, or ask for access at ${page}.`;
  }
  return ADVICE[reason];
}

export const huggingface: ProviderEntry = {
  id: 'huggingface',
  label: 'Hugging Face',
  needsKey: true,
  keyName: KEY_NAME,
  defaultBaseUrl: BASE_URL,
  defaultModel: DEFAULT_MODEL,
  keyUrl: KEY_URL,
  docsUrl: 'https://huggingface.co/docs/inference-providers',
  statusUrl: STATUS_URL,
  priced: true,
  recommended: [DEFAULT_MODEL, 'meta-llama/Llama-3.1-70B-Instruct', 'mistralai/Mixtral-8x7B-Instruct-v0.1'],
  create: (ports) => new HuggingFaceProvider(ports),
};
