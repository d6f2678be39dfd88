import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as z from 'zod';
import { LexyBrainError, type ErrorReason } from '../../../src/errors.ts';
import { createProvider } from '../../../src/providers/index.ts';
import type { LexyBrainProvider, ProviderPorts } from '../../../src/providers/types.ts';
import { FakeServer, json, stream, type Responder } from '../../fakes/http-server.ts';
import { messagesEvents, messagesStream } from '../../fakes/messages-wire.ts';
import { FakeTime, MemoryLog, platformFetch } from '../../fakes/ports.ts';

const MESSAGES = 'POST /v1/messages';
const KEY = 'sk-ant-api03-0123456789abcdef';
const schema = { name: 'brief', schema: z.object({ niche: z.string().max(9) }) };
const refusal = (status: number, type: string, message: string, details?: object): Responder =>
  json(status, {
    type: 'error',
    error: { type, message, ...(details ? { details } : {}) },
    request_id: 'req_1',
  });

describe('Anthropic', () => {
  let server: FakeServer;

  const provider = (ports: Partial<ProviderPorts> = {}): LexyBrainProvider =>
    createProvider('anthropic', {
      fetch: platformFetch,
      log: new MemoryLog(),
      time: new FakeTime(),
      memory: new Map(),
      key: () => Promise.resolve(KEY),
      baseUrl: server.origin,
      model: 'claude-fake',
      ...ports,
    });

  beforeEach(async () => {
    server = await FakeServer.start();
  });
  afterEach(() => server.stop());

  it('the official client reads the fake as we do', async () => {
    server.on(MESSAGES, messagesStream({ pieces: ['{"niche":', '"蜡烛"}'] }));
    const client = new Anthropic({ apiKey: KEY, baseURL: server.origin, maxRetries: 0 });
    const theirs = await client.messages
      .stream({ model: 'claude-fake', max_tokens: 100, messages: [{ role: 'user', content: 'x' }] })
      .finalMessage();
    const ours = await provider().generate({ prompt: 'x' });
    const text = theirs.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    assert.equal(ours.completion, text);
    assert.equal(ours.usage?.uncachedIn, theirs.usage.input_tokens);
    assert.equal(ours.usage.out, theirs.usage.output_tokens);
    assert.equal(ours.usage.cacheRead, theirs.usage.cache_read_input_tokens);
    assert.equal(ours.usage.cacheWrite, theirs.usage.cache_creation_input_tokens);
    assert.equal(ours.model, theirs.model);
    const [theirRequest, ourRequest] = server.requests;
    assert.equal(ourRequest?.headers['anthropic-version'], theirRequest?.headers['anthropic-version']);
  });

  it('asks as Messages want to be asked: version pinned, no temperature, schema in output_config', async () => {
    server.on(MESSAGES, messagesStream({ pieces: ['{"niche":"x"}'] }));
    const pieces: string[] = [];
    const answer = await provider({ baseUrl: `${server.origin}/v1/` }).generate(
      { prompt: 'list', system: 'brief', schema, temperature: 0.3 },
      { onText: (piece) => pieces.push(piece) },
    );
    assert.deepEqual([answer.structure, answer.finishReason, pieces], ['schema', 'stop', ['{"niche":"x"}']]);
    const [seen] = server.requests;
    assert.equal(seen?.headers['x-api-key'], KEY);
    assert.equal(seen.headers['anthropic-version'], '2026-10-21');
    assert.deepEqual(seen.body, {
      model: 'claude-fake',
      max_tokens: 1024,
      system: 'brief',
      messages: [{ role: 'user', content: 'list' }],
      stream: true,
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: { niche: { type: 'string' } },
            required: ['niche'],
            additionalProperties: false,
          },
        },
      },
    });
  });

  it('falls back to instructions where a model takes no schema', async () => {
    server.on(
      MESSAGES,
      refusal(400, 'invalid_request_error', 'output_config: Extra inputs are not permitted'),
      messagesStream({ pieces: ['{}'] }),
    );
    const answer = await provider().generate({ prompt: 'x', schema });
    assert.deepEqual([answer.structure, answer.attempts], ['instructions', 2]);
    assert.match(String(server.requests[1]!.body!['system']), /JSON schema/);
  });

  it('takes a message that was not streamed', async () => {
    server.on(
      MESSAGES,
      json(200, {
        type: 'message',
        model: 'claude-fake',
        content: [
          { type: 'thinking', thinking: 'x' },
          { type: 'text', text: 'whole' },
        ],
        stop_reason: 'max_tokens',
        usage: { input_tokens: 3, output_tokens: 4 },
      }),
    );
    const answer = await provider().generate({ prompt: 'x' });
    assert.deepEqual([answer.completion, answer.finishReason, answer.usage?.out], ['whole', 'length', 4]);
  });

  it('passes over events it does not know', async () => {
    const events = messagesEvents({ pieces: ['ok'] });
    events.splice(3, 0, 'event: future\ndata: {"type":"future_event","x":1}\n\n');
    server.on(MESSAGES, stream(events));
    assert.equal((await provider().generate({ prompt: 'x' })).completion, 'ok');
  });

  const failures: readonly [string, Responder, ErrorReason, RegExp, number][] = [
    [
      '401',
      refusal(401, 'authentication_error', 'invalid x-api-key'),
      'provider-unauthorized',
      /HTTP 401: invalid/,
      1,
    ],
    ['402', refusal(402, 'billing_error', 'no credit'), 'provider-payment', /HTTP 402/, 1],
    ['403', refusal(403, 'permission_error', 'no'), 'provider-forbidden', /HTTP 403/, 1],
    ['404', refusal(404, 'not_found_error', 'model: claude-fake'), 'provider-model-unknown', /HTTP 404/, 1],
    ['413', refusal(413, 'request_too_large', 'too large'), 'provider-bad-request', /HTTP 413/, 1],
    ['429', refusal(429, 'rate_limit_error', 'slow'), 'provider-rate-limited', /HTTP 429/, 3],
    [
      '429 for good',
      refusal(429, 'rate_limit_error', 'spent', { error_code: 'enforced_spend_limit_reached' }),
      'provider-quota',
      /HTTP 429/,
      1,
    ],
    [
      '529',
      refusal(529, 'overloaded_error', 'Overloaded'),
      'provider-unavailable',
      /HTTP 529: Overloaded/,
      3,
    ],
    [
      'an error inside the stream',
      stream([
        ...messagesEvents({ pieces: ['{"a'], complete: false }),
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      ]),
      'provider-unavailable',
      /^Anthropic: Overloaded$/,
      1,
    ],
    [
      'a stream that ends in the middle',
      stream(messagesEvents({ pieces: ['{"a'], complete: false })),
      'provider-network',
      /broke off/,
      1,
    ],
    ['a refusal', messagesStream({ pieces: [], stopReason: 'refusal' }), 'provider-refused', /refused/, 1],
    ['nothing', messagesStream({ pieces: [] }), 'provider-answer', /Anthropic: empty completion/, 1],
  ];
  for (const [name, responder, reason, message, requests] of failures) {
    it(`words ${name}`, async () => {
      server.on(MESSAGES, responder);
      await assert.rejects(provider().generate({ prompt: 'x' }), (error) => {
        assert.ok(LexyBrainError.is(error), String(error));
        assert.equal(error.reason, reason);
        assert.match(error.message, message);
        return true;
      });
      assert.equal(server.asked('/v1/messages').length, requests);
    });
  }

  it('lists models', async () => {
    server.on(
      'GET /v1/models?limit=1000',
      json(200, { data: [{ id: 'claude-x', max_input_tokens: 200000 }] }),
    );
    const [model] = await provider().listModels!();
    assert.deepEqual([model?.id, model?.contextTokens, model?.price], ['claude-x', 200000, null]);
    assert.equal(server.requests[0]!.headers['x-api-key'], KEY);
  });
});
