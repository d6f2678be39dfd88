import type { KeywordFigures, InsightResult, InsightTypeId } from '../../../src/protocol/insights.ts';
import type { PanelState, PanelView } from '../../../src/protocol/messages.ts';

/** Made-up lists and answers, one of every state of the panel. */

const ID = '0197a3c4-1f00-7000-8000-000000000001';
export const RESULT_ID = ID;
const REQUEST_ID = '0197a3c4-1f00-7000-8000-000000000002';
export const OLD_ID = '0197a3c4-1f00-7000-8000-000000000003';

function row(
  term: string,
  index: number,
  searches: number,
  listings: number,
  scores: readonly [opportunity: number, demand: number, competition: number],
  more: Partial<KeywordFigures> = {},
): KeywordFigures {
  const [opportunity, demand, competition] = scores;
  return {
    term,
    index,
    sourceRow: index + 2,
    demand: { value: searches, kind: 'monthly', bound: null },
    competition: { value: listings, kind: 'count', bound: null },
    trend: null,
    cpc: null,
    clicks: null,
    engagement: null,
    scores: {
      opportunity,
      demand,
      competition,
      momentum: null,
      novelty: 0.4,
      profit: null,
      relevance: 0.8,
    },
    brandLike: false,
    group: null,
    ...more,
  };
}

export const ROWS: readonly KeywordFigures[] = [
  row('soy candle gift set', 3, 2840, 12_400, [0.86, 0.82, 0.22], {
    trend: 0.18,
    cpc: 0.64,
    engagement: 0.31,
  }),
  row('hand poured candles', 8, 1920, 9310, [0.79, 0.7, 0.18], { trend: 0.06, cpc: 0.52 }),
  row('lavender soy candle', 14, 1610, 15_800, [0.71, 0.62, 0.34], { trend: -0.03 }),
  row('teacher candle gift', 21, 880, 4020, [0.68, 0.45, 0.09], { trend: 0.42 }),
  row('candle gift box for new home owners', 33, 540, 3100, [0.55, 0.36, 0.12]),
  row('candles', 0, 49_500, 1_240_000, [0.21, 1, 1], { cpc: 1.35, trend: -0.08 }),
  row('yankee candle', 5, 18_100, 96_200, [0.05, 0.95, 0.81], { brandLike: true }),
];

const BRIEF = {
  niche: 'Hand-poured soy candle gifts',
  summary:
    'Demand is broad but the short terms are taken: “candles” alone has 1,240,000 competing listings. Gift phrases of three words and more are searched 540 to 2,840 times a month with a fraction of that competition. Start with the gift set terms; expect about 35% more traffic before the holidays.',
  key_metrics: [
    {
      label: 'Typical demand',
      value: '1,240 searches/month',
      score: 0.72,
      interpretation: 'Half of the keywords are searched more often.',
    },
    { label: 'Typical competition', value: '14,200 listings', score: 0.48, interpretation: null },
    {
      label: 'Saturated keywords',
      value: '61 of 214',
      score: 0.22,
      interpretation: 'More than a quarter is crowded without paying off.',
    },
    { label: 'Rising keywords', value: '38', score: 0.66, interpretation: null },
    { label: 'Peak months', value: 'November, December', score: null, interpretation: null },
  ],
  top_opportunities: [
    { term: 'soy candle gift set', why: 'Strong demand, little competition, and it names your product.' },
    { term: 'hand poured candles', why: 'Says how you make them; 9,310 listings is few for 1,920 searches.' },
    { term: 'lavender soy candle', why: 'A scent people look for by name.' },
    { term: 'teacher candle gift', why: 'Rising by 42% with hardly any competition; make a variant for it.' },
    { term: 'candle gift box for new home owners', why: 'Small but very clear about the occasion.' },
  ],
  risks: [
    {
      term: 'candles',
      why: 'A fight against 1,240,000 listings; use it inside longer phrases only.',
      scope: 'term',
    },
    { term: 'yankee candle', why: 'A brand name: listings that use it can be taken down.', scope: 'term' },
    { term: 'Seasonal demand', why: 'Much of the demand falls into two months.', scope: 'list' },
  ],
  actions: [
    'Put “soy candle gift set” into the first words of the title.',
    'Use “hand poured candles” and “lavender soy candle” as tags.',
    'Make a teacher variant and list it before May.',
    'Leave brand names out of titles and tags.',
  ],
  confidence: 0.78,
};

