import { LexyBrainError, type ErrorReason } from '../errors.ts';
import { failureOf } from './failure.ts';
import { request } from './http.ts';
import { asArray, asCount, asObject, asText, type JsonObject } from './json.ts';
import type { Deadlines, ProviderPorts } from './types.ts';

export type LocalKind = 'ollama' | 'lmstudio' | 'llamacpp' | 'vllm' | 'other';

export const LOCAL_LABELS: Readonly<Record<LocalKind, string>> = {
  ollama: 'Ollama',
  lmstudio: 'LM Studio',
  llamacpp: 'llama.cpp',
  vllm: 'vLLM',
  other: 'The local server',
};

export interface LocalModel {
  readonly id: string;
  readonly contextTokens: number | null;
  /** Whether it is in memory, and so answers at once; null where the server does not tell. */
  readonly loaded: boolean | null;
}

/** A server on this machine that speaks OpenAI's chat completions. */
export interface LocalServer {
  readonly kind: LocalKind;
  readonly label: string;
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly models: readonly LocalModel[];
  /** It is there and still loads its model. */
  readonly loading: boolean;
}

/** Where Ollama, LM Studio, llama.cpp and vLLM listen unless told otherwise. */
export const LOCAL_PORTS = [11434, 1234, 8080, 8000] as const;

/** On this machine a server answers at once, or it is busy and another look will do. */
const LOOK: Deadlines = { connect: 3_000, firstToken: 3_000, whole: 5_000 };

export interface LookOptions {
  readonly key?: string | null;
  readonly signal?: AbortSignal | undefined;
  /** In place of the usual ports. */
  readonly baseUrls?: readonly string[] | undefined;
}

/** The servers that answer, in the order of the ports. */
export async function findLocalServers(
  ports: ProviderPorts,
  options: LookOptions = {},
): Promise<readonly LocalServer[]> {
  const baseUrls = options.baseUrls ?? LOCAL_PORTS.map((port) => `http://127.0.0.1:${port}/v1`);
  const found = await Promise.all(baseUrls.map((baseUrl) => lookAt(ports, baseUrl, options)));
  return found.filter((server) => server !== null);
}

/**
 * Who answers at a base URL, told by endpoints that only one of them has; null when nobody does. A 200 alone proves nothing:
 * LM Studio answers any path with one, and llama.cpp has some of Ollama's paths.
 */
export async function lookAt(
  ports: ProviderPorts,
  baseUrl: string,
  options: LookOptions = {},
): Promise<LocalServer | null> {
  const { origin } = new URL(baseUrl);
  const look = (url: string): Promise<Look> => lookUp(ports, url, options);
  const models = await look(`${baseUrl}/models`);
  if (models.state === 'nobody') return null;
  const [props, studio, version, vllmVersion, running] = await Promise.all([
    look(`${origin}/props`),
    look(`${origin}/api/v1/models`),
    look(`${origin}/api/version`),
    look(`${origin}/version`),
    look(`${origin}/api/ps`),
  ]);
  const entries = asArray(asObject(models.body)['data']).map(asObject);
  const kind = kindOf({ entries, props, studio, version, vllmVersion });
  const loading = [models, props].some(({ state }) => state === 'loading');
  if (kind === 'other' && entries.length === 0 && !loading && models.state !== 'locked') return null;
  const context = asCount(asObject(asObject(props.body)['default_generation_settings'])['n_ctx']);
  return {
    kind: kind === 'other' && loading ? 'llamacpp' : kind,
    label: LOCAL_LABELS[kind],
    baseUrl,
    models: entries.filter(isChatModel).map((entry) => ({
      id: asText(entry['id']),
      contextTokens: asCount(entry['max_model_len']) ?? (kind === 'llamacpp' ? context : null),
      loaded: isLoaded(kind, entry, studio.body, running.body),
    })),
    loading,
  };
}

interface Look {
  readonly state: 'answer' | 'loading' | 'locked' | 'no' | 'nobody';
  readonly body: unknown;
}

interface Signs {
  readonly entries: readonly JsonObject[];
  readonly props: Look;
  readonly studio: Look;
  readonly version: Look;
  readonly vllmVersion: Look;
}

function kindOf({ entries, props, studio, version, vllmVersion }: Signs): LocalKind {
  const owners = entries.map((entry) => entry['owned_by']);
  const about = asObject(props.body);
  if (
    props.state === 'loading' ||
    'default_generation_settings' in about ||
    'build_info' in about ||
    owners.includes('llamacpp')
  ) {
    return 'llamacpp';
  }
  const listed = asArray(asObject(studio.body)['models']).map(asObject);
  if (listed.some((model) => 'key' in model) || owners.includes('lmstudio')) return 'lmstudio';
  if (asText(asObject(version.body)['version']) !== '') return 'ollama';
  const counts = entries.some((entry) => asCount(entry['max_model_len']) !== null);
  if (owners.includes('vllm') || (counts && asText(asObject(vllmVersion.body)['version']) !== '')) {
    return 'vllm';
  }
  return 'other';
}

/**
 * Ollama lists what is in memory under `/api/ps`, LM Studio names the loaded instances of each model, and llama.cpp a
 * status where it serves several models; else it and vLLM serve what they have loaded.
 */
function isLoaded(kind: LocalKind, entry: JsonObject, studio: unknown, running: unknown): boolean | null {
  const id = asText(entry['id']);
  switch (kind) {
    case 'ollama':
      return asArray(asObject(running)['models'])
        .map(asObject)
        .some((model) => model['model'] === id || model['name'] === id);
    case 'lmstudio':
      return asArray(asObject(studio)['models'])
        .map(asObject)
        .some((model) => {
          const instances = asArray(model['loaded_instances']).map((each) => asObject(each)['id']);
          return instances.length > 0 && (model['key'] === id || instances.includes(id));
        });
    case 'llamacpp':
      return (asText(asObject(entry['status'])['value']) || 'loaded') === 'loaded';
    case 'vllm':
      return true;
    case 'other':
      return null;
  }
}

function isChatModel(entry: JsonObject): boolean {
  const id = asText(entry['id']);
  return id !== '' && !/embed|rerank/i.test(id);
}

const STATES: Readonly<Partial<Record<ErrorReason, Look['state']>>> = {
  'provider-network': 'nobody',
  'provider-timeout': 'nobody',
  'provider-loading': 'loading',
  'provider-unauthorized': 'locked',
  'provider-forbidden': 'locked',
};

async function lookUp(ports: ProviderPorts, url: string, options: LookOptions): Promise<Look> {
  const secrets = options.key ? [options.key] : [];
  try {
    const body = await request(
      ports,
      {
        name: 'local look',
        method: 'GET',
        url,
        headers: options.key ? { authorization: `Bearer ${options.key}` } : {},
        secrets,
        deadlines: LOOK,
        signal: options.signal,
        maxAttempts: 1,
        quiet: true,
        explain: (answer) => failureOf(answer, { prefix: 'local' }, secrets),
      },
      (answer) => answer.json(),
    );
    return { state: 'answer', body };
  } catch (error) {
    if (!LexyBrainError.is(error) || error.reason === 'cancelled') throw error;
    return { state: STATES[error.reason] ?? 'no', body: null };
  }
}
