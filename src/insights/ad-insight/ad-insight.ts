import { partialDraft } from '../coerce.ts';
import { formatMoney, formatNumber } from '../format.ts';
import { groundItems } from '../grounding.ts';
import { escapeMarkdown, figuresCell, paragraphs, section, table } from '../markdown-text.ts';
import type { InsightType } from '../types.ts';
import { analyseAdInsight } from './analyse.ts';
import { completeAdInsight } from './complete.ts';
import {
  adInsightDraftSchema,
  adInsightSchema,
  MAX_TERMS,
  type AdInsight,
  type AdInsightDraft,
} from './schema.ts';

const HOUR = 3_600_000;

export const adInsight: InsightType<AdInsightDraft, AdInsight> = {
  id: 'ad_insight',
  cacheMs: 6 * HOUR,
  quotaKey: 'ai_calls',
  needsBudget: true,
  draftSchema: adInsightDraftSchema,
  insightSchema: adInsightSchema,
  essential: ['terms'],
  example: {
    terms: [{ term: 'dachshund sweater', priority: 'high', why: 'The searcher knows what to buy.' }],
    notes: 'Pause a keyword that brings clicks but no orders for two weeks.',
  },

  task: () =>
    [
      'Pick at most 8 keywords of the list to advertise on, most important first.',
      'Give each a priority: "high", "medium" or "low", and one sentence why.',
      'Prefer keywords of people who want to buy. Lower competition usually means a lower cost per click.',
      'Leave out brand names and keywords that do not fit the product.',
      'The split of the budget, bids and clicks are computed later: give no amounts of money.',
    ].join('\n'),

  analyse: analyseAdInsight,

  claims: (draft) => draft.terms.map(({ term }) => term),

  ground: (draft, spelling) => ({ ...draft, terms: groundItems(draft.terms, spelling, MAX_TERMS) }),

  partial: (unfinished) => {
    const draft = partialDraft(adInsightDraftSchema, unfinished);
    return draft === null || draft.terms.length === 0 ? null : draft;
  },

  complete: completeAdInsight,

  prose: (insight) => [
    ...insight.budget_split.map(({ term, why }, index) => ({
      path: `budget_split.${index}.why`,
      text: why,
      term,
    })),
    { path: 'notes', text: insight.notes, term: null },
  ],

  markdown: (insight, rows, format = {}) => {
    const money = (cents: number): string => formatMoney(cents, insight.currency, format.locale);
    return paragraphs(
      `Daily budget: ${money(insight.daily_budget_cents)}`,
      insight.budget_split.length === 0
        ? 'No keyword of the list is worth advertising on.'
        : table(
            ['Keyword', 'Figures', 'A day', 'Cost per click', 'Clicks a day', 'Why'],
            insight.budget_split.map((part) => [
              escapeMarkdown(part.term),
              figuresCell(part.term, rows, format),
              money(part.daily_cents),
              part.expected_cpc_cents === null ? '–' : money(part.expected_cpc_cents),
              part.expected_clicks === null ? '–' : formatNumber(part.expected_clicks, format),
              escapeMarkdown(part.why),
            ]),
          ),
      section('Notes', escapeMarkdown(insight.notes)),
    );
  },

  tags: (insight) => insight.budget_split.map(({ term }) => term),
};
