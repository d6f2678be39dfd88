import type { ErrorReason } from '../errors.ts';
import { baseUrlOf, deadlinesOf, needKey } from './access.ts';
import { needModel, testByList } from './connection.ts';
import type { FailureStyle } from './failure.ts';
import { REMOTE_DEADLINES } from './http.ts';
import { asText } from './json.ts';
import { getJson, listedModels, withAlternatives } from './model-list.ts';
import { chat, type ChatService } from './openai-chat.ts';
import { passChat } from './pass-chat.ts';
import { tablePrice } from './pricing.ts';
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

const KEY_NAME = 'OPENAI_API_KEY';
const BASE_URL = 'https://api.openai.com/v1';
const KEY_URL = 'https://platform.openai.com/api-keys';
const STATUS_URL = 'https://status.openai.com/';

/** What OpenAI's list holds beside chat models. Other services list what they serve. */
const NO_CHAT =
  /embedding|whisper|tts|dall-e|moderation|audio|realtime|image|transcribe|sora|davinci|babbage|instruct$/;

const ADVICE: Readonly<Partial<Record<ErrorReason, string>>> = {
  'provider-unauthorized': `Make a key at ${KEY_URL} and set it with LexyBrain: Set Provider Key….`,
  'provider-quota': 'The quota is used up: see https://platform.openai.com/settings/organization/billing.',
  'provider-unavailable': `See ${STATUS_URL}, ask again in a while, or pick another model.`,
};

const STYLE: FailureStyle = { prefix: 'OpenAI', advice: (reason) => ADVICE[reason] };

/** OpenAI, or any service that speaks its chat completions at another base URL. */
class OpenAIProvider implements LexyBrainProvider {
  readonly #ports: ProviderPorts;

  constructor(ports: ProviderPorts) {
    this.#ports = ports;
  }

  getProviderName(): string {
    return openai.label;
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

  testConnection(options: ConnectionOptions = {}): Promise<ConnectionResult> {
    return testByList(openai.label, this.#ports.model, (signal) => this.listModels(signal), options);
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelInfo[]> {
    const { baseUrl, headers, secrets } = await this.#access();
    const url = `${baseUrl}/models`;
    const body = await getJson(this.#ports, {
      name: 'openai models',
      url,
      headers,
      secrets,
      style: STYLE,
      signal,
    });
    const own = baseUrl === BASE_URL;
    const today = new Date((this.#ports.time ?? systemTime).now()).toISOString().slice(0, 10);
    const models = listedModels(body, STYLE.prefix).filter(({ id }) => !own || !NO_CHAT.test(id));
    return Promise.all(
      models.map(async ({ id, entry }) => {
        const endsOn = asText(entry['shutdown_date']);
        // Another service may sell a model of the same name at its own price.
        const price = own ? await tablePrice('openai', id) : null;
        return {
          id,
          contextTokens: null,
          price: price && { lowest: price, highest: price },
          live: endsOn === '' || endsOn > today,
          structuredOutput: null,
          servedBy: [],
          ...(endsOn === '' ? {} : { endsOn }),
        };
      }),
    );
  }

  async #service(wanted: string | undefined): Promise<ChatService> {
    const model = needModel(openai.label, wanted, this.#ports.model);
    const access = await this.#access();
    return {
      id: 'openai',
      style: STYLE,
      ...access,
      model,
      deadlines: deadlinesOf(this.#ports, REMOTE_DEADLINES),
      tokensField: access.baseUrl === BASE_URL ? 'max_completion_tokens' : 'max_tokens',
      small: false,
    };
  }

  async #access(): Promise<{ baseUrl: string; headers: Record<string, string>; secrets: string[] }> {
    const key = await needKey(
      this.#ports,
      KEY_NAME,
      `Make a key at ${KEY_URL} and set it with LexyBrain: Set Provider Key…, or in the environment variable ${KEY_NAME}.`,
    );
    return {
      baseUrl: baseUrlOf(this.#ports.baseUrl, BASE_URL),
      headers: { authorization: `Bearer ${key}` },
      secrets: [key],
    };
  }
}

export const openai: ProviderEntry = {
  id: 'openai',
  label: 'OpenAI',
  needsKey: true,
  keyName: KEY_NAME,
  defaultBaseUrl: BASE_URL,
  defaultModel: null,
  keyUrl: KEY_URL,
  docsUrl: 'https://platform.openai.com/docs/models',
  statusUrl: STATUS_URL,
  priced: true,
  recommended: [],
  create: (ports) => new OpenAIProvider(ports),
};
