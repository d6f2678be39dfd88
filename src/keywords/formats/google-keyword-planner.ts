import { monthOf, type Format } from './format.ts';

/**
 * Keyword Stats of the Keyword Planner, older and newer layouts. Volumes of accounts without spend are one number per
 * bucket (50 stands for 10-100); `readTable` calls a demand column a bucket when every value is one of those.
 */
export const googleKeywordPlanner: Format = {
  id: 'google-keyword-planner',
  label: 'Google Keyword Planner',
  market: 'google',
  signature: [['avg. monthly searches', 'average monthly searches'], ['competition (indexed value)']],
  term: ['keyword', 'keywords'],
  demand: [{ names: ['avg. monthly searches', 'average monthly searches'], kind: 'monthly' }],
  competition: [{ names: ['competition (indexed value)'], kind: 'index', per: 100 }],
  trend: [
    { names: ['three month change'], unit: 'percent' },
    { names: ['yoy change'], unit: 'percent' },
  ],
  cpc: [{ names: [/^top of page bid \((?:low|high) range\)$/], combine: 'mean' }],
  series: { from: 'columns', pattern: /^searches: /, month: monthOf },
  currency: { column: ['currency'] },
};

/** Values the Keyword Planner writes when it only tells the bucket. */
export const KEYWORD_PLANNER_BUCKETS: ReadonlySet<number> = new Set([
  0, 50, 500, 5000, 50_000, 500_000, 5_000_000,
]);
