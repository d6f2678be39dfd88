import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { redacted, redactSecrets, stringifyRedacted } from '../../../src/store/redact.ts';

const TOKENS = [
  'hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345',
  'sk-proj-AbCdEf_GhIjKl-MnOpQrStUvWxYz0123',
  'sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWx',
  'rpa_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123',
  'gsk_AbCdEfGhIjKlMnOpQrStUvWxYz012345',
  'AIzaSyA-1234567890abcdefghijklmnopqrstu',
  'ghp_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789',
  'github_pat_11ABCDEFG0abcdefghijklmnopqrstuvwxyz',
];

describe('redaction', () => {
  it('takes every known token out of any text around it', () => {
    const around = fc.string({ unit: 'grapheme' }).filter((text) => !/[A-Za-z0-9_-]$/.test(text));
    fc.assert(
      fc.property(around, fc.constantFrom(...TOKENS), (before, token) => {
        assert.equal(redactSecrets(`${before}${token}`).includes(token), false);
        assert.equal(stringifyRedacted({ a: [`${before}${token}`] }).includes(token), false);
      }),
    );
  });

  it('takes what follows Bearer', () => {
    assert.equal(
      redactSecrets('Authorization: Bearer abcdefghijklmnop1234=='),
      'Authorization: Bearer [redacted]',
    );
  });

  it('looks into keys and nested values, after line breaks too', () => {
    const token = TOKENS[0]!;
    const json = stringifyRedacted({ [token]: [{ text: `a\n${token}\tb` }] });
    assert.deepEqual(JSON.parse(json), { '[redacted]': [{ text: 'a\n[redacted]\tb' }] });
  });

  it('leaves keywords alone', () => {
    const keywords =
      'desk-organizer-for-home-office-2024-edition, risk-averse-investors-handbook-2024, hf_short';
    assert.equal(redactSecrets(keywords), keywords);
    assert.equal(stringifyRedacted({ keywords }), JSON.stringify({ keywords }));
  });

  it('gives plain data back as they are, and others without their tokens', () => {
    const plain = { prompt: 'soy candles', tokens: null };
    assert.equal(redacted(plain), plain);
    const secret = { prompt: `use hf_${'a'.repeat(20)}`, success: true };
    assert.deepEqual(redacted(secret), { prompt: 'use [redacted]', success: true });
  });
});
