import type { Format } from './format.ts';

/** Helium 10 puts the marketplace first in its file names, `US_AMAZON_…`. It says nothing of the currency of the bids. */
const marketplaceOf = (fileName: string): string | null =>
  /(?:^|[^a-z])([a-z]{2})_AMAZON(?:_|\b)/i.exec(fileName)?.[1]?.toUpperCase() ?? null;

const figures: Pick<Format, 'market' | 'demand' | 'competition' | 'trend' | 'cpc' | 'engagement' | 'notes'> =
  {
    market: 'amazon',
    demand: [{ names: ['search volume', '搜索量', '月搜索量'], kind: 'monthly' }],
    competition: [{ names: ['competing products', '竞品数', '竞争商品数'], kind: 'count' }],
    trend: [{ names: ['search volume trend', '搜索量趋势'], unit: 'percent' }],
    cpc: [
      { names: ['h10 ppc sugg. bid', /^suggested ppc bid/, /ppc.*(?:sugg\. bid|建议竞价|建议出价)$/] },
      { names: ['h10 ppc sugg. min bid', 'h10 ppc sugg. max bid'], combine: 'mean' },
    ],
    engagement: [{ names: ['aba total click share'], unit: 'percent' }],
    notes(fileName) {
      const marketplace = marketplaceOf(fileName);
      return marketplace === null ? [] : [`Amazon marketplace ${marketplace}, by the file's name.`];
    },
  };

export const helium10Cerebro: Format = {
  ...figures,
  id: 'helium10-cerebro',
  label: 'Helium 10 Cerebro',
  signature: [['keyword phrase'], ['cerebro iq score']],
  term: ['keyword phrase'],
};

export const helium10Magnet: Format = {
  ...figures,
  id: 'helium10-magnet',
  label: 'Helium 10 Magnet',
  signature: [['keyword phrase'], ['magnet iq score']],
  term: ['keyword phrase'],
};

export const helium10Chinese: Format = {
  ...figures,
  id: 'helium10',
  label: 'Helium 10',
  signature: [
    ['搜索量', '月搜索量'],
    ['竞品数', '竞争商品数'],
  ],
  term: ['关键词词组', '关键词短语', '关键词', '关键字', '词组', /^关键/, 'keyword phrase'],
};
