import type { Format } from './format.ts';

export const etsyAdsByDay: Format = {
  id: 'etsy-ads',
  label: 'Etsy Ads',
  market: 'etsy',
  signature: [[/^date(?: \([a-z]+\))?$/], [/^spend \([a-z]{3}\)$/], ['roas']],
  without: ['keyword', 'keywords', 'search term', 'search query', 'query'],
  refusal: {
    message: 'This is the Etsy Ads report by day: it holds spend and sales per date, no keywords.',
    advice:
      'Export a keyword list from your research tool (eRank, EverBee, …), or paste the search terms as a list.',
  },
  term: [],
};