const RADAR = {
  items: ROWS.slice(0, 5).map(({ term, scores }, index) => ({
    term,
    scores: {
      demand: scores.demand,
      momentum: index === 4 ? null : [0.7, 0.55, 0.4, 0.93][index],
      competition: scores.competition,
      novelty: [0.3, 0.35, 0.5, 0.8, 0.9][index],
      profit: index < 2 ? 0.6 - index * 0.1 : null,
    },
    comment: [
      'The clearest gift phrase of the list.',
      'Describes the craft; good in titles.',
      'One of three scents worth a listing of their own.',
      'New and rising: be early.',
      'Long, but whoever types it is about to buy.',
    ][index],
  })),
};

const ADS = {
  budget_split: [
    {
      term: 'soy candle gift set',
      daily_cents: 820,
      expected_cpc_cents: 64,
      expected_clicks: 12.8,
      why: 'Buyers of sets spend more.',
    },
    { term: 'hand poured candles', daily_cents: 560, expected_cpc_cents: 52, expected_clicks: 10.8, why: '' },
    { term: 'lavender soy candle', daily_cents: 380, expected_cpc_cents: 45, expected_clicks: 8.4, why: '' },
    {
      term: 'teacher candle gift',
      daily_cents: 240,
      expected_cpc_cents: 45,
      expected_clicks: 5.3,
      why: 'Cheap while few bid on it.',
    },
  ],
  notes: 'Give it two weeks, then move money from terms with clicks but no sales.',
  daily_budget_cents: 2000,
  currency: 'USD',
  assumed_cpc_cents: 45,
};

const ALERTS = {
  alerts: [
    {
      term: 'lavender soy candle',
      issue: 'Slowly fading',
      severity: 'low',
      evidence: 'Down 3% against the month before.',
      action: 'Keep it, but look again in four weeks.',
    },
    {
      term: 'yankee candle',
      issue: 'A brand name',
      severity: 'high',
      evidence: 'The term reads as a brand; 96,200 listings use it.',
      action: 'Leave it out of titles, tags and ads.',
    },
    {
      term: 'candles',
      issue: 'Crowded beyond use',
      severity: 'medium',
      evidence: '1,240,000 competing listings for 49,500 searches, 12 times the usual.',
      action: 'Use it only as part of longer phrases.',
    },
    {
      term: null,
      issue: 'Two months carry the year',
      severity: 'medium',
      evidence: 'The monthly figures peak in November and December.',
      action: 'Have listings live by the end of September.',
    },
  ],
};

export const INSIGHTS: Readonly<Record<InsightTypeId, unknown>> = {
  market_brief: BRIEF,
  opportunity_radar: RADAR,
  ad_insight: ADS,
  risk_sentinel: ALERTS,
};

/** An answer of a language model, with a dropped term and a number that is not from the list. */
export function modelResult(type: InsightTypeId, changes: Partial<InsightResult> = {}): InsightResult {
  return {
    version: 1,
    id: ID,
    requestId: REQUEST_ID,
    type,
    insight: INSIGHTS[type],
    rows: [...ROWS],
    list: {
      name: 'candles-march.csv',
      tool: 'erank-keyword-tool',
      toolLabel: 'eRank Keyword Tool',
      market: 'etsy',
      currency: 'USD',
      hash: 'ab'.repeat(32),
      rows: 214,
      dropped: [
        { reason: 'duplicate', count: 4 },
        { reason: 'totals row', count: 1 },
      ],
      notes: [],
    },
    input: {
      market: 'Etsy',
      product: 'hand-poured soy candles, gift sets',
      nicheTerms: [],
      budgetCents: type === 'ad_insight' ? 2000 : null,
      currency: 'USD',
      assumedCpcCents: type === 'ad_insight' ? 45 : null,
      language: null,
      today: '2026-03-02',
      instructions: null,
    },
    model: {
      provider: 'huggingface',
      id: 'meta-llama/Llama-3.1-8B-Instruct',
      servedBy: 'nscale',
      computed: false,
    },
    grounding: {
      claimed: 9,
      grounded: 8,
      dropped: ['beeswax candle kit'],
      foreignNumbers:
        type === 'market_brief'
          ? [{ path: 'summary', text: '35%' }]
          : type === 'risk_sentinel'
            ? [{ path: 'alerts.2.evidence', text: '12' }]
            : [],
    },
    notes: [],
    cache: { hit: false, expiresAt: '2026-03-03T09:15:00Z' },
    usage: {
      tokensIn: 1480,
      tokensOut: 612,
      estimated: false,
      costNanoUsd: 88_200,
      priceSource: 'model list of 2026-03-01',
    },
    timing: { latencyMs: 4210, firstTokenMs: 640 },
    structure: 'schema',
    attempts: 1,
    generatedAt: '2026-03-02T09:15:00Z',
    ...changes,
  };
}

