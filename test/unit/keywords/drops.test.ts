import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { droppedText } from '../../../src/keywords/drops.ts';
import { readKeywordList } from '../../../src/keywords/read.ts';

describe('what was dropped', () => {
  it('is told as it is counted', async () => {
    const text =
      'Made today\n\nKeyword,Volume,KD\npine crib,1,2\nPine-Crib,1,2\nKeyword,Volume,KD\n,5,6\n' +
      `${'x'.repeat(201)},7,8\nTotal: all,9,9\nTotal: page,9,9\nfir crib,3,4\n`;
    const { terms, dropped } = await readKeywordList(Buffer.from(text), { name: 'list.csv' });
    assert.deepEqual(terms, ['pine crib', 'fir crib']);
    assert.equal(
      droppedText(dropped, String),
      '1 preamble line, 1 repeated header, 1 row without a keyword, 1 keyword longer than 200 characters, ' +
        '2 totals rows, 1 duplicate',
    );
  });

  it('is told of plain lists too', async () => {
    const text = '# words\n# more\n- pine crib\n- fir crib\n- pine crib\nother words\n- "?"\n';
    const { dropped } = await readKeywordList(Buffer.from(text), { name: 'list.md' });
    assert.equal(
      droppedText(dropped, (count) => `${count}×`),
      '2× comment lines, 1× line outside the list, 1× row without a keyword, 1× duplicate',
    );
  });
});
