import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import OpenAI, { APIError } from 'openai';
import { Served } from '../../fakes/bridge.ts';
import { chatWhole } from '../../fakes/chat-wire.ts';
import { json } from '../../fakes/http-server.ts';
import { CHAT, MODEL } from '../../fakes/world.ts';

const REFERENCE = `huggingface/${MODEL}`;
const MESSAGES = [{ role: 'user', content: 'Hello' }] as const;
const GENERATE = '/api/lexybrain/generate';
const BODY = { type: 'radar', market: 'etsy', fresh: true, keywords: ['soy candle', 'beeswax candle'] };
const OVERLOADED = { error: { message: 'Too many requests.' } };

/** When another request may help, and whether a client should make it by itself. */
describe('What callers are told of asking again', () => {
  let served: Served;
  before(async () => (served = await Served.start()));
  after(() => served.stop());
  let settings: Record<string, unknown>;
  beforeEach(() => (settings = { ...served.world.settings }));
  afterEach(() => {
    served.world.settings = settings;
    served.world.clockMs = 0;
  });

  const chat = (): Promise<Response> =>
    served.call('/v1/chat/completions', { json: { model: REFERENCE, messages: MESSAGES } });
  const generate = (): Promise<Response> => served.call(GENERATE, { json: { ...BODY, model: REFERENCE } });
  const told = ({ status, headers }: Response): unknown[] => [
    status,
    headers.get('retry-after'),
    headers.get('x-should-retry'),
  ];

  for (const [what, status, headers, after, again, attempts] of [
    ['a pause that was not waited for', 429, { 'retry-after': '45' }, '45', 'true', 1],
    ['one that was waited for in vain', 429, { 'retry-after-ms': '1' }, '1', 'false', 3],
    ['one that clients do not wait for', 429, { 'retry-after': '90' }, '90', 'false', 1],
    ['the pause of a 503', 503, { 'retry-after': '45.2' }, '46', 'true', 1],
    ['a pause without end', 429, { 'retry-after': '9'.repeat(30) }, null, 'false', 1],
  ] as const) {
    it(`is ${what}, in both shapes`, async () => {
      served.world.server.on(CHAT, json(status, OVERLOADED, headers));
      for (const [ask, ours] of [
        [chat, status === 429 ? 429 : 502],
        [generate, 500],
      ] as const) {
        const asked = served.world.chats.length;
        assert.deepEqual(told(await ask()), [ours, after, again]);
        assert.equal(served.world.chats.length - asked, attempts);
      }
    });
  }

  it('is how long it is until a date', async () => {
    const at = new Date(Date.now() + 50_000).toUTCString();
    served.world.server.on(CHAT, json(429, OVERLOADED, { 'retry-after': at }));
    const seconds = Number((await chat()).headers.get('retry-after'));
    assert.ok(seconds > 30 && seconds <= 50, `${seconds} s`);
  });

  it('is nothing where waiting does not help', async () => {
    const spent = { error: { message: 'quota', code: 'insufficient_quota' } };
    served.world.server.on(CHAT, json(429, spent, { 'retry-after': '45' }));
    assert.deepEqual(told(await chat()), [429, null, 'false']);
    served.world.settings['dailyCostCap'] = 0;
    assert.deepEqual(told(await chat()), [429, null, 'false']);
    assert.deepEqual(told(await generate()), [503, null, 'false']);
    served.world.settings = { ...settings, 'quota.calls': 0 };
    assert.deepEqual(told(await generate()), [429, null, 'false']);
  });

  it('is when a limit of one’s own leaves room again', async () => {
    served.world.server.on(CHAT, json(400, { error: 'It was asked, and counts.' }));
    served.world.settings['requestsPerMinute'] = 1;
    await chat();
    const minute = await chat();
    const wait = Number(minute.headers.get('retry-after'));
    assert.deepEqual([minute.status, minute.headers.get('x-should-retry')], [429, 'true']);
    assert.ok(wait > 0 && wait <= 60, `${wait} s`);

    served.world.settings = { ...settings, 'quota.calls': 1 };
    // An hour before the next month.
    const now = new Date();
    const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2);
    served.world.clockMs = next - 3_600_000 - now.getTime();
    // What was answered counts, of use or not.
    served.world.server.on(CHAT, chatWhole('no JSON'));
    await generate();
    const month = await generate();
    const seconds = Number(month.headers.get('retry-after'));
    assert.deepEqual([month.status, month.headers.get('x-should-retry')], [429, 'false']);
    assert.ok(seconds > 3_000 && seconds <= 3_600, `${seconds} s`);
  });

  it('makes the official client ask again no more often than it helps', async () => {
    const client = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: served.token });
    for (const [headers, attempts] of [
      [{ 'retry-after-ms': '1' }, 3],
      [{ 'retry-after': '90' }, 1],
    ] as const) {
      served.world.server.on(CHAT, json(429, OVERLOADED, headers));
      const asked = served.world.chats.length;
      await assert.rejects(
        client.chat.completions.create({ model: REFERENCE, messages: [...MESSAGES] }),
        (error) => error instanceof APIError && error.status === 429,
      );
      assert.equal(served.world.chats.length - asked, attempts);
    }
  });
});
