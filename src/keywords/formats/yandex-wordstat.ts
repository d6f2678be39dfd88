import type { Format } from './format.ts';

export const yandexWordstat: Format = {
  id: 'yandex-wordstat',
  label: 'Yandex Wordstat',
  market: 'yandex',
  signature: [
    ['формулировка', 'фраза'],
    ['число запросов', 'показов в месяц'],
  ],
  term: ['формулировка', 'фраза'],
  demand: [{ names: ['число запросов', 'показов в месяц'], kind: 'monthly' }],
};
