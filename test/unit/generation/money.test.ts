import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError, type ErrorReason } from '../../../src/errors.ts';
import { upperBoundNanoUsd } from '../../../src/providers/pricing.ts';
import { chatEvents, chatStream, chatWhole } from '../../fakes/chat-wire.ts';
import { cutStream, json, raw, silence, stream, type Responder } from '../../fakes/http-server.ts';
import { briefDraft, CHAT, MODEL, MODELS, World, type Ask } from '../../fakes/world.ts';

const NANO_PER_CENT = 10_000_000;
const GOOD = JSON.stringify(briefDraft());
const good = chatStream({ pieces: [GOOD], model: MODEL, headers: { 'x-inference-provider': 'novita' } });
const refuses =
  (status: number): Responder =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' });
    response.end(JSON.stringify({ error: 'no' }));
  };

describe('the money of a generation', () => {
  let world: World;
  beforeEach(async () => (world = await World.start()));
  afterEach(() => world.stop());

  const fails = async (reason: ErrorReason, ask: Ask = {}): Promise<LexyBrainError> => {
    const error: unknown = await world.ask(ask).catch((thrown: unknown) => thrown);
    assert.ok(LexyBrainError.is(error, reason), error instanceof Error ? error.message : 'It did not fail.');
    return error;
  };
  /** Reservations and what they were settled at, in the order of the reservations. */
  const booked = async (): Promise<{ reserved: unknown; settled: unknown; counted: boolean }[]> => {
    const lines = await world.ledger();
    return lines
      .filter(({ entry }) => entry === 'reserve')
      .map(({ id, nano }) => {
        const settled = lines.find((line) => line['entry'] === 'settle' && line['id'] === id);
        return { reserved: nano, settled: settled?.['nano'], counted: settled?.['uncounted'] !== true };
      });
  };

  it('is reserved at the dearest price, and booked by the provider’s figures at the price of who served it', async () => {
    world.settings['dailyCostCap'] = 100;
    world.server.on(CHAT, good);
    const result = await world.ask();
    assert.equal(result.usage.costNanoUsd, 100 * 1_000 + 20 * 2_000);
    assert.match(result.usage.priceSource ?? '', /\d{4}-\d{2}-\d{2}$/);
    const [{ reserved, settled } = {}, ...others] = await booked();
    assert.deepEqual(others, []);
    assert.equal(settled, result.usage.costNanoUsd);
    const sent = world.chats[0]?.body as { messages: { content: string }[]; max_tokens: number };
    const [system, prompt] = sent.messages.map(({ content }) => content);
    const dearest = { input: 3, output: 6, source: '', asOf: '' };
    const least = upperBoundNanoUsd(
      { prompt: prompt ?? '', system: system ?? '', max_tokens: sent.max_tokens },
      dearest,
    );
    assert.ok(Number(reserved) >= least, `${String(reserved)} is less than ${least}`);
    const [response] = world.logOf().logged[0]?.responses ?? [];
    assert.deepEqual(response?.price_json, {
      input: 1,
      output: 2,
      ...pick(response?.price_json, 'source', 'asOf'),
    });
    assert.equal(response.cost_nano_usd, settled);
    assert.deepEqual(response.usage_json, { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 });
  });

  it('is refused by the cap before anything is sent to the model', async () => {
    world.settings['dailyCostCap'] = 0.01;
    world.server.on(CHAT, good);
    const error = await fails('cost-cap');
    assert.match(error.toUserText(), /daily cost cap/);
    assert.equal(world.chats.length, 0);
    await world.engine.close();
    const [record] = world.logOf().logged;
    assert.equal(record?.failure?.error_code, 'cost-cap');
    assert.deepEqual([record.responses, record.usage], [[], null]);
  });

  it('is warned of from 80 % of the cap on, today and not in the kept answer', async () => {
    world.server.on(CHAT, good);
    world.settings['dailyCostCap'] = 100;
    assert.deepEqual((await world.ask()).notes, []);
    // Room for just one more, which then takes nine tenths of the cap.
    const [{ reserved } = {}] = await booked();
    const capNano = Number(reserved) + 140_000;
    world.settings['dailyCostCap'] = capNano / NANO_PER_CENT;
    const completion_tokens = Math.floor((0.9 * capNano - 140_000 - 100 * 3_000) / 6_000);
    const usage = { prompt_tokens: 100, completion_tokens, total_tokens: 100 + completion_tokens };
    world.server.on(CHAT, chatWhole(GOOD, usage));
    const near = await world.ask({ fresh: true });
    assert.match(near.notes.join(), /(89|90) % of today's cost cap of \$0\.\d+ is spent or reserved/);
    assert.deepEqual((await world.ask()).notes, []);
    assert.match(JSON.stringify(world.logOf().logged[1]?.insight), /of today's cost cap/);
  });

  it('of a model without a known price is refused under a cap, until a price is set or it is allowed', async () => {
    const ask = { pick: { model: 'some/unknown-model' } };
    world.server.on(CHAT, good);
    world.settings['dailyCostCap'] = 100;
    const error = await fails('price-unknown', ask);
    assert.match(
      error.toUserText(),
      /"huggingface\/some\/unknown-model".*lexybrain\.prices.*allowUnknownPrice/s,
    );
    assert.equal(world.chats.length, 0);
    world.settings['allowUnknownPrice'] = true;
    const allowed = await world.ask(ask);
    assert.equal(allowed.usage.costNanoUsd, null);
    assert.equal(allowed.usage.priceSource, null);
    delete world.settings['allowUnknownPrice'];
    world.settings['prices'] = { 'huggingface/some/unknown-model': { input: 10, output: 10 } };
    const priced = await world.ask({ ...ask, fresh: true });
    assert.equal(priced.usage.costNanoUsd, 120 * 10_000);
    assert.match(priced.usage.priceSource ?? '', /^your setting lexybrain\.prices/);
    assert.equal(world.chats.length, 2);
  });

  it('is not known without the list of prices: then it goes on without a cap, and not with one', async () => {
    world.server.on(MODELS, json(500, { error: 'down' }, { 'retry-after-ms': '1' }));
    world.server.on(CHAT, good);
    assert.equal((await world.ask()).usage.costNanoUsd, null);
    world.settings['dailyCostCap'] = 100;
    await fails('price-unknown', { fresh: true });
  });

  it('does not hold up an answer when the list of prices does not come', async () => {
    world.server.on(MODELS, silence());
    world.server.on(CHAT, good);
    assert.equal((await world.ask()).usage.costNanoUsd, null);
    // Nor does it hold up the end of the program.
    await world.engine.close();
    await world.server.asked('/v1/models')[0]?.cut;
  });

  it('is reserved at the price of whoever may come up again and serve it', async () => {
    world.settings['dailyCostCap'] = 100;
    const down = { provider: 'dear', status: 'error', pricing: { input: 30, output: 60 } };
    const live = { provider: 'novita', status: 'live', pricing: { input: 1, output: 2 } };
    world.server.on(MODELS, json(200, { data: [{ id: MODEL, providers: [live, down] }] }));
    world.server.on(
      CHAT,
      chatStream({ pieces: [GOOD], model: MODEL, headers: { 'x-inference-provider': 'Dear' } }),
    );
    assert.equal((await world.ask()).usage.costNanoUsd, 100 * 30_000 + 20 * 60_000);
    const [{ reserved, settled } = {}] = await booked();
    assert.ok(Number(reserved) >= Number(settled));
  });

  it('is unknown of a pinned provider that names none, whatever others name', async () => {
    world.settings['dailyCostCap'] = 100;
    world.server.on(
      MODELS,
      json(200, {
        data: [
          {
            id: MODEL,
            providers: [
              { provider: 'novita', status: 'live', pricing: { input: 1, output: 2 } },
              { provider: 'quiet', status: 'live' },
            ],
          },
        ],
      }),
    );
    world.server.on(CHAT, good);
    await fails('price-unknown', { pick: { model: `${MODEL}:quiet` } });
    assert.equal(world.chats.length, 0);
    assert.equal(
      (await world.ask({ pick: { model: `${MODEL}:novita` } })).usage.costNanoUsd,
      100 * 1_000 + 20 * 2_000,
    );
  });

  it('of one who names no price is reckoned at the dearest other, and says so', async () => {
    world.server.on(
      CHAT,
      chatStream({ pieces: [GOOD], model: MODEL, headers: { 'x-inference-provider': 'nobody' } }),
    );
    const { usage } = await world.ask();
    assert.equal(usage.costNanoUsd, 100 * 3_000 + 20 * 6_000);
    assert.match(usage.priceSource ?? '', /nobody names no price/);
  });

  describe('is booked', () => {
    beforeEach(() => (world.settings['dailyCostCap'] = 100));
    const partial = chatEvents({ pieces: ['{"niche": "Nativity sets are'], done: false, finish: null }).map(
      (event) => `${event}\n\n`,
    );

    it('once for a call that was tried three times: what was refused costs nothing', async () => {
      world.server.on(CHAT, refuses(503), refuses(429), good);
      const result = await world.ask();
      assert.deepEqual(
        (await booked()).map(({ settled, counted }) => [settled, counted]),
        [
          [0, false],
          [0, false],
          [result.usage.costNanoUsd, true],
        ],
      );
    });

    const nothing: Record<string, Responder[]> = {
      'was refused': [refuses(401)],
      'was refused to the last try': [refuses(503)],
    };
    for (const [name, responders] of Object.entries(nothing)) {
      it(`at nothing when it ${name}, and does not count`, async () => {
        world.server.on(CHAT, ...responders);
        await world.ask().catch(() => undefined);
        const entries = await booked();
        assert.equal(entries.length, world.chats.length);
        for (const { settled, counted } of entries) assert.deepEqual([settled, counted], [0, false]);
      });
    }

    it('at nothing when nobody was reached', async () => {
      world.settings['huggingface.baseUrl'] = 'http://127.0.0.1:9/v1';
      world.settings['prices'] = { [`huggingface/${MODEL}`]: { input: 1, output: 1 } };
      await fails('provider-network');
      for (const { settled, counted } of await booked()) assert.deepEqual([settled, counted], [0, false]);
    });

    const estimated: Record<string, Responder> = {
      'was cut after the first words': cutStream(partial),
      'was cut before the first word': cutStream(['data: {"choices":[]}\n\n']),
      'broke off without a word': stream([]),
      'came to nothing': chatStream({ pieces: [] }),
      'failed in the middle': stream([...partial, 'data: {"error":{"message":"boom"}}\n\n']),
      'was a web page': raw(200, 'text/html', '<html></html>'),
    };
    for (const [name, responder] of Object.entries(estimated)) {
      it(`at an estimate when it ${name}`, async () => {
        world.server.on(CHAT, responder);
        await world.ask().catch(() => undefined);
        const [{ reserved, settled, counted } = {}, ...others] = await booked();
        assert.deepEqual(others, []);
        assert.ok(
          Number(settled) > 0 && Number(settled) < Number(reserved),
          `${String(settled)} of ${String(reserved)}`,
        );
        assert.equal(counted, true);
      });
    }

    it('in full when not a word came in time: a whole answer may have been written', async () => {
      world.settings['timeout.firstToken'] = 1;
      world.server.on(CHAT, silence());
      await fails('provider-timeout');
      const [{ reserved, settled } = {}] = await booked();
      assert.equal(settled, reserved);
    });

    it('for every connection that was lost after the request had gone out, and for its answer', async () => {
      const lost: Responder = (response) => void response.socket?.destroy();
      world.server.on(CHAT, lost, lost, good);
      const { usage } = await world.ask();
      const [first, second, third, ...others] = await booked();
      assert.deepEqual(others, []);
      for (const one of [first, second]) {
        assert.ok(Number(one?.settled) > 0 && Number(one?.settled) < Number(one?.reserved));
      }
      assert.equal(third?.settled, 140_000);
      // The two were booked at twice their estimate, for safety.
      assert.equal(usage.costNanoUsd, 140_000 + Number(first?.settled));
    });

    it('with what a model thought before it was cut off', async () => {
      const chunk = (delta: object): string => `data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`;
      const settledFor = async (pieces: readonly string[]): Promise<number> => {
        world.server.on(CHAT, cutStream(pieces));
        await world.ask({ fresh: true }).catch(() => undefined);
        return Number((await booked()).at(-1)?.settled);
      };
      const thought = 'Let me think. '.repeat(100);
      const without = await settledFor([chunk({})]);
      const thinking = await settledFor([chunk({ reasoning_content: thought })]);
      assert.ok(thinking >= without + 400 * 6_000, `${thinking} for thinking, ${without} without`);
    });

    it('by count where the provider does not count', async () => {
      world.server.on(
        CHAT,
        chatStream({
          pieces: [GOOD],
          model: MODEL,
          usage: null,
          headers: { 'x-inference-provider': 'novita' },
        }),
      );
      const { usage } = await world.ask();
      assert.equal(usage.estimated, true);
      assert.ok(usage.tokensIn > 200 && usage.tokensOut > 20);
      assert.equal(usage.costNanoUsd, usage.tokensIn * 1000 + usage.tokensOut * 2000);
    });

    it('in full when the provider’s count is beyond all reason', async () => {
      world.server.on(
        CHAT,
        chatWhole(GOOD, { prompt_tokens: 1e13, completion_tokens: 20, total_tokens: 1e13 }),
      );
      const result = await world.ask();
      const [{ reserved, settled } = {}] = await booked();
      assert.equal(result.usage.costNanoUsd, null);
      assert.equal(settled, reserved);
    });

    it('for both calls when it was asked twice', async () => {
      world.server.on(
        CHAT,
        chatStream({ pieces: ['What?'], model: MODEL, headers: { 'x-inference-provider': 'novita' } }),
        good,
      );
      const { usage } = await world.ask();
      assert.deepEqual(
        (await booked()).map(({ settled }) => settled),
        [140_000, 140_000],
      );
      assert.equal(usage.costNanoUsd, 280_000);
      assert.equal(world.logOf().logged[0]?.usage?.cost_nano_usd, 280_000);
    });
  });

  it('never passes the cap, however many ask at once and whatever comes of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('good', 'refused', 'cut', 'useless', 'cancelled'), {
          minLength: 4,
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 20 }),
        async (fates, capCents) => {
          await rm(join(world.dataFolder, 'ledger'), { recursive: true, force: true });
          world.engine = world.newEngine();
          world.settings['dailyCostCap'] = capCents;
          world.server.on(CHAT, async (response, request) => {
            const fate = /fate-(\w+)/.exec(JSON.stringify(request.body))?.[1];
            if (fate === 'good') await good(response, request);
            else if (fate === 'refused') await refuses(429)(response, request);
            else if (fate === 'useless') await chatWhole('What?')(response, request);
            else if (fate === 'cut') await cutStream(['data: {"choices":[]}\n\n'])(response, request);
          });
          const asked = fates.map(async (fate, index) => {
            const cancel = new AbortController();
            if (fate === 'cancelled') setTimeout(() => cancel.abort(), 20 + 5 * index);
            const product = `fate-${fate} ${index}`;
            return world.engine.generate(world.request({ input: { product } }), { signal: cancel.signal });
          });
          const ends = await Promise.allSettled(asked);
          for (const end of ends) {
            if (end.status === 'rejected') assert.ok(LexyBrainError.is(end.reason), String(end.reason));
          }
          await world.engine.close();
          // The cap held at every line, and in the end nothing is left open.
          const open = new Map<unknown, number>();
          let settled = 0;
          for (const { entry, id, nano } of await world.ledger()) {
            if (entry === 'reserve') {
              const used = settled + [...open.values()].reduce((sum, each) => sum + each, 0);
              if (used + Number(nano) <= capCents * NANO_PER_CENT) open.set(id, Number(nano));
            } else if (open.delete(id)) {
              settled += Number(nano);
            }
            assert.ok(settled <= capCents * NANO_PER_CENT, `${settled} of ${capCents} cents`);
          }
          assert.equal(open.size, 0);
          // With room for all of them nobody is refused.
          const refused = ends.filter(
            (end) => end.status === 'rejected' && LexyBrainError.is(end.reason, 'cost-cap'),
          );
          if (capCents * NANO_PER_CENT > fates.length * 2 * 60_000_000) assert.equal(refused.length, 0);
        },
      ),
      { numRuns: 12 },
    );
  });

  describe('that was booked by a wrong price', () => {
    const key = `huggingface/${MODEL}`;
    const spentCents = async (): Promise<number | null> =>
      (await world.engine.describe()).money.spentTodayCents;

    beforeEach(() => {
      world.server.on(CHAT, good);
      world.settings['dailyCostCap'] = 10_000;
      // A price per thousand taken for one per million, and then some.
      world.settings['prices'] = { [key]: { input: 3000, output: 6000 } };
    });

    it('is corrected with it: today’s cap has room again, in every window', async () => {
      const wrong = await world.ask();
      assert.equal(wrong.usage.costNanoUsd, 100 * 3_000_000 + 20 * 6_000_000);
      world.settings['dailyCostCap'] = 42;
      await fails('cost-cap', { fresh: true });
      const other = world.newEngine();
      world.settings['prices'] = { [key]: { input: 1, output: 2 } };
      assert.equal(await spentCents(), 0.014);
      await world.ask({ fresh: true });
      assert.equal(await spentCents(), 0.028);
      assert.equal((await other.describe()).money.spentTodayCents, 0.028);
      await other.close();
      const corrections = (await world.ledger()).filter(({ entry }) => entry === 'correct');
      assert.deepEqual(
        corrections.map(({ nano }) => nano),
        [140_000],
      );
    });

    it('is corrected upwards too, and then blocks what would pass the cap', async () => {
      world.settings['prices'] = { [key]: { input: 0.001, output: 0.002 } };
      await world.ask();
      world.settings['prices'] = { [key]: { input: 60_000 / 6, output: 0 } };
      world.settings['dailyCostCap'] = 99;
      assert.match((await fails('cost-cap', { fresh: true })).message, /\$1\.00 is spent/);
    });

    it('is corrected where a dead process left it open, and where its price was not known at all', async () => {
      world.server.on(CHAT, silence());
      const asked = world.ask().catch(() => undefined);
      while (world.chats.length === 0) await new Promise((resolve) => setImmediate(resolve));
      // Another window, after this one died with its request open.
      const survivor = world.newEngine();
      const left = (await survivor.describe()).money.spentTodayCents;
      world.settings['prices'] = { [key]: { input: 3, output: 6 } };
      const right = (await survivor.describe()).money.spentTodayCents;
      assert.ok(left !== null && right !== null && Math.abs(left / right - 1000) < 1, `${left}, ${right}`);
      await survivor.close();
      await world.engine.close();
      await asked;

      world.engine = world.newEngine();
      await rm(join(world.dataFolder, 'ledger'), { recursive: true });
      world.server.on(CHAT, good);
      world.settings['prices'] = {};
      world.settings['allowUnknownPrice'] = true;
      await world.ask({ pick: { model: 'some/unknown' }, fresh: true });
      assert.equal(await spentCents(), 0);
      world.settings['prices'] = { 'huggingface/some/unknown': { input: 1, output: 2 } };
      assert.equal(await spentCents(), 0.014);
    });

    it('stays as it is for models that no price is set for, and for days gone by', async () => {
      await world.ask();
      world.settings['prices'] = { 'huggingface/other/model': { input: 1, output: 1 } };
      assert.equal(await spentCents(), 42);
      world.clockMs = 24 * 60 * 60 * 1000;
      world.settings['prices'] = { [key]: { input: 1, output: 2 } };
      await world.ask({ fresh: true });
      assert.equal(await spentCents(), 0.014);
      assert.equal((await world.ledger()).filter(({ entry }) => entry === 'correct').length, 0);
    });
  });

  describe('and the quota', () => {
    it('counts a generation once, briefs apart from the others, and refuses before anything is sent', async () => {
      world.settings['quota.briefs'] = 1;
      world.settings['quota.calls'] = 1;
      world.server.on(CHAT, chatStream({ pieces: ['What?'] }), good);
      await world.ask();
      const error = await fails('quota', { fresh: true });
      assert.match(error.message, /1 of 1 requests \(ai_brief\)/);
      assert.equal(world.chats.length, 2);
      world.server.on(CHAT, chatWhole('{"items": [{"term": "nativity scene", "comment": "x"}]}'));
      await world.ask({ type: 'opportunity_radar' });
      await fails('quota', { type: 'opportunity_radar', fresh: true });
      await fails('quota', { type: 'risk_sentinel' });
    });

    it('never counts the built-in analyst', async () => {
      world.settings['quota.briefs'] = 0;
      world.settings['provider'] = 'builtin';
      assert.equal((await world.ask()).model.computed, true);
    });

    it('limits requests per minute', async () => {
      world.settings['requestsPerMinute'] = 2;
      world.server.on(CHAT, good);
      await world.ask();
      await world.ask({ fresh: true });
      assert.match(
        (await fails('quota', { fresh: true })).toUserText(),
        /per minute.*Try again in \d+ seconds/s,
      );
      world.clockMs = 61_000;
      await world.ask({ fresh: true });
    });
  });

  describe('when the ledger cannot be written', () => {
    beforeEach(async () => {
      // A file stands where its folder should be.
      await rm(join(world.dataFolder, 'ledger'), { recursive: true, force: true });
      await writeFile(join(world.dataFolder, 'ledger'), '');
      world.server.on(CHAT, good);
    });

    it('what costs money is refused', async () => {
      assert.match((await fails('ledger')).toUserText(), /ledger cannot be written.*free disk space/s);
      assert.equal(world.chats.length, 0);
    });

    it('the built-in analyst and servers on this machine go on', async () => {
      assert.equal((await world.ask({ pick: { provider: 'builtin' } })).model.computed, true);
      world.settings['local.baseUrl'] = `${world.server.origin}/v1`;
      const { model, usage } = await world.ask({ pick: { provider: 'local', model: 'a-model' } });
      assert.equal(model.provider, 'local');
      assert.equal(usage.costNanoUsd, 0);
    });
  });

  it('does not lose an answer that was paid for when its cost cannot be booked', async () => {
    world.settings['dailyCostCap'] = 100;
    world.server.on(CHAT, async (response, request) => {
      await rm(join(world.dataFolder, 'ledger'), { recursive: true, force: true });
      await writeFile(join(world.dataFolder, 'ledger'), '');
      await good(response, request);
    });
    const result = await world.ask();
    assert.equal(result.usage.costNanoUsd, 140_000);
    assert.ok(world.log.lines.some((line) => line.startsWith('warn') && line.includes('counts in full')));
  });
});

function pick(value: unknown, ...keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value as object).filter(([key]) => keys.includes(key)));
}
