import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import OpenAI from 'openai';
import * as z from 'zod';
import { LexyBrainError } from '../../../src/errors.ts';
import { chatUsage } from '../../../src/providers/openai-chat-reader.ts';
import { createProvider } from '../../../src/providers/index.ts';
import type { Fetch, LexyBrainProvider, ModelQuirks, ProviderPorts } from '../../../src/providers/types.ts';
import { chatEvents, chatStream, chatWhole, refusing } from '../../fakes/chat-wire.ts';
import { FakeServer, json, stream } from '../../fakes/http-server.ts';
import { FakeTime, MemoryLog, platformFetch } from '../../fakes/ports.ts';

const CHAT = 'POST /v1/chat/completions';
const schema = { name: 'market brief', schema: z.object({ niche: z.string() }) };

describe('OpenAI', () => {
  let server: FakeServer;
  let memory: Map<string, ModelQuirks>;
  let log: MemoryLog;

  const provider = (ports: Partial<ProviderPorts> = {}): LexyBrainProvider =>
    createProvider('openai', {
      fetch: platformFetch,
      log,
      time: new FakeTime(),
      memory,
      key: () => Promise.resolve('sk-proj-0123456789abcdef'),
      baseUrl: `${server.origin}/v1/`,
      model: 'gpt-fake',
      ...ports,
    });
  /** OpenAI itself, reached on the fake server. */
  const own: Fetch = (url, init) => fetch(url.replace('https://api.openai.com', server.origin), init);

  beforeEach(async () => {
    server = await FakeServer.start();
    memory = new Map();
    log = new MemoryLog();
  });
  afterEach(() => server.stop());

  it('the official client reads the fakes as we do', async () => {
    const client = new OpenAI({ apiKey: 'sk-x', baseURL: `${server.origin}/v1`, maxRetries: 0 });
    for (const usageAt of ['alone', 'delta', 'finish', 'twice'] as const) {
      server.on(CHAT, chatStream({ pieces: ['Grö', 'ße ☕'], usageAt }));
      let text = '';
      let usage: unknown;
      const chunks = await client.chat.completions.create({
        model: 'gpt-fake',
        messages: [{ role: 'user', content: 'x' }],
        stream: true,
        stream_options: { include_usage: true },
      });
      for await (const chunk of chunks) {
        text += chunk.choices[0]?.delta.content ?? '';
        usage = chunk.usage ?? usage;
      }
      const ours = await provider().generate({ prompt: 'x' });
      assert.equal(ours.completion, text);
      assert.deepEqual(ours.usage?.raw, usage);
    }
    server.on(CHAT, chatWhole('whole'));
    const whole = await client.chat.completions.create({
      model: 'gpt-fake',
      messages: [{ role: 'user', content: 'x' }],
    });
    assert.equal(whole.choices[0]?.message.content, (await provider().generate({ prompt: 'x' })).completion);
  });

  it('the official client meets the same refusals', async () => {
    const client = new OpenAI({ apiKey: 'sk-x', baseURL: `${server.origin}/v1`, maxRetries: 0 });
    const body = {
      error: { message: 'Quota', type: 'insufficient_quota', param: null, code: 'insufficient_quota' },
    };
    server.on(CHAT, json(429, body));
    await assert.rejects(
      client.chat.completions.create({ model: 'x', messages: [] }),
      (error) => error instanceof OpenAI.RateLimitError && error.code === 'insufficient_quota',
    );
    await assert.rejects(provider().generate({ prompt: 'x' }), (error) => {
      assert.ok(LexyBrainError.is(error, 'provider-quota'));
      assert.equal(error.message, 'OpenAI HTTP 429: Quota');
      return true;
    });
    server.on(CHAT, stream([`data: ${JSON.stringify(body)}\n\n`]));
    await assert.rejects(async () => {
      for await (const chunk of await client.chat.completions.create({
        model: 'x',
        messages: [],
        stream: true,
      })) {
        assert.ok(chunk);
      }
    }, OpenAI.APIError);
    await assert.rejects(provider().generate({ prompt: 'x' }), (error) =>
      LexyBrainError.is(error, 'provider-quota'),
    );
  });

  it('asks OpenAI for max_completion_tokens, others for max_tokens', async () => {
    server.on(CHAT, chatStream({ pieces: ['{}'] }));
    await provider({ fetch: own, baseUrl: undefined }).generate({ prompt: 'x', schema, max_tokens: 9 });
    await provider().generate({ prompt: 'x', schema });
    const [first, second] = server.requests.map(({ body }) => body!);
    assert.deepEqual([first!['max_completion_tokens'], first!['max_tokens']], [9, undefined]);
    assert.deepEqual([second!['max_completion_tokens'], second!['max_tokens']], [undefined, 1024]);
    const format = first!['response_format'] as { json_schema: { name: string; strict: boolean } };
    assert.equal(format.json_schema.name, 'market_brief');
    assert.equal(format.json_schema.strict, true);
  });

  it('learns what a model does not take, one refusal at a time, and keeps it', async () => {
    const refuse = (body: Record<string, unknown>): { message: string; param?: string } | null => {
      if ('max_tokens' in body) {
        return {
          message:
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          param: 'max_tokens',
        };
      }
      if ('temperature' in body) {
        return {
          message: "Unsupported value: 'temperature' does not support 0.3 with this model.",
          param: 'temperature',
        };
      }
      if ('stream_options' in body)
        return { message: 'Unrecognized request argument supplied: stream_options' };
      return null;
    };
    server.on(CHAT, refusing(refuse, chatStream({ pieces: ['{}'] })));
    const first = await provider().generate({ prompt: 'x', schema, temperature: 0.3 });
    assert.deepEqual([first.attempts, first.structure], [4, 'schema']);
    const second = await provider().generate({ prompt: 'x', schema, temperature: 0.3 });
    assert.equal(second.attempts, 1);
  });

  it('words a refusal of the model', async () => {
    server.on(
      CHAT,
      stream([
        'data: {"choices":[{"index":0,"delta":{"refusal":"I cannot help with that."},"finish_reason":"stop"}]}\n\n',
        'data: [DONE]\n\n',
      ]),
    );
    await assert.rejects(provider().generate({ prompt: 'x' }), (error) => {
      assert.ok(LexyBrainError.is(error, 'provider-refused'));
      assert.match(error.message, /I cannot help/);
      return true;
    });
  });

  it('passes on why the answer ended', async () => {
    server.on(CHAT, chatStream({ pieces: ['{"niche":"a'], finish: 'length' }));
    assert.equal((await provider().generate({ prompt: 'x' })).finishReason, 'length');
  });

  it('takes an answer that ends without a mark when its JSON is whole, and no other', async () => {
    const piece = (content: string): string =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
    server.on(CHAT, stream([piece('{"niche":'), piece('"mugs"}')]));
    assert.equal((await provider().generate({ prompt: 'x' })).completion, '{"niche":"mugs"}');
    for (const cut of ['{"niche":"mu', 'mugs']) {
      server.on(CHAT, stream([piece(cut)]));
      await assert.rejects(provider().generate({ prompt: 'x' }), (error) => {
        assert.ok(LexyBrainError.is(error, 'provider-network'));
        assert.match(error.message, /broke off/);
        return true;
      });
    }
  });

  it('logs what is left of the rate limit', async () => {
    server.on(
      CHAT,
      chatStream({
        pieces: ['ok'],
        headers: { 'x-ratelimit-remaining-tokens': '149984', 'x-ratelimit-reset-tokens': '6m0s' },
      }),
    );
    await provider().generate({ prompt: 'x' });
    assert.match(log.lines[0]!, /x-ratelimit-remaining-tokens 149984, x-ratelimit-reset-tokens 6m0s/);
  });

  it('lists chat models with their prices, and the retired ones as not live', async () => {
    server.on(
      'GET /v1/models',
      json(200, {
        object: 'list',
        data: [
          { id: 'gpt-4o-mini', object: 'model', created: 1, owned_by: 'system', shutdown_date: '2027-01-14' },
          { id: 'gpt-3.5-turbo', object: 'model', shutdown_date: '2026-09-01' },
          { id: 'text-embedding-3-small', object: 'model' },
        ],
      }),
    );
    const models = await provider({ fetch: own, baseUrl: undefined }).listModels!();
    assert.deepEqual(
      models.map(({ id, live, endsOn }) => [id, live, endsOn]),
      [
        ['gpt-4o-mini', true, '2027-01-14'],
        ['gpt-3.5-turbo', false, '2026-09-01'],
      ],
    );
    assert.equal(models[0]?.price?.highest.input, 0.15);
    assert.match(models[0].price.highest.source, /genai-prices/);
    const others = await provider().listModels!();
    assert.deepEqual([others.length, others[0]?.price], [3, null], "another service's prices are its own");
  });

  it('wants a model to be chosen, and a key', async () => {
    await assert.rejects(provider({ model: undefined }).generate({ prompt: 'x' }), (error) =>
      LexyBrainError.is(error, 'provider-model-unknown'),
    );
    await assert.rejects(provider({ key: undefined }).generate({ prompt: 'x' }), /OPENAI_API_KEY is not set/);
    assert.equal(server.requests.length, 0);
  });

  it('tests the connection by the list of models', async () => {
    server.on('GET /v1/models', json(200, { data: [{ id: 'gpt-fake' }] }));
    assert.equal((await provider().testConnection()).success, true);
    assert.equal((await provider().testConnection({ model: 'gone' })).success, false);
    server.on(
      'GET /v1/models',
      json(401, { error: { message: 'Incorrect API key provided: sk-pr***cdef' } }),
    );
    const refused = await provider().testConnection();
    assert.equal(refused.success, false);
    assert.doesNotMatch(refused.message, /sk-pr/);
    assert.equal(server.asked('/v1/chat/completions').length, 0);
  });

  it('counts usage in disjoint buckets', () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 200,
      total_tokens: 1200,
      prompt_tokens_details: { cached_tokens: 600, cache_write_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 150 },
    };
    assert.deepEqual(
      { ...chatUsage(usage, null) },
      { uncachedIn: 300, cacheRead: 600, cacheWrite: 100, out: 200, estimated: false, raw: null },
    );
    assert.equal(chatUsage({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 115 }, null)?.out, 105);
    const lies = { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 99 } };
    assert.deepEqual([chatUsage(lies, null)?.uncachedIn, chatUsage(lies, null)?.cacheRead], [0, 10]);
    for (const bad of [{ prompt_tokens: -1, completion_tokens: 5 }, { prompt_tokens: '9' }, {}, null]) {
      assert.equal(chatUsage(bad, null), null);
    }
  });

  it('takes the latest usage when every chunk restates it', async () => {
    const events = chatEvents({ pieces: ['a', 'b'], usage: null, done: false });
    const wire = events.map((event, i) =>
      event
        .replace(/"choices"/, `"usage":{"prompt_tokens":10,"completion_tokens":${i + 1}},"choices"`)
        .replace(',"usage":null', ''),
    );
    server.on(CHAT, stream([...wire.map((event) => `${event}\n\n`), 'data: [DONE]\n\n']));
    assert.equal((await provider().generate({ prompt: 'x' })).usage?.out, wire.length);
  });
});
