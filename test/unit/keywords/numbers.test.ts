import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  ColumnScan,
  currencyOf,
  decimalOf,
  decimalOfFile,
  finishColumn,
  parseCell,
} from '../../../src/keywords/numbers.ts';
import type { NumberUnit } from '../../../src/keywords/numbers.ts';

function column(
  cells: readonly string[],
  unit: NumberUnit = 'plain',
  integral = false,
): readonly (number | null)[] {
  const scan = new ColumnScan();
  for (const cell of cells) scan.add(cell);
  const { values } = finishColumn(scan, decimalOf(scan, decimalOfFile([scan]), integral), unit);
  return [...values].map((value) => (Number.isNaN(value) ? null : value));
}

describe('numbers of a column', () => {
  it('takes missing for missing and never for 0', () => {
    const missing = ['', '-', ' --', 'n/a', 'N/A', 'Unknown', '""', '∞', '-∞', 'Breakout', '—', 'null'];
    assert.deepEqual(column([...missing, '0']), [...missing.map(() => null), 0]);
  });

  it('reads thousands and decimals as the column means them', () => {
    assert.deepEqual(column(['1,969,232', '1,158', '12']), [1969232, 1158, 12]);
    assert.deepEqual(column(['5,16', '1,158', '0,30']), [5.16, 1.158, 0.3]);
    assert.deepEqual(column(['1.234,50', '2,10']), [1234.5, 2.1]);
    assert.deepEqual(column(['1 234', '1\u00a0234', '1\u202f234', '1’234']), [1234, 1234, 1234, 1234]);
    assert.deepEqual(column(['1.234', '12.000'], 'plain', true), [1234, 12000]);
    assert.deepEqual(column(['1.234', '12.5'], 'plain', true), [1.234, 12.5]);
    assert.deepEqual(column(['1.2K', '3M', '10k+']), [1200, 3_000_000, 10_000]);
  });

  it('reads percentages as ratios, beyond 100 % too', () => {
    assert.deepEqual(
      column(['6.47%', '-77.78%', '9900%', '+1,450%', '108%', '57 %'], 'percent'),
      [0.0647, -0.7778, 99, 14.5, 1.08, 0.57],
    );
    assert.deepEqual(column(['-12', '27'], 'percent'), [-0.12, 0.27]);
    assert.deepEqual(column(['0.05', '0.2'], 'auto-ratio'), [0.05, 0.2]);
    assert.deepEqual(column(['5', '0.2'], 'auto-ratio'), [0.05, 0.002]);
  });

  it('keeps bounds, with their sign', () => {
    const bound = (cell: string): unknown => {
      const parsed = parseCell(cell, '.');
      return parsed === null ? null : [parsed.value, parsed.bound];
    };
    assert.deepEqual(bound('< 20'), [20, -1]);
    assert.deepEqual(bound('&lt; 20'), [20, -1]);
    assert.deepEqual(bound('< 20%'), [20, -1]);
    assert.deepEqual(bound('>1,000'), [1000, 1]);
    assert.deepEqual(bound('10,000+'), [10000, 1]);
    assert.deepEqual(bound('+5'), [5, 0]);
  });

  it('takes the lower end of a range', () => {
    for (const cell of ['10 - 100', '10 – 100', '10-100', '10 to 100']) {
      assert.deepEqual(parseCell(cell, '.'), { value: 10, bound: 0, percent: false, range: true });
    }
    assert.equal(parseCell('1,000 - 10,000', '.')?.value, 1000);
    assert.equal(parseCell('10K – 100K', '.')?.value, 10_000);
  });

  it('does not take dates, codes and words for numbers', () => {
    for (const cell of ['2026-01-19', '2026-01', 'abc 12', '12 monkeys', 'B0CSXXWMBC', '1:30', '5/6']) {
      assert.equal(parseCell(cell, '.')?.value ?? null, null, cell);
    }
  });

  it('knows a currency only where the amount names one', () => {
    const amounts = ['US$2.17', '2,17 €', '£1.20', 'GBP 1.20', 'A$3', '$2', '¥200', '1.20'];
    assert.deepEqual(amounts.map(currencyOf), ['USD', 'EUR', 'GBP', 'GBP', 'AUD', null, null, null]);
    assert.deepEqual(column(['US$2.17', '€1.20', '$3', '1.5 USD']), [2.17, 1.2, 3, 1.5]);
  });

  it('reads back what was printed, in either locale', () => {
    const amount = fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => Math.round(value * 100) / 100);
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('en-US', 'de-DE'),
        (amounts, locale) => {
          const written = amounts.map((value) => value.toLocaleString(locale, { minimumFractionDigits: 2 }));
          assert.deepEqual(column(written), amounts);
        },
      ),
    );
  });

  it('reads a cell the same alone and among many, whatever its commas', () => {
    const cell = fc.oneof(
      fc.stringMatching(/^[0-9]{1,3}(?:,[0-9]{3}){1,3}$/),
      fc.stringMatching(/^[0-9,]{1,12}$/),
      fc.constantFrom('< 20', '1,000+', '12%', 'n/a', '-'),
    );
    fc.assert(
      fc.property(
        fc.array(cell, { maxLength: 30 }),
        fc.constantFrom('.' as const, ',' as const),
        (cells, decimal) => {
          const scan = new ColumnScan();
          for (const each of cells) scan.add(each);
          const { values, unreadable } = finishColumn(scan, decimal, 'plain');
          const alone = cells.map((each) => parseCell(each, decimal));
          assert.equal(unreadable, cells.filter((each, at) => each !== '' && alone[at] === null).length);
          assert.deepEqual(
            [...values],
            alone.map((parsed) => (parsed?.percent === true ? parsed.value / 100 : (parsed?.value ?? NaN))),
          );
        },
      ),
    );
  });

  it('makes something of any cell, and nothing but a finite number or NaN', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (cells) => {
        for (const value of column(cells)) assert.ok(value === null || Number.isFinite(value));
      }),
    );
  });
});
