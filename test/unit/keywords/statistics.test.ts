import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readKeywordList } from '../../../src/keywords/read.ts';
import {
  analyseList,
  figuresOf,
  findRows,
  listFigures,
  pageOf,
  summarise,
} from '../../../src/keywords/statistics.ts';
import {
  PAGE_ORDERS,
  type KeywordList,
  type ListAnalysis,
  type ListView,
} from '../../../src/keywords/types.ts';
import { keywordList, view, type ListRow } from '../../fakes/keyword-list.ts';

const THINGS = [
  'crib',
  'mug',
  'scarf',
  'candle',
  'ring',
  'basket',
  'quilt',
  'lamp',
  'bowl',
  'clock',
  'stool',
  'shelf',
];
const metric = (max: number): fc.Arbitrary<number | undefined> =>
  fc.option(
    fc.double({ min: 0, max, noNaN: true }).map((value) => Math.round(value * 100) / 100),
    { nil: undefined },
  );
/** Rows with distinct single-word terms, so that no row is a near-duplicate of another. */
const rowsWith = (least: number): fc.Arbitrary<ListRow[]> =>
  fc
    .array(fc.record({ demand: metric(1000), competition: metric(1), cpc: metric(5) }), {
      minLength: least,
      maxLength: THINGS.length,
    })
    .map((rows) =>
      rows.map(({ demand, competition, cpc }, at) => ({
        term: THINGS[at] ?? '',
        ...(demand === undefined ? {} : { demand }),
        ...(competition === undefined ? {} : { competition }),
        ...(cpc === undefined ? {} : { cpc }),
      })),
    );
const analyse = (rows: readonly ListRow[], options: Parameters<typeof keywordList>[1] = {}): ListAnalysis =>
  analyseList(keywordList(rows, options), view());
const place = (analysis: ListAnalysis, row: number): number => analysis.ranked.indexOf(row);
/** The list in which one row has other figures. */
const changed = (rows: readonly ListRow[], at: number, change: Partial<ListRow>): ListRow[] =>
  rows.map((row, index) => (index === at ? { ...row, ...change } : row));

