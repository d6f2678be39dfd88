import type { JSX } from 'preact';
import type { MarketBriefView } from '../protocol/insights.ts';
import { Figures, Part, Prose, Term, useAnswer } from './answer.tsx';
import { DemandChart, type ChartPoint } from './chart.tsx';
import { Icon } from './icons.tsx';
import { Bar, levelOf } from './score.tsx';
import { useWords } from './words.tsx';

/** Niche, summary, key figures, opportunities, risks, actions, and the chart of the terms named. */
export function MarketBrief({ insight }: { insight: MarketBriefView }): JSX.Element {
  const { unfinished } = useAnswer();
  const chartPoints = useChartPoints(insight);
  return (
    <>
      <Lead insight={insight} />
      <KeyMetrics insight={insight} />
      <div class="columns">
        <div class="stack">
          <Opportunities insight={insight} />
          <Risks insight={insight} />
        </div>
        <div class="stack">
          <Actions insight={insight} />
          {/* Drawn once it is whole: it would jump with every item. */}
          {!unfinished && <DemandChart points={chartPoints} />}
        </div>
      </div>
    </>
  );
}

function Lead({ insight }: { insight: MarketBriefView }): JSX.Element {
  return (
    <section class="lead">
      {insight.niche !== '' && (
        <p class="niche">
          <Prose path="niche" text={insight.niche} />
        </p>
      )}
      {insight.summary !== '' && (
        <p class="summary">
          <Prose path="summary" text={insight.summary} />
        </p>
      )}
      {insight.confidence !== null && <Confidence confidence={insight.confidence} />}
    </section>
  );
}

/** The badge opens what stands behind the number. */
function Confidence({ confidence }: { confidence: number }): JSX.Element {
  const { t, format } = useWords();
  const level = levelOf(confidence);
  const word = { strong: 'high', fair: 'medium', weak: 'low' } as const;
  return (
    <details class="confidence">
      <summary>
        <span class={`level ${level}`}>
          <Icon name={level} />
          {t('confidence.label', format.score(confidence))}
          {' · '}
          {t(`confidence.${word[level]}`)}
        </span>
      </summary>
      <p>{t('confidence.why')}</p>
    </details>
  );
}

function KeyMetrics({ insight }: { insight: MarketBriefView }): JSX.Element | null {
  const { t, format } = useWords();
  if (insight.key_metrics.length === 0) return null;
  return (
    <Part stem="metrics-title" title={t('brief.metrics')}>
      <ul class="cards">
        {insight.key_metrics.map(({ index, item }) => (
          <li key={index} class={item.score === null ? 'card' : `card ${levelOf(item.score)}`}>
            <span class="card-label">{item.label}</span>
            <Value text={item.value} />
            {item.score !== null && (
              <span class="card-score">
                <Bar share={item.score} level={levelOf(item.score)} />
                <span>
                  {t('score.of100', format.score(item.score))}
                  {' · '}
                  <span class={`level ${levelOf(item.score)}`}>
                    <Icon name={levelOf(item.score)} />
                    {t(`score.${levelOf(item.score)}`)}
                  </span>
                </span>
              </span>
            )}
            {item.interpretation !== null && (
              <span class="card-text">
                <Prose path={`key_metrics.${index}.interpretation`} text={item.interpretation} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** The number large, its unit small, so that a card stays narrow: "1,240 searches/month". Other values stay whole. */
function Value({ text }: { text: string }): JSX.Element {
  const [, number, unit] = /^([<>~]?\s?[\d\p{Sc}][\d.,\p{Sc}%/]*)\s+([^\d]+)$/u.exec(text) ?? [];
  if (number === undefined || unit === undefined) return <span class="card-value">{text}</span>;
  return (
    <span class="card-value">
      {number} <small>{unit}</small>
    </span>
  );
}

function Opportunities({ insight }: { insight: MarketBriefView }): JSX.Element | null {
  const { t, format } = useWords();
  const { rows, unfinished } = useAnswer();
  const items = insight.top_opportunities;
  if (items.length === 0 && unfinished) return null;
  return (
    <Part stem="opportunities-title" title={t('brief.opportunities')}>
      {items.length === 0 && <p class="fine">{t('brief.noOpportunities')}</p>}
      <ol class="items">
        {items.map(({ index, item }, position) => {
          const opportunity = rows.get(item.term)?.scores.opportunity ?? null;
          return (
            <li key={index}>
              <span class="rank" aria-hidden="true">
                {position + 1}
              </span>
              <div>
                <div class="item-head">
                  <Term term={item.term} />
                  {opportunity !== null && (
                    <span class="item-score">
                      {t('figure.opportunity')} <b>{format.score(opportunity)}</b>
                      <Bar share={opportunity} level={levelOf(opportunity)} />
                    </span>
                  )}
                </div>
                <Figures term={item.term} />
                <p>
                  <Prose path={`top_opportunities.${index}.why`} text={item.why} />
                </p>
              </div>
            </li>
          );
        })}
      </ol>
    </Part>
  );
}

function Risks({ insight }: { insight: MarketBriefView }): JSX.Element | null {
  const { t } = useWords();
  const { unfinished } = useAnswer();
  if (insight.risks.length === 0 && unfinished) return null;
  return (
    <Part stem="risks-title" title={t('brief.risks')}>
      {insight.risks.length === 0 && <p class="fine">{t('brief.noRisks')}</p>}
      <ul class="items">
        {insight.risks.map(({ index, item }, position) => (
          <li key={index}>
            <span class="risk-mark" aria-hidden="true">
              {item.scope === 'term' ? <b>{letterOf(position)}</b> : <Icon name="high" />}
            </span>
            <div>
              <div class="item-head">
                {item.scope === 'term' ? <Term term={item.term} /> : <strong>{item.term}</strong>}
                <vscode-badge>
                  {t(item.scope === 'term' ? 'brief.scopeTerm' : 'brief.scopeList')}
                </vscode-badge>
              </div>
              {item.scope === 'term' && <Figures term={item.term} />}
              <p>
                <Prose path={`risks.${index}.why`} text={item.why} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Actions({ insight }: { insight: MarketBriefView }): JSX.Element | null {
  const { t } = useWords();
  if (insight.actions.length === 0) return null;
  return (
    <Part class="actions" stem="actions-title" title={t('brief.actions')}>
      <ol>
        {insight.actions.map(({ index, item }) => (
          <li key={index}>
            <Prose path={`actions.${index}`} text={item} />
          </li>
        ))}
      </ol>
    </Part>
  );
}

function useChartPoints(insight: MarketBriefView): readonly ChartPoint[] {
  const { rows } = useAnswer();
  const points = new Map<string, ChartPoint>();
  insight.top_opportunities.forEach(({ item }, position) => {
    const row = rows.get(item.term);
    if (row !== undefined) points.set(item.term, { row, kind: 'opportunity', mark: String(position + 1) });
  });
  insight.risks.forEach(({ item }, position) => {
    const row = rows.get(item.term);
    if (item.scope === 'term' && row !== undefined && !points.has(item.term)) {
      points.set(item.term, { row, kind: 'risk', mark: letterOf(position) });
    }
  });
  return [...points.values()];
}

/** 0 → "A"; a brief has at most ten risks. */
function letterOf(position: number): string {
  return String.fromCodePoint(65 + position);
}
