import type { JSX } from 'preact';
import { INSIGHT_CATALOGUE, ofEachInsight } from '../protocol/insights.ts';

/** Line drawings on a grid of 16; they take the colour of the text they stand in. */
const SHAPES = {
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M12 1.8v2.9H9.1',
  insert: 'M2.5 3.5h11M2.5 12.5h11M4.5 8h7M9 5.5 11.5 8 9 10.5',
  markdown: 'M1.5 3.5h13v9h-13zM4 10V6l2 2.2L8 6v4M11.2 6v4M9.7 8.6l1.5 1.5 1.5-1.5',
  tags: 'M2 2.5h5.2l6.3 6.3-4.7 4.7L2 7.7zM5 5.4h.01',
  high: 'M8 1.8 14.6 13.5H1.4zM8 6v3.6M8 11.6v.1',
  medium: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 4.8v4M8 11v.1',
  low: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 7.4v3.8M8 4.9V5',
  strong: 'M3 8.5 6.5 12 13 4.5',
  fair: 'M3 8h10',
  weak: 'M8 3v10M3.5 8.5 8 13l4.5-4.5',
  positive:
    'M4.5 7 7.5 1.8c1.2 0 1.9.9 1.6 2L8.5 6.2h4c.9 0 1.4.8 1.2 1.6l-1.2 4.6c-.2.7-.7 1.1-1.4 1.1H4.5zM4.5 7H2v6.5h2.5',
  neutral: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M5.5 10h5M5.8 6v.6M10.2 6v.6',
  negative:
    'M4.5 9 7.5 14.2c1.2 0 1.9-.9 1.6-2L8.5 9.8h4c.9 0 1.4-.8 1.2-1.6l-1.2-4.6c-.2-.7-.7-1.1-1.4-1.1H4.5zM4.5 9H2V2.5h2.5',
  check: 'M3 8.5 6.5 12 13 4.5',
  info: 'M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 7.4v3.8M8 4.9V5',
  computed: 'M3 1.8h10v12.4H3zM5.5 4.5h5M5.5 7.8h.1M8 7.8h.1M10.5 7.8h.1M5.5 11h.1M8 11h.1M10.5 11h.1',
  model: 'M8 1.5 9.6 6.4 14.5 8 9.6 9.6 8 14.5 6.4 9.6 1.5 8 6.4 6.4z',
  ...ofEachInsight((id) => INSIGHT_CATALOGUE[id].drawing),
} as const;

export type IconName = keyof typeof SHAPES;

/** Decoration only: words stand beside every icon. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
