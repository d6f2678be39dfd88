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

  constructor(configuration: () => Configuration, now: () => Date) {
    this.#configuration = configuration;
    this.#now = now;
  }

  pricing(entry: ProviderEntry, provider: LexyBrainProvider, model: string, baseUrl: string | null): Pricing {
    const own = this.#ownPrice(entry.id, model);
    const known = async (servedBy: string | undefined, signal?: AbortSignal): Promise<PriceRange | null> => {
      if (own !== null) return { lowest: own, highest: own };
      if (entry.id === 'huggingface') {
        const found = await this.#listed(provider, model, baseUrl, signal);
        const price = found === null ? null : priceOf(found, servedBy ?? suffixOf(model));
        return price?.range ?? null;
      }
      // The tables speak of the vendors' own services, not of whoever else answers at another address.
      if ((entry.id === 'openai' || entry.id === 'anthropic') && baseUrl === entry.defaultBaseUrl) {
        const price = await tablePrice(entry.id, model);
        return price === null ? null : { lowest: price, highest: price };
      }
      return null;
    };
    return {
      priced: entry.priced,
      range: (signal) => known(undefined, signal),
      of: async (servedBy, signal) => (await known(servedBy ?? undefined, signal))?.highest ?? null,
    };
  }

  #ownPrice(provider: string, model: string): Price | null {
    const own = this.#configuration().prices.value[`${provider}/${model}`];
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
      kept = { at: now, models: provider.listModels?.(signal) ?? Promise.resolve([]) };
      this.#lists.set(key, kept);
      kept.models.catch(() => this.#lists.delete(key));
    }
    const id = model.split(':')[0];
    return (await kept.models).find((each) => each.id === id) ?? null;
  }
}

/** `meta-llama/…:groq` pins who serves it; `:fastest` and the like pin nobody. */
function suffixOf(model: string): string | undefined {
  const suffix = model.split(':')[1];
  return suffix === undefined || ['fastest', 'cheapest', 'preferred'].includes(suffix) ? undefined : suffix;
}
