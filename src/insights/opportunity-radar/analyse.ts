import type { KeywordList, ListAnalysis } from '../../keywords/types.ts';
import { praise } from '../analyst/praise.ts';
import { readList } from '../analyst/reading.ts';
import type { InsightInput } from '../types.ts';
import type { OpportunityRadarDraft } from './schema.ts';

const ITEMS = 10;

/** The built-in radar: the list's ranking, which leaves out brand-like, near-identical and off-product terms. */
export function analyseOpportunityRadar(
  list: KeywordList,
  analysis: ListAnalysis,
  input: InsightInput,
): OpportunityRadarDraft {
  const reading = readList(list, analysis, input);
  return {
    items: reading.best
      .slice(0, ITEMS)
      .map((row, turn) => ({ term: row.term, comment: praise(reading, row, turn) })),
  };
}
