import type { Format } from './format.ts';

/** A comparison of two periods has each figure twice, the later period first: `Last 3 months Clicks`. */
export const googleSearchConsole: Format = {
  id: 'google-search-console',
  label: 'Google Search Console',
  market: 'google',
  signature: [['top queries', 'query', 'queries'], [/(?:^| )impressions$/], [/(?:^| )position$/]],
  term: ['top queries', 'query', 'queries'],
  demand: [{ names: [/(?:^| )impressions$/], kind: 'impressions' }],
  clicks: [{ names: [/(?:^| )clicks$/] }],
  engagement: [{ names: [/(?:^| )ctr$/], unit: 'auto-ratio' }],
  notes: () => ['Demand is the impressions of your own site, not market demand.'],
};
