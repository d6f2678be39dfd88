/** The user's own prices, USD per million tokens, by `provider/model-id`. */
export type PriceTable = Readonly<Record<string, { readonly input: number; readonly output: number }>>;

/**
 * The user's price of a model, null when there is none. A suffix that says who shall serve it (`:fastest`) is no part of
 * the model's name, unless the table names it.
 */
export function ownPrice(
  prices: PriceTable,
  reference: string,
): { readonly input: number; readonly output: number } | null {
  const name = [reference, reference.split(':')[0] ?? ''].find((each) => Object.hasOwn(prices, each));
  return name === undefined ? null : (prices[name] ?? null);
}
