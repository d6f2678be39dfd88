import { LexyBrainError } from '../errors.ts';
import { baseUrlOf, deadlinesOf, keyOf } from './access.ts';
import { connectionResult } from './connection.ts';
import { findLocalServers, LOCAL_PORTS, type LocalServer } from './local-servers.ts';
import { withAlternatives } from './model-list.ts';
import { chat, type ChatService } from './openai-chat.ts';
import { passChat } from './pass-chat.ts';
import { systemTime } from './time.ts';
import type {
  ChatAnswer,
  ChatOptions,
  ChatRequest,
  ConnectionOptions,
  ConnectionResult,
  Deadlines,
  GenerateOptions,
  LexyBrainProvider,
  LexyBrainProviderRequest,
  LexyBrainProviderResponse,
  ModelInfo,
  ProviderEntry,
  ProviderPorts,
} from './types.ts';

/** A model may be read from a slow disk first, and write a few tokens a second then. */
export const LOCAL_DEADLINES: Deadlines = { connect: 300_000, firstToken: 300_000, whole: 900_000 };

/** Between two looks at a server that is still loading, ms. */
const LOADING_PAUSE = 1_000;

/** Models that an error names. */
const MOST_NAMED = 8;

const HOW_TO_START =
  'Start Ollama, LM Studio, llama.cpp (llama-server) or vLLM, or set the base URL of the local provider.';

/** A server on this machine: found by itself on the usual ports, or at the base URL of the settings. Text stays on this machine. */
class LocalProvider implements LexyBrainProvider {
  readonly #ports: ProviderPorts;

  constructor(ports: ProviderPorts) {
    this.#ports = ports;
  }

  getProviderName(): string {
    return local.label;
  }

