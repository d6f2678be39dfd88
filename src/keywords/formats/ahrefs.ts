import type { Format } from './format.ts';

/** "SV trend (01-2024 - 12-2025)" starts in 2024-01. */
function firstMonth(headerCell: string): string | null {
  const match = /\(([0-9]{2})-([0-9]{4})/.exec(headerCell);
  return match?.[1] === undefined || match[2] === undefined ? null : `${match[2]}-${match[1]}`;
}

/** Volume is that of the chosen country, not the global one; costs per click come without their currency. */
export const ahrefs: Format = {
  id: 'ahrefs',
  label: 'Ahrefs Keywords Explorer',
  market: 'google',
  signature: [
    ['keyword'],
    ['difficulty', 'kd'],
    ['volume'],
    ['parent keyword', 'parent topic'],
    ['cps', 'traffic potential', 'clicks', 'global volume'],
  ],
  term: ['keyword'],
  demand: [{ names: ['volume'], kind: 'monthly' }],
  competition: [{ names: ['difficulty', 'kd'], kind: 'difficulty', per: 100 }],
  cpc: [{ names: ['cpc'] }],
  clicks: [{ names: ['clicks'] }],
  series: { from: 'cell', names: [/^sv trend\b/], firstMonth },
};
