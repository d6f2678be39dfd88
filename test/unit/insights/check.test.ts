import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDraft, parsePartialDraft } from '../../../src/insights/check.ts';
import { INSIGHTS, insightType } from '../../../src/insights/index.ts';
import type { MarketBriefDraft } from '../../../src/insights/market-brief/schema.ts';
import { completed, listOf } from '../../fakes/analysed-list.ts';

const brief = insightType('market_brief');
const radar = insightType('opportunity_radar');
const ads = insightType('ad_insight');
const sentinel = insightType('risk_sentinel');

const DRAFT: MarketBriefDraft = {
  niche: 'Candles',
  summary: 'A small market. Start with soy candle.',
  top_opportunities: [
    { term: 'soy candle', why: 'It has 400 searches and says {what} it is, "quoted".' },
    { term: 'wax melt', why: 'Quiet.' },
  ],
  risks: [{ term: 'candle', why: 'Crowded.', scope: 'term' }],
  actions: ['Open the title with "soy candle".', 'Use 13 tags.'],
};
const JSON_DRAFT = JSON.stringify(DRAFT);
const LIST = listOf([
  { term: 'soy candle', demand: 400 },
  { term: 'wax melt', demand: 90 },
  { term: 'Candle' },
]);

const draftOf = (text: string, finish?: string): MarketBriefDraft => {
  const parsed = parseDraft(brief, text, finish);
  assert.ok('draft' in parsed, JSON.stringify(parsed));
  return parsed.draft;
};

