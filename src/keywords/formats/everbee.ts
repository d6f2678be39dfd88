import type { Format } from './format.ts';

/** Seen in importers only, which lower-case before they compare. */
export const everbee: Format = {
  id: 'everbee',
  label: 'EverBee',
  market: 'etsy',
  signature: [['keyword', 'keywords'], ['volume', 'search volume'], ['keyword score']],
  term: ['keyword', 'keywords'],
  demand: [{ names: ['search volume', 'volume'], kind: 'monthly' }],
  competition: [{ names: ['competition', 'total competition'], kind: 'count' }],
};
