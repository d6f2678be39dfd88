import type { JSX } from 'preact';
import type { KeywordFigures } from '../protocol/insights.ts';
import { Part, rowTexts, Term, usePartTitle } from './answer.tsx';
import { useWords } from './words.tsx';

/** A term on the chart, with the number (opportunities) or letter (risks) it has in the lists beside it. */
export interface ChartPoint {
  readonly row: KeywordFigures;
  readonly kind: 'opportunity' | 'risk';
  readonly mark: string;
}

interface Placed extends ChartPoint {
  readonly demand: number;
  readonly competition: number;
}

const WIDTH = 340;
const HEIGHT = 232;
const PLOT = { left: 30, top: 12, right: 10, bottom: 32 };
const INNER = { width: WIDTH - PLOT.left - PLOT.right, height: HEIGHT - PLOT.top - PLOT.bottom };
/** Keeps markers off the frame. */
const MARGIN = 12;

const xOf = (competition: number): number => PLOT.left + MARGIN + competition * (INNER.width - 2 * MARGIN);
const yOf = (demand: number): number => PLOT.top + MARGIN + (1 - demand) * (INNER.height - 2 * MARGIN);

/**
 * Demand against competition, by the engine's scores within the list: their raw figures may be of kinds that
 * share no axis. Null when fewer than two terms have both.
 */
export function DemandChart({ points }: { points: readonly ChartPoint[] }): JSX.Element | null {
  const { t, counted } = useWords();
  const placed = points.flatMap((point): Placed[] => {
    const { demand, competition } = point.row.scores;
    return demand === null || competition === null ? [] : [{ ...point, demand, competition }];
  });
  if (placed.length < 2) return null;
  const leftOut = points.length - placed.length;
  return (
    <Part class="chart" stem="chart-title" title={t('chart.title')}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('chart.label', placed.length)}>
        <Axes />
        {/* The best terms are drawn last, on top. */}
        {placed.toReversed().map((point) => (
          <Marker key={point.row.term} point={point} />
        ))}
      </svg>
      <p class="legend">
        <span>
          <span class="swatch circle" aria-hidden="true" /> {t('chart.opportunity')}
        </span>
        <span>
          <span class="swatch diamond" aria-hidden="true" /> {t('chart.risk')}
        </span>
      </p>
      <p class="fine">
        {t('chart.scoreNote')} {leftOut > 0 && counted('chart.leftOut', leftOut)}
      </p>
      <ChartTable placed={placed} />
    </Part>
  );
}

function Axes(): JSX.Element {
  const { t } = useWords();
  const middle = { x: PLOT.left + INNER.width / 2, y: PLOT.top + INNER.height / 2 };
  const bottom = HEIGHT - PLOT.bottom;
  const right = WIDTH - PLOT.right;
  return (
    <g>
      <rect class="sweet-spot" x={PLOT.left} y={PLOT.top} width={INNER.width / 2} height={INNER.height / 2} />
      <rect class="frame" x={PLOT.left} y={PLOT.top} width={INNER.width} height={INNER.height} />
      <path class="grid" d={`M${middle.x} ${PLOT.top}V${bottom}M${PLOT.left} ${middle.y}H${right}`} />
      <text class="hint" x={PLOT.left + 6} y={PLOT.top + 13}>
        {t('chart.sweetSpot')}
      </text>
      <text x={PLOT.left} y={bottom + 14}>
        {t('chart.less')}
      </text>
      <text class="axis" x={middle.x} y={bottom + 26} text-anchor="middle">
        {t('chart.competition')}
      </text>
      <text x={right} y={bottom + 14} text-anchor="end">
        {t('chart.more')}
      </text>
      <g transform={`translate(${PLOT.left - 8} ${PLOT.top}) rotate(-90)`}>
        <text x={-INNER.height}>{t('chart.less')}</text>
        <text class="axis" x={-INNER.height / 2} y={-11} text-anchor="middle">
          {t('chart.demand')}
        </text>
        <text x={0} text-anchor="end">
          {t('chart.more')}
        </text>
      </g>
    </g>
  );
}

function Marker({ point }: { point: Placed }): JSX.Element {
  const x = xOf(point.competition);
  const y = yOf(point.demand);
  return (
    <g class={`marker ${point.kind}`} transform={`translate(${x} ${y})`}>
      <title>{point.row.term}</title>
      {point.kind === 'opportunity' ? <circle r="8.5" /> : <path d="M0 -11 11 0 0 11 -11 0z" />}
      <text y="3.7" text-anchor="middle">
        {point.mark}
      </text>
    </g>
  );
}

function ChartTable({ placed }: { placed: readonly Placed[] }): JSX.Element {
  const { t, format } = useWords();
  const title = usePartTitle('chart-table-title');
  return (
    <details>
      <summary id={title.id}>{t('chart.table')}</summary>
      <div class="table-scroll" tabIndex={0} role="region" aria-labelledby={title.labelledBy}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('column.mark')}</th>
              <th scope="col">{t('column.term')}</th>
              <th scope="col">{t('column.demandScore')}</th>
              <th scope="col">{t('column.competitionScore')}</th>
              <th scope="col">{t('column.demandFigure')}</th>
              <th scope="col">{t('column.competitionFigure')}</th>
            </tr>
          </thead>
          <tbody>
            {placed.map(({ row, mark, demand, competition }) => {
              const texts = rowTexts(row, format);
              return (
                <tr key={row.term}>
                  <td>{mark}</td>
                  <th scope="row">
                    <Term term={row.term} />
                  </th>
                  <td>{format.score(demand)}</td>
                  <td>{format.score(competition)}</td>
                  <td>{texts.demand}</td>
                  <td>{texts.competition}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
