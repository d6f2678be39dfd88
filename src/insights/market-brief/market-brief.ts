import { groundItems, confidence } from '../grounding.ts';
import { rulesInWords } from '../markets.ts';
import {
  bullets,
  escapeMarkdown,
  figuresCell,
  numbered,
  paragraphs,
  section,
  table,
} from '../markdown-text.ts';
import { formatPercent, formatScore } from '../format.ts';
import { partialDraft } from '../coerce.ts';
import type { InsightType } from '../types.ts';
import { analyseMarketBrief } from './analyse.ts';
import { keyMetrics } from './key-metrics.ts';
import {
  LIMITS,
  marketBriefDraftSchema,
  marketBriefSchema,
  type MarketBrief,
  type MarketBriefDraft,
} from './schema.ts';

const HOUR = 3_600_000;

export const marketBrief: InsightType<MarketBriefDraft, MarketBrief> = {
  id: 'market_brief',
  cacheMs: 24 * HOUR,
  quotaKey: 'ai_brief',
  needsBudget: false,
  draftSchema: marketBriefDraftSchema,
  insightSchema: marketBriefSchema,
  essential: ['summary', 'top_opportunities'],
  example: {
    niche: 'Knitted dog sweaters',
    summary:
      'Buyers search for sizes and breeds more than for patterns. Competition is light for small breeds.',
    top_opportunities: [{ term: 'dachshund sweater', why: 'Many searches and few competing listings.' }],
    risks: [{ term: 'dog clothes', why: 'Very broad and crowded.', scope: 'term' }],
    actions: ['Start the title with "dachshund sweater".'],
  },

  task: (input) =>
    [
      'Write a market brief for a listing copywriter:',
      '- the niche and a summary of 2 to 4 sentences with figures of the list;',
      '- 5 opportunities: keywords to write for. High demand with low competition is an opportunity; so is strong momentum;',
      '- 3 risks: high competition with a falling trend, brand names, many near-identical keywords, missing figures;',
      '- 5 actions, each one concrete step for the listing: which words go into the title, the tags or the text, and when.',
      rulesInWords(input.market) ?? '',
    ]
      .filter((line) => line !== '')
      .join('\n'),

  analyse: analyseMarketBrief,

  claims: (draft) => [
    ...draft.top_opportunities.map(({ term }) => term),
    ...draft.risks.filter(({ scope }) => scope === 'term').map(({ term }) => term),
  ],

  ground: (draft, spelling) => ({
    ...draft,
    top_opportunities: groundItems(draft.top_opportunities, spelling, LIMITS.opportunities),
    risks: draft.risks
      .flatMap((risk) => {
        const term = risk.scope === 'list' ? risk.term : spelling(risk.term);
        return term === null || term === '' ? [] : [{ ...risk, term }];
      })
      .slice(0, LIMITS.risks),
    actions: [...new Set(draft.actions)].filter((action) => action !== '').slice(0, LIMITS.actions),
  }),

  partial: (unfinished) => {
    const draft = partialDraft(marketBriefDraftSchema, unfinished);
    if (draft === null) return null;
    const empty = draft.summary === '' && draft.niche === '' && draft.top_opportunities.length === 0;
    return empty ? null : draft;
  },

  complete: (draft, context) => ({
    niche: draft.niche,
    summary: draft.summary,
    key_metrics: keyMetrics(context.figures, context.summary),
    top_opportunities: draft.top_opportunities,
    risks: draft.risks,
    actions: draft.actions,
    confidence: confidence(context.figures, context.groundedShare),
  }),

  prose: (brief) => [
    { path: 'niche', text: brief.niche, term: null },
    { path: 'summary', text: brief.summary, term: null },
    ...brief.top_opportunities.map(({ term, why }, index) => ({
      path: `top_opportunities.${index}.why`,
      text: why,
      term,
    })),
    ...brief.risks.map(({ term, why, scope }, index) => ({
      path: `risks.${index}.why`,
      text: why,
      term: scope === 'term' ? term : null,
    })),
    ...brief.actions.map((text, index) => ({ path: `actions.${index}`, text, term: null })),
  ],

  markdown: (brief, rows, format = {}) =>
    paragraphs(
      brief.niche === '' ? '' : `**${escapeMarkdown(brief.niche)}**`,
      escapeMarkdown(brief.summary),
      `Confidence: ${formatPercent(brief.confidence, format)}`,
      section(
        'Key metrics',
        table(
          ['Metric', 'Value', 'Score', 'What it means'],
          brief.key_metrics.map(({ label, value, score, interpretation }) => [
            escapeMarkdown(label),
            escapeMarkdown(value),
            formatScore(score),
            escapeMarkdown(interpretation ?? ''),
          ]),
        ),
      ),
      section(
        'Opportunities',
        table(
          ['Keyword', 'Figures', 'Why'],
          brief.top_opportunities.map(({ term, why }) => [
            escapeMarkdown(term),
            figuresCell(term, rows, format),
            escapeMarkdown(why),
          ]),
        ),
      ),
      section(
        'Risks',
        bullets(
          brief.risks.map(({ term, why, scope }) => {
            const figures = scope === 'term' ? ` (${figuresCell(term, rows, format)})` : ' (whole list)';
            return `**${escapeMarkdown(term)}**${figures}: ${escapeMarkdown(why)}`;
          }),
        ),
      ),
      section('Actions', numbered(brief.actions.map(escapeMarkdown))),
    ),

  tags: (brief) => brief.top_opportunities.map(({ term }) => term),
};
