import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { cleanTerm, isTermKey, termKey } from '../../../src/keywords/term-key.ts';

describe('termKey', () => {
  const same: readonly (readonly [string, string])[] = [
    ['Nativity Set', 'nativity set'],
    ['nativity-set', 'nativity set'],
    ['nativity  –  set ', 'nativity set'],
    ['[nativity set]', 'nativity set'],
    ['"nativity set"', 'nativity set'],
    ['“nativity” set', 'nativity set'],
    ['+nativity +set', 'nativity set'],
    ["men's gift", 'mens gift'],
    ['ｎａｔｉｖｉｔｙ\u00a0set', 'nativity set'],
    ['STRASSE', 'straße'],
    ['ΟΔΟΣ', 'οδος'],
    ['caf\u0065\u0301', 'café'],
    ['nati\u200bvity\u202e set', 'nativity set'],
    ['`nativity set`', 'nativity set'],
    ['КНИГИ', 'книги'],
  ];
  for (const [one, other] of same) {
    it(`takes ${JSON.stringify(one)} and ${JSON.stringify(other)} for the same`, () => {
      assert.equal(termKey(one), termKey(other));
    });
  }

  it('keeps different terms apart', () => {
    const keys = [
      'nativity set',
      'nativity sets',
      'set nativity',
      'c++',
      'c',
      '.htaccess',
      'htaccess',
      '3d print',
      '50% off',
    ];
    assert.equal(new Set(keys.map(termKey)).size, keys.length);
  });

  it('is empty for what names nothing', () => {
    for (const nothing of ['', '  ', '-', '""', '...', '\u200b']) assert.equal(termKey(nothing), '');
  });

  it('is its own key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (term) => termKey(termKey(term)) === termKey(term)),
      { numRuns: 2000 },
    );
  });

  it('knows what needs no work', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (term) => !isTermKey(term) || (termKey(term) === term && cleanTerm(term) === term),
      ),
    );
  });
});

describe('cleanTerm', () => {
  it('keeps the spelling and takes notation off', () => {
    assert.equal(cleanTerm('  Hand-Carved   "Nativity" '), 'Hand-Carved "Nativity"');
    assert.equal(cleanTerm('[exact match]'), 'exact match');
    assert.equal(cleanTerm('"""phrase"""'), 'phrase');
    assert.equal(cleanTerm('="00123 mug"'), '00123 mug');
    assert.equal(cleanTerm('two\nlines\u0000'), 'two lines');
  });

  it('does not change the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (term) => termKey(cleanTerm(term)) === termKey(term)),
      { numRuns: 1000 },
    );
  });
});
