import type { KeywordList, ListAnalysis } from '../../keywords/types.ts';
import { readList } from '../analyst/reading.ts';
import { findRisks } from '../analyst/risks.ts';
import type { InsightInput } from '../types.ts';
import type { RiskSentinelDraft } from './schema.ts';

const ALERTS = 5;
const ORDER = { high: 0, medium: 1, low: 2 } as const;

/** The built-in sentinel: the worst risk of each kind before the second of any, shown by severity. */
export function analyseRiskSentinel(
  list: KeywordList,
  analysis: ListAnalysis,
  input: InsightInput,
): RiskSentinelDraft {
  const risks = findRisks(readList(list, analysis, input)).slice(0, ALERTS);
  return {
    alerts: risks
      .toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity])
      .map(({ row, issue, severity, evidence, action }) => ({
        term: row?.term ?? null,
        issue,
        severity,
        evidence,
        action,
      })),
  };
}
