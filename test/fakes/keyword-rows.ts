import { measureAt, numberAt } from '../../src/keywords/columns.ts';
import type { KeywordList } from '../../src/keywords/types.ts';

/** The rows of a list in a form that tests can compare: `demand` and `competition` as `<20`, `63 monthly`, …. */
export function rowsOf(list: KeywordList): Record<string, unknown>[] {
  return list.terms.map((term, row) => {
    const demand = measureAt(list.demand, row);
    const competition = measureAt(list.competition, row);
    const figures = {
      demand: demand === null ? null : `${demand.bound ?? ''}${demand.value} ${demand.kind}`,
      competition:
        competition === null ? null : `${competition.bound ?? ''}${competition.value} ${competition.kind}`,
      trend: numberAt(list.trend, row),
      cpc: numberAt(list.cpc, row),
      clicks: numberAt(list.clicks, row),
      engagement: numberAt(list.engagement, row),
    };
    return { term, ...Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null)) };
  });
}
