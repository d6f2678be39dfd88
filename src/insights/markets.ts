/** What a market's listings can hold. Lengths are in characters unless said otherwise. */
export interface MarketRules {
  /** "Etsy"; what the user typed for a market without rules of its own. */
  readonly label: string;
  readonly titleLength: number;
  readonly tags: { readonly count: number; readonly length: number } | null;
  /** Hidden search terms, bytes of UTF-8. */
  readonly backendBytes: number | null;
  /** Where the most important words go. */
  readonly titleAdvice: string;
}

/**
 * Sources: Etsy Help "How to Create a Listing" (13 tags of 20 characters, titles of 140 characters);
 * Amazon Seller Central "Product title requirements" (200 characters, since January 2025) and "Using search
 * terms effectively" (less than 250 bytes); Google Search Central on title links (no fixed limit; about 60
 * characters are shown).
 */
const RULES: Readonly<Record<string, MarketRules>> = {
  etsy: {
    label: 'Etsy',
    titleLength: 140,
    tags: { count: 13, length: 20 },
    backendBytes: null,
    titleAdvice: 'the first words of the title',
  },
  amazon: {
    label: 'Amazon',
    titleLength: 200,
    tags: null,
    backendBytes: 249,
    titleAdvice: 'the first 80 characters of the title',
  },
  google: {
    label: 'Google',
    titleLength: 60,
    tags: null,
    backendBytes: null,
    titleAdvice: 'the first words of the page title and the main heading',
  },
};

/** The rules of a market by its name in any case; a market we know nothing of gets a shop page's. */
export function marketRules(market: string): MarketRules {
  const known = RULES[market.trim().toLowerCase()];
  if (known !== undefined) return known;
  return {
    label: market.trim() === '' ? 'your shop' : market.trim(),
    titleLength: 70,
    tags: null,
    backendBytes: null,
    titleAdvice: 'the first words of the title',
  };
}

/** One sentence of limits for a prompt, or null for a market without fixed ones. */
export function rulesInWords(market: string): string | null {
  const rules = marketRules(market);
  if (rules.tags !== null) {
    return `${rules.label} listings: title up to ${rules.titleLength} characters; ${rules.tags.count} tags of up to ${rules.tags.length} characters each.`;
  }
  if (rules.backendBytes !== null) {
    return `${rules.label} listings: title up to ${rules.titleLength} characters; hidden search terms up to ${rules.backendBytes} bytes.`;
  }
  return null;
}
