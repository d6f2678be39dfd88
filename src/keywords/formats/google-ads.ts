import type { Format } from './format.ts';

/** Demand of these reports is how often the user's own ads were shown, not what the market searches for. */
const OWN = 'Demand is the impressions of your own ads, not market demand.';

const figures: Pick<Format, 'market' | 'demand' | 'cpc' | 'clicks' | 'engagement' | 'currency' | 'notes'> = {
  market: 'google',
  demand: [{ names: ['impr.', 'impressions'], kind: 'impressions' }],
  cpc: [{ names: ['avg. cpc', /^avg\. cpc/] }],
  clicks: [{ names: ['clicks'] }, { names: ['interactions'] }],
  engagement: [
    { names: ['ctr'], unit: 'auto-ratio' },
    { names: ['interaction rate'], unit: 'auto-ratio' },
  ],
  currency: { column: ['currency code', 'currency'] },
  notes: () => [OWN],
};

export const googleAdsSearchTerms: Format = {
  ...figures,
  id: 'google-ads-search-terms',
  label: 'Google Ads Search Terms',
  signature: [['search term'], ['impr.', 'interactions', 'impressions']],
  without: ['search frequency rank', /^search query/],
  term: ['search term'],
};

export const googleAdsSearchKeywords: Format = {
  ...figures,
  id: 'google-ads-keywords',
  label: 'Google Ads Search Keywords',
  signature: [['keyword status'], ['match type']],
  term: ['keyword', 'search keyword'],
};

/** Volumes are ranges in words, `1,000 - 10,000`. Rows that sum up a subcategory or what is left over are dropped. */
export const googleAdsTermsInsight: Format = {
  id: 'google-ads-terms-insight',
  label: 'Google Ads Search Terms Insight',
  market: 'google',
  signature: [['search category'], ['search subcategory'], ['search volume']],
  term: ['search terms', 'search term'],
  termElse: ['search subcategory'],
  demand: [{ names: ['search volume'], kind: 'range' }],
  trend: [{ names: ['search volume (change %)', /^search volume.*change/], unit: 'percent' }],
  clicks: [{ names: ['clicks'] }],
  engagement: [{ names: ['ctr'], unit: 'auto-ratio' }],
  isTotal: (cells) =>
    cells.some(
      (cell) => /\s[–—-]\s*total$/i.test(cell.trim()) || /^uncategori[sz]ed search terms$/i.test(cell.trim()),
    ),
};
