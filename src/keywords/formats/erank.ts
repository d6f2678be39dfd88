import type { Format } from './format.ts';

const SEARCHES = [/^(?:avg\.?|average) searches\b/];
const CLICKS = [/^(?:avg\.?|average) clicks\b/];
const CTR = [/^(?:avg\.?|average) ctr\b/];
/** eRank's difficulty of 0-100; the listing count is only read where there is none. */
const KD = [/^kd\b/, /^(?:keyword|tag) difficulty\b/];
const ETSY_COMPETITION = [/^(?:etsy )?competition\b/];

const figures: Pick<Format, 'market' | 'demand' | 'competition' | 'trend' | 'clicks' | 'engagement'> = {
  market: 'etsy',
  demand: [{ names: SEARCHES, kind: 'monthly' }],
  competition: [
    { names: KD, kind: 'difficulty', per: 100 },
    { names: ETSY_COMPETITION, kind: 'count' },
  ],
  trend: [{ names: [/^search trend\b/], unit: 'percent' }],
  clicks: [{ names: CLICKS }],
  engagement: [{ names: CTR, unit: 'auto-ratio' }],
};

export const erankTagReport: Format = {
  ...figures,
  id: 'erank-tags',
  label: 'eRank Tag Report',
  signature: [['tag'], [/^tag occurrences\b/], [/^etsy competition\b/]],
  term: ['tag'],
};

export const erankBulk: Format = {
  ...figures,
  id: 'erank-bulk',
  label: 'eRank Bulk Keyword Tool',
  signature: [['keywords', 'keyword'], SEARCHES, [/^etsy competition\b/]],
  without: ['search trend', /^tag occurrences\b/],
  term: ['keywords', 'keyword'],
};

export const erankKeywordTool: Format = {
  ...figures,
  id: 'erank-keyword-tool',
  label: 'eRank Keyword Tool',
  signature: [['keywords', 'keyword'], SEARCHES, [...KD, /^etsy competition\b/]],
  term: ['keywords', 'keyword'],
};