/** The built-in analyst's answer: nothing sent, nothing paid. */
export function computedResult(type: InsightTypeId): InsightResult {
  return modelResult(type, {
    model: { provider: 'builtin', id: 'analyst', servedBy: null, computed: true },
    grounding: { claimed: 8, grounded: 8, dropped: [], foreignNumbers: [] },
    usage: { tokensIn: 0, tokensOut: 0, estimated: false, costNanoUsd: 0, priceSource: null },
    timing: { latencyMs: 38, firstTokenMs: null },
    structure: 'computed',
  });
}

export const resultView = (
  result: InsightResult,
  changes: Partial<Extract<PanelView, { kind: 'result' }>> = {},
): PanelView => ({ kind: 'result', result, rating: null, note: null, rateable: true, ...changes });

export function state(view: PanelView, changes: Partial<PanelState> = {}): PanelState {
  return {
    type: view.kind === 'result' ? view.result.type : 'market_brief',
    subject: {
      listName: 'candles-march.csv',
      toolLabel: 'eRank Keyword Tool',
      rows: 214,
      market: 'Etsy',
      product: 'hand-poured soy candles, gift sets',
    },
    view,
    notice: null,
    history: {
      items: [
        {
          id: ID,
          type: 'market_brief',
          listName: 'candles-march.csv',
          market: 'Etsy',
          product: 'hand-poured soy candles, gift sets',
          model: 'huggingface/meta-llama/Llama-3.1-8B-Instruct',
          generatedAt: '2026-03-02T09:15:00Z',
          rating: null,
        },
        {
          id: OLD_ID,
          type: 'risk_sentinel',
          listName: 'mugs-february.xlsx',
          market: 'Amazon',
          product: null,
          model: 'Built-in analyst',
          generatedAt: '2026-02-27T16:40:00Z',
          rating: 'positive',
        },
      ],
      more: true,
      selected: ID,
    },
    canInsert: true,
    ...changes,
  };
}

export const EMPTY = state(
  { kind: 'empty' },
  { subject: null, history: { items: [], more: false, selected: null }, canInsert: false },
);

export const NOTICE: PanelState['notice'] = {
  text: 'Computed by the built-in analyst from the figures of your list. Set a Hugging Face token to let a language model write the brief.',
  actions: [{ id: 'setToken', label: 'Set Hugging Face Token' }],
};

export const RUNNING: PanelView = {
  kind: 'running',
  stage: 'answering',
  model: 'huggingface/meta-llama/Llama-3.1-8B-Instruct',
  partial: {
    type: 'market_brief',
    insight: {
      niche: BRIEF.niche,
      summary: '',
      key_metrics: BRIEF.key_metrics.slice(0, 4),
      top_opportunities: [...BRIEF.top_opportunities.slice(0, 2), { term: 'lavender' }],
    },
    rows: ROWS.slice(0, 3),
  },
};

export const WAITING: PanelView = {
  kind: 'running',
  stage: 'waiting',
  model: 'local/llama3.1',
  partial: null,
};

export const FAILED: PanelView = {
  kind: 'error',
  message: 'HF router HTTP 403: this token may not call Inference Providers.',
  advice:
    'Make a token with the permission “Make calls to Inference Providers”, or go on with the built-in analyst.',
  actions: [
    { id: 'openTokenPage', label: 'Make a token' },
    { id: 'useBuiltin', label: 'Use the built-in analyst' },
    { id: 'retry', label: 'Try again' },
  ],
};

/** Two models side by side, as before and after the pick. */
export function comparison(picked: 0 | 1 | null): PanelView {
  const unnamed = { provider: '', id: '', servedBy: null, computed: false };
  const result = (changes: Partial<InsightResult>): InsightResult =>
    modelResult('market_brief', picked === null ? { ...changes, model: unnamed } : changes);
  return {
    kind: 'comparison',
    sides: [
      { kind: 'answered', result: result({}) },
      { kind: 'answered', result: result({ id: OLD_ID }) },
    ],
    picked,
    revealed: picked !== null,
    pickable: picked === null,
  };
}