describe('ranking', () => {
  it('never lowers a row for more demand, or for less competition', () => {
    fc.assert(
      fc.property(rowsWith(2), fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (rows, pick, share) => {
        const at = pick % rows.length;
        const before = place(analyse(rows), at);
        const { demand, competition } = rows[at] ?? {};
        if (demand !== undefined) {
          assert.ok(place(analyse(changed(rows, at, { demand: demand + share * 1000 })), at) <= before);
        }
        if (competition !== undefined) {
          assert.ok(place(analyse(changed(rows, at, { competition: competition * share })), at) <= before);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('takes a smaller rank for more demand', () => {
    const rows = [
      { term: 'crib', demand: 900 },
      { term: 'mug', demand: 3 },
      { term: 'ring', demand: 40 },
    ];
    assert.deepEqual([...analyse(rows, { demandKind: 'rank' }).ranked], [1, 2, 0]);
    assert.deepEqual([...analyse(rows).ranked], [0, 2, 1]);
  });

  it('changes nothing when a column is scaled', () => {
    fc.assert(
      fc.property(rowsWith(1), fc.constantFrom(0.001, 0.5, 2, 4096), (rows, factor) => {
        const scaled = rows.map((row) => ({
          ...row,
          ...(row.demand === undefined ? {} : { demand: row.demand * factor }),
          ...(row.competition === undefined ? {} : { competition: row.competition * factor }),
          ...(row.cpc === undefined ? {} : { cpc: row.cpc * factor }),
        }));
        assert.deepEqual(analyse(scaled).ranked, analyse(rows).ranked);
        assert.deepEqual(analyse(scaled).opportunity, analyse(rows).opportunity);
      }),
    );
  });

  it('neither helps nor hurts for a missing value: the row stands between its worst and its best', () => {
    fc.assert(
      fc.property(rowsWith(3), fc.nat(), (rows, pick) => {
        const at = pick % rows.length;
        for (const field of ['demand', 'competition'] as const) {
          // The others keep the column alive, so that only this row's value is missing.
          const others = rows.filter((row, index) => index !== at && row[field] !== undefined).length;
          if (others === 0 || rows.every((row) => row.demand === undefined)) continue;
          const [missing, low, high] = [
            Object.fromEntries(
              Object.entries(rows[at] ?? {}).filter(([name]) => name !== field),
            ) as unknown as ListRow,
            { ...rows[at], [field]: -1 } as ListRow,
            { ...rows[at], [field]: 1e9 } as ListRow,
          ].map((row) =>
            analyseList(keywordList(rows.map((other, index) => (index === at ? row : other))), view()),
          );
          const places = [low, high].map((analysis) => (analysis === undefined ? NaN : place(analysis, at)));
          const own = missing === undefined ? NaN : place(missing, at);
          assert.ok(own >= Math.min(...places) && own <= Math.max(...places), `${own} in ${places.join()}`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('ranks a row that lacks a metric as the median row would be', () => {
    const rows = [10, 20, 30, 40, 50].map((demand, at) => ({
      term: THINGS[at] ?? '',
      demand,
      competition: (5 - at) / 10,
    }));
    const whole = analyse(changed(rows, 2, { competition: 0.3 })).opportunity[2];
    const without = analyse([...rows.slice(0, 2), { term: 'scarf', demand: 30 }, ...rows.slice(3)])
      .opportunity[2];
    assert.equal(without, whole);
  });

  it('does not know the opportunity of a row without demand and competition, and says so', () => {
    const { opportunity, ranked } = analyse([{ term: 'crib', demand: 5 }, { term: 'mug' }]);
    assert.deepEqual(
      [Number.isNaN(opportunity[0]), Number.isNaN(opportunity[1]), ranked.length],
      [false, true, 2],
    );
    assert.ok(analyse([{ term: 'crib' }]).opportunity.every((value) => Number.isNaN(value)));
  });

  it('takes a bound for less, or more, than its value', () => {
    const list = keywordList([
      { term: 'crib', demand: 20 },
      { term: 'mug', demand: 20 },
      { term: 'ring', demand: 20 },
    ]);
    const bounded: KeywordList = { ...list, demand: { ...list.demand!, bounds: Int8Array.of(-1, 1, 0) } };
    assert.deepEqual([...analyseList(bounded, view()).ranked], [1, 2, 0]);
  });

  it('gives the same for the same', () => {
    fc.assert(
      fc.property(rowsWith(1), (rows) => assert.deepEqual(analyse(rows), analyse(rows))),
      { numRuns: 30 },
    );
  });

  it('stays within 0 and 1', () => {
    fc.assert(
      fc.property(rowsWith(1), (rows) => {
        const { opportunity, demand, competition, momentum, novelty, profit } = analyse(rows);
        for (const scores of [opportunity, demand, competition, momentum, novelty, profit]) {
          assert.ok(scores.every((score) => Number.isNaN(score) || (score >= 0 && score <= 1)));
        }
      }),
    );
  });
});

const near = (list: KeywordList, look: ListView, count: number): string[] =>
  [...analyseList(list, look).ranked.subarray(0, count)].map((row) => list.terms[row] ?? '');
const BREEDS = /collie|retriever|dachshund|bulldog|labrador|caricature|doodle/;
const BRANDS = /fontanini|hallmark|winnie|nambe|willow tree|lenox|disney|playmobil|fisher|stelzel/;

describe('relevance to the product', () => {
  it('lets no dog breed and no brand come near the top of the list that ships', async () => {
    const file = new URL('../../../media/samples/nativity-sets-etsy.csv', import.meta.url);
    const list = await readKeywordList(readFileSync(file), { name: 'nativity-sets-etsy.csv' });
    assert.ok(list.terms.length >= 60);
    const top = near(list, view({ product: 'hand-carved nativity set' }), 30);
    assert.deepEqual(
      top.filter((term) => BREEDS.test(term) || BRANDS.test(term)),
      [],
    );
    assert.ok(
      top.slice(0, 10).every((term) => term.includes('nativity')),
      top.join(),
    );
    // Without a product nobody can know that a collie is no crib.
    assert.ok(near(list, view(), 80).some((term) => BREEDS.test(term)));
  });

  it('lets none come near the top of a real list either', async function () {
    const file = new URL(
      '../../../../shared/samples/erank-keyword-tool-nativity-set-excerpt.csv',
      import.meta.url,
    );
    if (!existsSync(file)) {
      process.stdout.write(
        `      no real exports beside the project: ${this.test?.title ?? ''} checked on the shipped list only\n`,
      );
      return;
    }
    const list = await readKeywordList(readFileSync(file), { name: 'nativity.csv' });
    const top = near(list, view({ product: 'hand-carved nativity set' }), 40);
    assert.deepEqual(
      top.filter((term) => BREEDS.test(term) || BRANDS.test(term)),
      [],
    );
    assert.ok(top.slice(0, 15).includes('hand carved nativity set'), top.join());
  });

  const closeness = (product: string, term: string, nicheTerms: readonly string[] = []): number =>
    analyseList(keywordList([{ term, demand: 1 }]), view({ product, nicheTerms })).relevance[0] ?? NaN;

  it('is higher the more of each other term and product name', () => {
    const product = 'hand-carved nativity set';
    const terms = [
      'hand carved nativity set',
      'nativity set',
      'crochet nativity pattern',
      'gift set',
      'border collie',
    ];
    const scores = terms.map((term) => closeness(product, term));
    assert.deepEqual(
      [...scores].sort((a, b) => b - a),
      scores,
    );
    assert.deepEqual([scores[0], scores.at(-1)], [1, 0]);
    assert.ok((scores[2] ?? 0) >= 0.25 && (scores[3] ?? 1) < 0.25);
  });

  it("puts a term of the product's own words before the same words with others beside them", () => {
    const own = fc.subarray(['hand', 'carved', 'nativity', 'set'], { minLength: 1 });
    const others = fc.subarray(['acrylic', 'crochet', 'plastic', 'gift', 'large'], { minLength: 1 });
    fc.assert(
      fc.property(own, others, metric(1000), (words, foreign, demand = 5) => {
        const [alone, beside] = [words.join(' '), [...foreign, ...words].join(' ')];
        const list = keywordList([beside, alone].map((term) => ({ term, demand, competition: 0.5 })));
        const { relevance, opportunity } = analyseList(list, view({ product: 'hand-carved nativity set' }));
        assert.ok((relevance[1] ?? NaN) > (relevance[0] ?? NaN), `${alone} / ${beside}`);
        assert.ok((opportunity[1] ?? NaN) > (opportunity[0] ?? NaN), `${alone} / ${beside}`);
      }),
    );
  });

  it('ranks a full match first even where another material has somewhat better figures', () => {
    const list = keywordList([
      { term: 'acrylic nativity set', demand: 400, competition: 0.3 },
      { term: 'nativity set', demand: 390, competition: 0.4 },
      { term: 'crochet pattern', demand: 300, competition: 0.5 },
      { term: 'garden gnome', demand: 200, competition: 0.6 },
    ]);
    assert.equal(near(list, view({ product: 'hand-carved nativity set' }), 1)[0], 'nativity set');
  });

  it('knows word forms, several products and niche terms', () => {
    assert.equal(closeness('carved bowls', 'carving bowl'), 1);
    assert.ok(closeness('hand-poured soy candles, gift sets', 'soy candle') > 0.7);
    assert.ok(closeness('mugs', 'wooden crib', ['wooden cribs']) > 0.7);
    assert.equal(closeness('деревянный вертеп', 'вертеп деревянный'), 1);
  });

  it('is unknown without product and niche', () => {
    const { relevance } = analyseList(keywordList([{ term: 'crib', demand: 1 }]), view());
    assert.ok(Number.isNaN(relevance[0]));
  });
});

describe('brand-like terms', () => {
  const list = keywordList([
    { term: 'disney mug', demand: 9 },
    { term: 'Harry Potters mug', demand: 8 },
    { term: 'mug', demand: 1 },
    { term: 'acme mug', demand: 7 },
    { term: 'tumbler dupe', demand: 6 },
    { term: 'mug like Foo®', demand: 5 },
    { term: 'stanley park map', demand: 4 },
  ]);
  const brandLike = (look: ListView): string[] => {
    const analysis = analyseList(list, look);
    const brands = list.terms.filter((_, row) => analysis.brandLike[row] === 1);
    assert.ok(brands.every((term) => !analysis.ranked.includes(list.terms.indexOf(term))));
    return brands;
  };

  it('are never ranked, and everyday words are none', () => {
    assert.deepEqual(brandLike(view()), ['disney mug', 'Harry Potters mug', 'tumbler dupe', 'mug like Foo®']);
  });

  it('follow the user', () => {
    const edits = { add: ['Acme'], remove: ['Disney'] };
    assert.deepEqual(brandLike(view({ brands: edits })), [
      'Harry Potters mug',
      'acme mug',
      'tumbler dupe',
      'mug like Foo®',
    ]);
  });
});

describe('near-duplicates and groups', () => {
  it('finds singular and plural, word order and links, and keeps the better', () => {
    const list = keywordList([
      { term: 'pine crib', demand: 1 },
      { term: 'cribs pine', demand: 9 },
      { term: 'crib of pine', demand: 3 },
      { term: 'how to carve a pine crib', demand: 2 },
      { term: 'pine crib near me', demand: 2 },
    ]);
    assert.deepEqual([...analyseList(list, view()).duplicateOf], [1, -1, 1, -1, -1]);
  });

  it('groups by head words, sums demand only where it can be summed', () => {
    const rows = ['felt', 'clay', 'pine'].flatMap((stuff) =>
      ['crib', 'mug', 'bowl'].map((thing, at) => ({ term: `${stuff} ${thing}`, demand: 10 * (at + 1) })),
    );
    const { groups, groupOf } = analyseList(keywordList(rows), view());
    assert.ok(groups.length >= 3);
    assert.equal(
      groups.reduce((sum, { count }) => sum + count, 0),
      groupOf.filter((group) => group !== -1).length,
    );
    assert.ok(groups.every(({ demand }) => (demand ?? 0) > 0));
    const ranks = analyseList(keywordList(rows, { demandKind: 'rank' }), view());
    assert.ok(ranks.groups.every(({ demand }) => demand === null));
  });
});

describe('seasons, languages and figures', () => {
  it('finds the peak months of a series, where it says which months these are', () => {
    const values = Float64Array.from({ length: 24 }, (_, at) => ((at + 9) % 12 >= 10 ? 500 : 100));
    const series = { values, length: 24, firstMonth: '2024-10' };
    const list = keywordList([{ term: 'crib', demand: 5 }], { series });
    assert.deepEqual(analyseList(list, view()).peakMonths, [11, 12]);
    const unnamed = { ...list, series: { ...series, firstMonth: null } };
    assert.deepEqual(analyseList(unnamed, view()).peakMonths, []);
    const flat = { ...list, series: { ...series, values: new Float64Array(24).fill(3) } };
    assert.deepEqual(analyseList(flat, view()).peakMonths, []);
  });

  it('tells languages', () => {
    const of = (terms: readonly string[]): string[] =>
      analyseList(keywordList(terms.map((term) => ({ term }))), view()).languages.map(({ code }) => code);
    const english = [
      'wooden nativity set',
      'gift for mom',
      'handmade christmas ornament',
      'how to carve wood',
      'small wooden stable',
    ];
    assert.deepEqual(of(english), ['en']);
    assert.deepEqual(of(['деревянный вертеп', 'подарок на рождество', 'книга читать онлайн бесплатно']), [
      'ru',
    ]);
    assert.deepEqual(of(['手作りのクリスマス飾り', '木彫りの置物']), ['ja']);
  });

  const list = keywordList(
    [
      { term: 'pine crib', demand: 120, competition: 0.9, trend: -0.3, cpc: 0.5 },
      { term: 'fir crib', demand: 10, trend: 0.2 },
      { term: 'Elm-Crib', competition: 0.2, trend: 0.05 },
    ],
    { currency: 'EUR' },
  );
  const analysis = analyseList(list, view());

  it('shows the figures of a row, missing ones as null', () => {
    const { scores, ...figures } = figuresOf(list, analysis, 1);
    assert.deepEqual(figures, {
      term: 'fir crib',
      index: 1,
      sourceRow: 3,
      demand: { value: 10, kind: 'monthly', bound: null },
      competition: null,
      trend: 0.2,
      cpc: null,
      clicks: null,
      engagement: null,
      brandLike: false,
      group: figuresOf(list, analysis, 0).group,
    });
    assert.deepEqual([scores.competition, scores.relevance], [null, null]);
  });

  it('finds rows by key', () => {
    assert.deepEqual(findRows(list, ['elm crib', 'PINE CRIB', '"fir-crib"', 'oak crib', '']), [
      2,
      0,
      1,
      null,
      null,
    ]);
  });

  it('counts over the list', () => {
    const { rows, decliningCount, risingCount, coverage, quantiles } = listFigures(list, analysis);
    assert.deepEqual([rows, decliningCount, risingCount], [3, 1, 1]);
    assert.deepEqual([coverage.demand, coverage.clicks], [2 / 3, 0]);
    assert.deepEqual(quantiles.demand, { count: 2, min: 10, q1: 37.5, median: 65, q3: 92.5, max: 120 });
    assert.equal(quantiles.clicks, null);
  });

  it('pages in every order, each row once, missing last', () => {
    for (const order of PAGE_ORDERS) {
      const rows = pageOf(list, analysis, { from: 0, count: 9, search: '', order }).rows.map(
        ({ index }) => index,
      );
      assert.deepEqual([...rows].sort(), [0, 1, 2], order);
    }
    const orderOf = (order: (typeof PAGE_ORDERS)[number]): number[] =>
      pageOf(list, analysis, { from: 0, count: 9, search: '', order }).rows.map(({ index }) => index);
    assert.deepEqual(orderOf('demand'), [0, 1, 2]);
    assert.deepEqual(orderOf('competition'), [2, 0, 1]);
    assert.deepEqual(orderOf('trend'), [1, 2, 0]);
    assert.deepEqual(orderOf('term'), [2, 1, 0]);
    assert.deepEqual(
      pageOf(list, analysis, { from: 1, count: 1, search: '', order: 'file' }).rows.map(({ term }) => term),
      ['fir crib'],
    );
    assert.deepEqual(pageOf(list, analysis, { from: 7, count: 5, search: '', order: 'file' }).rows, []);
  });

  it('pages the rows that hold every word searched for, spelling aside', () => {
    const found = (search: string): [number[], number] => {
      const { rows, total } = pageOf(list, analysis, { from: 0, count: 1, search, order: 'term' });
      return [rows.map(({ index }) => index), total];
    };
    assert.deepEqual(found('FIR-crib'), [[1], 1]);
    assert.deepEqual(found('  rib fi '), [[1], 1]);
    assert.deepEqual(found('fir oak'), [[], 0]);
    assert.deepEqual(found(''), [[2], 3]);
  });

  it('summarises with a hash of terms and metrics, not of names', () => {
    const { hash, rows, demandKinds, hasCpc } = summarise(list);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.deepEqual([rows, demandKinds, hasCpc], [3, ['monthly'], true]);
    assert.equal(summarise({ ...list, name: 'other', notes: ['x'] }).hash, hash);
    for (const other of [
      { ...list, terms: ['pine crib', 'fir crib', 'elm crib'] },
      { ...list, currency: 'USD' },
      { ...list, trend: null },
      { ...list, clicks: list.trend, trend: null },
      { ...list, demand: { ...list.demand!, kinds: ['index' as const] } },
      { ...list, demand: { ...list.demand!, bounds: Int8Array.of(0, -1, 0) } },
    ]) {
      assert.notEqual(summarise(other).hash, hash);
    }
  });
});
