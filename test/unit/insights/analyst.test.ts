import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foreignNumbers } from '../../../src/insights/grounding.ts';
import { INSIGHTS, insightType } from '../../../src/insights/index.ts';
import { analyseList, listFigures } from '../../../src/keywords/statistics.ts';
import { makeDigest } from '../../../src/keywords/digest.ts';
import { INPUT, insightOf, listOf, viewOf, type Row } from '../../fakes/analysed-list.ts';

const radar = insightType('opportunity_radar');
const brief = insightType('market_brief');
const ads = insightType('ad_insight');
const sentinel = insightType('risk_sentinel');

/** Word pairs that are neither brands nor near-duplicates of each other. */
const ADJECTIVES = ['amber', 'birch', 'copper', 'dusky', 'elm', 'fern', 'golden', 'heather', 'ivory', 'jade'];
const NOUNS = ['candle', 'lantern', 'basket', 'pillow', 'trivet', 'vase'];
const TERMS = ADJECTIVES.flatMap((adjective) => NOUNS.map((noun) => `${adjective} ${noun}`));

const metric = (max: number): fc.Arbitrary<number | null> =>
  fc.option(fc.integer({ min: 1, max }), { freq: 5, nil: null });
const row = fc.record({
  demand: metric(5000),
  competition: metric(100),
  trend: fc.option(fc.integer({ min: -90, max: 200 }), { nil: null }),
  cpc: metric(400),
});
const rows: fc.Arbitrary<Row[]> = fc
  .tuple(fc.shuffledSubarray(TERMS, { minLength: 2 }), fc.array(row, { minLength: 60, maxLength: 60 }))
  .map(([terms, figures]) =>
    terms.map((term, index) => {
      const { demand, competition, trend, cpc } = figures[index]!;
      return {
        term,
        demand,
        competition: competition === null ? null : competition / 100,
        trend: trend === null ? null : trend / 100,
        cpc: cpc === null ? null : cpc / 100,
      };
    }),
  );

const placeOf = (list: readonly Row[], term: string): number => {
  const place = insightOf(radar, listOf(list)).draft.items.findIndex((item) => item.term === term);
  return place === -1 ? Infinity : place;
};

