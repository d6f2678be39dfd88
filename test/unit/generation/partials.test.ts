import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { beforeEach, describe, it } from 'mocha';
import type { Perspective } from '../../../src/generation/answer.ts';
import { createLocalLists } from '../../../src/generation/lists.ts';
import { PartialStream } from '../../../src/generation/partials.ts';
import type { ListHandle, PartialResult } from '../../../src/generation/types.ts';
import { insightType } from '../../../src/insights/index.ts';
import { marketBriefSchema } from '../../../src/insights/market-brief/schema.ts';
import { briefDraft, INPUT, SAMPLE } from '../../fakes/world.ts';

const VIEW = { product: null, nicheTerms: [], brands: { add: [], remove: [] }, today: '2026-11-23' };
const brief = insightType<'market_brief' | 'opportunity_radar' | 'ad_insight' | 'risk_sentinel'>(
  'market_brief',
);

describe('partial answers', () => {
  let list: ListHandle;
  let perspective: Perspective;
  let shown: PartialResult[];
  /** Set: looking terms up waits for it. */
  let gate: PromiseWithResolvers<undefined> | null;
  let lookedUp: PromiseWithResolvers<undefined>;

  beforeEach(async () => {
    list = await createLocalLists().open(await readFile(SAMPLE), { name: 'sample' });
    gate = null;
    lookedUp = Promise.withResolvers();
    const rows: ListHandle['rows'] = async (...args) => {
      lookedUp.resolve(undefined);
      await gate?.promise;
      return list.rows(...args);
    };
    const gated: ListHandle = { ...list, rows, dispose: () => undefined };
    perspective = { list: gated, view: VIEW, input: INPUT, figures: await list.figures(VIEW) };
    shown = [];
  });

  const begin = () => {
    const next = { now: Promise.withResolvers<undefined>() };
    const partials = new PartialStream(brief, perspective, (partial) => {
      shown.push(partial);
      next.now.resolve(undefined);
    });
    return { partials, next };
  };
  const termsOf = (partial: PartialResult | undefined): string[] =>
    marketBriefSchema.parse(partial?.insight).top_opportunities.map(({ term }) => term);
  const text = JSON.stringify(briefDraft(['wooden nativity set', 'dancing nativity', 'nativity scene']));
  const settle = () => new Promise((resolve) => setTimeout(resolve, 150));

  it('hold whole items of the list, and grow', async () => {
    const { partials, next } = begin();
    partials.push(text.slice(0, text.indexOf('dancing')));
    await next.now.promise;
    assert.deepEqual(termsOf(shown[0]), ['wooden nativity set']);
    next.now = Promise.withResolvers();
    partials.push(text.slice(text.indexOf('dancing')));
    await next.now.promise;
    assert.deepEqual(termsOf(shown.at(-1)), ['wooden nativity set', 'nativity scene']);
    assert.equal(partials.text, text);
    partials.end();
  });

  it('are looked at once for many pieces', async () => {
    const { partials, next } = begin();
    for (const piece of text) partials.push(piece);
    await next.now.promise;
    await settle();
    assert.equal(shown.length, 1);
    partials.end();
  });

  it('of an answer that began anew are not shown any more', async () => {
    gate = Promise.withResolvers();
    const { partials } = begin();
    partials.push(text);
    await lookedUp.promise;
    partials.restart();
    gate.resolve(undefined);
    await settle();
    assert.deepEqual(shown, []);
    assert.equal(partials.text, '');
    partials.end();
  });

  it('are not shown once the answer is there', async () => {
    gate = Promise.withResolvers();
    const { partials } = begin();
    partials.push(text);
    await lookedUp.promise;
    partials.end();
    gate.resolve(undefined);
    partials.push('more');
    await settle();
    assert.deepEqual(shown, []);
  });
});
