import type { Configuration } from '../configuration.ts';
import { LexyBrainError, messageOf } from '../errors.ts';
import type { InsightTypeId } from '../insights/catalogue.ts';
import { createProvider, parseModelReference, providerEntry } from '../providers/index.ts';
import type {
  Fetch,
  LanguageModels,
  LexyBrainProvider,
  Log,
  ModelMemory,
  Price,
  PriceRange,
  ProviderEntry,
  ProviderId,
} from '../providers/types.ts';
import { assignArm, type Assignment } from './experiments.ts';
import { findKey, type KeyPorts } from './keys.ts';
import type { PriceBook } from './pricing.ts';
import type { ModelPick } from './types.ts';

/** Who answers one request, decided before anyone is contacted. */
export interface Route {
  readonly provider: ProviderId;
  readonly providerLabel: string;
  /** The provider's own name for the model; empty while nobody has asked a local server which one answers. */
  readonly model: string;
  /** Address the text goes to; null when it stays in this process. */
  readonly baseUrl: string | null;
  /** Nobody chose a provider and no token is set: the panel offers to set one. */
  readonly forWantOfToken: boolean;
  readonly chosenBy:
    'request' | 'experiment' | 'routing' | 'fallback' | 'settings' | 'environment' | 'default';
}

/** Who answers a request, and who is asked in their place. */
export interface Plan {
  readonly route: Route;
  /** The experiment that chose the route; null when none did. */
  readonly assignment: Assignment | null;
  /** In the order in which they are asked; none where the user picked who answers. */
  readonly fallbacks: readonly Route[];
}

/** A route with what is needed to go it. */
export interface Destination {
  readonly route: Route;
  readonly provider: LexyBrainProvider;
  readonly pricing: Pricing;
}

/** What a model's tokens cost, in USD per million. */
export interface Pricing {
  /** False: nothing is billed by token. */
  readonly priced: boolean;
  /** The cheapest and the dearest it may cost; null when unknown. May ask the provider's public list. */
  range(signal: AbortSignal | undefined): Promise<PriceRange | null>;
  /** The price of who served it; null when unknown. */
  of(servedBy: string | null, signal: AbortSignal | undefined): Promise<Price | null>;
}

/** The user's limits on language models. */
export interface Limits {
  /** Of a UTC day, 1e-9 USD; null: none. */
  readonly capNano: number | null;
  readonly allowUnknownPrice: boolean;
  /** A month's limit of a quota key; -1 is unlimited. */
  readonly quota: (key: string) => number;
  /** 0 is unlimited. */
  readonly requestsPerMinute: number;
}

export interface RouterPorts extends KeyPorts {
  readonly configuration: () => Configuration;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly languageModels: LanguageModels | undefined;
  readonly prices: PriceBook;
}

/** A server on this machine may have to load its model first. */
const LOCAL_PATIENCE = 5;

/** Decides who answers, and makes the provider that does. Contacts nobody. */
export class Router {
  readonly #ports: RouterPorts;
  /** What models turned out not to take, for the life of the process. */
  readonly #memory: ModelMemory = new Map();

  constructor(ports: RouterPorts) {
    this.#ports = ports;
  }

