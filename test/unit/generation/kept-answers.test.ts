import assert from 'node:assert/strict';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readKeywordText } from '../../../src/keywords/read.ts';
import { createLocalLists } from '../../../src/generation/lists.ts';
import type { InsightResult } from '../../../src/generation/types.ts';
import { marketBriefSchema } from '../../../src/insights/market-brief/schema.ts';
import { INSIGHT_TYPES, type InsightTypeId } from '../../../src/insights/catalogue.ts';
import { chatStream } from '../../fakes/chat-wire.ts';
import { briefDraft, CHAT, MODEL, World } from '../../fakes/world.ts';

const HOUR = 3_600_000;

describe('kept answers', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
    world.server.on(CHAT, chatStream({ pieces: [JSON.stringify(briefDraft())], model: MODEL }));
  });
  afterEach(() => world.stop());

  /** Changes the one file of the cache. */
  const tamper = async (change: (entry: { value: Kept }) => void): Promise<void> => {
    for await (const name of glob('cache/*/*.json', { cwd: world.dataFolder })) {
      const file = join(world.dataFolder, name);
      const entry = JSON.parse(await readFile(file, 'utf8')) as { value: Kept };
      change(entry);
      await writeFile(file, JSON.stringify(entry));
    }
  };

  it('answer the same request again: said so, at no cost, past quota and cap, recorded as a hit', async () => {
    const first = await world.ask();
    const ledger = await world.ledger();
    world.settings['quota.briefs'] = 1;
    world.settings['dailyCostCap'] = 0;
    const second = await world.ask();
    assert.equal(world.chats.length, 1);
    assert.equal(first.cache.hit, false);
    assert.equal(second.cache.hit, true);
    assert.equal(second.usage.costNanoUsd, 0);
    assert.equal(second.usage.tokensIn, 0);
    assert.deepEqual(
      { ...second, cache: null, usage: null, timing: null },
      { ...first, cache: null, usage: null, timing: null },
    );
    assert.deepEqual(await world.ledger(), ledger);
    const [generation, hit, ...others] = world.logOf().logged;
    assert.deepEqual(others, []);
    assert.equal(generation?.usage?.cache_hit, false);
    assert.deepEqual([hit?.request, hit?.responses, hit?.insight, hit?.failure], [null, [], null, null]);
    const { cache_hit, tokens_in, tokens_out, cost_nano_usd } = hit?.usage ?? {};
    assert.deepEqual(
      { cache_hit, tokens_in, tokens_out, cost_nano_usd },
      { cache_hit: true, tokens_in: 0, tokens_out: 0, cost_nano_usd: 0 },
    );
  });

  it('serve another window of the same user', async () => {
    const first = await world.ask();
    const other = world.newEngine();
    const second = await other.generate(world.request());
    await other.close();
    assert.equal(second.cache.hit, true);
    assert.equal(second.id, first.id);
    assert.equal(world.chats.length, 1);
  });

  const LIFETIMES: Record<InsightTypeId, number> = {
    market_brief: 24,
    opportunity_radar: 24,
    ad_insight: 6,
    risk_sentinel: 12,
  };
  for (const type of INSIGHT_TYPES) {
    it(`of ${type} live ${LIFETIMES[type]} hours`, async () => {
      world.settings['provider'] = 'builtin';
      const ask = { type, input: { budgetCents: 2000, assumedCpcCents: 40 } };
      const first = await world.ask(ask);
      assert.equal(Date.parse(first.cache.expiresAt) - Date.parse(first.generatedAt), LIFETIMES[type] * HOUR);
      world.clockMs = LIFETIMES[type] * HOUR - 60_000;
      assert.equal((await world.ask(ask)).cache.hit, true);
      world.clockMs = LIFETIMES[type] * HOUR + 60_000;
      const later = await world.ask(ask);
      assert.equal(later.cache.hit, false);
      assert.notEqual(later.id, first.id);
    });
  }

  it('are passed by with "ask again", whose answer takes their place', async () => {
    const first = await world.ask();
    const again = await world.ask({ fresh: true });
    assert.equal(again.cache.hit, false);
    assert.notEqual(again.id, first.id);
    assert.equal(world.chats.length, 2);
    assert.equal((await world.ask()).id, again.id);
  });

  it('are not those of another question, model, address or list', async () => {
    await world.ask();
    const other = readKeywordText('nativity set\nwooden nativity set\nhand carved nativity set', {
      name: 'x',
    });
    const lists = createLocalLists();
    const list = await lists.openText(other.terms.join('\n'), { name: 'x' });
    const asks = [
      { input: { market: 'amazon' } },
      { input: { product: 'nativity sets of felt' } },
      { input: { nicheTerms: ['felt'] } },
      { input: { language: 'de' } },
      { input: { instructions: 'Write in rhymes.' } },
      { pick: { model: 'another/model' } },
    ];
    for (const ask of asks) assert.equal((await world.ask(ask)).cache.hit, false, JSON.stringify(ask));
    const result = await world.engine.generate({ ...world.request(), list });
    assert.equal(result.cache.hit, false);
    world.settings['brands.add'] = ['wooden'];
    assert.equal((await world.ask()).cache.hit, false);
    delete world.settings['brands.add'];
    assert.equal((await world.ask()).cache.hit, true);
    // A budget changes nothing of a brief.
    assert.equal((await world.ask({ input: { budgetCents: 1234 } })).cache.hit, true);
  });

  it('keep the confidence that the answer had when terms of it were left out', async () => {
    const draft = briefDraft(['wooden nativity set', 'dancing nativity', 'singing nativity']);
    world.server.on(CHAT, chatStream({ pieces: [JSON.stringify(draft)], model: MODEL }));
    const first = await world.ask();
    const second = await world.ask();
    assert.equal(second.cache.hit, true);
    assert.deepEqual(first.grounding, second.grounding);
    assert.equal(first.grounding.dropped.length, 2);
    assert.deepEqual(second.insight, first.insight);
    const clean = await world.ask({ fresh: true, pick: { provider: 'builtin' } });
    assert.ok(
      marketBriefSchema.parse(first.insight).confidence < marketBriefSchema.parse(clean.insight).confidence,
    );
  });

  it('come into the log of another workspace with their first hit, so that they can be rated there', async () => {
    const first = await world.ask();
    await world.ask({ logFolder: 'elsewhere' });
    const [hit, original, ...others] = world.logOf('elsewhere').logged;
    assert.deepEqual(others, []);
    assert.equal(hit?.usage?.cache_hit, true);
    assert.equal(original?.id, first.requestId);
    assert.equal(original.usage, null);
    assert.equal(original.insight?.id, first.id);
    const [response] = original.responses;
    assert.equal(response?.id, first.id);
    assert.equal(response.cost_nano_usd, 0);
    assert.deepEqual(response.output_json, briefDraft());
    assert.equal(original.request?.prompt, world.logOf().logged[0]?.request?.prompt);
    assert.ok((original.request?.prompt.length ?? 0) > 500);
    await world.ask({ logFolder: 'elsewhere' });
    assert.equal(world.logOf('elsewhere').logged.length, 3);
  });

  it('are given although the log fails', async () => {
    await world.ask();
    world.logOf().failure = new Error('disk full');
    assert.equal((await world.ask()).cache.hit, true);
    assert.ok(
      world.log.lines.some((line) =>
        line.includes('Failed to log LexyBrain request (non-blocking): disk full'),
      ),
    );
  });

  const LIES: Record<string, (value: Kept) => void> = {
    'a term that is not in the list': ({ draft }) => (draft.top_opportunities[0]!.term = 'dancing nativity'),
    'a draft of another form': (value) => (value.draft = { hello: 'world' } as never),
    'a draft that makes no insight': ({ draft }) => (draft.niche = 'n'.repeat(100_000)),
    'a result of another form': (value) => (value.result = { id: 7 } as never),
    'another type': ({ result }) => (result.type = 'risk_sentinel'),
    'another provider': ({ result }) => (result.model.provider = 'openai'),
    'an answer that claims to be computed': ({ result }) => (result.model.computed = true),
    'a longer life': ({ result }) => (result.cache.expiresAt = '2099-01-01T00:00:00.000Z'),
    'more terms grounded than claimed': ({ result }) => (result.grounding.grounded = 99),
  };
  for (const [name, lie] of Object.entries(LIES)) {
    it(`are not believed with ${name}`, async () => {
      const first = await world.ask();
      await tamper(({ value }) => {
        lie(value);
      });
      const second = await world.ask();
      assert.equal(second.cache.hit, false);
      assert.notEqual(second.id, first.id);
      assert.equal(world.chats.length, 2);
    });
  }

  it('are not believed in figures, metrics or money: these are worked out anew', async () => {
    const first = await world.ask();
    await tamper(({ value: { result } }) => {
      result.rows[0]!.demand!.value = 1;
      (result.insight as { confidence: number }).confidence = 1;
      result.usage.costNanoUsd = 5;
      result.list.rows = 3;
    });
    const second = await world.ask();
    assert.equal(second.cache.hit, true);
    assert.deepEqual(second.rows, first.rows);
    assert.deepEqual(second.insight, first.insight);
    assert.deepEqual(second.list, first.list);
    assert.equal(second.usage.costNanoUsd, 0);
  });

  it('are gone when the cache is cleared, which counts them', async () => {
    await world.ask();
    await world.ask({ input: { market: 'amazon' } });
    assert.equal(await world.engine.clearCache(), 2);
    assert.equal(await world.engine.clearCache(), 0);
    assert.equal((await world.ask()).cache.hit, false);
  });
});

interface Kept {
  draft: { niche: string; top_opportunities: { term: string }[] };
  result: InsightResult;
}
