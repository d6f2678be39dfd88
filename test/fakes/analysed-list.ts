import type {
  CompetitionKind,
  DemandKind,
  KeywordFigures,
  KeywordList,
  ListAnalysis,
  ListView,
} from '../../src/keywords/types.ts';
import { analyseList, figuresOf, findRows, listFigures, summarise } from '../../src/keywords/statistics.ts';
import { groundDraft } from '../../src/insights/grounding.ts';
import type { InsightInput, InsightType } from '../../src/insights/types.ts';
import { keywordList, type ListRow } from './keyword-list.ts';

/** A row of a list made for a test; what is left out is missing in the list. */
export interface Row {
  readonly term: string;
  readonly demand?: number | null;
  readonly competition?: number | null;
  readonly trend?: number | null;
  readonly cpc?: number | null;
  readonly clicks?: number | null;
  readonly engagement?: number | null;
}

export interface ListOptions {
  readonly demandKind?: DemandKind;
  readonly competitionKind?: CompetitionKind;
  readonly currency?: string | null;
  readonly peak?: { readonly firstMonth: string; readonly values: readonly number[] };
  readonly name?: string;
}

/** A keyword list of these rows; a metric that no row has is no column. */
export function listOf(rows: readonly Row[], options: ListOptions = {}): KeywordList {
  const { peak, ...rest } = options;
  const given = rows.map(
    (row) =>
      Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as ListRow,
  );
  return keywordList(given, {
    name: 'test.csv',
    tool: 'table',
    toolLabel: 'Table',
    market: 'etsy',
    currency: null,
    ...rest,
    ...(peak === undefined
      ? {}
      : {
          series: {
            values: Float64Array.from(rows.flatMap(() => peak.values)),
            length: peak.values.length,
            firstMonth: peak.firstMonth,
          },
        }),
  });
}

export const INPUT: InsightInput = {
  market: 'etsy',
  product: null,
  nicheTerms: [],
  budgetCents: 2000,
  currency: 'USD',
  assumedCpcCents: null,
  language: 'en',
  today: '2026-09-23',
  instructions: null,
};

export function viewOf(input: InsightInput): ListView {
  const { product, nicheTerms, today } = input;
  return { product, nicheTerms, brands: { add: [], remove: [] }, today };
}

/** One insight of the built-in analyst, all the way: draft, grounding, the engine's numbers. */
export function insightOf<Draft, Insight>(
  type: InsightType<Draft, Insight>,
  list: KeywordList,
  input: InsightInput = INPUT,
): { draft: Draft; insight: Insight; rows: ReadonlyMap<string, KeywordFigures>; analysis: ListAnalysis } {
  const analysis = analyseList(list, viewOf(input));
  const draft = type.analyse(list, analysis, input);
  return { draft, analysis, ...completed(type, draft, list, input, true) };
}

/** What becomes of a draft, whoever wrote it. */
export function completed<Draft, Insight>(
  type: InsightType<Draft, Insight>,
  draft: Draft,
  list: KeywordList,
  input: InsightInput = INPUT,
  computed = false,
): { insight: Insight; rows: ReadonlyMap<string, KeywordFigures>; dropped: readonly string[] } {
  const analysis = analyseList(list, viewOf(input));
  const rows = new Map<string, KeywordFigures>();
  for (const row of findRows(list, type.claims(draft))) {
    if (row !== null) rows.set(list.keys[row] ?? '', figuresOf(list, analysis, row));
  }
  const grounded = groundDraft(type, draft, rows);
  const insight = type.complete(grounded.draft, {
    input,
    summary: summarise(list),
    figures: listFigures(list, analysis),
    rows,
    groundedShare: grounded.share,
    computed,
  });
  return { insight, rows, dropped: grounded.dropped };
}