describe('reading a model’s answer', () => {
  it('takes the form of an answer that was not filled in for nothing', () => {
    const blank = { niche: '…', summary: '…', top_opportunities: [], risks: [], actions: ['…', 'Do it.'] };
    const parsed = parseDraft(brief, JSON.stringify(blank));
    assert.ok('errors' in parsed);
    assert.deepEqual(parsed.errors, ['"summary" is missing or empty.']);
    assert.deepEqual(draftOf(JSON.stringify({ ...blank, summary: 'So … it is.' })).actions, ['Do it.']);
  });

  it('leaves out what a model says again and again', () => {
    const alert = {
      term: 'wax melt',
      issue: 'Crowded',
      severity: 'high',
      evidence: 'Much.',
      action: 'Wait.',
    };
    const alerts = [alert, { ...alert, evidence: 'More.' }, { ...alert, issue: 'Shrinking' }, alert];
    const found = sentinel.ground({ alerts } as never, (term) => term) as {
      alerts: { issue: string; evidence: string }[];
    };
    assert.deepEqual(
      found.alerts.map(({ issue, evidence }) => [issue, evidence]),
      [
        ['Crowded', 'Much.'],
        ['Shrinking', 'Much.'],
      ],
    );
    const grounded = brief.ground({ ...DRAFT, actions: ['A.', 'B.', 'A.'] }, (term) => term);
    assert.deepEqual(grounded.actions, ['A.', 'B.']);
  });

  it('takes plain JSON as it is', () => {
    assert.deepEqual(parseDraft(brief, JSON_DRAFT, 'stop'), {
      draft: DRAFT,
      repaired: false,
      truncated: false,
    });
  });

  it('takes the draft of every type’s own example', () => {
    for (const type of INSIGHTS) {
      assert.deepEqual(parseDraft(type, JSON.stringify(type.example)), {
        draft: type.example,
        repaired: false,
        truncated: false,
      });
    }
  });

  it('finds the JSON in fences, prose, reasoning and wrappers', () => {
    for (const text of [
      '```json\n' + JSON_DRAFT + '\n```',
      'Here is the [requested] brief:\n' + JSON_DRAFT + '\nI hope {this} helps!',
      '<think>They want {"niche": "x"}</think>\n' + JSON_DRAFT,
      JSON.stringify({ market_brief: DRAFT }),
      JSON_DRAFT.replace('"niche":', 'niche:').replace('"Candles"', "'Candles'"),
      JSON_DRAFT.replace(/\]\}$/, ',]}'),
      JSON.stringify(DRAFT, null, 2).replace('"Candles",', '"Candles", // the niche'),
    ]) {
      assert.deepEqual(draftOf(text), DRAFT, text.slice(0, 60));
    }
    const items = [{ term: 'soy candle', comment: 'Good.' }];
    const bare = parseDraft(radar, `Sure! ${JSON.stringify(items)}`);
    assert.deepEqual('draft' in bare && bare.draft, { items });
  });

  it('keeps the complete items of an answer that was cut, and only those', () => {
    const cut = JSON_DRAFT.slice(0, JSON_DRAFT.indexOf('Quiet') + 3);
    for (const finish of ['length', undefined]) {
      const parsed = parseDraft(brief, cut, finish);
      assert.ok('draft' in parsed && parsed.truncated);
      assert.deepEqual(parsed.draft, {
        ...DRAFT,
        top_opportunities: [DRAFT.top_opportunities[0]],
        risks: [],
        actions: [],
      });
    }
    const whole = parseDraft(brief, JSON_DRAFT, 'length');
    assert.ok(
      'draft' in whole && !whole.truncated,
      'a complete answer is complete, whatever the reason says',
    );
  });

  it('shows of an unfinished answer only what is complete, and never less for more text', () => {
    const texts = new Set([
      DRAFT.niche,
      DRAFT.summary,
      ...DRAFT.top_opportunities.flatMap(({ term, why }) => [term, why]),
      ...DRAFT.risks.flatMap(({ term, why }) => [term, why]),
      ...DRAFT.actions,
      '',
    ]);
    let before = 0;
    for (const text of [JSON_DRAFT, '```json\n' + JSON.stringify(DRAFT, null, 2) + '\n```']) {
      before = 0;
      for (let end = 0; end <= text.length; end += 1) {
        const partial = parsePartialDraft(brief, text.slice(0, end));
        if (partial === null) {
          assert.equal(before, 0);
          continue;
        }
        const shown = [
          partial.niche,
          partial.summary,
          ...partial.top_opportunities.flatMap(({ term, why }) => [term, why]),
          ...partial.risks.flatMap(({ term, why }) => [term, why]),
          ...partial.actions,
        ];
        for (const one of shown) assert.ok(texts.has(one), `"${one}" is not whole`);
        const count = shown.filter((one) => one !== '').length;
        assert.ok(count >= before);
        before = count;
      }
      assert.equal(before, texts.size - 1);
    }
  });

  it('shows nothing while a model thinks', () => {
    assert.equal(parsePartialDraft(brief, `<think>Maybe ${JSON_DRAFT}`), null);
    assert.equal(parsePartialDraft(brief, 'Sure, here'), null);
  });

  it('names what is wrong when nothing can be made of it', () => {
    const errorsOf = (text: string): string => {
      const parsed = parseDraft(brief, text);
      assert.ok('errors' in parsed, text);
      return parsed.errors.join(' ');
    };
    assert.match(errorsOf(''), /empty/);
    assert.match(errorsOf('<think>and then'), /empty/);
    assert.match(errorsOf('I cannot help with that.'), /not a JSON object/);
    assert.match(errorsOf('{"answer": 42}'), /niche, summary, top_opportunities/);
    assert.match(errorsOf(JSON.stringify({ ...DRAFT, summary: ' ' })), /"summary" is missing/);
    assert.match(
      errorsOf(JSON.stringify({ ...DRAFT, top_opportunities: [{}, 3, null] })),
      /"top_opportunities"/,
    );
    assert.match(errorsOf('['.repeat(20_000)), /not a JSON object/);
    assert.match(errorsOf('{"a":'.repeat(20_000)), /not a JSON object/);
  });

  it('forgives what costs nothing', () => {
    const draft = draftOf(
      JSON.stringify({
        niche: 2026,
        summary: '  Two\u202E lines\nand\u0000 a\u200B tab\t. ',
        top_opportunities: { term: 'soy candle', why: null, score: 0.9 },
        risks: [
          { term: 'candle', why: ['a', 'b'], scope: 'TERM' },
          { term: 'Thin data', why: 'x', scope: 'market' },
        ],
        actions: 'Only one.',
        confidence: 3,
      }),
    );
    assert.deepEqual(draft, {
      niche: '2026',
      summary: 'Two lines and a tab .',
      top_opportunities: [{ term: 'soy candle', why: '' }],
      risks: [
        { term: 'candle', why: 'a b', scope: 'term' },
        { term: 'Thin data', why: 'x', scope: 'list' },
      ],
      actions: ['Only one.'],
    });
    const alert = parseDraft(
      sentinel,
      '{"alerts":[{"term":"null","issue":"Thin","severity":"Very high","evidence":"","action":"x"}]}',
    );
    assert.deepEqual('draft' in alert && alert.draft.alerts[0], {
      term: null,
      issue: 'Thin',
      severity: 'high',
      evidence: '',
      action: 'x',
    });
    const words = parseDraft(radar, '{"items":["soy candle","wax melt"]}');
    assert.deepEqual('draft' in words && words.draft.items.map(({ term }) => term), [
      'soy candle',
      'wax melt',
    ]);
  });

  it('takes an empty list for an answer', () => {
    assert.ok('draft' in parseDraft(sentinel, '{"alerts":[]}'));
    assert.ok('draft' in parseDraft(radar, '{"items":[]}'));
  });

  it('drops invented terms and repeats, cuts ten thousand items, gives terms the list’s spelling', () => {
    const items = Array.from({ length: 10_000 }, (_, index) => ({
      term: index % 3 === 0 ? 'CANDLE' : index % 3 === 1 ? `invented ${index}` : '"soy-candle"',
      comment: 'x'.repeat(5000),
    }));
    const parsed = parseDraft(radar, JSON.stringify({ items }));
    assert.ok('draft' in parsed);
    const { insight, dropped } = completed(radar, parsed.draft, LIST);
    assert.deepEqual(
      insight.items.map(({ term }) => term),
      ['Candle', 'soy candle'],
    );
    assert.ok(dropped.length > 0 && dropped.every((term) => term.startsWith('invented')));
    assert.ok(insight.items.every(({ comment }) => comment.length <= 2000));
    radar.insightSchema.parse(insight);
  });

  it('never shows an invented term as the list’s, in any type', () => {
    const lie = 'disney castle candle';
    const b = completed(
      brief,
      {
        ...DRAFT,
        top_opportunities: [{ term: lie, why: 'x' }],
        risks: [{ term: lie, why: 'x', scope: 'term' }],
      },
      LIST,
    );
    assert.deepEqual([b.insight.top_opportunities, b.insight.risks, b.dropped], [[], [], [lie]]);
    assert.equal(b.insight.confidence, 0);
    const a = completed(ads, { terms: [{ term: lie, priority: 'high', why: '' }], notes: '' }, LIST);
    assert.deepEqual(a.insight.budget_split, []);
    const s = completed(
      sentinel,
      { alerts: [{ term: lie, issue: 'x', severity: 'low', evidence: '', action: '' }] },
      LIST,
    );
    assert.deepEqual(s.insight.alerts, []);
  });

  it('survives anything: whatever comes is a valid draft or errors in words', () => {
    const texts = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.json().map((text) => text.slice(0, 400)),
      fc.anything().map((value) => {
        try {
          return JSON.stringify({ ...DRAFT, top_opportunities: value, actions: [value], summary: value });
        } catch {
          return '{"__proto__": {"summary": "x"}}';
        }
      }),
      fc
        .tuple(fc.nat(JSON_DRAFT.length), fc.string({ maxLength: 5 }))
        .map(([at, noise]) => JSON_DRAFT.slice(0, at) + noise + JSON_DRAFT.slice(at)),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('stop', 'length', undefined), (text, finish) => {
        for (const type of INSIGHTS) {
          const parsed = parseDraft(type, text, finish);
          if ('errors' in parsed) assert.ok(parsed.errors.length > 0);
          else assert.deepEqual(type.draftSchema.parse(parsed.draft), parsed.draft);
          const partial = parsePartialDraft(type, text);
          if (partial !== null) type.draftSchema.parse(partial);
        }
      }),
      { numRuns: 400 },
    );
    assert.equal(({} as Record<string, unknown>)['summary'], undefined);
  });
});
