import type { JSX } from 'preact';
import { droppedText } from '../protocol/dropped.ts';
import type { InsightResult } from '../protocol/insights.ts';
import { Icon } from './icons.tsx';
import { useWords, type Words } from './words.tsx';

/** The honest line: who answered, what it cost, how far it holds. What needs care stands under it, the rest unfolds. */
export function Provenance({
  result,
  of,
}: {
  result: InsightResult;
  /** Which of two answers side by side it is about. */
  of?: string;
}): JSX.Element {
  const words = useWords();
  const { t, counted } = words;
  const { grounding } = result;
  return (
    <section
      class="provenance"
      aria-label={of === undefined ? t('answer.label') : `${t('answer.label')}: ${of}`}
    >
      <p class="line">
        <Icon name={result.model.computed ? 'computed' : 'model'} />
        <span class="parts">
          {lineOf(result, words).map((part, index) => (
            <span key={index} class={index === 0 ? 'who' : undefined}>
              {part}
            </span>
          ))}
        </span>
      </p>
      {grounding.dropped.length > 0 && (
        <p class="line caution">
          <Icon name="medium" />
          <span>
            {counted('answer.dropped', grounding.dropped.length)} <q>{grounding.dropped.join('”, “')}</q>
          </span>
        </p>
      )}
      {grounding.foreignNumbers.length > 0 && (
        <p class="line caution">
          <Icon name="medium" />
          <span>
            {counted('answer.foreign', grounding.foreignNumbers.length)} <b class="foreign-sample">†</b>
          </span>
        </p>
      )}
      {[...result.notes, ...result.list.notes].map((note) => (
        <p key={note} class="line">
          <Icon name="info" />
          <span>{note}</span>
        </p>
      ))}
      <details>
        <summary>{t('answer.details')}</summary>
        <dl>
          {detailsOf(result, words).map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}

function lineOf(result: InsightResult, words: Words): readonly string[] {
  const { t, format } = words;
  const { model, cache, grounding, usage, timing } = result;
  const parts = [model.computed ? t('answer.computed') : t('answer.by', `${model.provider}/${model.id}`)];
  if (model.servedBy !== null) parts.push(t('answer.servedBy', model.servedBy));
  parts.push(t('answer.grounding', format.count(grounding.grounded), format.count(grounding.claimed)));
  parts.push(t(cache.hit ? 'answer.cached' : 'answer.fresh', format.dateTime(result.generatedAt)));
  if (!model.computed) {
    parts.push(tokensText(usage, words), costText(result, words));
  }
  if (!cache.hit) parts.push(t('answer.took', format.duration(timing.latencyMs)));
  return parts;
}

function detailsOf(result: InsightResult, words: Words): readonly (readonly [string, string])[] {
  const { t, format, counted } = words;
  const { model, list, timing, usage } = result;
  const details: [string, string][] = [
    [t('answer.provider'), model.provider],
    [t('answer.model'), model.id],
  ];
  if (model.servedBy !== null) details.push([t('answer.served'), model.servedBy]);
  details.push([t('answer.structure'), t(`answer.structure.${result.structure}`)]);
  details.push([t('answer.made'), format.dateTime(result.generatedAt)]);
  details.push([t('answer.reusedUntil'), format.dateTime(result.cache.expiresAt)]);
  const first =
    timing.firstTokenMs === null ? [] : [t('answer.firstToken', format.duration(timing.firstTokenMs))];
  details.push([t('answer.time'), [format.duration(timing.latencyMs), ...first].join(', ')]);
  if (!model.computed) {
    const price = usage.priceSource === null ? [] : [t('answer.price', usage.priceSource)];
    details.push([t('answer.usage'), tokensText(usage, words)]);
    details.push([t('answer.cost'), [costText(result, words), ...price].join(', ')]);
    details.push([t('answer.attempts'), format.count(result.attempts)]);
  }
  details.push([
    t('answer.keywordList'),
    [list.name, list.toolLabel, counted('subject.keywords', list.rows)].join(' · '),
  ]);
  if (list.dropped.length > 0) {
    details.push([t('answer.listDropped'), droppedText(list.dropped, (count) => format.count(count))]);
  }
  return details;
}

function tokensText(usage: InsightResult['usage'], { t, format }: Words): string {
  return t(
    usage.estimated ? 'answer.tokensEstimated' : 'answer.tokens',
    format.count(usage.tokensIn),
    format.count(usage.tokensOut),
  );
}

/** A cached answer costs nothing whatever it once cost. */
function costText({ usage, cache }: InsightResult, { t, format }: Words): string {
  if (cache.hit || usage.costNanoUsd === 0) return t('answer.costNone');
  return usage.costNanoUsd === null ? t('answer.costUnknown') : format.cost(usage.costNanoUsd);
}
