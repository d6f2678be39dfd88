import type { JSX } from 'preact';
import { SEVERITIES, type RiskSentinelView, type Severity } from '../protocol/insights.ts';
import { Figures, Prose, Term, useAnswer } from './answer.tsx';
import { Icon } from './icons.tsx';
import { useWords } from './words.tsx';

/** Alerts, worst first. */
export function RiskSentinel({ insight }: { insight: RiskSentinelView }): JSX.Element | null {
  const { t, format } = useWords();
  const { unfinished } = useAnswer();
  if (insight.alerts.length === 0) {
    if (unfinished) return null;
    return (
      <p class="all-clear">
        <span class="level strong">
          <Icon name="check" />
        </span>
        {t('risks.none')}
      </p>
    );
  }
  const groups = SEVERITIES.map((severity) => ({
    severity,
    alerts: insight.alerts.filter(({ item }) => item.severity === severity),
  }));
  return (
    <>
      <ul class="severities" aria-label={t('risks.summary')}>
        {groups.map(({ severity, alerts }) => (
          <li key={severity}>
            <SeverityMark severity={severity} /> <b>{format.count(alerts.length)}</b>
          </li>
        ))}
      </ul>
      <ul class="alerts">
        {groups.flatMap(({ alerts }) => alerts.map((alert) => <Alert key={alert.index} alert={alert} />))}
      </ul>
    </>
  );
}

function SeverityMark({ severity }: { severity: Severity }): JSX.Element {
  const { t } = useWords();
  return (
    <span class={`severity ${severity}`}>
      <Icon name={severity} />
      {t(`risks.${severity}`)}
    </span>
  );
}

function Alert({ alert: { index, item } }: { alert: RiskSentinelView['alerts'][number] }): JSX.Element {
  const { t } = useWords();
  return (
    <li class={`alert ${item.severity}`}>
      <div class="item-head">
        <SeverityMark severity={item.severity} />
        {item.term === null ? <strong>{t('risks.wholeList')}</strong> : <Term term={item.term} />}
      </div>
      <p class="issue">
        <Prose path={`alerts.${index}.issue`} text={item.issue} />
      </p>
      {item.term !== null && <Figures term={item.term} />}
      <dl>
        {(['evidence', 'action'] as const).map(
          (part) =>
            item[part] !== '' && (
              <div key={part}>
                <dt>{t(`risks.${part}`)}</dt>
                <dd>
                  <Prose path={`alerts.${index}.${part}`} text={item[part]} />
                </dd>
              </div>
            ),
        )}
      </dl>
    </li>
  );
}
