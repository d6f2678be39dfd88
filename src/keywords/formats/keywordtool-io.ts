import { monthOf, type Format } from './format.ts';

export const keywordToolIo: Format = {
  id: 'keywordtool-io',
  label: 'KeywordTool.io',
  market: null,
  signature: [['keywords', 'keyword'], ['search volume (average)']],
  term: ['keywords', 'keyword'],
  demand: [{ names: ['search volume (average)'], kind: 'monthly' }],
  competition: [{ names: [/^(?:average )?competition\b/], kind: 'density', per: 'auto' }],
  trend: [{ names: [/^trend\b/, /^search volume.*trend/], unit: 'percent' }],
  cpc: [
    { names: [/^(?:average )?cpc\b/, /^average cost per click/] },
    { names: [/^top of page bid \((?:low|high) range\)/], combine: 'mean' },
  ],
  currency: { inName: /\(([a-z]{3})\)$/i },
  series: {
    from: 'columns',
    pattern: /^search volume(?: \(|: )[a-z]{3,9} (?:19|20)[0-9]{2}\)?$/,
    month: monthOf,
  },
};
