import type { Configuration } from '../configuration.ts';
import { priceOf, tablePrice } from '../providers/pricing.ts';
import type { LexyBrainProvider, ModelInfo, Price, PriceRange, ProviderEntry } from '../providers/types.ts';
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
        return found === null ? null : listedPrice(found, servedBy ?? pinnedBy(model));
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
    const { prices } = this.#configuration();
    const name = [model, model.split(':')[0] ?? ''].find((each) =>
      Object.hasOwn(prices.value, `${provider}/${each}`),
    );
    const own = name === undefined ? undefined : prices.value[`${provider}/${name}`];
    if (own === undefined) return null;
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
    const id = model.split(':')[0];
    return (await unlessAborted(kept.models, signal)).find((each) => each.id === id) ?? null;
  }
}

/** The price of who served it; the dearest that the model has elsewhere where that one names none. */
function listedPrice(model: ModelInfo, servedBy: string | null): PriceRange | null {
  const exact = servedBy === null ? null : priceOf(model, servedBy);
  if (exact === null || servedBy === null) return priceOf(model)?.range ?? null;
  if (model.offers?.some(({ provider, price }) => provider === servedBy && price !== null) === true)
    return exact.range;
  const source = `${exact.range.highest.source}; ${servedBy} names no price, the dearest other`;
  const { lowest, highest } = exact.range;
  return { lowest: { ...lowest, source }, highest: { ...highest, source } };
}

/** `meta-llama/…:groq` pins who serves it; `:fastest` and the like pin nobody. */
function pinnedBy(model: string): string | null {
  const suffix = model.split(':')[1];
  return suffix === undefined || ['fastest', 'cheapest', 'preferred'].includes(suffix) ? null : suffix;
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
