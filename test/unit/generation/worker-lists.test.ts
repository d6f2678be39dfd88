import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError, type ErrorReason } from '../../../src/errors.ts';
import { createLocalLists } from '../../../src/generation/lists.ts';
import type { KeywordLists } from '../../../src/generation/types.ts';
import { createWorkerLists } from '../../../src/generation/worker-lists.ts';
import { INSIGHT_TYPES } from '../../../src/insights/catalogue.ts';
import type { ListView } from '../../../src/keywords/types.ts';
import { INPUT, SAMPLE } from '../../fakes/world.ts';

const source = (path: string): URL => new URL(`../../../${path}`, import.meta.url);
const WORKER = source('src/generation/list-worker.ts');
const VIEW: ListView = {
  product: 'nativity sets',
  nicheTerms: [],
  brands: { add: [], remove: [] },
  today: '2026-11-23',
};

const isReason =
  (...reasons: readonly ErrorReason[]) =>
  (error: unknown) => {
    assert.ok(LexyBrainError.is(error, ...reasons), String(error));
    assert.ok((error.advice ?? '').length > 5, 'no advice');
    return true;
  };

describe('keyword lists in a worker', () => {
  let lists: KeywordLists;
  let bytes: Uint8Array;
  beforeEach(async () => {
    lists = createWorkerLists(WORKER);
    bytes = await readFile(SAMPLE);
  });
  afterEach(() => lists.close());

  it('say the same as in this thread', async () => {
    const there = await lists.open(bytes, { name: 'sample.csv' });
    const here = await createLocalLists().open(await readFile(SAMPLE), { name: 'sample.csv' });
    assert.deepEqual(there.summary, here.summary);
    assert.deepEqual(await there.figures(VIEW), await here.figures(VIEW));
    assert.deepEqual(await there.digest(VIEW, 800), await here.digest(VIEW, 800));
    const terms = ['Wooden Nativity Sets', 'no such term'];
    assert.deepEqual(await there.rows(VIEW, terms), await here.rows(VIEW, terms));
    const page = { from: 3, count: 5, search: '', order: 'demand' } as const;
    assert.deepEqual(await there.page(VIEW, page), await here.page(VIEW, page));
    for (const type of INSIGHT_TYPES) {
      const input = { ...INPUT, budgetCents: 2000, assumedCpcCents: 40 };
      assert.deepEqual(await there.analyse(type, VIEW, input), await here.analyse(type, VIEW, input));
    }
    assert.deepEqual(
      await lists.guessColumns(await readFile(SAMPLE), { name: 'sample.csv' }),
      await createLocalLists().guessColumns(await readFile(SAMPLE), { name: 'sample.csv' }),
    );
  });

  it('fail in the words they fail with here', async () => {
    for (const [given, reason] of [
      [new Uint8Array(), 'list-empty'],
      [Uint8Array.from({ length: 4000 }, (_, index) => (index * 37) % 256), 'list-binary'],
    ] as const) {
      const [there, here] = await Promise.all(
        [lists, createLocalLists()].map((each) =>
          each.open(given, { name: 'x' }).catch((error: unknown) => error),
        ),
      );
      assert.ok(LexyBrainError.is(there, reason), String(there));
      assert.ok(LexyBrainError.is(here));
      assert.equal(there.toUserText(), here.toUserText());
    }
    const list = await lists.openText('one\ntwo', { name: 'x' });
    assert.equal(list.summary.rows, 2);
  });

  it('answer for each view, however many there are', async () => {
    const list = await lists.open(bytes, { name: 'sample.csv' });
    const here = await createLocalLists().open(await readFile(SAMPLE), { name: 'sample.csv' });
    const views = Array.from({ length: 20 }, (_, n) => ({
      ...VIEW,
      product: n % 2 === 0 ? null : `set ${n}`,
    }));
    for (const view of [...views, ...views.toReversed()]) {
      for (const budget of [300, 800]) {
        assert.deepEqual(await list.digest(view, budget), await here.digest(view, budget));
      }
      assert.deepEqual(await list.figures(view), await here.figures(view));
    }
  });

  it('are merged, also with one that another worker held', async () => {
    const one = await lists.openText('oak table\nwalnut table', { name: 'one' });
    const two = await lists.openText('walnut table\nash table', { name: 'two' });
    assert.equal((await lists.merge([one, two])).summary.rows, 3);
    const elsewhere = createWorkerLists(WORKER);
    const foreign = await elsewhere.openText('elm table', { name: 'three' });
    await assert.rejects(lists.merge([one, foreign]), isReason('list-missing'));
    await assert.rejects(
      lists.merge([await createLocalLists().openText('elm table', { name: 'x' })]),
      isReason('invalid-request'),
    );
    await elsewhere.close();
  });

  it('are gone once released, and only then', async () => {
    const one = await lists.openText('oak table', { name: 'one' });
    const two = await lists.openText('ash table', { name: 'two' });
    assert.equal((await one.figures(VIEW)).rows, 1);
    one.dispose();
    one.dispose();
    await assert.rejects(one.figures(VIEW), isReason('list-missing'));
    assert.equal((await two.figures(VIEW)).rows, 1);
    two.dispose();
    await assert.rejects(two.figures(VIEW), isReason('list-missing'));
    // The next list has a worker of its own; a dead handle never gets at it.
    const three = await lists.openText('elm table\nfir table', { name: 'three' });
    assert.equal((await three.figures(VIEW)).rows, 2);
    await assert.rejects(one.figures(VIEW), isReason('list-missing'));
  });

  it('end with a clear error when they are closed in the middle of a call', async () => {
    const list = await lists.openText('oak table', { name: 'one' });
    const calls = [list.figures(VIEW), list.digest(VIEW, 500)];
    const ends = Promise.all(calls.map((call) => assert.rejects(call, isReason('list-missing'))));
    await lists.close();
    await ends;
    assert.equal((await lists.openText('elm table', { name: 'two' })).summary.rows, 1);
  });

  it('that are too large for the memory end with a clear error, and the next call works', async () => {
    const hungry = createWorkerLists(source('test/fakes/hungry-list-worker.ts'), { memoryLimitMb: 32 });
    await assert.rejects(hungry.openText('oak table', { name: 'one' }), isReason('list-too-large'));
    await assert.rejects(hungry.openText('oak table', { name: 'one' }), isReason('list-too-large'));
    await hungry.close();
  });

  it('whose worker falls over, or cannot be started, end with its words', async () => {
    const broken = createWorkerLists(source('test/fakes/broken-list-worker.ts'));
    await assert.rejects(
      broken.openText('oak table', { name: 'one' }),
      (error) => isReason('list-damaged')(error) && String(error).includes('a bug nobody knows of'),
    );
    const missing = createWorkerLists(source('test/fakes/no-such-worker.ts'));
    await assert.rejects(missing.openText('oak table', { name: 'one' }), isReason('list-damaged'));
  });
});