describe('the built-in analyst', () => {
  it('says the same of the same list', () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(null, 'amber candle', 'copper lantern with birch base'),
        (list, product) => {
          for (const type of INSIGHTS) {
            const input = { ...INPUT, product };
            assert.deepEqual(
              insightOf(type, listOf(list), input).insight,
              insightOf(type, listOf(list), input).insight,
            );
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('never ranks a term lower for more demand or less competition', () => {
    fc.assert(
      fc.property(
        rows,
        fc.nat(),
        fc.integer({ min: 1, max: 3000 }),
        fc.boolean(),
        (list, pick, more, demand) => {
          const at = pick % list.length;
          const before = list[at]!;
          const value = demand ? before.demand : before.competition;
          if (value === null || value === undefined) return;
          const better = demand
            ? { ...before, demand: value + more }
            : { ...before, competition: value / (1 + more / 100) };
          const changed = list.with(at, better);
          assert.ok(placeOf(changed, before.term) <= placeOf(list, before.term));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('does not care about the scale of a column', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0.5, 4, 1024), (list, factor) => {
        const scaled = list.map((one) => ({
          ...one,
          demand: typeof one.demand !== 'number' ? null : one.demand * factor,
        }));
        const terms = (some: readonly Row[]): readonly string[] =>
          insightOf(radar, listOf(some)).draft.items.map(({ term }) => term);
        assert.deepEqual(terms(scaled), terms(list));
        const split = (some: readonly Row[]): readonly unknown[] =>
          insightOf(ads, listOf(some), { ...INPUT, currency: null }).insight.budget_split.map((part) => [
            part.term,
            part.daily_cents,
          ]);
        assert.deepEqual(split(scaled), split(list));
      }),
      { numRuns: 60 },
    );
  });

  it('neither helps nor hurts a term for what its row lacks', () => {
    // With all else equal, the row without a figure lies between the best and the worst of those that have one.
    const list: Row[] = TERMS.slice(0, 9).map((term, index) => ({
      term,
      demand: index === 4 ? null : (index + 1) * 100,
      competition: 0.5,
    }));
    const place = placeOf(list, TERMS[4]!);
    assert.ok(place > placeOf(list, TERMS[8]!), 'a missing figure must not win');
    assert.ok(place < placeOf(list, TERMS[0]!), 'a missing figure must not lose');
  });

  it('never takes a brand-like term for an opportunity, a radar item, an ad term or a tag', () => {
    const brands = ['disney candle', 'harry potter lantern', 'pokemon vase', 'lego basket'];
    fc.assert(
      fc.property(rows, fc.subarray(brands, { minLength: 1 }), (list, some) => {
        const tempting = some.map((term) => ({
          term,
          demand: 100_000,
          competition: 0.001,
          trend: 3,
          cpc: 0.01,
        }));
        const all = listOf([...list, ...tempting]);
        const chosen = [
          ...insightOf(brief, all).draft.top_opportunities,
          ...insightOf(radar, all).draft.items,
          ...insightOf(ads, all).draft.terms,
        ].map(({ term }) => term);
        assert.deepEqual(
          chosen.filter((term) => brands.includes(term)),
          [],
        );
        const alerts = insightOf(sentinel, all).insight.alerts;
        assert.ok(alerts.some(({ term, severity }) => brands.includes(term ?? '') && severity === 'high'));
        const tagAction =
          insightOf(brief, all).insight.actions.find((action) => action.startsWith('Fill')) ?? '';
        for (const brand of some) assert.ok(!tagAction.includes(brand));
      }),
      { numRuns: 40 },
    );
  });

  it('makes insights that fit their schemas, claim only terms of the list, and hold no number of its own', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(null, 'amber candle', 'steel bolts'), (some, product) => {
        const input = { ...INPUT, product };
        const list = listOf(some);
        const view = viewOf(input);
        const analysis = analyseList(list, view);
        const digest = makeDigest(list, analysis, view, { tokenBudget: 4000 });
        for (const type of INSIGHTS) {
          const { draft, insight, rows: found } = insightOf(type, list, input);
          assert.deepEqual(type.draftSchema.parse(draft), draft);
          assert.deepEqual(type.insightSchema.parse(insight), insight);
          for (const term of type.claims(draft)) assert.ok(list.terms.includes(term), term);
          assert.deepEqual(foreignNumbers(type.prose(insight), found, digest.text, input), []);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('writes for people: no raw floats, no identifiers, no words of the machine', () => {
    fc.assert(
      fc.property(rows, (some) => {
        for (const type of INSIGHTS) {
          const { insight } = insightOf(type, listOf(some));
          for (const { path, text } of type.prose(insight)) {
            assert.doesNotMatch(text, /\d\.\d{3,}|undefined|null|NaN|Infinity|[a-z]_[a-z]| {2}/, path);
            assert.match(text, /^[\p{Lu}\p{N}“<>$~]/u, path);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('puts the product first: what has nothing to do with it is named as such and never recommended', () => {
    const list = listOf([
      { term: 'border collie', demand: 9000, competition: 0.02 },
      { term: 'soy candle', demand: 400, competition: 0.4 },
      { term: 'soy candle gift', demand: 200, competition: 0.3 },
      { term: 'lavender soy candle', demand: 150, competition: 0.2 },
      { term: 'scented candle', demand: 900, competition: 0.8 },
      { term: 'french bulldog mug', demand: 7000, competition: 0.1 },
    ]);
    const input = { ...INPUT, product: 'hand-poured soy candles' };
    const { draft } = insightOf(brief, list, input);
    const recommended = draft.top_opportunities.map(({ term }) => term);
    assert.ok(recommended.includes('soy candle'));
    assert.ok(!recommended.includes('border collie') && !recommended.includes('french bulldog mug'));
    assert.match(draft.actions[0]!, /“soy candle”/);
    assert.ok(draft.actions.some((action) => /Leave out.*“border collie”.*not your product/.test(action)));
    const alert = insightOf(sentinel, list, input).insight.alerts.find(
      ({ term }) => term === 'border collie',
    );
    assert.match(alert?.issue ?? '', /not fit your product/);
    assert.match(alert?.evidence ?? '', /9,000 searches\/month/);
  });

  it('finds decline, saturation, near-duplicates and a far season, each with its figures', () => {
    const list = listOf(
      [
        { term: 'wool scarf', demand: 900, competition: 0.9, trend: -0.42 },
        { term: 'wool scarfs', demand: 100, competition: 0.5, trend: 0 },
        { term: 'knit hat', demand: 800, competition: 0.1, trend: 0.3 },
        { term: 'felt slippers', demand: 700, competition: 0.2, trend: 0.1 },
        { term: 'mohair shawl', demand: 600, competition: 0.3, trend: 0 },
        { term: 'plain cowl', demand: 5, competition: 0.95, trend: 0 },
        { term: 'alpaca socks', demand: 500, competition: 0.4, trend: 0 },
        { term: 'linen apron', demand: 400, competition: 0.45, trend: 0 },
      ],
      { peak: { firstMonth: '2025-09', values: [2, 2, 2, 90, 80, 2, 2, 2, 2, 2, 2, 2] } },
    );
    const alerts = insightOf(sentinel, list, { ...INPUT, today: '2026-06-01' }).insight.alerts;
    const about = (term: string | null): string =>
      alerts
        .filter((alert) => alert.term === term)
        .map(({ issue, evidence }) => `${issue}: ${evidence}`)
        .join(' ');
    assert.match(
      about('wool scarf'),
      /losing searches.*fallen by 42% \(900 searches\/month\).*difficulty 90/i,
    );
    assert.match(about('plain cowl'), /Saturated.*difficulty 95.*5 searches\/month/);
    assert.ok(
      alerts.some(
        ({ issue, evidence }) => issue.includes('Near-identical') && evidence.includes('wool scarf'),
      ),
    );
    assert.match(about(null), /peaks in December and January.*6 months away/);
  });

  it('says what a plain list cannot tell, and is less sure', () => {
    const bare = listOf(TERMS.slice(0, 30).map((term) => ({ term })));
    const full = listOf(
      TERMS.slice(0, 30).map((term, index) => ({
        term,
        demand: index * 10,
        competition: 0.5,
        trend: 0,
        cpc: 1,
      })),
    );
    const { insight } = insightOf(brief, bare);
    assert.match(insight.summary, /nobody can tell how often they are searched/);
    assert.equal(insight.risks[0]?.scope, 'list');
    assert.ok(insight.confidence < 0.2 && insight.confidence > 0);
    assert.ok(insightOf(brief, full).insight.confidence > 0.7);
    assert.equal(insightOf(sentinel, bare).insight.alerts[0]?.term, null);
    for (const { scores } of insightOf(radar, bare).insight.items) {
      assert.deepEqual(
        [scores.demand, scores.competition, scores.momentum, scores.profit],
        [null, null, null, null],
      );
    }
    assert.match(insightOf(ads, bare).insight.notes, /clicks cannot be told/);
  });

  it('prefers terms that somebody searches for', () => {
    const list = listOf([
      { term: 'jade vase', demand: 0, competition: 0.01 },
      { term: 'fern basket', demand: 10, competition: 0.99 },
    ]);
    assert.deepEqual(
      insightOf(radar, list).draft.items.map(({ term }) => term),
      ['fern basket'],
    );
  });

  it('keeps to the limits of the market', () => {
    const long = 'hand woven birch bark storage basket';
    const list = listOf([
      { term: long, demand: 900, competition: 0.1 },
      ...TERMS.slice(0, 30).map((term, index) => ({ term, demand: 30 + index, competition: 0.5 })),
    ]);
    const [, tags = ''] = insightOf(brief, list).insight.actions;
    const named = /: ([^“]+)\. “/.exec(tags)?.[1]?.split(', ') ?? [];
    assert.equal(named.length, 13);
    for (const tag of named) assert.ok(tag.length <= 20, tag);
    assert.ok(tags.includes(`“${long}” is longer than the 20 characters`));

    const [title = '', backend = ''] = insightOf(brief, list, { ...INPUT, market: 'amazon' }).insight.actions;
    assert.match(title, /of 200 characters/);
    const hidden = /title again: (.+)\.$/.exec(backend)?.[1] ?? '';
    assert.ok(hidden.length > 0 && Buffer.byteLength(hidden) <= 249);
    assert.equal(new Set(hidden.split(' ')).size, hidden.split(' ').length);
  });

  it('follows the season of the list', () => {
    const peak = { firstMonth: '2025-09', values: [2, 2, 2, 90, 2, 2, 2, 2, 2, 2, 2, 2] };
    const list = listOf(
      TERMS.slice(0, 10).map((term, index) => ({ term, demand: 10 + index, competition: 0.2 })),
      { peak },
    );
    const actions = (today: string): string =>
      insightOf(brief, list, { ...INPUT, today }).insight.actions.join('\n');
    assert.match(actions('2026-05-10'), /live by October: searches peak in December/);
    assert.match(actions('2026-12-10'), /The season is on \(searches peak in December\)/);
  });

  it('answers for lists of one keyword, of brands only and of strangers only', () => {
    const odd: readonly [readonly Row[], string | null][] = [
      [[{ term: 'x' }], null],
      [[{ term: 'disney mug', demand: 10 }], null],
      [[{ term: 'border collie', demand: 10, competition: 0.1 }], 'soy candles'],
      [[{ term: 'jade vase', demand: 0, competition: 0 }], null],
    ];
    for (const [some, product] of odd) {
      for (const type of INSIGHTS) {
        const { insight } = insightOf(type, listOf(some), { ...INPUT, product });
        assert.deepEqual(type.insightSchema.parse(insight), insight);
      }
    }
    const strangers = insightOf(brief, listOf(odd[2]![0]), { ...INPUT, product: 'soy candles' }).insight;
    assert.deepEqual(strangers.top_opportunities, []);
    assert.match(strangers.summary, /None of them can be recommended/);
  });

  it('counts rank as less is more', () => {
    const list = listOf(
      TERMS.slice(0, 12).map((term, index) => ({ term, demand: (index + 1) * 1000, competition: 0.5 })),
      { demandKind: 'rank' },
    );
    const best = insightOf(brief, list).draft.top_opportunities[0]!;
    assert.equal(best.term, TERMS[0]);
    assert.match(best.why, /rank 1,000.*top quarter/i);
    const metrics = insightOf(brief, list).insight.key_metrics;
    assert.match(
      metrics.find(({ label }) => label === 'Typical demand')?.interpretation ?? '',
      /search rank 1,000/,
    );
  });

  it('has a much searched word looked up that may be a name, and no plain one', () => {
    const list = listOf([
      { term: 'zibbo candle', demand: 9000, competition: 0.1 },
      { term: 'homemade candle', demand: 1, competition: 0.1 },
      ...TERMS.slice(0, 58).map((term, index) => ({
        term: `${term} candle`,
        demand: 10 + index,
        competition: 0.9,
      })),
    ]);
    const actions = insightOf(brief, list, { ...INPUT, product: 'candle' }).insight.actions.join(' ');
    assert.match(actions, /Look “zibbo” up in a trademark register/);
    assert.doesNotMatch(actions, /Look[^.]*homemade/);
  });

  it('gives a summary of two to four sentences', () => {
    fc.assert(
      fc.property(rows, (some) => {
        const { summary } = insightOf(brief, listOf(some)).insight;
        const sentences = summary.match(/[.](?=\s|$)/g)?.length ?? 0;
        assert.ok(sentences >= 2 && sentences <= 4, summary);
      }),
      { numRuns: 40 },
    );
  });

  it('counts in its metrics what the list figures count', () => {
    const list = listOf([
      { term: 'amber candle', demand: 10, trend: 0.5 },
      { term: 'jade vase', demand: 20, trend: -0.5 },
      { term: 'fern basket', demand: 30, trend: 0.2 },
    ]);
    const figures = listFigures(list, analyseList(list, viewOf(INPUT)));
    const metrics = insightOf(brief, list).insight.key_metrics;
    assert.equal(figures.risingCount, 2);
    assert.equal(metrics.find(({ label }) => label === 'Momentum')?.value, '2 rising, 1 declining');
    assert.equal(metrics.find(({ label }) => label === 'Typical demand')?.value, '20 searches/month');
  });
});
