import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { huggingFaceModels, splitModel } from '../../../src/providers/huggingface-models.ts';
import {
  costNanoUsd,
  priceRange,
  promptTokensAtMost,
  tablePrice,
  upperBoundNanoUsd,
} from '../../../src/providers/pricing.ts';
import { estimateTokens } from '../../../src/providers/tokens.ts';
import type { Price, Usage } from '../../../src/providers/types.ts';

const price = (input: number, output: number, more: Partial<Price> = {}): Price => ({
  input,
  output,
  source: 'test',
  asOf: '2026-11-23',
  ...more,
});
const usage = (uncachedIn: number, out: number, cacheRead = 0, cacheWrite = 0): Usage => ({
  uncachedIn,
  out,
  cacheRead,
  cacheWrite,
  estimated: false,
  raw: null,
});
const tokens = fc.nat({ max: 2_000_000 });
const usd = fc.double({ min: 0, max: 200, noNaN: true }).map((value) => Math.round(value * 1e6) / 1e6);

describe('Prices', () => {
  it('are exact in nano-dollars', () => {
    assert.equal(costNanoUsd(usage(1_000_000, 0), price(0.02, 0.05)), 20_000_000);
    assert.equal(costNanoUsd(usage(1000, 200), price(0.02, 0.05)), 30_000);
    assert.equal(
      costNanoUsd(usage(100, 50, 800, 100), price(3, 15, { cacheRead: 0.3, cacheWrite: 3.75 })),
      1_665_000,
    );
    assert.equal(
      costNanoUsd(usage(0, 0, 10, 10), price(2, 9)),
      40_000,
      'a bucket without a price costs what input costs',
    );
    assert.equal(costNanoUsd(usage(1, 0), price(0.0001, 0)), 1, 'rounded up');
    assert.equal(costNanoUsd(usage(9e6, 9e6, 9e6), price(0, 0)), 0);
  });

  it('are whole numbers, grow with tokens, and are the sum of their parts but for rounding', () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, usd, usd, (input, out, more, inPrice, outPrice) => {
        const at = price(inPrice, outPrice);
        const cost = costNanoUsd(usage(input, out), at);
        assert.ok(Number.isSafeInteger(cost) && cost >= 0);
        assert.ok(costNanoUsd(usage(input + more, out), at) >= cost);
        const parts = costNanoUsd(usage(input, 0), at) + costNanoUsd(usage(0, out), at);
        assert.ok(parts - cost >= 0 && parts - cost <= 1);
      }),
    );
  });

  it('refuse nonsense rather than reckon with it', () => {
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) {
      assert.throws(() => costNanoUsd(usage(1, 1), price(bad, 1)), RangeError);
    }
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => costNanoUsd(usage(bad, 1), price(1, 1)), RangeError);
    }
  });

  it('have an upper bound that no tokenizer exceeds', () => {
    const schema = { name: 'x', schema: z.object({ term: z.string() }) };
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string(),
        fc.nat({ max: 4000 }),
        usd,
        usd,
        (prompt, system, max, i, o) => {
          const at = price(i, o);
          const used = usage(encode(prompt).length + encode(system).length + 2 * 7, max);
          const bound = upperBoundNanoUsd({ prompt, system, max_tokens: max }, at);
          assert.ok(bound >= costNanoUsd(used, at));
          assert.ok(upperBoundNanoUsd({ prompt, system, max_tokens: max, schema }, at) >= bound);
          const thrice = upperBoundNanoUsd({ prompt, system, max_tokens: max }, at, { attempts: 3 });
          assert.ok(Math.abs(thrice - 3 * bound) <= 3);
        },
      ),
    );
    assert.equal(promptTokensAtMost({ prompt: 'äb', system: 'c' }), 4 + 32);
    assert.equal(
      upperBoundNanoUsd({ prompt: 'ab', max_tokens: 10 }, price(1, 2, { cacheWrite: 4 })),
      (18 * 4 + 10 * 2) * 1000,
      'at the dearest bucket',
    );
    assert.equal(
      upperBoundNanoUsd({ prompt: '' }, price(0, 1)),
      1024 * 1000,
      'what is sent as max_tokens by default',
    );
  });

  it('of several providers are the cheapest and the dearest of each part', () => {
    assert.equal(priceRange([]), null);
    const range = priceRange([price(1, 9), price(2, 3, { cacheRead: 0.5 })]);
    assert.deepEqual([range?.lowest.input, range?.lowest.output], [1, 3]);
    assert.deepEqual([range?.highest.input, range?.highest.output, range?.highest.cacheRead], [2, 9, 1]);
  });

  it('of a routed model are those of each that serves it', () => {
    const models = huggingFaceModels(
      {
        data: [
          {
            id: 'o/m',
            providers: [
              { provider: 'dear', status: 'live', pricing: { input: 5, output: 6 } },
              { provider: 'cheap', status: 'live', pricing: { input: 1, output: 2 } },
              { provider: 'quiet', status: 'live' },
              { provider: 'free', status: 'live', is_free: true },
              { provider: 'wrong', status: 'live', pricing: { input: -5, output: '6' } },
            ],
          },
        ],
      },
      new Date('2026-11-23T00:00:00Z'),
    );
    const [model] = models;
    assert.deepEqual([model?.price?.lowest.input, model?.price?.highest.output], [0, 6]);
    assert.deepEqual(
      model?.offers?.map(({ price }) => price?.output ?? null),
      [6, 2, null, 0, null],
    );
    assert.deepEqual(splitModel('o/m:fastest'), { model: 'o/m', provider: null });
    assert.deepEqual(splitModel('o/m:groq'), { model: 'o/m', provider: 'groq' });
  });

  it('from the tables say where they are from and when', async () => {
    const manifest = new URL('../package.json', import.meta.resolve('@pydantic/genai-prices'));
    const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
    const sonnet = await tablePrice('anthropic', 'claude-sonnet-4-5');
    assert.deepEqual(
      [sonnet?.input, sonnet?.output, sonnet?.cacheRead, sonnet?.cacheWrite],
      [3, 15, 0.3, 3.75],
    );
    assert.equal(sonnet?.source, `@pydantic/genai-prices ${version}`);
    assert.match(sonnet.asOf, /^\d{4}-\d{2}-\d{2}$/);
    assert.equal(await tablePrice('openai', 'no-such-model'), null);
  });

  it('estimate tokens within a third of what a tokenizer counts, for prose, tables and other scripts', () => {
    const prose =
      'Hand-poured soy candles sell best in autumn; write for gift buyers and name the scent first. '.repeat(
        9,
      );
    const table = Array.from({ length: 40 }, (_, i) => `soy candle ${i}\t${i * 37}\t0.${i}\t${i}%`).join(
      '\n',
    );
    const chinese = '手工浇注的大豆蜡烛在秋季最畅销，为送礼的人写，先说香味。'.repeat(9);
    const russian = 'Соевые свечи ручной работы лучше всего продаются осенью. '.repeat(9);
    const answer = JSON.stringify({ niche: 'soy candles', risks: [{ term: 'soy wax', why: 'saturated' }] });
    for (const text of [prose, table, chinese, russian, answer]) {
      const ratio = estimateTokens(text) / encode(text).length;
      assert.ok(ratio > 0.66 && ratio < 1.5, `${ratio}`);
    }
    assert.equal(estimateTokens(''), 0);
  });
});
