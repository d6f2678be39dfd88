import * as z from 'zod';
import { adInsightSchema } from '../insights/ad-insight/schema.ts';
import type { InsightTypeId } from '../insights/catalogue.ts';
import { marketBriefSchema } from '../insights/market-brief/schema.ts';
import { opportunityRadarSchema } from '../insights/opportunity-radar/schema.ts';
import { riskSentinelSchema } from '../insights/risk-sentinel/schema.ts';

export {
  INSIGHT_CATALOGUE,
  INSIGHT_TYPES,
  ofEachInsight,
  type InsightTypeId,
} from '../insights/catalogue.ts';
export type { KeywordFigures } from '../keywords/types.ts';
export type { InsightResult } from '../generation/types.ts';
export { formatChange, formatMoney, formatNumber, formatPercent } from '../insights/format.ts';

/*
 * What the panel reads of the four insights: the insights' own items, in a frame that also holds unfinished
 * answers. What is missing there is an empty list, an empty text or null; an item that is not whole is left out.
 */

const text = z.string().catch('');

/** The items that fit the schema, each with its place in the insight's own list (its path for grounding). */
function wholeItems<Item extends z.ZodType>(item: Item) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((values) =>
      values.flatMap((value, index) => {
        const parsed = item.safeParse(value);
        return parsed.success ? [{ index, item: parsed.data }] : [];
      }),
    );
}

const brief = marketBriefSchema.shape;
const marketBriefView = z.object({
  niche: text,
  summary: text,
  key_metrics: wholeItems(brief.key_metrics.element),
  top_opportunities: wholeItems(brief.top_opportunities.element),
  risks: wholeItems(brief.risks.element),
  actions: wholeItems(brief.actions.element),
  confidence: brief.confidence.nullable().catch(null),
});
export type MarketBriefView = z.infer<typeof marketBriefView>;

/** The five scores of a radar item, in the order they are shown; for competition lower is better. */
export const RADAR_SCORES = ['demand', 'momentum', 'competition', 'novelty', 'profit'] as const;
export type RadarScore = (typeof RADAR_SCORES)[number];

const opportunityRadarView = z.object({ items: wholeItems(opportunityRadarSchema.shape.items.element) });
export type OpportunityRadarView = z.infer<typeof opportunityRadarView>;

const ads = adInsightSchema.shape;
const adInsightView = z.object({
  budget_split: wholeItems(ads.budget_split.element),
  notes: text,
  daily_budget_cents: ads.daily_budget_cents.nullable().catch(null),
  currency: ads.currency.catch(null),
  assumed_cpc_cents: ads.assumed_cpc_cents.catch(null),
});
export type AdInsightView = z.infer<typeof adInsightView>;

/** Worst first. */
export const SEVERITIES = ['high', 'medium', 'low'] as const;
export type Severity = (typeof SEVERITIES)[number];

const riskSentinelView = z.object({ alerts: wholeItems(riskSentinelSchema.shape.alerts.element) });
export type RiskSentinelView = z.infer<typeof riskSentinelView>;

/** What the panel reads of each insight. */
const views = {
  market_brief: marketBriefView,
  opportunity_radar: opportunityRadarView,
  ad_insight: adInsightView,
  risk_sentinel: riskSentinelView,
} as const satisfies Record<InsightTypeId, z.ZodType>;

/** An insight of one type as the panel shows it. */
export type InsightViews = { readonly [Id in InsightTypeId]: z.infer<(typeof views)[Id]> };

/** An insight of any type as the panel shows it. */
export type InsightView = {
  readonly [Id in InsightTypeId]: { readonly type: Id; readonly insight: InsightViews[Id] };
}[InsightTypeId];

/** Reads the insight of a result or of a partial result; null when it is not an object. */
export function readInsight(type: InsightTypeId, insight: unknown): InsightView | null {
  const parsed = views[type].safeParse(insight);
  return parsed.success ? ({ type, insight: parsed.data } as InsightView) : null;
}
