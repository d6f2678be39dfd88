import type { Format } from './format.ts';

const market = 'google';
/** Competitive density is about ads and already 0-1; keyword difficulty is about SEO, 0-100, and kept apart. */
const competition: NonNullable<Format['competition']> = [
  { names: ['competitive density', 'com.', 'competition'], kind: 'density' },
  { names: ['keyword difficulty', 'keyword difficulty index', 'kd', 'kd %'], kind: 'difficulty', per: 100 },
];
const cpc: NonNullable<Format['cpc']> = [{ names: [/^cpc\b/] }];
const currency = { inName: /^cpc \(([a-z]{3})\)$/i };
/** Twelve months relative to the best of them, oldest first; the file does not say which months. */
const series: NonNullable<Format['series']> = {
  from: 'cell',
  names: ['trend', 'trends'],
  firstMonth: () => null,
};

export const semrush: Format = {
  id: 'semrush',
  label: 'Semrush',
  market,
  signature: [['keyword'], ['volume'], ['keyword difficulty']],
  without: ['parent keyword'],
  term: ['keyword'],
  demand: [{ names: ['volume'], kind: 'monthly' }],
  competition,
  cpc,
  currency,
  series,
};

export const semrushOrganic: Format = {
  id: 'semrush-organic-positions',
  label: 'Semrush Organic Positions',
  market,
  signature: [['keyword'], ['position'], ['search volume'], ['traffic (%)', 'keyword intents']],
  term: ['keyword'],
  demand: [{ names: ['search volume'], kind: 'monthly' }],
  competition,
  cpc,
  currency,
  series,
};

export const semrushApi: Format = {
  id: 'semrush-api',
  label: 'Semrush API',
  market,
  signature: [
    ['keyword'],
    ['search volume'],
    ['number of results', 'database'],
    ['keyword difficulty index', 'competition'],
  ],
  term: ['keyword'],
  demand: [{ names: ['search volume'], kind: 'monthly' }],
  competition,
  cpc,
  currency,
  series,
};

/** Columns are named after domain and date: `example.com_20240131`, `*.example.com/*_20240131`. */
export const semrushPositionTracking: Format = {
  id: 'semrush-position-tracking',
  label: 'Semrush Position Tracking',
  market,
  signature: [['keyword'], [/_[0-9]{8}(?:_[a-z]+)?$/], ['search volume']],
  term: ['keyword'],
  demand: [{ names: ['search volume'], kind: 'monthly' }],
  competition,
  cpc,
  currency,
};
