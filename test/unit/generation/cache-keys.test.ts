import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  type AnswerParts,
  answerKey,
  questionHash,
  type QuestionParts,
} from '../../../src/generation/cache-keys.ts';

const QUESTION: QuestionParts = {
  type: 'market_brief',
  input: {
    market: 'etsy',
    product: 'hand-poured soy candles',
    nicheTerms: ['soy candle', 'gift set'],
    budgetCents: 2_000,
    currency: 'USD',
    assumedCpcCents: 40,
    language: 'en',
    instructions: 'Be brief.',
  },
  listHash: 'list',
  brands: { add: ['Acme'], remove: ['apple'] },
  digestVersion: 1,
  promptVersion: 1,
};
const ANSWER: AnswerParts = {
  provider: 'huggingface',
  baseUrl: 'https://example.test/v1',
  model: 'm',
  parameters: { temperature: 0.3, max_tokens: 1_024 },
  schemaVersion: 1,
};

describe('the hash of a question', () => {
  const withInput = (input: Partial<QuestionParts['input']>): QuestionParts => ({
    ...QUESTION,
    input: { ...QUESTION.input, ...input },
  });

  it('does not mind case, spacing, repetition and order where they mean nothing', () => {
    const same = withInput({
      market: ' Etsy ',
      product: 'Hand-poured  soy\tCandles',
      nicheTerms: ['gift  set', 'GIFT SET', ' soy candle', '  '],
    });
    assert.equal(
      questionHash({ ...same, brands: { add: ['acme', 'ACME'], remove: ['Apple'] } }),
      questionHash(QUESTION),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd'], { minLength: 4 }), (nicheTerms) => {
        assert.equal(
          questionHash(withInput({ nicheTerms })),
          questionHash(withInput({ nicheTerms: ['a', 'b', 'c', 'd'] })),
        );
      }),
    );
  });

  it('does not look at what day it is', () => {
    const dated = { ...QUESTION.input, today: '2026-11-23' };
    assert.equal(questionHash({ ...QUESTION, input: dated }), questionHash(QUESTION));
  });

  it('changes with everything else, each in its place', () => {
    const others: readonly QuestionParts[] = [
      QUESTION,
      { ...QUESTION, type: 'risk_sentinel' },
      withInput({ market: 'amazon' }),
      withInput({ product: 'beeswax candles' }),
      withInput({ product: null }),
      withInput({ product: '' }),
      withInput({ nicheTerms: ['soy candle'] }),
      withInput({ nicheTerms: ['soy', 'candle gift', 'set'] }),
      withInput({ nicheTerms: [] }),
      withInput({ budgetCents: 2_001 }),
      withInput({ budgetCents: null }),
      withInput({ budgetCents: 40, assumedCpcCents: 2_000 }),
      withInput({ currency: 'EUR' }),
      withInput({ assumedCpcCents: null }),
      withInput({ language: 'de' }),
      withInput({ language: null }),
      withInput({ instructions: 'be brief.' }),
      withInput({ instructions: null }),
      { ...QUESTION, listHash: 'another' },
      { ...QUESTION, brands: { add: ['apple'], remove: ['acme'] } },
      { ...QUESTION, brands: { add: [], remove: [] } },
      { ...QUESTION, digestVersion: 2 },
      { ...QUESTION, promptVersion: 2 },
    ];
    const hashes = others.map(questionHash);
    assert.equal(new Set(hashes).size, others.length);
    for (const hash of hashes) assert.match(hash, /^[0-9a-f]{64}$/);
  });
});

describe('the key of an answer', () => {
  const question = questionHash(QUESTION);

  it('changes with the question and with everything about who is asked', () => {
    const keys = [
      answerKey(question, ANSWER),
      answerKey(questionHash({ ...QUESTION, digestVersion: 2 }), ANSWER),
      answerKey(question, { ...ANSWER, provider: 'openai' }),
      answerKey(question, { ...ANSWER, baseUrl: 'https://other.test/v1' }),
      answerKey(question, { ...ANSWER, baseUrl: null }),
      answerKey(question, { ...ANSWER, model: 'M' }),
      answerKey(question, { ...ANSWER, parameters: { temperature: 0.1, max_tokens: 1_024 } }),
      answerKey(question, { ...ANSWER, parameters: {} }),
      answerKey(question, { ...ANSWER, schemaVersion: 2 }),
    ];
    assert.equal(new Set(keys).size, keys.length);
    assert.ok(!keys.includes(question));
    for (const key of keys) assert.match(key, /^[0-9a-f]{64}$/);
  });

  it('does not mind in which order parameters were named', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (parameters) => {
        const reversed = Object.fromEntries(Object.entries(parameters).reverse());
        assert.equal(
          answerKey(question, { ...ANSWER, parameters }),
          answerKey(question, { ...ANSWER, parameters: reversed }),
        );
      }),
    );
  });
});
