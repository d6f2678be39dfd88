import { termKey } from '../../src/keywords/term-key.ts';
import type { CompetitionKind, DemandKind, KeywordList, ListView } from '../../src/keywords/types.ts';

export interface ListRow {
  readonly term: string;
  readonly demand?: number;
  readonly competition?: number;
  readonly trend?: number;
  readonly cpc?: number;
  readonly clicks?: number;
  readonly engagement?: number;
}

/** A list of rows as a reader would make it. */
export function keywordList(
  rows: readonly ListRow[],
  options: {
    readonly demandKind?: DemandKind;
    readonly competitionKind?: CompetitionKind;
  } & Partial<KeywordList> = {},
): KeywordList {
  const { demandKind = 'monthly', competitionKind = 'difficulty', ...rest } = options;
  const column = (field: Exclude<keyof ListRow, 'term'>): Float64Array | null =>
    rows.every((row) => row[field] === undefined)
      ? null
      : Float64Array.from(rows, (row) => row[field] ?? NaN);
  const demand = column('demand');
  const competition = column('competition');
  return {
    name: 'test list',
    tool: 'table',
    toolLabel: 'Table',
    market: 'etsy',
    currency: null,
    encoding: 'utf-8',
    delimiter: ',',
    terms: rows.map((row) => row.term),
    keys: rows.map((row) => termKey(row.term)),
    demand: demand === null ? null : { values: demand, kinds: [demandKind], kindOf: null, bounds: null },
    competition:
      competition === null
        ? null
        : { values: competition, kinds: [competitionKind], kindOf: null, bounds: null },
    trend: column('trend'),
    cpc: column('cpc'),
    clicks: column('clicks'),
    engagement: column('engagement'),
    series: null,
    sourceRows: Uint32Array.from(rows, (_, row) => row + 2),
    dropped: [],
    notes: [],
    ...rest,
  };
}

/** A view of a list without product, niche and edits of the brands. */
export function view(changes: Partial<ListView> = {}): ListView {
  return { product: null, nicheTerms: [], brands: { add: [], remove: [] }, today: '2026-11-23', ...changes };
}
