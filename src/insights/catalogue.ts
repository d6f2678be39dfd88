/** How an insight type is called, asked for and pictured, wherever people meet it. */
interface CatalogueEntry {
  /** "Market Brief" */
  readonly title: string;
  /** The one word of its tab. */
  readonly tab: string;
  /** What it answers, one sentence. */
  readonly about: string;
  readonly command: {
    /** What follows `lexybrain.` in the command's id. Final: keybindings of users name it. */
    readonly name: string;
    /** Shown after "LexyBrain:" in the command palette; "…" when it asks for something first. */
    readonly title: string;
    /** Codicon. */
    readonly icon: string;
  };
  /** A line drawing on a grid of 16, as an SVG path. */
  readonly drawing: string;
}

/** Every insight type by its id, in the order they are offered. */
export const INSIGHT_CATALOGUE = {
  market_brief: {
    title: 'Market Brief',
    tab: 'Brief',
    about: 'What this market looks like, which terms to write for, which to avoid and what to do.',
    command: { name: 'marketBrief', title: 'Market Brief', icon: '$(book)' },
    drawing: 'M3 1.8h7.2L13 4.6v9.6H3zM5.5 7h5M5.5 9.3h5M5.5 11.6h3',
  },
  opportunity_radar: {
    title: 'Opportunity Radar',
    tab: 'Radar',
    about: 'The most promising terms, each scored for demand, momentum, competition, novelty and profit.',
    command: { name: 'opportunityRadar', title: 'Opportunity Radar', icon: '$(target)' },
    drawing: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M8 8l4-4.4',
  },
  ad_insight: {
    title: 'Ad Insight',
    tab: 'Ads',
    about: 'How to split a daily ad budget over the terms, with the clicks it should buy.',
    command: { name: 'adInsight', title: 'Ad Insight…', icon: '$(megaphone)' },
    drawing: 'M2 6v4h2.5l6 3.2V2.8l-6 3.2zM12.8 6.2c.9 1 .9 2.6 0 3.6M5.5 10v3.4h2V11',
  },
  risk_sentinel: {
    title: 'Risk Sentinel',
    tab: 'Risks',
    about: 'What to be careful with: brands, crowded or fading terms, gaps in the list.',
    command: { name: 'riskSentinel', title: 'Risk Sentinel', icon: '$(shield)' },
    drawing: 'M8 1.6 13.5 3.5v4.2c0 3.2-2.3 5.4-5.5 6.8-3.2-1.4-5.5-3.6-5.5-6.8V3.5zM8 5v3.4M8 10.6v.1',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type InsightTypeId = keyof typeof INSIGHT_CATALOGUE;

export const INSIGHT_TYPES = Object.keys(INSIGHT_CATALOGUE) as readonly InsightTypeId[];

/** The same of every insight type, by its id. */
export function ofEachInsight<Value>(
  make: (id: InsightTypeId) => Value,
): Readonly<Record<InsightTypeId, Value>> {
  return Object.fromEntries(INSIGHT_TYPES.map((id) => [id, make(id)])) as Record<InsightTypeId, Value>;
}
