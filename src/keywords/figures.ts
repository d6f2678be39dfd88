import { createHash } from 'node:crypto';
import { quantile } from 'simple-statistics';
import { measureAt, numberAt } from './columns.ts';
import { termKey } from './term-key.ts';
import type { KeywordFigures, KeywordList, ListAnalysis, ListFigures, ListSummary } from './types.ts';

/** From this relative change on a keyword counts as rising or declining: 10 % either way. */
export const NOTABLE_CHANGE = 0.1;

/** One row of a list as it is shown beside a term. */
export function figuresOf(list: KeywordList, analysis: ListAnalysis, row: number): KeywordFigures {
  const group = analysis.groups[analysis.groupOf[row] ?? -1];
  return {
    term: list.terms[row] ?? '',
    index: row,
    sourceRow: list.sourceRows[row] ?? 0,
    demand: measureAt(list.demand, row),
    competition: measureAt(list.competition, row),
    trend: numberAt(list.trend, row),
    cpc: numberAt(list.cpc, row),
    clicks: numberAt(list.clicks, row),
    engagement: numberAt(list.engagement, row),
    scores: {
      opportunity: numberAt(analysis.opportunity, row),
      demand: numberAt(analysis.demand, row),
      competition: numberAt(analysis.competition, row),
      momentum: numberAt(analysis.momentum, row),
      novelty: numberAt(analysis.novelty, row),
      profit: numberAt(analysis.profit, row),
      relevance: numberAt(analysis.relevance, row),
    },
    brandLike: analysis.brandLike[row] === 1,
    group: group?.name ?? null,
  };
}

/** Row numbers by term key, built once per list. */
const ROWS_BY_KEY = new WeakMap<KeywordList, ReadonlyMap<string, number>>();

/** For each term the row that has its key, or null. */
export function findRows(list: KeywordList, terms: readonly string[]): (number | null)[] {
  let rows = ROWS_BY_KEY.get(list);
  if (rows === undefined) {
    rows = new Map(list.keys.map((key, row) => [key, row]));
    ROWS_BY_KEY.set(list, rows);
  }
  return terms.map((term) => rows.get(termKey(term)) ?? null);
}

/** The figures of the whole list that an insight may speak of. */
export function listFigures(list: KeywordList, analysis: ListAnalysis): ListFigures {
  let decliningCount = 0;
  let risingCount = 0;
  for (const change of list.trend ?? []) {
    if (change <= -NOTABLE_CHANGE) decliningCount += 1;
    if (change >= NOTABLE_CHANGE) risingCount += 1;
  }
  let brandLikeCount = 0;
  for (const flag of analysis.brandLike) brandLikeCount += flag;
  let duplicateCount = 0;
  for (const row of analysis.duplicateOf) if (row !== -1) duplicateCount += 1;
  return {
    rows: list.terms.length,
    quantiles: analysis.quantiles,
    coverage: analysis.coverage,
    groups: analysis.groups.map(({ name, count, demand, opportunity }) => ({
      name,
      count,
      demand,
      opportunity,
    })),
    peakMonths: analysis.peakMonths,
    languages: analysis.languages,
    brandLikeCount,
    duplicateCount,
    decliningCount,
    risingCount,
    saturatedCount: saturatedRows(analysis).length,
  };
}

const SATURATED = new WeakMap<ListAnalysis, Uint32Array>();

/** Rows whose competition is in the list's top quarter and whose opportunity is in its bottom quarter, in file order. */
export function saturatedRows(analysis: ListAnalysis): Uint32Array {
  const found = SATURATED.get(analysis);
  if (found !== undefined) return found;
  const { opportunity, competition } = analysis;
  const known = new Float64Array(opportunity.length);
  let count = 0;
  for (const value of opportunity) {
    if (value !== value) continue;
    known[count] = value;
    count += 1;
  }
  // The library reads by index and length only, which typed arrays have too.
  const least = count === 0 ? NaN : quantile(known.subarray(0, count) as unknown as number[], 0.25);
  const saturated: number[] = [];
  for (let row = 0; row < opportunity.length; row += 1) {
    if ((competition[row] ?? NaN) >= 0.75 && (opportunity[row] ?? NaN) <= least) saturated.push(row);
  }
  const rows = Uint32Array.from(saturated);
  SATURATED.set(analysis, rows);
  return rows;
}

/** What others than the keyword worker know of a list. */
export function summarise(list: KeywordList): ListSummary {
  return {
    name: list.name,
    tool: list.tool,
    toolLabel: list.toolLabel,
    market: list.market,
    currency: list.currency,
    hash: hashOf(list),
    rows: list.terms.length,
    demandKinds: list.demand?.kinds ?? [],
    competitionKinds: list.competition?.kinds ?? [],
    hasCpc: list.cpc?.some((cost) => !Number.isNaN(cost)) ?? false,
    dropped: list.dropped,
    notes: list.notes,
  };
}

/** sha256 (hex) over the terms, every metric with its kinds and bounds, and the currency; not over names and notes. */
function hashOf(list: KeywordList): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([list.market, list.currency, list.series?.length, list.series?.firstMonth]));
  hash.update(list.terms.join('\n'));
  const add = (name: string, values: NodeJS.ArrayBufferView | null | undefined): void => {
    hash.update(`\0${name}\0`);
    if (values !== null && values !== undefined) hash.update(values);
  };
  for (const [name, column] of Object.entries({ demand: list.demand, competition: list.competition })) {
    add(`${name} ${column?.kinds.join() ?? ''}`, column?.values);
    add('kinds', column?.kindOf);
    add('bounds', column?.bounds);
  }
  for (const name of ['trend', 'cpc', 'clicks', 'engagement'] as const) add(name, list[name]);
  add('series', list.series?.values);
  return hash.digest('hex');
}
