import assert from 'node:assert/strict';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { eventsOf, Served, until } from '../../fakes/bridge.ts';
import { chatEvents } from '../../fakes/chat-wire.ts';
import { endless, type Responder } from '../../fakes/http-server.ts';
import { CHAT, MODEL } from '../../fakes/world.ts';

const STREAMS = 200;
const body = (stream = true): object => ({
  model: `huggingface/${MODEL}`,
  messages: [{ role: 'user', content: 'x' }],
  stream,
});

describe('The bridge under load', () => {
  let served: Served;
  beforeEach(async () => (served = await Served.start()));
  afterEach(() => served.stop());

  it('holds 200 streams at once, each with its own words, and records every one', async () => {
    const [start = '', ...rest] = chatEvents({ pieces: ['a', 'b', 'c'], model: MODEL });
    const gate = Promise.withResolvers<unknown>();
    const gated: Responder = async (response, seen) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const { user } = seen.body as { user: string };
      response.write(`${start.replace('"content":""', `"content":"${user} "`)}\n\n`);
      await gate.promise;
      response.end(rest.map((event) => `${event}\n\n`).join(''));
    };
    served.world.server.on(CHAT, gated);
    const asked = Array.from({ length: STREAMS }, async (_, n) => {
      const response = await served.call('/v1/chat/completions', {
        json: { ...body(), user: `number ${n}` },
      });
      return response.text();
    });
    await until(() => served.world.chats.length === STREAMS);
    gate.resolve(null);
    const texts = await Promise.all(asked);
    texts.forEach((text, n) => {
      const events = eventsOf(text).map(({ data }) => data);
      assert.equal(events.pop(), '[DONE]');
      const said = events.map(
        (data) => (JSON.parse(data) as { choices: { delta: { content?: string } }[] }).choices,
      );
      assert.equal(said.map(([choice]) => choice?.delta.content ?? '').join(''), `number ${n} abc`);
    });
    await until(() => served.generations.length === STREAMS);
    assert.equal(new Set(served.generations.map(({ id }) => id)).size, STREAMS);
    const settled = async (): Promise<number> =>
      (await served.world.ledger()).filter(({ entry }) => entry === 'settle').length;
    await until(async () => (await settled()) >= STREAMS);
    assert.equal(await settled(), STREAMS);
  });

  it('ends all of them when it stops, and each provider’s request with them', async () => {
    const [start = '', word = ''] = chatEvents({ pieces: ['a'], model: MODEL });
    served.world.server.on(CHAT, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`${start}\n\n${word}\n\n`);
    });
    // An answer is there with its first event.
    const begun = await Promise.all(
      Array.from({ length: 50 }, () => served.call('/v1/chat/completions', { json: body() })),
    );
    const texts = begun.map((response) => response.text());
    await served.bridge.close();
    for (const text of await Promise.all(texts)) {
      const last = JSON.parse(eventsOf(text).at(-1)?.data ?? '{}') as { error?: { code: string } };
      assert.equal(last.error?.code, 'stopped');
    }
    await Promise.all(served.world.chats.map(({ cut }) => cut));
  });

  it('holds the provider up while its client does not read', async () => {
    const piece = `${chatEvents({ pieces: ['x'.repeat(1000)], model: MODEL })[1] ?? ''}\n\n`;
    const flood = endless('text/event-stream', piece, 64 * 1024 * 1024);
    served.world.server.on(CHAT, flood);
    const client = request(`${served.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${served.token}`, 'content-type': 'application/json' },
    });
    client.on('error', () => undefined);
    client.on('response', (response) => response.pause());
    client.end(JSON.stringify(body()));
    await until(() => flood.sent() > 0);
    // Until nothing more goes out: what is on its way is what the buffers between hold.
    for (let sent = -1; sent !== flood.sent();) {
      sent = flood.sent();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(
      flood.sent() < 32 * 1024 * 1024,
      `${flood.sent()} bytes were taken for a client that reads none`,
    );
    client.destroy();
    await served.world.chats[0]?.cut;
  });
});
