import type { ErrorReason } from '../errors.ts';
import { baseUrlOf, deadlinesOf, needKey } from './access.ts';
import { adaptively } from './adapt.ts';
import { MessagesReader } from './anthropic-reader.ts';
import { webPage } from './completion.ts';
import { needModel, testByList } from './connection.ts';
import { failureOf, type FailureStyle } from './failure.ts';
import { REMOTE_DEADLINES, request as call } from './http.ts';
import { asCount } from './json.ts';
import { getJson, listedModels, withAlternatives } from './model-list.ts';
import { inWords, memoryKey, type ChatService } from './openai-chat.ts';
import { passChat } from './pass-chat.ts';
import { tablePrice } from './pricing.ts';
import { systemTime } from './time.ts';
import { DEFAULT_MAX_TOKENS } from './tokens.ts';
import { wireSchema } from './wire-schema.ts';
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
  ModelQuirks,
  ProviderEntry,
  ProviderPorts,
  StructureMode,
} from './types.ts';

const KEY_NAME = 'ANTHROPIC_API_KEY';
const BASE_URL = 'https://api.anthropic.com';
const KEY_URL = 'https://platform.claude.com/settings/keys';
const STATUS_URL = 'https://status.claude.com/';

/** Pinned: what this file says and reads is of this version. It takes no temperature, so none is sent. */
const VERSION = '2026-10-21';

const MODES: readonly StructureMode[] = ['schema', 'instructions'];

const ADVICE: Readonly<Partial<Record<ErrorReason, string>>> = {
  'provider-unauthorized': `Make a key at ${KEY_URL} and set it with LexyBrain: Set Provider Key….`,
  'provider-payment': 'Add credit at https://platform.claude.com/settings/billing.',
  'provider-quota': 'The spend limit is reached: see https://platform.claude.com/settings/limits.',
  'provider-unavailable': `See ${STATUS_URL}, ask again in a while, or pick another model.`,
};

const STYLE: FailureStyle = { prefix: 'Anthropic', advice: (reason) => ADVICE[reason] };

/** Anthropic's Messages. */
class AnthropicProvider implements LexyBrainProvider {
  readonly #ports: ProviderPorts;

  constructor(ports: ProviderPorts) {
    this.#ports = ports;
  }

  getProviderName(): string {
    return anthropic.label;
  }