  async generate(
    request: LexyBrainProviderRequest,
    options: GenerateOptions = {},
  ): Promise<LexyBrainProviderResponse> {
    const { server, service } = await this.#service(request.model, options.signal);
    try {
      const response = await chat(this.#ports, service, request, options);
      return { ...response, servedBy: server.label };
    } catch (error) {
      throw await withAlternatives(error, service.model, () => Promise.resolve(modelsOf(server)));
    }
  }

  async chat(request: ChatRequest, options: ChatOptions = {}): Promise<ChatAnswer> {
    const { server, service } = await this.#service(request.model, options.signal);
    return { ...(await passChat(this.#ports, service, request, options)), servedBy: server.label };
  }

  testConnection(options: ConnectionOptions = {}): Promise<ConnectionResult> {
    return connectionResult(async () => {
      const servers = await this.#servers(options.signal);
      const [first] = servers;
      if (!first) throw nobodyThere(this.#ports.baseUrl);
      const wanted = chosenOf(options.model, this.#ports.model) || undefined;
      const details = {
        servers: servers.map(({ label, baseUrl, loading, models }) => ({
          label,
          baseUrl,
          loading,
          models: models.map(({ id }) => id),
        })),
      };
      const found = servers.map(({ label, baseUrl }) => `${label} at ${baseUrl}`).join(', ');
      const ids = servers.flatMap(({ models }) => models.map(({ id }) => id));
      if (servers.every(({ loading }) => loading)) {
        return { success: true, message: `Found ${found}; the model is still loading.`, details };
      }
      if (ids.length === 0 || (wanted !== undefined && !ids.includes(wanted))) {
        const missing = wanted === undefined ? 'no model is there yet' : `${wanted} is not there`;
        const message = `Found ${found}, but ${missing}. Load or pull it first.`;
        return { success: false, message, reason: 'provider-model-unknown', details };
      }
      const answering = wanted ?? modelToAsk(servers)?.model;
      if (answering === undefined) throw severalModels(servers);
      return { success: true, message: `Found ${found}; ${answering} answers.`, details };
    });
  }

  /** The model that answers when none is chosen; null while there is none. Throws when it has to be chosen. */
  async defaultModel(signal?: AbortSignal): Promise<string | null> {
    const servers = await this.#servers(signal);
    const found = modelToAsk(servers)?.model ?? null;
    if (found === null && servers.some(({ models }) => models.length > 0)) throw severalModels(servers);
    return found;
  }

  async listModels(signal?: AbortSignal): Promise<readonly ModelInfo[]> {
    return (await this.#servers(signal)).flatMap(modelsOf);
  }

  async #service(
    wanted: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ server: LocalServer; service: ChatService }> {
    const { server, model } = await this.#choose(chosenOf(wanted, this.#ports.model), signal);
    const key = await this.#key();
    const deadlines = deadlinesOf(this.#ports, LOCAL_DEADLINES);
    const service: ChatService = {
      id: 'local',
      style: { prefix: server.label },
      baseUrl: server.baseUrl,
      headers: key === null ? {} : { authorization: `Bearer ${key}` },
      secrets: key === null ? [] : [key],
      model,
      deadlines,
      loadingMs: deadlines.connect,
      tokensField: 'max_tokens',
      small: true,
    };
    return { server, service };
  }

  #key(): Promise<string | null> {
    return keyOf(this.#ports, 'The key of the local server');
  }

  async #servers(signal: AbortSignal | undefined): Promise<readonly LocalServer[]> {
    const { baseUrl } = this.#ports;
    const given = baseUrl === undefined || baseUrl.trim() === '' ? undefined : [loopbackUrl(baseUrl)];
    return findLocalServers(this.#ports, { baseUrls: given, key: await this.#key(), signal });
  }

  /** The server that has the wanted model, else the first; where none is wanted (empty), the model that is the one to ask. */
  async #choose(
    wanted: string,
    signal: AbortSignal | undefined,
  ): Promise<{ server: LocalServer; model: string }> {
    const time = this.#ports.time ?? systemTime;
    const patience = deadlinesOf(this.#ports, LOCAL_DEADLINES).connect;
    const started = time.now();
    for (;;) {
      const servers = await this.#servers(signal);
      const [first] = servers;
      if (!first) throw nobodyThere(this.#ports.baseUrl);
      if (wanted !== '') {
        const server = servers.find(({ models }) => models.some(({ id }) => id === wanted)) ?? first;
        return { server, model: wanted };
      }
      const found = modelToAsk(servers);
      if (found !== null) return found;
      if (servers.some(({ models }) => models.length > 0)) throw severalModels(servers);
      const loading = servers.find((server) => server.loading);
      if (loading === undefined) {
        throw new LexyBrainError('provider-model-unknown', `${first.label} has no model to answer with.`, {
          advice: 'Load one there (for Ollama: ollama pull NAME) and ask again.',
        });
      }
      if (time.now() - started >= patience) {
        throw new LexyBrainError('provider-loading', `${loading.label} is still loading its model.`, {
          advice: 'Ask again when it has been loaded.',
        });
      }
      await time.sleep(LOADING_PAUSE, signal ?? new AbortController().signal).catch(() => {
        throw new LexyBrainError('cancelled', 'Cancelled.');
      });
    }
  }
}

/** The first that names a model; empty when none does. */
function chosenOf(...names: readonly (string | undefined)[]): string {
  return names.find((name) => name !== undefined && name !== '') ?? '';
}

/** The one model that is there; of several the first that is loaded, since it is what this machine is set up to ask. */
function modelToAsk(servers: readonly LocalServer[]): { server: LocalServer; model: string } | null {
  const all = servers.flatMap((server) =>
    server.models.map(({ id, loaded }) => ({ server, model: id, loaded })),
  );
  const [found] = all.length === 1 ? all : all.filter(({ loaded }) => loaded === true);
  return found === undefined ? null : { server: found.server, model: found.model };
}

function severalModels(servers: readonly LocalServer[]): LexyBrainError {
  const names = servers.flatMap(({ models }) => models.map(({ id }) => id));
  const labels = servers.filter(({ models }) => models.length > 0).map(({ label }) => label);
  const shown = names.slice(0, MOST_NAMED).join(', ');
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
  return new LexyBrainError(
    'provider-model-unknown',
    `${labels.join(' and ')}: ${names.length} models are there, and none of them is chosen or loaded.`,
    {
      advice: `Choose one with LexyBrain: Select Model, or --model in the terminal: ${shown}${more}.`,
    },
  );
}

function modelsOf(server: LocalServer): ModelInfo[] {
  const free = { input: 0, output: 0, source: 'this machine', asOf: '1970-01-01' };
  return server.models.map(({ id, contextTokens }) => ({
    id,
    contextTokens,
    price: { lowest: free, highest: free },
    live: !server.loading,
    structuredOutput: null,
    servedBy: [server.label],
  }));
}

/** Local means this machine: what is elsewhere is a service, with whatever it may cost and keep. */
function loopbackUrl(given: string): string {
  const url = new URL(baseUrlOf(given, `http://127.0.0.1:${LOCAL_PORTS[0]}/v1`));
  if (!/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)) {
    throw new LexyBrainError('invalid-request', `${url.host} is not on this machine.`, {
      advice: 'For a server elsewhere choose the provider openai and set its base URL.',
    });
  }
  return url.pathname === '/' ? `${url.origin}/v1` : `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function nobodyThere(baseUrl: string | undefined): LexyBrainError {
  const where = baseUrl?.trim() ? 'at the base URL' : `on ports ${LOCAL_PORTS.join(', ')}`;
  return new LexyBrainError('provider-network', `No local model server answers ${where}.`, {
    advice: HOW_TO_START,
  });
}

export const local: ProviderEntry = {
  id: 'local',
  label: 'On this machine',
  needsKey: false,
  keyName: null,
  defaultBaseUrl: null,
  defaultModel: null,
  findsModel: true,
  keyUrl: null,
  docsUrl: 'https://docs.ollama.com/quickstart',
  statusUrl: null,
  priced: false,
  recommended: [],
  create: (ports) => new LocalProvider(ports),
};
