import type { Format } from './format.ts';

/** Brand Analytics tells a rank of searches: the smaller, the more demand. */
export const amazonTopSearchTerms: Format = {
  id: 'amazon-top-search-terms',
  label: 'Amazon Brand Analytics, Top Search Terms',
  market: 'amazon',
  signature: [['search frequency rank'], ['search term']],
  term: ['search term'],
  demand: [{ names: ['search frequency rank'], kind: 'rank' }],
  engagement: [
    { names: [/(?:#[123].*click share$)|(?:click share.*#?[123]$)/], combine: 'sum', unit: 'percent' },
  ],
  notes: () => [
    'Demand is a rank: smaller is more. Engagement is the click share of the three products clicked most.',
  ],
};

export const amazonSearchQueryPerformance: Format = {
  id: 'amazon-search-query-performance',
  label: 'Amazon Search Query Performance',
  market: 'amazon',
  signature: [['search query'], ['search query score'], ['search query volume']],
  term: ['search query'],
  demand: [{ names: ['search query volume'], kind: 'monthly' }],
  clicks: [{ names: ['clicks: total count', /^clicks.*total count/] }],
  engagement: [{ names: [/^clicks.*click rate/], unit: 'percent' }],
  notes(_, preamble) {
    const range = /Reporting Range=\[?"*([A-Za-z]+)/.exec(preamble.flat().join(','))?.[1];
    return range === undefined || /^month/i.test(range)
      ? []
      : [`Search volumes are those of the reported period (${range}).`];
  },
};

export const amazonSponsoredProducts: Format = {
  id: 'amazon-sponsored-products',
  label: 'Amazon Sponsored Products search terms',
  market: 'amazon',
  signature: [['customer search term'], [/^click-thr(?:u|ough) rate(?: \(ctr\))?$/]],
  term: ['customer search term'],
  demand: [{ names: ['impressions'], kind: 'impressions' }],
  cpc: [{ names: [/^cost per click(?: \(cpc\))?$/] }],
  clicks: [{ names: ['clicks'] }],
  engagement: [{ names: [/^click-thr(?:u|ough) rate/], unit: 'auto-ratio' }],
  currency: { column: ['currency'] },
  notes: () => ['Demand is the impressions of your own ads, not market demand.'],
};
