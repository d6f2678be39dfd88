import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { readKeywordList } from '../../../src/keywords/read.ts';
import type { KeywordList } from '../../../src/keywords/types.ts';
import { EXPORTS } from '../../fakes/keyword-exports.ts';
import { rowsOf } from '../../fakes/keyword-rows.ts';

const read = (text: string, name = 'list.csv', encoding: 'utf8' | 'utf16le' = 'utf8'): Promise<KeywordList> =>
  readKeywordList(Buffer.from(text, encoding), { name });

describe('formats', () => {
  for (const example of EXPORTS) {
    it(`reads ${example.tool}: ${example.text.replace(/\s+/g, ' ').slice(0, 60)}…`, async () => {
      const list = await read(example.text, example.name, example.encoding);
      assert.deepEqual(
        {
          tool: list.tool,
          market: list.market,
          currency: list.currency,
          delimiter: list.delimiter,
          rows: rowsOf(list),
        },
        {
          tool: example.tool,
          market: example.market,
          currency: example.currency ?? null,
          delimiter: example.delimiter ?? ',',
          rows: example.rows,
        },
      );
      assert.deepEqual(
        Object.fromEntries(list.dropped.map(({ reason, count }) => [reason, count])),
        example.dropped ?? {},
      );
    });
  }

  it('reads the months of a Keyword Planner in calendar order', async () => {
    const list = await read(
      'Keyword,Avg. monthly searches,Competition (indexed value),Searches: Feb 2025,Searches: Jan 2025\npine crib,10,3,20,10\n',
    );
    assert.deepEqual(
      [list.series?.firstMonth, list.series?.length, [...(list.series?.values ?? [])]],
      ['2025-01', 2, [10, 20]],
    );
  });

  it('refuses Etsy Ads by day with the reason', async () => {
    const text = 'Date (ET),Views,Clicks,Orders,Revenue (USD),Spend (USD),ROAS\n2026-01-01,100,3,1,20,2,10\n';
    await assert.rejects(
      read(text),
      (error) => LexyBrainError.is(error, 'list-refused') && error.message.includes('no keywords'),
    );
  });

  it('finds columns by name, whatever their order, case, spaces and neighbours', async () => {
    const list = await read(
      'my notes ;KD;\u00a0KEYWORDS ;Competition;Average\u202fSearches\nnice;63;pine crib;12;1200\n',
    );
    assert.equal(list.tool, 'erank-keyword-tool');
    assert.deepEqual(rowsOf(list), [
      { term: 'pine crib', demand: '1200 monthly', competition: '0.63 difficulty' },
    ]);
  });

  it('guesses a currency neither from the tool nor from the marketplace in a file name, which it tells', async () => {
    const text = 'Keyword Phrase,Magnet IQ Score,Search Volume,H10 PPC Sugg. Bid\npine crib,1,2,0.5\n';
    assert.equal((await read(text, 'magnet.csv')).currency, null);
    const german = await read(text, 'DE_AMAZON_magnet.csv');
    assert.deepEqual([german.market, german.currency], ['amazon', null]);
    assert.match(german.notes.join(), /marketplace DE/);
    assert.match(german.notes.join(), /does not say the currency/);
  });
});