  /**
   * The user's pick for this request, else the settings, else the environment; with nothing chosen, Hugging Face once
   * a token is there and the built-in analyst before that.
   * Throws `token-missing`, `secrets-unavailable`, `provider-deprecated`, `provider-unknown` or `provider-model-unknown`.
   */
  async route(pick: ModelPick = {}): Promise<Route> {
    const { provider: setting, model: modelSetting } = this.#ports.configuration();
    const wanted = pick.provider ?? setting.value;
    const picked = pick.provider !== undefined || pick.model !== undefined;
    const chosenBy = picked ? 'request' : setting.source;
    if (wanted === 'auto') {
      const token = await findKey('huggingface', this.#ports);
      // Who picked a model does not want an answer without one.
      if (token === null && pick.model === undefined) {
        return { ...(await this.#to(providerEntry('builtin'), '', chosenBy)), forWantOfToken: true };
      }
    }
    const entry = providerEntry(wanted === 'auto' ? 'huggingface' : wanted);
    // A model setting belongs to the provider of the settings, not to another one picked for this request.
    const own = entry.id === (setting.value === 'auto' ? 'huggingface' : setting.value);
    return this.#to(entry, pick.model ?? (own ? modelSetting.value : ''), chosenBy);
  }

  /**
   * The user's pick for this request, else the arm of an experiment, else the model of this insight type, else as
   * `route` has it; and the fallbacks of the settings. A fallback that cannot be used is left out, and logged.
   * @param question its hash, by which experiments are dealt out
   */
  async plan(
    type: InsightTypeId,
    question: string,
    pick: ModelPick = {},
    refused: readonly string[] = [],
  ): Promise<Plan> {
    if (pick.provider !== undefined || pick.model !== undefined) {
      return { route: await this.route(pick), assignment: null, fallbacks: [] };
    }
    const { experiment, routing } = this.#ports.configuration();
    const assignment = experiment.value === null ? null : assignArm(experiment.value, question);
    const named = assignment?.model ?? routing.value[type];
    const route =
      named === undefined
        ? await this.route()
        : await this.#named(named, assignment === null ? 'routing' : 'experiment');
    return { route, assignment, fallbacks: await this.#fallbacks(route, refused) };
  }

  async #fallbacks(first: Route, refused: readonly string[]): Promise<readonly Route[]> {
    // The built-in analyst cannot fail in a way that somebody else could mend.
    if (first.provider === 'builtin') return [];
    const routes: Route[] = [];
    for (const reference of this.#ports.configuration().fallbacks.value) {
      try {
        const route = await this.#named(reference, 'fallback');
        const known = [first, ...routes].some(
          ({ provider, model }) => provider === route.provider && model === route.model,
        );
        if (!known && !refused.includes(`${route.provider}/${route.model}`)) routes.push(route);
      } catch (error) {
        this.#ports.log.warn(`The fallback ${reference} cannot be used: ${messageOf(error)}`);
      }
    }
    return routes;
  }

  /** To a model of the settings, `provider/model-id`. */
  #named(reference: string, chosenBy: Route['chosenBy']): Promise<Route> {
    const { provider, model } = parseModelReference(reference);
    return this.#to(providerEntry(provider), model ?? '', chosenBy);
  }

  /**
   * The route with the model that answers where none is chosen: the server on this machine is asked for it. The route as
   * it is when that server cannot tell: then the request itself ends in what is wrong.
   */
  async named(route: Route, signal?: AbortSignal): Promise<Route> {
    if (route.model !== '') return route;
    const model = await this.provider(route.provider)
      .defaultModel?.(signal)
      .catch(() => null);
    return { ...route, model: model ?? '' };
  }

  towards(route: Route): Destination {
    const entry = providerEntry(route.provider);
    const provider = this.provider(route.provider);
    return {
      route,
      provider,
      pricing: this.#ports.prices.pricing(entry, provider, route.model, route.baseUrl),
    };
  }

  /** A provider as the settings have it. Throws nothing of keys: they are looked up when it is used. */
  provider(id: ProviderId): LexyBrainProvider {
    const configuration = this.#ports.configuration();
    const patience = id === 'local' ? LOCAL_PATIENCE : 1;
    const firstToken = configuration.firstTokenSeconds.value * 1000 * patience;
    return createProvider(id, {
      fetch: this.#ports.fetch,
      log: this.#ports.log,
      key: async () => (await findKey(id, this.#ports))?.given,
      baseUrl: baseUrlSetting(configuration, id) || undefined,
      model: configuration.model.value || undefined,
      billTo: configuration.huggingfaceBillTo.value || undefined,
      deadlines: {
        firstToken,
        connect: firstToken,
        whole: configuration.totalSeconds.value * 1000 * patience,
      },
      languageModels: this.#ports.languageModels,
      memory: this.#memory,
    });
  }

  async #to(entry: ProviderEntry, model: string, chosenBy: Route['chosenBy']): Promise<Route> {
    if (entry.keyName !== null && (await findKey(entry.id, this.#ports)) === null && entry.needsKey) {
      throw new LexyBrainError('token-missing', `${entry.keyName} is not set`, {
        advice:
          `Set the key for ${entry.label}${entry.keyUrl === null ? '' : ` (you get one at ${entry.keyUrl})`}, ` +
          'or choose the built-in analyst.',
      });
    }
    // A model setting is about language models; the built-in analyst has none.
    const byItself = entry.defaultModel ?? (entry.findsModel === true ? '' : null);
    const name = model === '' || entry.id === 'builtin' ? byItself : model;
    if (name === null) {
      throw new LexyBrainError('provider-model-unknown', `No model is chosen for ${entry.label}.`, {
        advice:
          'Pick one with LexyBrain: Select Model (lexybrain.model), or name it in the terminal with --model or LEXYBRAIN_MODEL_ID.',
      });
    }
    return {
      provider: entry.id,
      providerLabel: entry.label,
      model: name,
      baseUrl: baseUrlSetting(this.#ports.configuration(), entry.id) || entry.defaultBaseUrl,
      forWantOfToken: false,
      chosenBy,
    };
  }
}

function baseUrlSetting(configuration: Configuration, provider: ProviderId): string {
  switch (provider) {
    case 'huggingface':
      return configuration.huggingfaceBaseUrl.value;
    case 'openai':
      return configuration.openaiBaseUrl.value;
    case 'anthropic':
      return configuration.anthropicBaseUrl.value;
    case 'local':
      return configuration.localBaseUrl.value;
    case 'builtin':
    case 'vscode':
      return '';
  }
}
