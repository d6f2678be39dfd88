import type { ComponentChildren } from 'preact';
import type { KeywordFigures } from '../../protocol/insights.ts';
import type { PreviewedList } from '../../protocol/list-messages.ts';
import { competitionText, demandText } from '../format.ts';
import { Bar, levelOf } from '../score.tsx';
import type { Words } from '../words.tsx';
import type { RowOrder } from './row-pages.ts';

/** A column of the preview. */
export interface Column {
  readonly id: string;
  readonly label: string;
  /** What its figures are: "searches a month". */
  readonly unit: string | null;
  /** CSS pixels; the column of the keywords takes what is left, and at least this. */
  readonly width: number;
  readonly kind: 'number' | 'keyword' | 'score';
  /** The order it sorts by, and which way that goes by the figures; null: it cannot be sorted by. */
  readonly sort: { readonly order: RowOrder; readonly direction: 'ascending' | 'descending' } | null;
  readonly cell: (row: KeywordFigures) => ComponentChildren;
}

/** The columns that this list has, in the order they are shown. */
export function columnsOf(list: PreviewedList, words: Words): readonly Column[] {
  const { t, format } = words;
  const has = (id: PreviewedList['columns'][number]): boolean => list.columns.includes(id);
  const dash = <span class="dash">–</span>;
  const number = (value: number | null, write: (value: number) => string): ComponentChildren =>
    value === null ? dash : write(value);
  const columns: (Column | false)[] = [
    {
      id: 'row',
      label: t('list.row'),
      unit: null,
      width: 80,
      kind: 'number',
      sort: { order: 'file', direction: 'ascending' },
      cell: (row) => <span class="dash">{format.count(row.sourceRow)}</span>,
    },
    {
      id: 'term',
      label: t('list.keyword'),
      unit: null,
      width: 220,
      kind: 'keyword',
      sort: { order: 'term', direction: 'ascending' },
      cell: (row) => (
        <>
          <span class="clipped" title={row.term}>
            {row.term}
          </span>
          {row.brandLike && <span class="tag">{t('term.brandLike')}</span>}
        </>
      ),
    },
    {
      id: 'opportunity',
      label: t('list.opportunity'),
      unit: null,
      width: 132,
      kind: 'score',
      sort: { order: 'opportunity', direction: 'descending' },
      cell: ({ scores: { opportunity } }) =>
        opportunity === null ? (
          dash
        ) : (
          <>
            <Bar share={opportunity} level={levelOf(opportunity)} />
            <span class="score-number">{format.score(opportunity)}</span>
          </>
        ),
    },
    has('demand') && {
      id: 'demand',
      label: t('list.demand'),
      unit: kindName(
        list.demandKinds.map((kind) => t(`figure.demand.${kind}`)),
        t('list.mixedKinds'),
      ),
      width: 128,
      kind: 'number',
      // Of ranks the smallest is the most wanted.
      sort: { order: 'demand', direction: list.demandKinds[0] === 'rank' ? 'ascending' : 'descending' },
      cell: ({ demand }) => (demand === null ? dash : demandText(format, demand)),
    },
    has('competition') && {
      id: 'competition',
      label: t('list.competition'),
      unit: kindName(
        list.competitionKinds.map((kind) => t(`figure.competition.${kind}`)),
        t('list.mixedKinds'),
      ),
      width: 136,
      kind: 'number',
      sort: { order: 'competition', direction: 'ascending' },
      cell: ({ competition }) => (competition === null ? dash : competitionText(format, competition)),
    },
    has('trend') && {
      id: 'trend',
      label: t('list.trend'),
      unit: null,
      width: 92,
      kind: 'number',
      sort: { order: 'trend', direction: 'descending' },
      cell: ({ trend }) =>
        trend === null ? (
          dash
        ) : (
          <span class={trend > 0 ? 'rising' : trend < 0 ? 'falling' : ''}>{format.change(trend)}</span>
        ),
    },
    has('cpc') && {
      id: 'cpc',
      label: t('list.cpc'),
      unit: list.currency,
      width: 116,
      kind: 'number',
      sort: { order: 'cpc', direction: 'descending' },
      cell: ({ cpc }) => number(cpc, (value) => format.money(value * 100, list.currency)),
    },
    has('clicks') && {
      id: 'clicks',
      label: t('list.clicks'),
      unit: null,
      width: 92,
      kind: 'number',
      sort: null,
      cell: ({ clicks }) => number(clicks, (value) => format.figure(value)),
    },
    has('engagement') && {
      id: 'engagement',
      label: t('list.engagement'),
      unit: null,
      width: 92,
      kind: 'number',
      sort: null,
      cell: ({ engagement }) => number(engagement, (value) => format.percent(value)),
    },
  ];
  return columns.filter((column) => column !== false);
}

/** The one kind that all rows have; of a column of figures whose label already says it, nothing. */
function kindName(names: readonly string[], mixed: string): string | null {
  const [only, ...others] = names;
  return others.length > 0 ? mixed : (only ?? null);
}
