import type { InsightTypeId } from '../../src/insights/catalogue.ts';
import { readInsight } from '../../src/protocol/insights.ts';

/** The terms that a panel would show as the list's, of a whole insight or a partial one. */
export function shownTerms(type: InsightTypeId, insight: unknown): string[] {
  const view = readInsight(type, insight);
  switch (view?.type) {
    case 'market_brief':
      return [
        ...view.insight.top_opportunities.map(({ item }) => item.term),
        ...view.insight.risks.flatMap(({ item }) => (item.scope === 'term' ? [item.term] : [])),
      ];
    case 'opportunity_radar':
      return view.insight.items.map(({ item }) => item.term);
    case 'ad_insight':
      return view.insight.budget_split.map(({ item }) => item.term);
    case 'risk_sentinel':
      return view.insight.alerts.flatMap(({ item }) => item.term ?? []);
    case undefined:
      return [];
  }
}
