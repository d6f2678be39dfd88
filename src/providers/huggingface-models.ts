import { asAmount, asArray, asCount, asFlag, asObject, asText, type JsonObject } from './json.ts';
import { listedModels } from './model-list.ts';
import { isPrice, priceRange } from './pricing.ts';
import type { ModelInfo, ModelOffer, Price } from './types.ts';

/** How the router chooses among those that serve a model. */
const POLICIES = ['fastest', 'cheapest', 'preferred'];

export interface RoutedModel {
  /** `org/name` as in the list. */
  readonly model: string;
  /** The one provider it is pinned to, or null. */
  readonly provider: string | null;
}

/** `org/name:groq` is pinned to groq; `org/name`, `:fastest`, `:cheapest` and `:preferred` are the router's choice. */
export function splitModel(reference: string): RoutedModel {
  const colon = reference.lastIndexOf(':');
  if (colon < 0) return { model: reference, provider: null };
  const suffix = reference.slice(colon + 1);
  return {
    model: reference.slice(0, colon),
    provider: suffix === '' || POLICIES.includes(suffix) ? null : suffix,
  };
}

/** The router's `GET /v1/models`, of which everything but a provider's name and status may be missing. */
export function huggingFaceModels(body: unknown, now: Date): readonly ModelInfo[] {
  const asOf = now.toISOString().slice(0, 10);
  return listedModels(body, 'HF router')
    .filter(({ entry }) => writesText(entry))
    .map(({ id, entry }) => {
      const offers = asArray(entry['providers']).map((one) => offerOf(asObject(one), asOf));
      const live = offers.filter((offer) => offer.live);
      const contexts = live.flatMap(({ contextTokens }) => contextTokens ?? []);
      const structured = live.map(({ structuredOutput }) => structuredOutput);
      return {
        id,
        contextTokens: contexts.length > 0 ? Math.min(...contexts) : null,
        price: priceRange(live.flatMap(({ price }) => price ?? [])),
        live: live.length > 0,
        structuredOutput: structured.includes(true)
          ? true
          : structured.length > 0 && structured.every((value) => value === false)
            ? false
            : null,
        servedBy: live.map(({ provider }) => provider),
        offers,
      };
    });
}

function writesText(entry: JsonObject): boolean {
  const outputs = asObject(entry['architecture'])['output_modalities'];
  return !Array.isArray(outputs) || outputs.includes('text');
}

function offerOf(entry: JsonObject, asOf: string): ModelOffer {
  return {
    provider: asText(entry['provider']),
    live: entry['status'] === 'live',
    price: priceOfOffer(entry, asOf),
    contextTokens: asCount(entry['context_length']),
    structuredOutput: asFlag(entry['supports_structured_output']),
  };
}

/** USD per million tokens, as the router gives it. */
function priceOfOffer(entry: JsonObject, asOf: string): Price | null {
  const source = 'Hugging Face router';
  if (entry['is_free'] === true) return { input: 0, output: 0, source, asOf };
  const pricing = asObject(entry['pricing']);
  const input = asAmount(pricing['input']);
  const output = asAmount(pricing['output']);
  return isPrice(input) && isPrice(output) ? { input, output, source, asOf } : null;
}
