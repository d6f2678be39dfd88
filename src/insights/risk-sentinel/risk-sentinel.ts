import { partialDraft } from '../coerce.ts';
import { escapeMarkdown, figuresCell, table } from '../markdown-text.ts';
import { capitalise } from '../text.ts';
import type { InsightType } from '../types.ts';
import { analyseRiskSentinel } from './analyse.ts';
import {
  MAX_ALERTS,
  riskSentinelDraftSchema,
  riskSentinelSchema,
  type RiskSentinel,
  type RiskSentinelDraft,
} from './schema.ts';

const HOUR = 3_600_000;

export const riskSentinel: InsightType<RiskSentinelDraft, RiskSentinel> = {
  id: 'risk_sentinel',
  cacheMs: 12 * HOUR,
  quotaKey: 'ai_calls',
  needsBudget: false,
  draftSchema: riskSentinelDraftSchema,
  insightSchema: riskSentinelSchema,
  essential: ['alerts'],
  example: {
    alerts: [
      {
        term: 'dog clothes',
        issue: 'Crowded and shrinking',
        severity: 'high',
        evidence: 'Difficulty is in the top of the list while the trend falls.',
        action: 'Use a narrower keyword such as a breed instead.',
      },
    ],
  },

  task: () =>
    [
      'Name at most 5 risks of this list, most severe first.',
      'Look for: high competition with a falling trend; low engagement under high competition; brand names and trademarks;',
      'near-identical keywords that compete with each other; keywords that do not fit the product; a season that ends; missing figures.',
      'For each: the keyword (or null for the whole list), the issue, its severity, the evidence from the list, and what to do.',
    ].join('\n'),

  analyse: analyseRiskSentinel,

  claims: (draft) => draft.alerts.flatMap(({ term }) => (term === null ? [] : [term])),

  ground: (draft, spelling) => {
    const alerts = draft.alerts.flatMap((alert) => {
      if (alert.issue === '') return [];
      if (alert.term === null) return [alert];
      const term = spelling(alert.term);
      return term === null ? [] : [{ ...alert, term }];
    });
    // A small model may say the same again and again: the first time counts.
    const said = new Set<string>();
    const distinct = alerts.filter(({ term, issue }) => {
      const key = JSON.stringify([term, issue]);
      const isNew = !said.has(key);
      said.add(key);
      return isNew;
    });
    return { alerts: distinct.slice(0, MAX_ALERTS) };
  },

  partial: (unfinished) => {
    const draft = partialDraft(riskSentinelDraftSchema, unfinished);
    return draft === null || draft.alerts.length === 0 ? null : draft;
  },

  complete: (draft) => draft,

  prose: (sentinel) =>
    sentinel.alerts.flatMap(({ term, issue, evidence, action }, index) => [
      { path: `alerts.${index}.issue`, text: issue, term },
      { path: `alerts.${index}.evidence`, text: evidence, term },
      { path: `alerts.${index}.action`, text: action, term },
    ]),

  markdown: (sentinel, rows, format = {}) =>
    sentinel.alerts.length === 0
      ? 'No risk stands out in this list.'
      : table(
          ['Severity', 'Keyword', 'Figures', 'Issue', 'Evidence', 'What to do'],
          sentinel.alerts.map(({ term, issue, severity, evidence, action }) => [
            capitalise(severity),
            term === null ? 'Whole list' : escapeMarkdown(term),
            term === null ? '–' : figuresCell(term, rows, format),
            escapeMarkdown(issue),
            escapeMarkdown(evidence),
            escapeMarkdown(action),
          ]),
        ),

  tags: () => [],
};
