import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fromListPageSchema, MOST_ROWS, type FromListPage } from '../../../src/protocol/list-messages.ts';
import { keyMove } from '../../../src/webview/list/keys.ts';
import { PAGE_ROWS, RowPages } from '../../../src/webview/list/row-pages.ts';

type RowsRequest = Extract<FromListPage, { type: 'rows' }>;

const figures = (index: number) => ({
  term: `term ${index}`,
  index,
  sourceRow: index + 2,
  demand: null,
  competition: null,
  trend: null,
  cpc: null,
  clicks: null,
  engagement: null,
  scores: {
    opportunity: null,
    demand: null,
    competition: null,
    momentum: null,
    novelty: null,
    profit: null,
    relevance: null,
  },
  brandLike: false,
  group: null,
});

const answerTo = ({ revision, order, search, from, count }: RowsRequest, total: number) => ({
  type: 'rows' as const,
  revision,
  order,
  search,
  from,
  total,
  rows: Array.from({ length: Math.min(count, total - from) }, (_, at) => figures(from + at)),
});

describe('the rows of a previewed list', () => {
  it('in sight come to be there, wherever one looks, two pages at a time and in messages the host takes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 120 })), { minLength: 1, maxLength: 8 }),
        (total, looks) => {
          const asked: RowsRequest[] = [];
          const pages = new RowPages((request) => asked.push(request));
          pages.show({ revision: 1, order: 'file', search: '' }, total);
          for (const [at, height] of looks) {
            const first = at % total;
            const end = Math.min(total, first + height);
            pages.look(first, end);
            // As slow as can be: nothing is answered before it is waited for.
            while (asked.length > 0) {
              assert.ok(asked.length <= 2);
              const request = asked.shift()!;
              assert.ok(fromListPageSchema.safeParse(request).success);
              assert.ok(request.from < total && request.count <= MOST_ROWS);
              assert.ok(pages.receive(answerTo(request, total)));
            }
            for (let row = first; row < end; row += 1) assert.equal(pages.at(row)?.index, row);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('passed by on the way are not asked for', () => {
    const asked: RowsRequest[] = [];
    const pages = new RowPages((request) => asked.push(request));
    pages.show({ revision: 1, order: 'file', search: '' }, 100_000);
    for (let first = 0; first < 90_000; first += 1000) pages.look(first, first + 30);
    assert.equal(asked.length, 2);
    pages.receive(answerTo(asked[0]!, 100_000));
    assert.equal(asked.at(-1)?.from, 89_000 - (89_000 % PAGE_ROWS));
  });

  it('of another reading or another order are dropped', () => {
    const asked: RowsRequest[] = [];
    const pages = new RowPages((request) => asked.push(request));
    pages.show({ revision: 1, order: 'file', search: '' }, 500);
    pages.look(0, 20);
    const [old] = asked.splice(0);
    pages.show({ revision: 1, order: 'demand', search: '' }, 500);
    assert.equal(pages.receive(answerTo(old!, 500)), false);
    assert.equal(pages.at(0), undefined);
    pages.look(0, 20);
    assert.equal(asked[0]?.order, 'demand');
    pages.show({ revision: 2, order: 'demand', search: '' }, 500);
    assert.equal(pages.receive(answerTo(asked[0], 500)), false);
  });

  it('searched for are as many as the first answer says, in whatever order', () => {
    const asked: RowsRequest[] = [];
    const pages = new RowPages((request) => asked.push(request));
    pages.show({ revision: 1, order: 'file', search: '' }, 500);
    assert.equal(pages.total, 500);
    pages.show({ revision: 1, order: 'file', search: 'mug' }, 500);
    assert.equal(pages.total, undefined);
    const [first] = asked.splice(0);
    assert.deepEqual([first?.search, first?.from], ['mug', 0]);
    assert.ok(pages.receive(answerTo(first!, 3)));
    assert.equal(pages.total, 3);
    assert.deepEqual(asked, []);
    pages.show({ revision: 1, order: 'demand', search: 'mug' }, 500);
    assert.equal(pages.total, 3);
    pages.show({ revision: 1, order: 'demand', search: '' }, 500);
    assert.equal(pages.receive(answerTo(first!, 3)), false);
    assert.equal(pages.total, 500);
  });
});

describe('the keys of the grid', () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  const size = { rows: 100, columns: 6, page: 20 };
  const from = { row: 50, column: 2 };

  for (const [key, ctrlKey, row, column] of [
    ['ArrowDown', false, 51, 2],
    ['ArrowUp', false, 49, 2],
    ['ArrowLeft', false, 50, 1],
    ['ArrowRight', false, 50, 3],
    ['PageDown', false, 70, 2],
    ['PageUp', false, 30, 2],
    ['Home', false, 50, 0],
    ['End', false, 50, 5],
    ['Home', true, 0, 0],
    ['End', true, 99, 5],
  ] as const) {
    it(`${ctrlKey ? 'Ctrl+' : ''}${key} leads to row ${row}, column ${column}`, () => {
      assert.deepEqual(keyMove({ ...none, key, ctrlKey }, from, size), { row, column });
    });
  }

  it('never lead out of the grid, and other keys lead nowhere', () => {
    const keys = ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End'];
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.boolean(),
        fc.nat(99),
        fc.nat(5),
        (key, ctrlKey, row, column) => {
          const to = keyMove({ ...none, key, ctrlKey }, { row, column }, size);
          assert.ok(to !== null && to.row >= 0 && to.row < size.rows);
          assert.ok(to.column >= 0 && to.column < size.columns);
        },
      ),
    );
    for (const key of ['a', 'Tab', 'Escape']) assert.equal(keyMove({ ...none, key }, from, size), null);
    assert.equal(keyMove({ ...none, key: 'ArrowDown' }, from, { ...size, rows: 0 }), null);
  });
});
