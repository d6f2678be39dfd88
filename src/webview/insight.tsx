import type { JSX } from 'preact';
import type { InsightResult, InsightTypeId, InsightView, KeywordFigures } from '../protocol/insights.ts';
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
      <div class={`insight ${view.type satisfies InsightTypeId}`}>
        <Body view={view} />
      </div>
    </AnswerContext.Provider>
  );
}

function Body({ view }: { view: InsightView }): JSX.Element {
  switch (view.type) {
    case 'market_brief':
      return <MarketBrief insight={view.insight} />;
    case 'opportunity_radar':
      return <OpportunityRadar insight={view.insight} />;
    case 'ad_insight':
      return <AdInsight insight={view.insight} />;
    case 'risk_sentinel':
      return <RiskSentinel insight={view.insight} />;
  }
}
