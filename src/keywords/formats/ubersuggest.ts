import type { Format } from './format.ts';

const TERM = ['keyword', 'keywords'];

export const ubersuggest: Format = {
  id: 'ubersuggest',
  label: 'Ubersuggest',
  market: 'google',
  signature: [['search volume'], ['paid difficulty'], ['seo difficulty']],
  term: TERM,
  demand: [{ names: ['search volume'], kind: 'monthly' }],
  competition: [
    { names: ['paid difficulty'], kind: 'difficulty', per: 100 },
    { names: ['seo difficulty'], kind: 'difficulty', per: 100 },
  ],
  cpc: [{ names: [/^cpc\b/] }],
};

export const ubersuggestSite: Format = {
  id: 'ubersuggest-site',
  label: 'Ubersuggest site keywords',
  market: 'google',
  signature: [['est. visits'], ['seo difficulty'], ['url', 'ranking url']],
  term: TERM,
  demand: [{ names: ['search volume', 'volume'], kind: 'monthly' }],
  competition: [{ names: ['seo difficulty'], kind: 'difficulty', per: 100 }],
  cpc: [{ names: [/^cpc\b/] }],
};
