import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { UsageError } from '../../../src/cli/arguments.ts';
import { columnsOf } from '../../../src/cli/columns.ts';

describe('--columns', () => {
  it('names columns by name, number and in quotes', () => {
    assert.deepEqual(columnsOf('term=Phrase,demand=3, competition = "Rivals, all" ,cpc="Say ""bid"""'), {
      term: 'Phrase',
      demand: '3',
      competition: 'Rivals, all',
      cpc: 'Say "bid"',
    });
    assert.deepEqual(columnsOf('term=a=b,demandKind=rank,demand=Rang'), {
      term: 'a=b',
      demandKind: 'rank',
      demand: 'Rang',
    });
  });

  it('complains of what it cannot use, with what would do', () => {
    for (const [text, advice] of [
      ['term', /term=Phrase/],
      ['term=', /term=Phrase/],
      ['=Phrase', /term=Phrase/],
      ['term="Phrase', /term=Phrase/],
      ['', /term=NAME/],
      ['demand=Volume', /term=NAME/],
      ['term=A,colour=B', /term, demand/],
      ['term=A,demandKind=yearly', /monthly/],
      ['term=A,term=B', /once/],
    ] as const) {
      assert.throws(
        () => columnsOf(text),
        (error) => error instanceof UsageError && advice.test(error.advice),
        text,
      );
    }
  });

  it('reads back any names that are written in quotes', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(name, name, (term, demand) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        assert.deepEqual(columnsOf(`term=${quoted(term)},demand=${quoted(demand)}`), {
          term: term.trim(),
          demand: demand.trim(),
        });
      }),
    );
  });
});
