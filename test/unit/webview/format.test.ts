import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  competitionText,
  demandText,
  formatsFor,
  knownLocale,
  splitAtNumbers,
} from '../../../src/webview/format.ts';

const format = formatsFor('en');

describe('numbers in the panel', () => {
  it('writes figures as their kind is written', () => {
    assert.equal(demandText(format, { value: 1300, kind: 'monthly', bound: null }), '1,300');
    assert.equal(demandText(format, { value: 20, kind: 'bucket', bound: '<' }), '< 20');
    assert.equal(competitionText(format, { value: 0.42, kind: 'index', bound: null }), '42/100');
    assert.equal(competitionText(format, { value: 0.63, kind: 'difficulty', bound: null }), '63');
    assert.equal(competitionText(format, { value: 1_240_000, kind: 'count', bound: '>' }), '> 1,240,000');
  });

  it('writes costs below a cent so that they are not nothing', () => {
    assert.equal(format.cost(88_200), '$0.000088');
    assert.equal(format.cost(12_340_000_000), '$12.34');
  });

  it('writes money without a sign when the currency is not known', () => {
    assert.equal(format.money(2000, null), '20.00');
    assert.equal(format.money(2000, 'EUR'), '€20.00');
  });

  it('writes in the language of the reader, and in English where that language is not one', () => {
    assert.equal(formatsFor('de').count(1300), '1.300');
    assert.equal(knownLocale('not a locale'), 'en-US');
    assert.equal(formatsFor('not a locale').count(1300), '1,300');
  });
});

describe('numbers that are not from the list', () => {
  const marked = (text: string, ...numbers: string[]): string =>
    splitAtNumbers(text, numbers)
      .map((piece) => (piece.foreign ? `[${piece.text}]` : piece.text))
      .join('');

  it('are found each time they stand alone', () => {
    assert.equal(marked('up 35% and 35% again', '35%'), 'up [35%] and [35%] again');
    assert.equal(marked('12, then 12.', '12'), '[12], then [12].');
  });

  it('are not found inside a longer number', () => {
    assert.equal(marked('312, 1.12, 12,500, 12', '12'), '312, 1.12, 12,500, [12]');
  });

  it('are the same number with and without a space before the percent sign, and another one without the sign', () => {
    assert.equal(marked('35 % of 35 in 35%', '35%'), '[35 %] of 35 in [35%]');
    assert.equal(marked('12% of 12', '12'), '12% of [12]');
  });

  it('are taken as text, not as a pattern', () => {
    assert.equal(marked('costs $1.50 or 1x50', '$1.50'), 'costs [$1.50] or 1x50');
  });

  it('leave the text as it was', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ maxLength: 4 }), { maxLength: 4 }), (text, numbers) => {
        const joined = splitAtNumbers(text, numbers).map((piece) => piece.text);
        return joined.join('') === text;
      }),
    );
  });
});
