import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { RequestError } from '../../../src/bridge/answers.ts';
import { MOST_LEVELS, MOST_VALUES, parseInParts, type LongList } from '../../../src/bridge/json-parts.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Longer than a part of a list. */
const LONG = 'x'.repeat(70_000);
const whole = (name: string): LongList => ({ name, take: (value) => value });

describe('The JSON of a body', () => {
  const refusal = async (text: string, name?: string): Promise<string> => {
    const error: unknown = await parseInParts(bytes(text), name === undefined ? undefined : whole(name)).then(
      () => assert.fail(`taken: ${text.slice(0, 100)}`),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof RequestError, String(error));
    return `${error.status} ${error.message}`;
  };

  it('means what JSON.parse says, in whatever parts it is parsed', async () => {
    const lengthened = fc.oneof(
      { weight: 3, arbitrary: fc.jsonValue() },
      fc.constantFrom(LONG, [LONG], { [`"],[\\${LONG}`]: '\\"' }, `蜡${LONG}烛`),
    );
    const body = fc.record({
      before: fc.jsonValue(),
      keywords: fc.array(lengthened, { maxLength: 12 }),
      after: fc.jsonValue(),
    });
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(undefined, 1, '\t'), async (value, space) => {
        const text = JSON.stringify(value, null, space);
        assert.deepEqual(await parseInParts(bytes(text), whole('keywords')), JSON.parse(text));
      }),
    );
  });

  it('is refused where JSON.parse refuses it, wherever the mistake is', async () => {
    const sound = JSON.stringify({ a: [1], keywords: [LONG, { term: 'b' }, LONG, 'c', [LONG], 'd'], z: 1 });
    const marks = [...sound.matchAll(/[[\]{}",:]/g)].map(({ index }) => index);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...marks, sound.length),
        fc.boolean(),
        fc.constantFrom('', ',', ']', '}', '[', '{', '"', ' ', '1', '\\', '\uFEFF'),
        async (at, instead, mark) => {
          const text = sound.slice(0, at) + mark + sound.slice(instead ? at + 1 : at);
          let meant: unknown;
          try {
            // A mark of the byte order may stand before a whole text, and nowhere else.
            meant = JSON.parse(new TextDecoder().decode(bytes(text)));
          } catch {
            assert.match(await refusal(text, 'keywords'), /^422 The body is not JSON/);
            return;
          }
          assert.deepEqual(await parseInParts(bytes(text), whole('keywords')), meant);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('gives others their turns while a long list is parsed', async () => {
    const text = JSON.stringify({ keywords: Array.from({ length: 50 }, () => LONG) });
    let turns = 0;
    const count = (): void => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await parseInParts(bytes(text), whole('keywords'));
    clearImmediate(next);
    assert.ok(turns >= 45, `${turns} turns`);
  });

  it('may have so many values and no more, but for its long list', async () => {
    // Beside the numbers there are the object and the list.
    const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
    const sound = { keywords: numbers(MOST_VALUES - 1) };
    assert.deepEqual(await parseInParts(bytes(JSON.stringify(sound))), sound);
    const text = JSON.stringify({ keywords: numbers(MOST_VALUES) });
    assert.match(await refusal(text), /^413 A body may have 50,000 values/);
    assert.match(await refusal(text, 'others'), /^413 /);
    const many = { keywords: numbers(4 * MOST_VALUES), more: 'x' };
    assert.deepEqual(await parseInParts(bytes(JSON.stringify(many)), whole('keywords')), many);
    const deeper = JSON.stringify({ x: { keywords: numbers(MOST_VALUES) } });
    assert.match(await refusal(deeper, 'keywords'), /^413 /);
    const within = JSON.stringify({ keywords: ['a', numbers(MOST_VALUES + 1)] });
    assert.match(await refusal(within, 'keywords'), /^413 /);
    const beside = JSON.stringify({ x: numbers(MOST_VALUES - 10), keywords: [LONG, LONG], y: numbers(20) });
    assert.match(await refusal(beside, 'keywords'), /^413 /);
  });

  it('may be nested so deep and no deeper, sound or not', async () => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    await parseInParts(bytes(nested(MOST_LEVELS)));
    assert.match(await refusal(nested(MOST_LEVELS + 1)), /^422 .* nested more than 200 levels/);
    assert.match(await refusal('['.repeat(4_000_000)), /^422 .* nested/);
    // What stands in texts are no marks.
    const text = JSON.stringify('[{'.repeat(10_000) + '\\"'.repeat(1000));
    assert.equal(await parseInParts(bytes(text)), JSON.parse(text));
  });

  it('gives a long list once', async () => {
    const twice = `{"keywords":["${LONG}",1],"keywords":[2]}`;
    assert.match(await refusal(twice, 'keywords'), /^422 "keywords" is given twice/);
  });
});
