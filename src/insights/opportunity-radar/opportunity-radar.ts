import { termKey } from '../../keywords/term-key.ts';
import { partialDraft } from '../coerce.ts';
import { formatScore } from '../format.ts';
import { groundItems } from '../grounding.ts';
import { escapeMarkdown, figuresCell, table } from '../markdown-text.ts';
import type { InsightType } from '../types.ts';
import { analyseOpportunityRadar } from './analyse.ts';
import {
  MAX_ITEMS,
  opportunityRadarDraftSchema,
  opportunityRadarSchema,
  type OpportunityRadar,
  type OpportunityRadarDraft,
} from './schema.ts';

const HOUR = 3_600_000;

export const opportunityRadar: InsightType<OpportunityRadarDraft, OpportunityRadar> = {
  id: 'opportunity_radar',
  cacheMs: 24 * HOUR,
  quotaKey: 'ai_calls',
  needsBudget: false,
  draftSchema: opportunityRadarDraftSchema,
  insightSchema: opportunityRadarSchema,
  essential: ['items'],
  example: {
    items: [
      { term: 'dachshund sweater', comment: 'Many searches, few listings: lead the title with it.' },
      { term: 'dog jumper pattern', comment: 'Rising, and few shops use these words yet.' },
    ],
  },

  task: () =>
    [
      'Pick the 10 most promising keywords of the list, best first.',
      'Look for high demand, rising trend, low competition, and words that few others use.',
      'Leave out brand names and keywords that do not fit the product.',
      'Comment on each in one sentence with its figures. Scores are computed later: give none.',
    ].join('\n'),

  analyse: analyseOpportunityRadar,

  claims: (draft) => draft.items.map(({ term }) => term),

  ground: (draft, spelling) => ({ items: groundItems(draft.items, spelling, MAX_ITEMS) }),

  partial: (unfinished) => {
    const draft = partialDraft(opportunityRadarDraftSchema, unfinished);
    return draft === null || draft.items.length === 0 ? null : draft;
  },

  complete: (draft, context) => ({
    items: draft.items.map(({ term, comment }) => {
      const scores = context.rows.get(termKey(term))?.scores;
      return {
        term,
        scores: {
          demand: scores?.demand ?? null,
          momentum: scores?.momentum ?? null,
          competition: scores?.competition ?? null,
          novelty: scores?.novelty ?? null,
          profit: scores?.profit ?? null,
        },
        comment,
      };
    }),
  }),

  prose: (radar) =>
    radar.items.map(({ term, comment }, index) => ({ path: `items.${index}.comment`, text: comment, term })),

  markdown: (radar, rows, format = {}) =>
    radar.items.length === 0
      ? 'No keyword of the list stands out as an opportunity.'
      : table(
          ['Keyword', 'Figures', 'Demand', 'Momentum', 'Competition', 'Novelty', 'Profit', 'Comment'],
          radar.items.map(({ term, scores, comment }) => [
            escapeMarkdown(term),
            figuresCell(term, rows, format),
            formatScore(scores.demand),
            formatScore(scores.momentum),
            formatScore(scores.competition),
            formatScore(scores.novelty),
            formatScore(scores.profit),
            escapeMarkdown(comment),
          ]),
        ),

  tags: (radar) => radar.items.map(({ term }) => term),
};
