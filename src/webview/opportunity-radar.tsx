import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RADAR_SCORES, type OpportunityRadarView, type RadarScore } from '../protocol/insights.ts';
import { Figures, Prose, Term, useAnswer } from './answer.tsx';
import { ScoreCell } from './score.tsx';
import { useWords } from './words.tsx';

type SortKey = RadarScore | 'order';
type RadarItem = OpportunityRadarView['items'][number];

/** Best first: for competition that is the lowest. Items without the score come last, in the answer's order. */
export function sortItems(items: readonly RadarItem[], key: SortKey): readonly RadarItem[] {
  if (key === 'order') return items;
  const direction = key === 'competition' ? 1 : -1;
  return items.toSorted((a, b) => {
    const first = a.item.scores[key];
    const second = b.item.scores[key];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return direction * (first - second) || a.index - b.index;
  });
}

/** A table of terms by score. The roles are spelled out because narrow panels show its rows as blocks. */
export function OpportunityRadar({ insight }: { insight: OpportunityRadarView }): JSX.Element | null {
  const { t } = useWords();
  const { unfinished } = useAnswer();
  const [sort, setSort] = useState<SortKey>('order');
  if (insight.items.length === 0) return unfinished ? null : <p class="fine">{t('radar.none')}</p>;
  // A score that no term has would be a column of dashes: it is named once under the table instead.
  const known = RADAR_SCORES.filter((key) => insight.items.some(({ item }) => item.scores[key] !== null));
  const unknown = RADAR_SCORES.filter((key) => !known.includes(key));
  const gaps = insight.items.some(({ item }) => known.some((key) => item.scores[key] === null));
  return (
    <section>
      <table class="radar" role="table">
        <caption class="sr-only">{t('radar.caption')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <SortHeader column="order" label={t('column.term')} sort={sort} onSort={setSort} />
            {known.map((key) => (
              <SortHeader key={key} column={key} label={t(`radar.${key}`)} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {sortItems(insight.items, sort).map((item) => (
            <Row key={item.index} item={item} columns={known} />
          ))}
        </tbody>
      </table>
      {gaps && <p class="fine">{t('radar.missing')}</p>}
      {unknown.length > 0 && (
        <p class="fine">{t('radar.notScored', unknown.map((key) => t(`radar.${key}`)).join(', '))}</p>
      )}
    </section>
  );
}

function SortHeader({
  column,
  label,
  sort,
  onSort,
}: {
  column: SortKey;
  label: string;
  sort: SortKey;
  onSort: (key: SortKey) => void;
}): JSX.Element {
  const { t } = useWords();
  const active = sort === column;
  const ascending = column === 'competition' || column === 'order';
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={active ? (ascending ? 'ascending' : 'descending') : 'none'}
    >
      <button type="button" class={active ? 'sort active' : 'sort'} onClick={() => onSort(column)}>
        <span class="sr-only">{t('radar.sort')} </span>
        {label}
        <span class="sort-mark" aria-hidden="true">
          {active ? (ascending ? '▲' : '▼') : ''}
        </span>
      </button>
      {column === 'competition' && <small>{t('radar.lowerIsBetter')}</small>}
    </th>
  );
}

function Row({
  item: { index, item },
  columns,
}: {
  item: RadarItem;
  columns: readonly RadarScore[];
}): JSX.Element {
  const { t } = useWords();
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        <span class="item-head">
          <span class="rank" aria-hidden="true">
            {index + 1}
          </span>
          <Term term={item.term} />
        </span>
        <Figures term={item.term} />
        {item.comment !== '' && (
          <p>
            <Prose path={`items.${index}.comment`} text={item.comment} />
          </p>
        )}
      </th>
      {columns.map((key) => (
        <td key={key} role="cell">
          <span class="cell-label" aria-hidden="true">
            {t(`radar.${key}`)}
          </span>
          <ScoreCell score={item.scores[key]} lowerIsBetter={key === 'competition'} />
        </td>
      ))}
    </tr>
  );
}
