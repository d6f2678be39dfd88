import { LexyBrainError } from '../errors.ts';
import { adInsight } from './ad-insight/ad-insight.ts';
import { marketBrief } from './market-brief/market-brief.ts';
import { opportunityRadar } from './opportunity-radar/opportunity-radar.ts';
import { riskSentinel } from './risk-sentinel/risk-sentinel.ts';
import { INSIGHT_TYPES, type InsightTypeId } from './catalogue.ts';
import type { InsightType } from './types.ts';

/** The registry: one line per insight type. */
const BY_ID = {
  market_brief: marketBrief,
  opportunity_radar: opportunityRadar,
  ad_insight: adInsight,
  risk_sentinel: riskSentinel,
} satisfies Record<InsightTypeId, unknown>;

/** An insight type where it does not matter which. */
export type AnyInsightType = InsightType<unknown, unknown>;

/** All insight types, in the order they are offered. */
export const INSIGHTS: readonly AnyInsightType[] = INSIGHT_TYPES.map((id) => insightType(id));

/** An insight type by its id; by a literal id its drafts and insights are typed. */
export function insightType<Id extends InsightTypeId>(
  id: Id,
): InsightTypeId extends Id ? AnyInsightType : (typeof BY_ID)[Id];
export function insightType(id: InsightTypeId): AnyInsightType {
  return BY_ID[id];
}

/** Names that types had before. */
const OLD_NAMES: Readonly<Record<string, InsightTypeId>> = {
  radar: 'opportunity_radar',
  risk: 'risk_sentinel',
};

/**
 * The insight type a name means: an id in any case (`market-brief` is fine), or `radar` and `risk`, as they were
 * called once.
 * Throws `invalid-request`.
 */
export function parseInsightType(name: string): InsightTypeId {
  const plain = name.trim().toLowerCase().replaceAll('-', '_');
  const known = INSIGHT_TYPES.find((id) => id === plain);
  const id = known ?? (Object.hasOwn(OLD_NAMES, plain) ? OLD_NAMES[plain] : undefined);
  if (id !== undefined) return id;
  throw new LexyBrainError('invalid-request', `There is no insight type "${name.slice(0, 60)}".`, {
    advice: `Choose one of ${INSIGHT_TYPES.join(', ')}.`,
  });
}
