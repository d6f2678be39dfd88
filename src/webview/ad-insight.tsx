import type { ComponentChildren, JSX } from 'preact';
import type { AdInsightView } from '../protocol/insights.ts';
import { Figures, Part, Prose, Term, useAnswer } from './answer.tsx';
import { Bar } from './score.tsx';
import { useWords } from './words.tsx';

/** The budget split as bars and as a table, with its total against the budget. */
export function AdInsight({ insight }: { insight: AdInsightView }): JSX.Element | null {
  const { t } = useWords();
  const { unfinished } = useAnswer();
  return (
    <>
      {insight.budget_split.length === 0 ? (
        !unfinished && <p class="fine">{t('ads.none')}</p>
      ) : (
        <>
          {!unfinished && <Totals insight={insight} />}
          <Split insight={insight} />
        </>
      )}
      {insight.notes !== '' && (
        <Part class="actions" stem="ad-notes-title" title={t('ads.notes')}>
          <p>
            <Prose path="notes" text={insight.notes} />
          </p>
        </Part>
      )}
    </>
  );
}

const sumOf = (insight: AdInsightView): number =>
  insight.budget_split.reduce((sum, { item }) => sum + item.daily_cents, 0);

function Totals({ insight }: { insight: AdInsightView }): JSX.Element | null {
  const { t, format } = useWords();
  const budget = insight.daily_budget_cents;
  if (budget === null) return null;
  const spent = sumOf(insight);
  const money = (cents: number): string => format.money(cents, insight.currency);
  return (
    <section class="budget">
      <dl>
        <div>
          <dt>{t('ads.budget')}</dt>
          <dd>{money(budget)}</dd>
        </div>
        <div>
          <dt>{t('ads.spent')}</dt>
          <dd>{money(spent)}</dd>
        </div>
        <div>
          <dt>{t('ads.left')}</dt>
          <dd>{money(budget - spent)}</dd>
        </div>
      </dl>
      <Bar share={budget === 0 ? 0 : spent / budget} />
      {insight.currency === null && <p class="fine">{t('ads.noCurrency')}</p>}
      {insight.assumed_cpc_cents !== null && (
        <p class="fine">{t('ads.assumption', money(insight.assumed_cpc_cents))}</p>
      )}
    </section>
  );
}

function Split({ insight }: { insight: AdInsightView }): JSX.Element {
  const { t, format } = useWords();
  const { rows, unfinished } = useAnswer();
  const items = insight.budget_split;
  const spent = sumOf(insight);
  const largest = Math.max(...items.map(({ item }) => item.daily_cents));
  const clicks = items.map(({ item }) => item.expected_clicks);
  const money = (cents: number): string => format.money(cents, insight.currency);
  return (
    <Part stem="split-title" title={t('ads.split')}>
      <table class="split" role="table">
        <caption class="sr-only">{t('ads.caption')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              {t('column.term')}
            </th>
            {(['ads.share', 'ads.daily', 'ads.cpc', 'ads.clicks'] as const).map((key) => (
              <th key={key} scope="col" role="columnheader" class="number">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {items.map(({ index, item }) => (
            <tr key={index} role="row">
              <th scope="row" role="rowheader">
                <Term term={item.term} />
                <Figures term={item.term} />
                {item.why !== '' && (
                  <p>
                    <Prose path={`budget_split.${index}.why`} text={item.why} />
                  </p>
                )}
                <Bar share={largest === 0 ? 0 : item.daily_cents / largest} />
              </th>
              <NumberCell label={t('ads.share')}>
                {format.percent(spent === 0 ? 0 : item.daily_cents / spent)}
              </NumberCell>
              <NumberCell label={t('ads.daily')}>{money(item.daily_cents)}</NumberCell>
              <NumberCell label={t('ads.cpc')}>
                {item.expected_cpc_cents === null ? '–' : money(item.expected_cpc_cents)}
                {item.expected_cpc_cents !== null && (rows.get(item.term)?.cpc ?? null) === null && (
                  <small> {t('ads.assumed')}</small>
                )}
              </NumberCell>
              <NumberCell label={t('ads.clicks')}>
                {item.expected_clicks === null ? '–' : format.figure(item.expected_clicks)}
              </NumberCell>
            </tr>
          ))}
        </tbody>
        {!unfinished && (
          <tfoot role="rowgroup">
            <tr role="row">
              <th scope="row" role="rowheader">
                {t('ads.total')}
              </th>
              <NumberCell label={t('ads.share')}>{format.percent(spent === 0 ? 0 : 1)}</NumberCell>
              <NumberCell label={t('ads.daily')}>{money(spent)}</NumberCell>
              <NumberCell label={t('ads.cpc')}>–</NumberCell>
              {/* A sum with gaps would look like the whole. */}
              <NumberCell label={t('ads.clicks')}>
                {clicks.includes(null)
                  ? '–'
                  : format.figure(clicks.reduce<number>((sum, value) => sum + (value ?? 0), 0))}
              </NumberCell>
            </tr>
          </tfoot>
        )}
      </table>
    </Part>
  );
}

function NumberCell({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  return (
    <td role="cell" class="number">
      <span class="cell-label" aria-hidden="true">
        {label}
      </span>
      <span>{children}</span>
    </td>
  );
}
