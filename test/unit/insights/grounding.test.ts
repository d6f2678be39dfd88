import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { confidence, distinctTerms, foreignNumbers } from '../../../src/insights/grounding.ts';
import { analyseList, figuresOf } from '../../../src/keywords/statistics.ts';
import { INPUT, listOf, viewOf } from '../../fakes/analysed-list.ts';

const LIST = listOf([
  {
    term: 'nativity set',
    demand: 1203,
    competition: 0.63,
    trend: 0.12,
    cpc: 0.57,
    engagement: 1.08,
    clicks: 640,
  },
  { term: '18 inch doll', demand: 88, competition: 0.2 },
]);
const ANALYSIS = analyseList(LIST, viewOf(INPUT));
const ROWS = new Map(LIST.keys.map((key, index) => [key, figuresOf(LIST, ANALYSIS, index)]));
const DIGEST = '2,214 keywords. demand: 0/20/121/126/1,423. peak 0.81';

const foreignIn = (text: string, term: string | null = 'nativity set', digest = DIGEST): readonly string[] =>
  foreignNumbers([{ path: 'why', text, term }], ROWS, digest, INPUT).map((found) => found.text);

describe('numbers in prose', () => {
  it('knows the row’s figures in every usual writing', () => {
    for (const text of [
      '1203 searches',
      '1,203 searches',
      '1,210 searches',
      '1.203 Suchanfragen',
      '1 203 recherches',
      '1\u202F203 recherches',
      "1'203 Suchen",
      '1.2K searches',
      '1.2 k',
      'about 1,200',
      'over 1,200 searches',
      '१२०३ खोज',
      '١٢٠٣',
      '１２０３',
      'difficulty 63',
      'difficulty 0.63',
      '63%',
      '63 %',
      '0,63',
      '63/100',
      'up 12 %',
      'grew 12%',
      '$0.57 a click',
      '57 cents',
      '0,57 €',
      'click rate 108%',
      '640 clicks',
    ]) {
      assert.deepEqual(foreignIn(text), [], text);
    }
  });

  it('marks what stands nowhere', () => {
    for (const [text, number] of [
      ['5,000 searches', '5,000'],
      ['1,000 searches', '1,000'],
      ['1,302 searches', '1,302'],
      ['difficulty 36', '36'],
      ['up 45%', '45%'],
      ['0.99 a click', '0.99'],
      ['12K buyers', '12K'],
      ['７７７', '７７７'],
      ['3.5 times', '3.5'],
      ['7%', '7%'],
    ] as const) {
      assert.deepEqual(foreignIn(text), [number], text);
    }
  });

  it('knows the digest’s figures, and those of terms that are quoted', () => {
    assert.deepEqual(
      foreignIn('of 2,214 keywords half stay under 121; the top has 1,423; one is at 81', null),
      [],
    );
    assert.deepEqual(foreignIn('88 searches', null), ['88']);
    assert.deepEqual(foreignIn('“18 inch doll” has 88 searches', null), []);
    assert.deepEqual(foreignIn('88 searches', 'nativity set'), ['88']);
  });

  it('leaves alone what does not speak of the list', () => {
    for (const text of [
      'the top 10 terms',
      '2 to 4 words',
      '1st, 22nd and #25',
      'Christmas 2026, not 2025',
      'before December 25',
      'wait 14 days or 6 weeks',
      'within 20 characters and 13 of the 13 tags',
      '62 of 140 characters',
      '249 bytes',
      'an 18 inch doll',
      'with $20.00 a day',
      'B2B, 3D and A4 prints',
    ]) {
      assert.deepEqual(foreignIn(text, null), [], text);
    }
  });

  it('knows any figure it is given as it would be shown, and no figure far from it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 13, max: 5_000_000 }), (demand) => {
        const list = listOf([{ term: 'soy candle', demand }]);
        const rows = new Map([['soy candle', figuresOf(list, analyseList(list, viewOf(INPUT)), 0)]]);
        const foreign = (text: string): number =>
          foreignNumbers([{ path: 'why', text, term: 'soy candle' }], rows, '', INPUT).length;
        for (const locale of ['en-US', 'de-DE', 'fr-FR', 'de-CH', 'ar-EG', 'hi-IN-u-nu-deva', 'en-IN']) {
          assert.equal(
            foreign(`${demand.toLocaleString(locale, { useGrouping: true })} searches`),
            0,
            locale,
          );
        }
        const twice = (demand * 2 + 150).toLocaleString('en-US');
        assert.equal(foreign(`${twice} searches`), 1);
      }),
    );
  });
});

describe('confidence', () => {
  const figures = (rows: number, share: number) => ({
    rows,
    coverage: { demand: share, competition: share, trend: share, cpc: share, clicks: 0, engagement: 0 },
  });

  it('is metric coverage × list size × grounded share', () => {
    assert.equal(confidence(figures(90, 1), 1), 0.9);
    assert.equal(confidence(figures(90, 1), 0.5), 0.45);
    assert.equal(confidence(figures(90, 0), 1), 0.14);
    assert.equal(confidence(figures(0, 1), 1), 0);
  });

  it('grows with each of them and stays within 0 and 1', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), share, share, share, share, (n, m, a, b, g, h) => {
        const low = confidence(figures(Math.min(n, m), Math.min(a, b)), Math.min(g, h));
        const high = confidence(figures(Math.max(n, m), Math.max(a, b)), Math.max(g, h));
        assert.ok(0 <= low && low <= high && high <= 1);
      }),
    );
  });
});

describe('distinct terms', () => {
  it('knows two spellings of a key as one, and nothing as no term', () => {
    assert.deepEqual(distinctTerms(['Soy Candle', '"soy-candle"', ' ', 'wax']), ['Soy Candle', 'wax']);
  });
});
