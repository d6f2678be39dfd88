import type { Configuration } from '../configuration.ts';
import { splitModel } from '../providers/huggingface-models.ts';
import { priceRange, tablePrice } from '../providers/pricing.ts';
import type { LexyBrainProvider, ModelInfo, Price, PriceRange, ProviderEntry } from '../providers/types.ts';
import { ownPrice } from './own-prices.ts';
import type { Pricing } from './routing.ts';

/** A provider's public list of models and prices is asked for again after this long. */
const LIST_KEPT_MS = 60 * 60 * 1000;

interface KeptList {
  readonly at: number;
  readonly models: Promise<readonly ModelInfo[]>;
}

/** Finds what models cost: the user's own prices first, then the provider's live list, then published tables. */
export class PriceBook {
  readonly #configuration: () => Configuration;
  readonly #now: () => Date;
  readonly #lists = new Map<string, KeptList>();
  readonly #closing = new AbortController();

  constructor(configuration: () => Configuration, now: () => Date) {
    this.#configuration = configuration;
    this.#now = now;
  }

  pricing(entry: ProviderEntry, provider: LexyBrainProvider, model: string, baseUrl: string | null): Pricing {
    const { id, defaultBaseUrl } = entry;
    const known = async (servedBy: string | null, signal?: AbortSignal): Promise<PriceRange | null> => {
      const own = this.#ownPrice(id, model);
      if (own !== null) return { lowest: own, highest: own };
      if (id === 'huggingface') {
        const found = await this.#listed(provider, model, baseUrl, signal);
        return found === null ? null : listedPrice(found, splitModel(model).provider, servedBy);
      }
      // The tables speak of the vendors' own services, not of whoever else answers at another address.
      if ((id === 'openai' || id === 'anthropic') && baseUrl === defaultBaseUrl) {
        const price = await tablePrice(id, model);
        return price === null ? null : { lowest: price, highest: price };
      }
      return null;
    };
    return {
      priced: entry.priced,
      range: (signal) => known(null, signal),
      of: async (servedBy, signal) => (await known(servedBy, signal))?.highest ?? null,
    };
  }

  /** Gives up the lists that are on their way. */
  close(): void {
    this.#closing.abort();
  }

  #ownPrice(provider: string, model: string): Price | null {
    const own = ownPrice(this.#configuration().prices.value, `${provider}/${model}`);
    if (own === null) return null;
    return { ...own, source: 'your setting lexybrain.prices', asOf: this.#now().toISOString().slice(0, 10) };
  }

  async #listed(
    provider: LexyBrainProvider,
    model: string,
    baseUrl: string | null,
    signal: AbortSignal | undefined,
  ): Promise<ModelInfo | null> {
    const key = baseUrl ?? '';
    const now = this.#now().getTime();
    let kept = this.#lists.get(key);
    if (kept === undefined || now - kept.at > LIST_KEPT_MS) {
      // Fetched for all who ask, so that nobody's cancel takes the list from the others.
      kept = { at: now, models: provider.listModels?.(this.#closing.signal) ?? Promise.resolve([]) };
      this.#lists.set(key, kept);
      kept.models.catch(() => this.#lists.delete(key));
    }
    const id = splitModel(model).model;
    return (await unlessAborted(kept.models, signal)).find((each) => each.id === id) ?? null;
  }
}

/**
 * The price of who served it. Where that one names none, and while nobody has served it yet, all that the list names:
 * who is down when the list is made may be up, and dearer, when the router chooses. Null for a pinned provider without
 * a price: no other price says anything of it.
 */
function listedPrice(model: ModelInfo, pinned: string | null, servedBy: string | null): PriceRange | null {
  const named = (provider: string): Price | null =>
    model.offers?.find((offer) => offer.provider.toLowerCase() === provider.toLowerCase())?.price ?? null;
  const who = servedBy ?? pinned;
  const own = who === null ? null : named(who);
  if (own !== null) return { lowest: own, highest: own };
  if (pinned !== null) return null;
  const all = priceRange(model.offers?.flatMap(({ price }) => price ?? []) ?? []);
  if (all === null || who === null) return all;
  const source = `${all.highest.source}; ${who} names no price, the dearest other`;
  return { lowest: { ...all.lowest, source }, highest: { ...all.highest, source } };
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