  async generate(
    request: LexyBrainProviderRequest,
    options: GenerateOptions = {},
  ): Promise<LexyBrainProviderResponse> {
    const model = needModel(anthropic.label, request.model, this.#ports.model);
    try {
      return await this.#messages(model, request, options);
    } catch (error) {
      throw await withAlternatives(error, model, () => this.listModels(options.signal));
    }
  }

  /**
   * Anthropic's own layer for clients of OpenAI (`POST /v1/chat/completions`): it knows chat, streams and tools, and
   * passes over what it does not (https://platform.claude.com/docs/en/api/openai-sdk).
   */
  async chat(request: ChatRequest, options: ChatOptions = {}): Promise<ChatAnswer> {
    const model = needModel(anthropic.label, request.model, this.#ports.model);
    const { baseUrl, secrets } = await this.#access();
    const service: ChatService = {
      id: 'anthropic',
      style: STYLE,
      baseUrl: `${baseUrl}/v1`,
      headers: { authorization: `Bearer ${secrets[0] ?? ''}` },
      secrets,
      model,
      deadlines: deadlinesOf(this.#ports, REMOTE_DEADLINES),
      tokensField: 'max_tokens',
      small: false,
    };
    return passChat(this.#ports, service, request, options);
  }

  testConnection(options: ConnectionOptions = {}): Promise<ConnectionResult> {
    return testByList(anthropic.label, this.#ports.model, (signal) => this.listModels(signal), options);
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelInfo[]> {
    const { baseUrl, headers, secrets } = await this.#access();
    const url = `${baseUrl}/v1/models?limit=1000`;
    const body = await getJson(this.#ports, {
      name: 'anthropic models',
      url,
      headers,
      secrets,
      style: STYLE,
      signal,
    });
    return Promise.all(
      listedModels(body, STYLE.prefix).map(async ({ id, entry }) => {
        const price = baseUrl === BASE_URL ? await tablePrice('anthropic', id) : null;
        return {
          id,
          contextTokens: asCount(entry['max_input_tokens']),
          price: price && { lowest: price, highest: price },
          live: true,
          structuredOutput: null,
          servedBy: [],
        };
      }),
    );
  }

  async #messages(
    model: string,
    request: LexyBrainProviderRequest,
    options: GenerateOptions,
  ): Promise<LexyBrainProviderResponse> {
    const ports = this.#ports;
    const { baseUrl, headers, secrets } = await this.#access();
    const time = ports.time ?? systemTime;
    const started = time.now();
    let attempts = 0;
    const adaptation = {
      memory: ports.memory,
      key: memoryKey('anthropic', baseUrl, model),
      modes: request.schema ? MODES : [],
    };
    return adaptively(adaptation, (quirks, onRefusal) =>
      call(
        ports,
        {
          name: `anthropic messages ${model}`,
          method: 'POST',
          url: `${baseUrl}/v1/messages`,
          headers: { accept: 'text/event-stream', ...headers },
          body: messagesBody(model, request, quirks),
          secrets,
          deadlines: deadlinesOf(ports, REMOTE_DEADLINES),
          signal: options.signal,
          beforeAttempt: (failed) => {
            attempts++;
            return options.beforeAttempt?.(attempts, failed);
          },
          explain: (answer) => failureOf(answer, STYLE, secrets, model),
          onRefusal,
        },
        async (answer) => {
          const reader = new MessagesReader({
            style: STYLE,
            model,
            secrets,
            prompt: `${request.system ?? ''}${request.prompt}`,
            sinceStart: () => time.now() - started,
            begun: () => answer.begun(),
            onText: options.onText,
            onThought: options.onThought,
          });
          answer.keep(() => reader.text);
          if (answer.contentType.includes('html')) throw webPage();
          if (answer.contentType.includes('json')) reader.whole(await answer.json());
          else reader.ended(await answer.events((event) => reader.event(event)), answer.document());
          answer.note(`structure ${quirks.structure ?? 'none'}`);
          return {
            ...reader.finish(),
            ...(quirks.structure ? { structure: quirks.structure } : {}),
            attempts,
          };
        },
      ),
    );
  }

  async #access(): Promise<{ baseUrl: string; headers: Record<string, string>; secrets: string[] }> {
    const key = await needKey(
      this.#ports,
      KEY_NAME,
      `Make a key at ${KEY_URL} and set it with LexyBrain: Set Provider Key…, or in the environment variable ${KEY_NAME}.`,
    );
    return {
      // Both ways of writing it are around; the official client wants it without.
      baseUrl: baseUrlOf(this.#ports.baseUrl, BASE_URL).replace(/\/v1$/, ''),
      headers: { 'x-api-key': key, 'anthropic-version': VERSION },
      secrets: [key],
    };
  }
}

function messagesBody(model: string, request: LexyBrainProviderRequest, quirks: ModelQuirks): object {
  const schema = request.schema && wireSchema(request.schema.schema);
  const system = [
    request.system,
    schema && quirks.structure !== 'schema' ? inWords(schema) : undefined,
  ].filter((part) => part !== undefined && part !== '');
  return {
    model,
    max_tokens: request.max_tokens ?? DEFAULT_MAX_TOKENS,
    ...(system.length > 0 ? { system: system.join('\n\n') } : {}),
    messages: [{ role: 'user', content: request.prompt }],
    stream: true,
    ...(schema && quirks.structure === 'schema'
      ? { output_config: { format: { type: 'json_schema', schema } } }
      : {}),
  };
}

export const anthropic: ProviderEntry = {
  id: 'anthropic',
  label: 'Anthropic',
  needsKey: true,
  keyName: KEY_NAME,
  defaultBaseUrl: BASE_URL,
  defaultModel: null,
  keyUrl: KEY_URL,
  docsUrl: 'https://platform.claude.com/docs/en/about-claude/models/overview',
  statusUrl: STATUS_URL,
  priced: true,
  recommended: [],
  create: (ports) => new AnthropicProvider(ports),
};
