import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { LOCAL_FAKES } from '../../fakes/local-wire.ts';
import { chatStream } from '../../fakes/chat-wire.ts';
import { cutStream, FakeServer, json } from '../../fakes/http-server.ts';
import { briefDraft, CHAT, MODEL, World, type Ask } from '../../fakes/world.ts';

const answer = (niche: string) =>
  chatStream({ pieces: [JSON.stringify({ ...briefDraft(), niche })], model: 'fake/model' });
const nicheOf = ({ insight }: { insight: unknown }): string => (insight as { niche: string }).niche;

describe('who answers', () => {
  let world: World;
  /** A second provider: a server on this machine. */
  let local: FakeServer;
  beforeEach(async () => {
    world = await World.start();
    local = await FakeServer.start();
    LOCAL_FAKES['ollama']?.(local);
    world.settings['local.baseUrl'] = `${local.origin}/v1`;
    world.server.on(CHAT, answer('router'));
    local.on(CHAT, answer('local'));
  });
  afterEach(async () => {
    await world.stop();
    await local.stop();
  });

  const plan = (ask: Ask = {}) => world.engine.plan(world.request(ask));

  describe('by insight type', () => {
    it('is the model of the type, and the usual one for the others', async () => {
      world.settings['routing'] = { market_brief: 'local/llama3.2:3b', risk_sentinel: 'builtin' };
      const routed = await plan();
      assert.deepEqual(
        [routed.route.provider, routed.route.model, routed.route.chosenBy],
        ['local', 'llama3.2:3b', 'routing'],
      );
      assert.equal((await plan({ type: 'risk_sentinel' })).route.provider, 'builtin');
      assert.deepEqual((await plan({ type: 'opportunity_radar' })).route.model, MODEL);
      assert.equal(nicheOf(await world.ask()), 'local');
    });

    it('is the model that a server on this machine has, where none is named; the plan says which', async () => {
      world.settings['provider'] = 'local';
      const { route } = await plan();
      assert.deepEqual([route.provider, route.model], ['local', 'llama3.2:3b']);
      assert.equal((await world.ask()).cache.hit, false);
      assert.equal((await world.ask({ pick: { model: 'llama3.2:3b' } })).cache.hit, true);
      const { text } = await world.engine.chat({
        model: 'local',
        body: { messages: [] },
        stream: true,
        logFolder: null,
        logText: false,
      });
      assert.match(text, /niche/);
      assert.match((await world.engine.testConnection()).message, /llama3\.2:3b answers\./);
      await local.stop();
      await assert.rejects(world.ask({ fresh: true }), /No local model server answers/);
      assert.equal(world.logOf().logged.at(-1)?.failure?.error_code, 'provider-network');
      local = await FakeServer.start();
    });

    it('is the pick of the user all the same', async () => {
      world.settings['routing'] = { market_brief: 'builtin' };
      assert.equal((await plan({ pick: { provider: 'huggingface' } })).route.provider, 'huggingface');
    });

    it('is an error where the settings name nobody', async () => {
      world.settings['routing'] = { market_brief: 'skynet/t-800' };
      await assert.rejects(world.ask(), (error) => LexyBrainError.is(error, 'provider-unknown'));
    });
  });

  describe('in an experiment', () => {
    beforeEach(() => {
      world.settings['experiment'] = {
        name: 'where',
        arms: [
          { name: 'here', model: 'local/llama3.2:3b', weight: 1 },
          { name: 'there', model: `huggingface/${MODEL}`, weight: 1 },
        ],
      };
    });

    it('is decided by the question: the same each time, and both arms over many', async () => {
      const arms = new Set<string>();
      for (let product = 0; product < 24; product++) {
        const input = { product: `product ${product}` };
        const first = await plan({ input });
        assert.deepEqual(await plan({ input, fresh: true }), first);
        assert.equal(first.route.provider, first.assignment?.arm === 'here' ? 'local' : 'huggingface');
        arms.add(first.assignment?.arm ?? '');
      }
      assert.deepEqual([...arms].sort(), ['here', 'there']);
    });

    it('is recorded with its arm', async () => {
      const { assignment } = await plan();
      await world.ask();
      const [record] = world.logOf().logged;
      assert.deepEqual([record?.request?.experiment, record?.request?.arm], ['where', assignment?.arm]);
    });

    it('is not decided by it when the user picked', async () => {
      await world.ask({ pick: { provider: 'builtin' } });
      const [record] = world.logOf().logged;
      assert.deepEqual([record?.request?.experiment, record?.request?.arm], [null, null]);
    });
  });

  describe('in place of one that fails', () => {
    const down = json(503, { error: 'down' }, { 'retry-after': '0' });
    const gone = json(404, { error: { message: 'The model does not exist', code: 'model_not_found' } });

    it('is nobody unless the settings say so', async () => {
      world.server.on(CHAT, gone);
      await assert.rejects(world.ask());
      assert.deepEqual(local.requests, []);
    });

    it('is the next in order; the result says so, and why', async () => {
      world.settings['fallbacks'] = ['local/llama3.2:3b', 'builtin'];
      world.server.on(CHAT, gone);
      const result = await world.ask();
      assert.equal(nicheOf(result), 'local');
      assert.equal(result.model.provider, 'local');
      assert.match(result.notes[0] ?? '', /^A fallback answered in place of Hugging Face, .*404/);
    });

    it('is whoever can, down to the built-in analyst', async () => {
      world.settings['fallbacks'] = ['local/llama3.2:3b', 'builtin'];
      world.server.on(CHAT, gone);
      local.on(CHAT, gone);
      const result = await world.ask();
      assert.equal(result.model.computed, true);
      assert.match(result.notes[0] ?? '', /Hugging Face.*; and of .*llama3\.2/s);
    });

    it('keeps its answer under its own name, without the note', async () => {
      world.settings['fallbacks'] = ['local/llama3.2:3b'];
      world.server.on(CHAT, gone, answer('router'));
      await world.ask();
      const again = await world.ask();
      assert.equal(nicheOf(again), 'router', 'the fallback must not answer for the one that is back');
      assert.equal(again.cache.hit, false);
      const own = await world.ask({ pick: { provider: 'local', model: 'llama3.2:3b' } });
      assert.equal(own.cache.hit, true);
      assert.doesNotMatch(own.notes.join(), /fallback/);
    });

    it('logs both: the failure, and the answer outside of the experiment', async () => {
      world.settings['fallbacks'] = ['local/llama3.2:3b'];
      world.settings['experiment'] = {
        name: 'e',
        arms: ['a', 'b'].map((name) => ({ name, model: `huggingface/${MODEL}`, weight: 1 })),
      };
      world.server.on(CHAT, gone);
      await world.ask();
      assert.deepEqual(
        world
          .logOf()
          .logged.map(({ request, failure }) => [request?.experiment, failure?.error_code ?? null]),
        [
          ['e', 'provider-model-unknown'],
          [null, null],
        ],
      );
    });

    it('is also asked when a stream breaks off', async () => {
      world.settings['fallbacks'] = ['local/llama3.2:3b'];
      world.server.on(CHAT, cutStream(['data: {"choices":[{"index":0,"delta":{"content":"{"}}]}\n\n']));
      assert.equal(nicheOf(await world.ask()), 'local');
    });

    for (const [what, reply] of [
      ['a refused key', json(401, { error: 'Invalid credentials' })],
      ['an answer of no use', chatStream({ pieces: ['No.'], model: 'fake/model' })],
    ] as const) {
      it(`is nobody for ${what}, which the user has to see`, async () => {
        world.settings['fallbacks'] = ['local/llama3.2:3b'];
        world.server.on(CHAT, reply);
        await assert.rejects(world.ask());
        assert.deepEqual(local.asked('/v1/chat/completions'), []);
      });
    }

    it('is nobody whom the user did not agree to, and nobody when the user picked', async () => {
      world.settings['fallbacks'] = ['local/llama3.2:3b'];
      world.server.on(CHAT, gone);
      await assert.rejects(world.ask({ refused: ['local/llama3.2:3b'] }));
      await assert.rejects(world.ask({ pick: { provider: 'huggingface' } }));
      assert.deepEqual(local.asked('/v1/chat/completions'), []);
    });

    it('that fails as well leaves the first error, which names the others', async () => {
      world.settings['fallbacks'] = ['local/llama3.2:3b', 'openai/gpt-x'];
      world.server.on(CHAT, gone);
      local.on(CHAT, gone);
      const error = await world.ask().catch((thrown: unknown) => thrown);
      assert.ok(LexyBrainError.is(error, 'provider-model-unknown'));
      assert.match(error.message, /^HF router HTTP 404.*in vain: .*llama3\.2:3b/s);
      // Without a key it cannot be one; that stands in the log.
      assert.match(
        world.log.lines.join('\n'),
        /warn The fallback openai\/gpt-x cannot be used: OPENAI_API_KEY/,
      );
    });

    it('comes after the retries of the one that is overloaded', async () => {
      world.settings['fallbacks'] = ['local/llama3.2:3b'];
      world.server.on(CHAT, down);
      assert.equal(nicheOf(await world.ask()), 'local');
      assert.ok(world.chats.length > 1);
    });
  });
});
