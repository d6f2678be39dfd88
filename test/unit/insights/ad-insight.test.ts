import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { splitByWeight } from '../../../src/insights/ad-insight/split.ts';
import type { AdInsightDraft } from '../../../src/insights/ad-insight/schema.ts';
import { insightType } from '../../../src/insights/index.ts';
import type { InsightInput } from '../../../src/insights/types.ts';
import { completed, INPUT, insightOf, listOf, type Row } from '../../fakes/analysed-list.ts';

const ads = insightType('ad_insight');
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('splitting a budget', () => {
  it('gives whole cents that add up exactly, and each its share to within a cent', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (cents, weights) => {
          const parts = splitByWeight(cents, weights);
          assert.equal(sum(parts), cents);
          parts.forEach((part, index) => {
            assert.ok(Number.isInteger(part) && part >= 0);
            const exact = (cents * weights[index]!) / sum(weights);
            assert.ok(Math.abs(part - exact) < 1 + 1e-6);
          });
        },
      ),
    );
  });

  it('gives what is left over to the largest remainders', () => {
    assert.deepEqual(splitByWeight(10, [1, 1, 1]), [4, 3, 3]);
    assert.deepEqual(splitByWeight(10, [0.26, 0.35, 0.39]), [3, 3, 4]);
    assert.deepEqual(splitByWeight(2, [5, 1, 1]), [2, 0, 0]);
  });

  it('gives nothing to weights that are none, and nothing of no budget', () => {
    assert.deepEqual(splitByWeight(100, [NaN, 1, -3, Infinity, 0]), [0, 100, 0, 0, 0]);
    assert.deepEqual(splitByWeight(100, [0, 0]), [0, 0]);
    assert.deepEqual(splitByWeight(0, [1, 2]), [0, 0]);
    assert.deepEqual(splitByWeight(100, []), []);
  });
});

const LIST: readonly Row[] = [
  { term: 'soy candle', demand: 5000, competition: 0.3, cpc: 0.57 },
  { term: 'wax melt', demand: 3000, competition: 0.4, cpc: 0.8 },
  { term: 'tea light', demand: 40, competition: 0.5, cpc: 12.5 },
  { term: 'pillar candle', demand: 1000, competition: 0.5 },
];
const DRAFT: AdInsightDraft = {
  terms: [
    { term: 'soy candle', priority: 'high', why: 'a' },
    { term: 'wax melt', priority: 'low', why: 'b' },
    { term: 'tea light', priority: 'low', why: 'c' },
    { term: 'pillar candle', priority: 'medium', why: 'd' },
  ],
  notes: 'Watch the bids.',
};
const split = (input: Partial<InsightInput> = {}, draft = DRAFT, currency: string | null = 'USD') =>
  completed(ads, draft, listOf(LIST, { currency }), { ...INPUT, ...input }).insight;

describe('the money of an ad insight', () => {
  it('never passes the budget, uses all of it, and derives clicks from cents and cost per click', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.shuffledSubarray([...DRAFT.terms], { minLength: 1 }),
        fc.option(fc.integer({ min: 1, max: 500 }), { nil: null }),
        (budgetCents, terms, assumedCpcCents) => {
          const insight = split({ budgetCents, assumedCpcCents }, { ...DRAFT, terms });
          assert.deepEqual(ads.insightSchema.parse(insight), insight);
          assert.equal(sum(insight.budget_split.map((part) => part.daily_cents)), budgetCents);
          for (const { daily_cents, expected_cpc_cents, expected_clicks } of insight.budget_split) {
            if (expected_cpc_cents === null) assert.equal(expected_clicks, null);
            else assert.ok(Math.abs(expected_clicks! - daily_cents / expected_cpc_cents) <= 0.05 + 1e-9);
          }
        },
      ),
    );
  });

  it('takes the cost per click of the list, else the assumption, labelled so, else none', () => {
    const cpc = (insight: ReturnType<typeof split>, term: string): number | null | undefined =>
      insight.budget_split.find((part) => part.term === term)?.expected_cpc_cents;
    const without = split();
    assert.equal(cpc(without, 'soy candle'), 57);
    assert.equal(cpc(without, 'pillar candle'), null);
    assert.equal(without.assumed_cpc_cents, null);
    assert.match(without.notes, /Watch the bids\..*1 keyword the list has no cost per click/);
    const assumed = split({ assumedCpcCents: 45 });
    assert.equal(cpc(assumed, 'soy candle'), 57);
    assert.equal(cpc(assumed, 'pillar candle'), 45);
    assert.equal(assumed.assumed_cpc_cents, 45);
    assert.match(assumed.notes, /your assumption of \$0\.45 a click/);
  });

  it('converts no currency', () => {
    const mixed = split({ currency: 'EUR' });
    assert.ok(mixed.budget_split.every((part) => part.expected_clicks === null));
    assert.match(mixed.notes, /USD and the budget in EUR/);
    assert.equal(mixed.currency, 'EUR');
  });

  it('says in which currency it took the costs of a list that does not tell', () => {
    assert.match(split({ currency: 'EUR' }, DRAFT, null).notes, /does not say the currency.*in EUR/);
    assert.equal(split({ currency: null }, DRAFT, null).currency, null);
    assert.doesNotMatch(split({ currency: null }, DRAFT, null).notes, /currency/);
  });

  it('spends more on what matters more', () => {
    const same = DRAFT.terms.map((one) => ({ ...one, term: one.term, priority: 'medium' as const }));
    const cents = (draft: AdInsightDraft): number =>
      split({ budgetCents: 100_000 }, draft).budget_split.find(({ term }) => term === 'wax melt')!
        .daily_cents;
    const lifted = same.map((one) => (one.term === 'wax melt' ? { ...one, priority: 'high' as const } : one));
    assert.ok(cents({ ...DRAFT, terms: lifted }) > cents({ ...DRAFT, terms: same }));
  });

  it('leaves out terms whose part buys no click a day, and says which', () => {
    const small = split({ budgetCents: 300 });
    assert.ok(!small.budget_split.some(({ term }) => term === 'tea light'));
    assert.match(small.notes, /would not pay for one click a day: “tea light”/);
    assert.equal(sum(small.budget_split.map((part) => part.daily_cents)), 300);
    assert.equal(split({ budgetCents: 1 }).budget_split.length, 1);
  });

  it('says when a term is searched too seldom for its part', () => {
    const rich = split({ budgetCents: 1_000_000 });
    assert.match(rich.notes, /“tea light”.* searched too seldom/);
    assert.doesNotMatch(split({ budgetCents: 2000 }).notes, /“soy candle”.* too seldom/);
  });

  it('chooses at most eight terms itself', () => {
    const rows = Array.from({ length: 40 }, (_, index) => ({
      term: `${String.fromCharCode(97 + (index % 26))}${index}zz holder`,
      demand: index + 1,
      competition: 0.5,
    }));
    const { insight } = insightOf(ads, listOf(rows));
    assert.equal(insight.budget_split.length, 8);
    assert.equal(sum(insight.budget_split.map((part) => part.daily_cents)), 2000);
  });
});
