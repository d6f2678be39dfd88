import { LexyBrainError } from '../errors.ts';
import { failureOf, type FailureStyle } from './failure.ts';
import { QUICK_DEADLINES, request } from './http.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import type { ModelInfo, ProviderPorts } from './types.ts';

export interface GetJson {
  /** For the log. */
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly style: FailureStyle;
  readonly signal?: AbortSignal | undefined;
}

/** A small JSON document of a provider. */
export function getJson(ports: ProviderPorts, get: GetJson): Promise<unknown> {
  return request(
    ports,
    {
      name: get.name,
      method: 'GET',
      url: get.url,
      headers: get.headers,
      secrets: get.secrets,
      deadlines: QUICK_DEADLINES,
      signal: get.signal,
      explain: (answer) => failureOf(answer, get.style, get.secrets),
    },
    (answer) => answer.json(),
  );
}

/** The entries of `GET /v1/models` (`{data: [{id, …}]}`) that have an id, each once. */
export function listedModels(body: unknown, prefix: string): { id: string; entry: JsonObject }[] {
  const { data } = asObject(body);
  if (!Array.isArray(data)) {
    throw new LexyBrainError('provider-answer', `${prefix}: the list of models could not be read.`, {
      advice: 'Check the base URL in the settings.',
    });
  }
  const models = asArray(data).map((item) => ({ id: asText(asObject(item)['id']), entry: asObject(item) }));
  const byId = new Map(models.filter(({ id }) => id !== '').map((model) => [model.id, model]));
  return [...byId.values()];
}

/**
 * An error about an unknown model, with the names of live ones that are most like it. The error as it is when the list
 * cannot be had.
 */
export async function withAlternatives(
  error: unknown,
  model: string,
  list: () => Promise<readonly ModelInfo[]>,
): Promise<unknown> {
  if (!LexyBrainError.is(error, 'provider-model-unknown')) return error;
  let names: readonly string[];
  try {
    const live = (await list()).filter((known) => known.live && known.id !== model);
    names = mostAlike(
      model,
      live.map(({ id }) => id),
    );
  } catch {
    return error;
  }
  if (names.length === 0) return error;
  return new LexyBrainError(error.reason, error.message, {
    advice: `Pick one that is live with LexyBrain: Select Model, for example ${names.join(', ')}.`,
    cause: error,
    ...(error.status === undefined ? {} : { status: error.status }),
  });
}

/** At most three names, those that share the most parts with the given one first. */
function mostAlike(name: string, names: readonly string[]): readonly string[] {
  const parts = new Set(partsOf(name));
  return names
    .map((id) => ({ id, shared: partsOf(id).filter((part) => parts.has(part)).length }))
    .sort((a, b) => b.shared - a.shared)
    .slice(0, 3)
    .map(({ id }) => id);
}

function partsOf(name: string): string[] {
  return name.toLowerCase().split(/[^a-z0-9.]+/);
}
