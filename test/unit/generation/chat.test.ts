import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { boundOfChat, CAPPED_OUTPUT_TOKENS } from '../../../src/generation/chat-bound.ts';
import type { ChatCall } from '../../../src/generation/chat.ts';
import { upperBoundNanoUsd } from '../../../src/providers/pricing.ts';
import { chatStream, chatWhole } from '../../fakes/chat-wire.ts';
import { json } from '../../fakes/http-server.ts';
import { CHAT, MODEL, World } from '../../fakes/world.ts';

const MESSAGES = [{ role: 'user', content: 'Say something.' }];
const PRICE = { input: 3, output: 6, source: '', asOf: '' };

describe('Chats passed through', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
    world.server.on(CHAT, chatWhole('Something.'));
  });
  afterEach(() => world.stop());

  const call = (body: Record<string, unknown> = {}, more: Partial<ChatCall> = {}): ChatCall => ({
    model: `huggingface/${MODEL}`,
    body: { messages: MESSAGES, ...body },
    stream: false,
    logFolder: null,
    logText: false,
    ...more,
  });
  const reserved = async (): Promise<number[]> =>
    (await world.ledger()).filter(({ entry }) => entry === 'reserve').map(({ nano }) => Number(nano));
  const settled = async (): Promise<number[]> =>
    (await world.ledger()).filter(({ entry }) => entry === 'settle').map(({ nano }) => Number(nano));

  it('reserve the most they can cost under a cap, and settle what they did', async () => {
    world.settings['dailyCostCap'] = 100;
    await world.engine.chat(call({ max_tokens: 50, n: 2 }));
    const [amount = 0] = await reserved();
    const bytes = Buffer.byteLength(JSON.stringify({ messages: MESSAGES, max_tokens: 50, n: 2 }));
    assert.ok(amount >= (bytes * PRICE.input + 100 * PRICE.output) * 1000, String(amount));
    // Nobody said who served it: the dearest it may have been.
    assert.deepEqual(await settled(), [(100 * 3 + 20 * 6) * 1000]);
    assert.equal(world.chats[0]?.body?.['max_tokens'], 50);
  });

  it('get a limit of output under a cap, and none without', async () => {
    await world.engine.chat(call());
    world.settings['dailyCostCap'] = 100;
    await world.engine.chat(call());
    await world.engine.chat(call({ max_completion_tokens: 7 }));
    assert.deepEqual(
      world.chats.map(({ body }) => [body?.['max_tokens'], body?.['max_completion_tokens']]),
      [
        [undefined, undefined],
        [CAPPED_OUTPUT_TOKENS, undefined],
        [undefined, 7],
      ],
    );
  });

  it('are refused under a cap where no bound can be named, before anything is sent', async () => {
    world.settings['dailyCostCap'] = 100;
    const image = { type: 'image_url', image_url: { url: 'https://example.com/x.png' } };
    const odd: Record<string, unknown>[] = [
      { messages: [{ role: 'user', content: [image] }] },
      { tools: [{ type: 'web_search' }] },
      { web_search_options: {} },
      { service_tier: 'priority' },
      { prediction: { type: 'content', content: 'x' } },
      { n: -1 },
      { max_tokens: '5' },
      { max_tokens: 1e12 },
      { messages: [{ role: 'user', content: 'x'.repeat(500_000) }] },
    ];
    for (const body of odd) {
      const error: unknown = await world.engine.chat(call(body)).catch((thrown: unknown) => thrown);
      assert.ok(LexyBrainError.is(error, 'invalid-request'), JSON.stringify(body).slice(0, 80));
    }
    assert.deepEqual([world.chats.length, await reserved()], [0, []]);
    world.settings['dailyCostCap'] = null;
    for (const body of odd.slice(0, 5)) await world.engine.chat(call(body));
    assert.equal(world.chats.length, 5);
  });

  it('never cost more than was reserved, whatever is in the body', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ role: fc.constant('user'), content: fc.string({ unit: 'binary' }) }), {
          maxLength: 20,
        }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 10_000 }),
        (messages, n, max_tokens) => {
          const bound = upperBoundNanoUsd(boundOfChat({ messages, n, max_tokens }), PRICE);
          const tokens = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + 16, 0);
          assert.ok(bound >= (tokens * PRICE.input + n * max_tokens * PRICE.output) * 1000);
        },
      ),
    );
  });

  it('cost nothing when they are refused, and an estimate when they break off', async () => {
    world.server.on(CHAT, json(400, { error: { message: 'no' } }));
    await assert.rejects(world.engine.chat(call({}, { logFolder: 'workspace' })));
    const cut = chatStream({ pieces: ['Some words of an answer'], model: MODEL, finish: null, done: false });
    world.server.on(CHAT, cut);
    await assert.rejects(world.engine.chat(call({}, { stream: true, logFolder: 'workspace' })));
    const [refused = -1, broken = 0] = await settled();
    assert.equal(refused, 0);
    assert.ok(broken > 0);
    await world.engine.close();
    const records = world.logOf().records.filter((record) => record.kind === 'generation');
    assert.deepEqual(
      records.map(({ usage, failure }) => [usage?.cost_nano_usd, failure?.error_code]),
      [
        [0, 'provider-bad-request'],
        [broken, 'provider-network'],
      ],
    );
  });

  it('count towards the requests a minute', async () => {
    world.settings['requestsPerMinute'] = 1;
    await world.engine.chat(call());
    const error: unknown = await world.engine.chat(call()).catch((thrown: unknown) => thrown);
    assert.ok(LexyBrainError.is(error, 'quota'));
  });

  it('name models of providers that are set up, and no others', async () => {
    assert.deepEqual(
      (await world.engine.chatModels()).map(({ reference }) => reference),
      [`huggingface/${MODEL}`],
    );
    world.environment['HF_TOKEN'] = undefined;
    assert.deepEqual(await world.engine.chatModels(), []);
  });

  it('lose nothing to a log that fails', async () => {
    world.logOf().failure = new Error('disk full');
    const answer = await world.engine.chat(call({}, { logFolder: 'workspace' }));
    assert.equal(answer.text, 'Something.');
    await world.engine.close();
    assert.match(world.log.lines.join('\n'), /Failed to log LexyBrain request \(non-blocking\): disk full/);
  });
});
