import type { JSX } from 'preact';
import type { MarketBriefView } from '../protocol/insights.ts';
import { Figures, Prose, Term, useAnswer } from './answer.tsx';
import { DemandChart, type ChartPoint } from './chart.tsx';
import { Icon } from './icons.tsx';
import { Bar, levelOf } from './score.tsx';
import { useWords } from './words.tsx';

/** Niche, summary, key figures, opportunities with their chart, risks, actions. */
export function MarketBrief({ insight }: { insight: MarketBriefView }): JSX.Element {
  return (
    <>
      <Lead insight={insight} />
      <KeyMetrics insight={insight} />
      <div class="columns">
        <Opportunities insight={insight} />
        <div class="stack">
          <DemandChart points={useChartPoints(insight)} />
          <Actions insight={insight} />
        </div>
      </div>
      <Risks insight={insight} />
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
    <section aria-labelledby="metrics-title">
      <h2 id="metrics-title">{t('brief.metrics')}</h2>
      <ul class="cards">
        {insight.key_metrics.map(({ index, item }) => (
          <li key={index} class={item.score === null ? 'card' : `card ${levelOf(item.score)}`}>
            <span class="card-label">{item.label}</span>
            <span class="card-value">{item.value}</span>
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
    </section>
  );
}

function Opportunities({ insight }: { insight: MarketBriefView }): JSX.Element | null {
  const { t, format } = useWords();
  const { rows, unfinished } = useAnswer();
  const items = insight.top_opportunities;
  if (items.length === 0 && unfinished) return null;
  return (
    <section aria-labelledby="opportunities-title">
      <h2 id="opportunities-title">{t('brief.opportunities')}</h2>
      {items.length === 0 && <p class="fine">{t('brief.noOpportunities')}</p>}
      <ol class="items numbered">
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
    </section>
  );
}

function Risks({ insight }: { insight: MarketBriefView }): JSX.Element | null {
  const { t } = useWords();
  const { unfinished } = useAnswer();
  if (insight.risks.length === 0 && unfinished) return null;
  return (
    <section aria-labelledby="risks-title">
      <h2 id="risks-title">{t('brief.risks')}</h2>
      {insight.risks.length === 0 && <p class="fine">{t('brief.noRisks')}</p>}
      <ul class="items marked tiles">
        {insight.risks.map(({ index, item }) => (
          <li key={index}>
            <span class="level weak">
              <Icon name="high" />
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
    </section>
  );
}

function Actions({ insight }: { insight: MarketBriefView }): JSX.Element | null {
  const { t } = useWords();
  if (insight.actions.length === 0) return null;
  return (
    <section class="actions" aria-labelledby="actions-title">
      <h2 id="actions-title">{t('brief.actions')}</h2>
      <ol>
        {insight.actions.map(({ index, item }) => (
          <li key={index}>
            <Prose path={`actions.${index}`} text={item} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function useChartPoints(insight: MarketBriefView): readonly ChartPoint[] {
  const { rows } = useAnswer();
  const points = new Map<string, ChartPoint>();
  insight.top_opportunities.forEach(({ item }, position) => {
    const row = rows.get(item.term);
    if (row !== undefined) points.set(item.term, { row, rank: position + 1 });
  });
  for (const { item } of insight.risks) {
    const row = rows.get(item.term);
    if (item.scope === 'term' && row !== undefined && !points.has(item.term)) {
      points.set(item.term, { row, rank: null });
    }
  }
  return [...points.values()];
}
