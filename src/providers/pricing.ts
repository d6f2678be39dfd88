import { DEFAULT_MAX_TOKENS, utf8Length } from './tokens.ts';
import { wireSchema } from './wire-schema.ts';
import type { LexyBrainProviderRequest, Price, PriceRange, Usage } from './types.ts';

/** Billionths of a US dollar in one. */
export const NANO_PER_USD = 1_000_000_000;

/** Prices are reckoned in millionths of a dollar per million tokens, so that sums are exact. */
const PRICE_UNIT = 1_000_000;

/** Tokens that a chat template may add to each message. */
const TOKENS_PER_MESSAGE = 16;

/**
 * What the tokens cost at the price, in integer nano-dollars, rounded up. A cache bucket without a price of its own costs
 * what input costs.
 * @throws RangeError for a price or a count that is negative or no number
 */
export function costNanoUsd(
  usage: Omit<Usage, 'estimated' | 'raw'>,
  price: Omit<Price, 'source' | 'asOf'>,
): number {
  const picoUsd =
    cost(usage.uncachedIn, price.input) +
    cost(usage.cacheRead, price.cacheRead ?? price.input) +
    cost(usage.cacheWrite, price.cacheWrite ?? price.input) +
    cost(usage.out, price.output);
  return toNano(picoUsd);
}

export interface UpperBoundOptions {
  /** HTTP requests to reserve for; 1 when absent. */
  readonly attempts?: number;
}

/**
 * More than a request can cost, in integer nano-dollars: no tokenizer makes more tokens than there are bytes, so every
 * byte of prompt, system and schema counts as one, with 16 a message for the chat template, and the whole `max_tokens`
 * as output; per attempt.
 */
export function upperBoundNanoUsd(
  request: LexyBrainProviderRequest,
  price: Price,
  options: UpperBoundOptions = {},
): number {
  const input = Math.max(price.input, price.cacheRead ?? 0, price.cacheWrite ?? 0);
  const once =
    cost(promptTokensAtMost(request), input) + cost(request.max_tokens ?? DEFAULT_MAX_TOKENS, price.output);
  return toNano(once * BigInt(options.attempts ?? 1));
}

/** The largest number of input tokens a request can have. */
export function promptTokensAtMost(request: LexyBrainProviderRequest): number {
  const { prompt, system, schema, terms } = request;
  const texts = [prompt, system ?? ''];
  if (schema) {
    // Twice: with the words around it, and as the strictest mode lowers it with the terms in it.
    texts.push(JSON.stringify(wireSchema(schema.schema, { terms, lengths: true })), ' '.repeat(256));
  }
  const messages = system === undefined && !schema ? 1 : 2;
  return texts.reduce((sum, text) => sum + utf8Length(text), 0) + messages * TOKENS_PER_MESSAGE;
}

/** Picodollars: tokens × (USD per million) = tokens × micro-dollars per million × 10⁻¹² dollars. */
function cost(tokens: number, usdPerMillion: number): bigint {
  if (!Number.isFinite(tokens) || tokens < 0) throw new RangeError(`No number of tokens: ${tokens}`);
  if (!isPrice(usdPerMillion)) throw new RangeError(`No price: ${String(usdPerMillion)}`);
  return BigInt(Math.ceil(tokens)) * BigInt(Math.round(usdPerMillion * PRICE_UNIT));
}

/** Rounded up; a sum beyond 9 million dollars is not money any more but a mistake. */
function toNano(picoUsd: bigint): number {
  const nano = (picoUsd + 999n) / 1000n;
  if (nano > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('The cost is beyond all reason.');
  return Number(nano);
}

/** A price per million tokens that can be reckoned with; more than 100,000 dollars is a mistake. */
export function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= 100_000;
}

/** The cheapest and the dearest of several prices, each part for itself; null when there are none. */
export function priceRange(prices: readonly Price[]): PriceRange | null {
  const [first] = prices;
  if (first === undefined) return null;
  const over = (choose: (...values: number[]) => number): Price => ({
    input: choose(...prices.map(({ input }) => input)),
    output: choose(...prices.map(({ output }) => output)),
    ...(prices.some(({ cacheRead }) => cacheRead !== undefined)
      ? { cacheRead: choose(...prices.map(({ cacheRead, input }) => cacheRead ?? input)) }
      : {}),
    ...(prices.some(({ cacheWrite }) => cacheWrite !== undefined)
      ? { cacheWrite: choose(...prices.map(({ cacheWrite, input }) => cacheWrite ?? input)) }
      : {}),
    source: first.source,
    asOf: first.asOf,
  });
  return { lowest: over(Math.min), highest: over(Math.max) };
}

/** What the provider's models cost by the tables of `@pydantic/genai-prices`; null for one it does not know. */
export async function tablePrice(provider: 'openai' | 'anthropic', model: string): Promise<Price | null> {
  // Half a megabyte of tables, read only once a price is asked for.
  const { calcPrice } = await import('@pydantic/genai-prices');
  const found = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { providerId: provider });
  if (!found) return null;
  const priceFor = (key: string): number | undefined => {
    const value = found.model_price[key];
    if (value === undefined || typeof value === 'number') return value;
    const tiers = value.tiers.filter(({ start }) => start <= LONGEST_PROMPT);
    return Math.max(value.base, ...tiers.map(({ price }) => price));
  };
  const input = priceFor('input_mtok');
  const output = priceFor('output_mtok');
  if (!isPrice(input) || !isPrice(output)) return null;
  const cacheRead = priceFor('cache_read_mtok');
  const cacheWrite = priceFor('cache_write_mtok');
  return {
    input,
    output,
    ...(isPrice(cacheRead) ? { cacheRead } : {}),
    ...(isPrice(cacheWrite) ? { cacheWrite } : {}),
    source: `@pydantic/genai-prices ${GENAI_PRICES.version}`,
    asOf: GENAI_PRICES.asOf,
  };
}

/** The installed version of the tables and the day it came out; a test compares it with the package. */
const GENAI_PRICES = { version: '0.1.8', asOf: '2026-09-23' } as const;

/** A prompt stands for a list of any length in a few thousand tokens, so dearer tiers above this never apply. */
const LONGEST_PROMPT = 100_000;
