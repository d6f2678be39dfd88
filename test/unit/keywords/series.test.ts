import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Header } from '../../../src/keywords/header.ts';
import { SeriesReader, trendOfSeries } from '../../../src/keywords/series.ts';
import type { MonthlySeries } from '../../../src/keywords/types.ts';

/** The series of cells that list months. */
function seriesOf(cells: readonly string[]): MonthlySeries | null {
  const source = { from: 'cell', names: ['trend'], firstMonth: () => null } as const;
  const reader = SeriesReader.of(source, new Header(['trend']));
  for (const cell of cells) reader?.add([cell]);
  return reader?.finish() ?? null;
}

const rowsOf = ({ values, length }: MonthlySeries): number[][] =>
  Array.from({ length: values.length / length }, (_, row) => [
    ...values.subarray(row * length, (row + 1) * length),
  ]);

describe('monthly series in one cell', () => {
  it('reads every number as it is written', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.stringMatching(/^ {0,2}[0-9]{0,17}\.?[0-9]{0,17} {0,2}$/),
      fc.constantFrom('', 'x', '.', '-3', '1e3', '0x10', '1.2.3'),
    );
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 2, maxLength: 24 }),
        fc.constantFrom(',', ';'),
        (parts, mark) => {
          const expected = parts.map((part) => (part.trim() === '' ? NaN : Number(part)));
          const series = seriesOf([parts.join(mark)]);
          if (expected.every((value) => Number.isNaN(value))) assert.equal(series, null);
          else assert.deepEqual(rowsOf(series ?? assert.fail()), [expected]);
        },
      ),
    );
  });

  it('ends every row in the same month, and leaves rows empty that list none', () => {
    const series = seriesOf(['1,2,3', '', '5', '[4,5]', 'n/a,n/a', Array(121).fill(1).join(',')]);
    const none = [NaN, NaN, NaN];
    assert.deepEqual(rowsOf(series ?? assert.fail()), [[1, 2, 3], none, none, [NaN, 4, 5], none, none]);
  });
});

describe('the trend of a series', () => {
  it('has four significant digits', () => {
    const months = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(months, (row) => {
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = row;
        const [from, to] = [(a + b + c) / 3, (d + e + f) / 3];
        const trend = trendOfSeries({ values: Float64Array.from(row), length: 6, firstMonth: null });
        if (from > 0) assert.deepEqual([...(trend ?? [])], [Number((to / from - 1).toPrecision(4))]);
        else assert.equal(trend, null);
      }),
      { examples: [[[1000, 1000, 1000, 1123.5, 1123.5, 1123.5]], [[8, 8, 8, 9.0005, 9.0005, 9.0005]]] },
    );
  });
});
