import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import Papa from 'papaparse';
import { forEachRecord } from '../../../src/keywords/records.ts';

/** Every record, and whether all quotes close. */
function recordsOf(text: string, delimiter: string): { records: string[][]; closed: boolean } {
  const records: string[][] = [];
  const closed = forEachRecord(text, delimiter, (cells) => records.push([...cells]));
  return { records, closed };
}

describe('records of a long text', () => {
  it('are those of the text parsed whole, wherever its pieces end', () => {
    const cell = fc.oneof(
      fc.stringMatching(/^[a-z0-9 ]{0,40}$/),
      fc.stringMatching(/^[a-z",;\r\n]{0,40}$/),
      fc.nat({ max: 80_000 }).map((length) => 'long, "quoted"\n'.repeat(length / 15)),
    );
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\r\n', '\n'),
        fc.constantFrom(',', ';', '\t'),
        (rows, newline, delimiter) => {
          // Enough of them that a piece may end anywhere in them.
          const once = Papa.unparse([['first', 'line'], ...rows], { newline, delimiter });
          const text = `${once}${newline}`.repeat(Math.ceil(200_000 / (once.length + 2)));
          const { records, closed } = recordsOf(text, delimiter);
          assert.deepEqual(records, Papa.parse(text, { newline, delimiter }).data);
          assert.equal(closed, true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are told of a quote that never closes, far from where it opened', () => {
    const text = `a,b\n"open,${'c,d\n'.repeat(100_000)}`;
    const { records, closed } = recordsOf(text, ',');
    assert.equal(closed, false);
    assert.equal(records.length, 2);
  });

  it('do not begin with a byte order mark', () => {
    assert.deepEqual(recordsOf('\ufeff"a",b', ',').records, [['a', 'b']]);
  });
});
