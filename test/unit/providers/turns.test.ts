import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { turn } from '../../../src/providers/turns.ts';

describe('Turns', () => {
  it('are taken one at a time, in order, with everything else of the event loop in between', async () => {
    let passed = 0;
    const count = (): void => {
      passed++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const went: { readonly who: number; readonly at: number }[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, who) => {
        await turn();
        went.push({ who, at: passed });
      }),
    );
    clearImmediate(next);
    assert.deepEqual(
      went.map(({ who }) => who),
      Array.from({ length: 20 }, (_, who) => who),
    );
    assert.equal(new Set(went.map(({ at }) => at)).size, 20);
  });
});
