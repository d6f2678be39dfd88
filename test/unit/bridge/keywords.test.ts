import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { RequestError } from '../../../src/bridge/answers.ts';
import { KEYWORD_LIST, keywordTable } from '../../../src/bridge/keywords.ts';
import { parseInParts } from '../../../src/bridge/json-parts.ts';

describe('Keywords in a request', () => {
  const rows = (count: number): object[] =>
    Array.from({ length: count }, (_, n) => ({
      term: `candle ${n}`,
      demand: n * 1.37,
      competition: n % 1000,
      trend: n / 1000,
      cpc: 0.35,
      engagement: 0.0123,
    }));
  type Keywords = Parameters<typeof keywordTable>[0];
  const read = async (json: string, { take } = KEYWORD_LIST): Promise<Keywords> => {
    const bytes = new TextEncoder().encode(`{"keywords":${json}}`);
    return ((await parseInParts(bytes, { name: 'keywords', take })) as { keywords: Keywords }).keywords;
  };
  const cells = async (keywords: readonly unknown[]): Promise<Record<string, string>[]> =>
    JSON.parse(
      new TextDecoder().decode((await keywordTable(await read(JSON.stringify(keywords)))).bytes),
    ) as Record<string, string>[];

  it('become a table with plain numbers', async () => {
    const made = await cells([
      { term: ' soy ', demand: { value: 20, bound: '<' }, trend: 0.12, cpc: 1e-7, clicks: 1.123 },
      'wax',
    ]);
    assert.deepEqual(made, [
      {
        Keyword: 'soy',
        Demand: '<20',
        Competition: '',
        Trend: '12%',
        CPC: '0.0000001',
        Clicks: '1.1230',
        Engagement: '',
      },
      { Keyword: 'wax', Demand: '', Competition: '', Trend: '', CPC: '', Clicks: '', Engagement: '' },
    ]);
  });

  describe('of a long list', () => {
    let turns = 0;
    let next: NodeJS.Immediate;
    const turn = (): void => {
      turns++;
      next = setImmediate(turn);
    };
    beforeEach(() => {
      turns = 0;
      next = setImmediate(turn);
    });
    afterEach(() => clearImmediate(next));

    it('leave others their turns', async () => {
      assert.equal((await cells(rows(20_000))).length, 20_000);
      assert.ok(turns >= 20, `${turns} turns`);
    });

    it('are refused at the first that is wrong, with its place', async () => {
      for (const [wrong, place] of [
        [{}, 'keywords.3.term'],
        [7, 'keywords.3'],
        [null, 'keywords.3'],
        [' ', 'keywords.3'],
        [{ term: 'x', demand: '1e999' }, 'keywords.3.demand'],
        [{ term: 'x', demand: { value: 1, kind: 'index?' } }, 'keywords.3.demand'],
      ] as const) {
        const list: unknown[] = rows(100_000);
        list.fill(wrong, 3);
        const json = JSON.stringify(list).replaceAll('"1e999"', '1e999');
        let taken = 0;
        const take: typeof KEYWORD_LIST.take = (value, at) => {
          taken++;
          return KEYWORD_LIST.take(value, at);
        };
        await assert.rejects(read(json, { ...KEYWORD_LIST, take }), (error) => {
          assert.ok(error instanceof RequestError, String(error));
          assert.equal(error.status, 422);
          assert.match(error.message, new RegExp(`^${place.replaceAll('.', String.raw`\.`)}\\b.*: `));
          return true;
        });
        assert.equal(taken, 4, 'the rest was not looked at');
      }
    });
  });
});
