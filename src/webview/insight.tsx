import type { FunctionComponent, JSX } from 'preact';
import type {
  InsightResult,
  InsightTypeId,
  InsightView,
  InsightViews,
  KeywordFigures,
} from '../protocol/insights.ts';
import { AdInsight } from './ad-insight.tsx';
import { AnswerContext, type Answer } from './answer.tsx';
import { MarketBrief } from './market-brief.tsx';
import { OpportunityRadar } from './opportunity-radar.tsx';
import { RiskSentinel } from './risk-sentinel.tsx';

/** One insight with the figures its terms need; `result` is null while it is being written. */
export function Insight({
  view,
  rows,
  result,
  openRow,
  side = null,
}: {
  view: InsightView;
  rows: readonly KeywordFigures[];
  result: InsightResult | null;
  openRow: (term: string) => void;
  /** Which of two answers side by side it is. */
  side?: Answer['side'];
}): JSX.Element {
  const answer: Answer = {
    rows: new Map(rows.map((row) => [row.term, row])),
    foreignNumbers: result?.grounding.foreignNumbers ?? [],
    listCurrency: result?.list.currency ?? null,
    unfinished: result === null,
    openRow,
    side,
  };
  return (
    <AnswerContext.Provider value={answer}>
      <div class={`insight ${view.type}`}>
        <Body view={view} />
      </div>
    </AnswerContext.Provider>
  );
}

/** What shows each insight. */
const SHOWN: { readonly [Id in InsightTypeId]: FunctionComponent<{ insight: InsightViews[Id] }> } = {
  market_brief: MarketBrief,
  opportunity_radar: OpportunityRadar,
  ad_insight: AdInsight,
  risk_sentinel: RiskSentinel,
};

function Body({ view }: { view: InsightView }): JSX.Element {
  const Shown = SHOWN[view.type] as FunctionComponent<{ insight: InsightView['insight'] }>;
  return <Shown insight={view.insight} />;
}
