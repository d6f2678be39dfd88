import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import * as z from 'zod';
import { LexyBrainError, type ErrorReason } from '../../../src/errors.ts';
import { createProvider } from '../../../src/providers/index.ts';
import type { LexyBrainProvider, ModelQuirks, ProviderPorts } from '../../../src/providers/types.ts';
import { chatEvents, chatStream, chatWhole, refusing } from '../../fakes/chat-wire.ts';
import { cutStream, FakeServer, json, raw, stream, type Responder } from '../../fakes/http-server.ts';
import { FakeTime, MemoryLog, platformFetch } from '../../fakes/ports.ts';

const CHAT = 'POST /v1/chat/completions';
const TOKEN = 'hf_aVerySecretTokenOfTheTests42';
const schema = {
  name: 'brief',
  schema: z.object({ niche: z.string(), score: z.number().min(0).nullable() }),
};

describe('Hugging Face', () => {
  let server: FakeServer;
  let log: MemoryLog;
  let time: FakeTime;
  let memory: Map<string, ModelQuirks>;

  const provider = (ports: Partial<ProviderPorts> = {}): LexyBrainProvider =>
    createProvider('huggingface', {
      fetch: platformFetch,
      log,
      time,
      memory,
      key: () => Promise.resolve(TOKEN),
      baseUrl: `${server.origin}/v1`,
      ...ports,
    });

  beforeEach(async () => {
    server = await FakeServer.start();
    log = new MemoryLog();
    time = new FakeTime();
    memory = new Map();
  });
  afterEach(() => server.stop());

  it('asks as the router wants to be asked, and streams the answer', async () => {
    server.on(
      CHAT,
      chatStream({
        pieces: ['{"niche":', '"candles"', '}'],
        model: 'meta-llama/Llama-3.1-8B-Instruct',
        headers: { 'x-inference-provider': 'novita', 'x-request-id': 'r-1' },
      }),
    );
    const pieces: string[] = [];
    const answer = await provider({ billTo: 'my-team' }).generate(
      { prompt: 'the list', system: 'be brief', schema, temperature: 0.3, max_tokens: 300 },
      { onText: (piece) => pieces.push(piece) },
    );
    assert.equal(answer.completion, '{"niche":"candles"}');
    assert.deepEqual(pieces, ['{"niche":', '"candles"', '}']);
    assert.equal(answer.servedBy, 'novita');
    assert.equal(answer.structure, 'schema');
    assert.equal(answer.finishReason, 'stop');
    assert.equal(answer.attempts, 1);
    assert.deepEqual(
      { ...answer.usage, raw: null },
      { uncachedIn: 100, cacheRead: 0, cacheWrite: 0, out: 20, estimated: false, raw: null },
    );
    const [seen] = server.requests;
    assert.equal(seen?.headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(seen.headers['x-hf-bill-to'], 'my-team');
    assert.deepEqual(seen.body, {
      model: 'meta-llama/Llama-3.1-8B-Instruct',
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'the list' },
      ],
      max_tokens: 300,
      temperature: 0.3,
      stream: true,
      stream_options: { include_usage: true },
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'brief',
          strict: true,
          schema: {
            type: 'object',
            properties: {
              niche: { type: 'string' },
              score: { anyOf: [{ type: 'number' }, { type: 'null' }] },
            },
            required: ['niche', 'score'],
            additionalProperties: false,
          },
        },
      },
    });
    assert.equal(log.lines.length, 1);
    assert.match(log.lines[0]!, /huggingface chat .*attempt 1, HTTP 200.*x-request-id r-1/);
  });

  it('says that HF_TOKEN is not set before anything is sent', async () => {
    for (const key of [undefined, '', '  ', '""']) {
      await assert.rejects(
        provider({ key: () => Promise.resolve(key) }).generate({ prompt: 'x' }),
        (error) => {
          assert.ok(LexyBrainError.is(error, 'token-missing'));
          assert.equal(error.message, 'HF_TOKEN is not set');
          return true;
        },
      );
    }
    assert.equal(server.requests.length, 0);
  });

  const failures: readonly [string, Responder, ErrorReason, RegExp, RegExp][] = [
    [
      '401, a string',
      json(401, { error: 'Invalid credentials in Authorization header' }),
      'provider-unauthorized',
      /^HF router HTTP 401: Invalid credentials in Authorization header$/,
      /Set Hugging Face Token/,
    ],
    [
      '402, a string',
      json(402, { error: 'You have depleted your monthly included credits.' }),
      'provider-payment',
      /^HF router HTTP 402: You have depleted/,
      /credits/,
    ],
    [
      '403, a string',
      json(403, { error: 'This authentication method does not have sufficient permissions' }),
      'provider-forbidden',
      /^HF router HTTP 403: This authentication/,
      /^Tick “Make calls to Inference Providers” for the token at https:\/\/huggingface\.co\/settings\/tokens\.$/,
    ],
    [
      '403 about a model that is not for everyone',
      json(403, { error: 'Access to model o/m is restricted' }),
      'provider-forbidden',
      /^HF router HTTP 403: Access to model/,
      /^Use the default model meta-llama\/Llama-3\.1-8B-Instruct, or ask for access at https:\/\/huggingface\.co\//,
    ],
    [
      '400 about the model, an object',
      json(400, {
        error: {
          message: "The requested model 'X' is not supported by any provider you have enabled.",
          type: 'invalid_request_error',
          param: 'model',
          code: 'model_not_supported',
        },
      }),
      'provider-model-unknown',
      /^HF router HTTP 400: The requested model 'X'/,
      /Select Model/,
    ],
    [
      '422 with a detail',
      json(422, { detail: [{ loc: ['body', 'seed'], msg: 'wrong' }] }),
      'provider-bad-request',
      /^HF router HTTP 422: .*wrong/,
      /./,
    ],
    [
      '502 with HTML',
      raw(502, 'text/html', '<html><head><title>502 Bad Gateway</title></head><body>x</body></html>'),
      'provider-unavailable',
      /^HF router HTTP 502: 502 Bad Gateway$/,
      /https:\/\/status\.huggingface\.co\//,
    ],
    [
      '504 with nothing',
      raw(504, 'text/plain', ''),
      'provider-unavailable',
      /^HF router HTTP 504: no further words$/,
      /status\.huggingface/,
    ],
    [
      'an error object inside a stream',
      stream(['data: {"error":{"message":"Model overloaded","code":503}}\n\n']),
      'provider-unavailable',
      /^HF router HTTP 503: Model overloaded$/,
      /status\.huggingface/,
    ],
    [
      'an error string inside a stream that had begun',
      stream([
        ...chatEvents({ pieces: ['{"a'] })
          .slice(0, 2)
          .map((e) => `${e}\n\n`),
        'data: {"error":"went wrong"}\n\n',
      ]),
      'provider-unavailable',
      /^HF router: went wrong$/,
      /status\.huggingface/,
    ],
    [
      'an empty completion',
      chatStream({ pieces: [] }),
      'provider-answer',
      /^HF router: empty completion$/,
      /Ask again/,
    ],
    [
      'tokens used up before the answer',
      chatStream({ pieces: [], finish: 'length' }),
      'provider-answer',
      /^HF router: empty completion$/,
      /more tokens/,
    ],
    [
      'a login page instead of an answer',
      raw(200, 'text/html; charset=utf-8', '<html></html>'),
      'provider-answer',
      /web page/,
      /base URL/,
    ],
    [
      'a stream that ends in the middle',
      chatStream({ pieces: ['{"a'], finish: null, done: false }),
      'provider-network',
      /broke off/,
      /Ask again/,
    ],
    [
      'a cut socket',
      cutStream(['data: {"choices":[{"delta":{"content":"{"}}]}\n\n']),
      'provider-network',
      /broke off/,
      /./,
    ],
  ];
  for (const [name, responder, reason, message, advice] of failures) {
    it(`words ${name}`, async () => {
      server.on(CHAT, responder);
      await assert.rejects(provider().generate({ prompt: 'x', model: 'org/other' }), (error) => {
        assert.ok(LexyBrainError.is(error), String(error));
        assert.equal(error.reason, reason);
        assert.match(error.message, message);
        assert.match(error.advice ?? '', advice);
        return true;
      });
    });
  }

  it('keeps what had arrived when the answer breaks off', async () => {
    server.on(
      CHAT,
      cutStream(
        chatEvents({ pieces: ['{"niche":', '"can'] })
          .slice(0, 3)
          .map((e) => `${e}\n\n`),
      ),
    );
    await assert.rejects(provider().generate({ prompt: 'x' }), (error) => {
      assert.ok(LexyBrainError.is(error, 'provider-network'));
      assert.equal(error.rawAnswer, '{"niche":"can');
      return true;
    });
    assert.equal(server.requests.length, 1, 'never again after the first byte');
  });

  for (const usageAt of ['alone', 'delta', 'finish', 'twice'] as const) {
    it(`finds usage ${usageAt}`, async () => {
      server.on(CHAT, chatStream({ pieces: ['ok'], usageAt }));
      const { usage } = await provider().generate({ prompt: 'x' });
      assert.equal(usage?.uncachedIn, 100);
      assert.equal(usage.out, 20);
      assert.equal(usage.estimated, false);
    });
  }

  it('estimates usage where nobody counts, and says so', async () => {
    server.on(CHAT, chatStream({ pieces: ['four score and seven'], usage: null }));
    const { usage } = await provider().generate({ prompt: 'a prompt of some words' });
    assert.equal(usage?.estimated, true);
    assert.ok(usage.out > 0 && usage.uncachedIn > 0);
  });

  it('takes an answer from a server that does not stream', async () => {
    server.on(CHAT, chatWhole('{"niche":"x"}'));
    const answer = await provider().generate({ prompt: 'x' });
    assert.equal(answer.completion, '{"niche":"x"}');
    assert.equal(answer.usage?.out, 20);
  });

  it('falls from schema to JSON mode to instructions, and remembers it', async () => {
    const refuse = (body: Record<string, unknown>): { message: string } | null =>
      body['response_format'] === undefined
        ? null
        : { message: 'response_format is not available for this model' };
    server.on(CHAT, refusing(refuse, chatStream({ pieces: ['{}'] })));
    const attempts: number[] = [];
    const first = await provider().generate(
      { prompt: 'x', schema },
      { beforeAttempt: (n) => void attempts.push(n) },
    );
    assert.equal(first.structure, 'instructions');
    assert.deepEqual(attempts, [1, 2, 3]);
    const formats = server.requests.map(
      ({ body }) => (body!['response_format'] as { type?: string } | undefined)?.type,
    );
    assert.deepEqual(formats, ['json_schema', 'json_object', undefined]);
    const [system] = server.requests[2]!.body!['messages'] as { role: string; content: string }[];
    assert.match(system!.content, /JSON schema:\n\{"type":"object"/);
    const second = await provider().generate({ prompt: 'y', schema });
    assert.equal(second.attempts, 1, 'another provider object knows by the shared memory');
    assert.equal(second.structure, 'instructions');
  });

  it('does not try other forms when the model or the length is the trouble', async () => {
    for (const error of [
      { message: 'no such model', code: 'model_not_found' },
      { message: "This model's maximum context length is 8192 tokens" },
    ]) {
      server.on(
        CHAT,
        refusing(() => error, chatStream({ pieces: ['{}'] })),
      );
      const before = server.asked('/v1/chat/completions').length;
      await assert.rejects(provider().generate({ prompt: 'x', schema }));
      assert.equal(server.asked('/v1/chat/completions').length, before + 1);
      assert.equal(memory.size, 0);
    }
  });

  it('names live models that are like one that is gone', async () => {
    server
      .on(
        CHAT,
        json(400, { error: { message: 'not supported', code: 'model_not_supported', param: 'model' } }),
      )
      .on('GET /v1/models', json(200, { object: 'list', data: MODELS }));
    await assert.rejects(provider().generate({ prompt: 'x', model: 'meta-llama/Llama-2-8B' }), (error) => {
      assert.ok(LexyBrainError.is(error, 'provider-model-unknown'));
      assert.match(error.advice ?? '', /meta-llama\/Llama-3\.1-8B-Instruct/);
      assert.doesNotMatch(error.advice ?? '', /gone\/model/);
      return true;
    });
  });

  it('lists models with price, context and who is live', async () => {
    server.on('GET /v1/models', json(200, { object: 'list', data: MODELS }));
    const models = await provider().listModels!();
    assert.deepEqual(
      models.map(({ id, live }) => [id, live]),
      [
        ['meta-llama/Llama-3.1-8B-Instruct', true],
        ['gone/model', false],
        ['bare/model', false],
      ],
    );
    const [llama] = models;
    assert.deepEqual(llama?.servedBy, ['novita', 'fireworks-ai', 'featherless-ai']);
    assert.equal(llama.price?.lowest.input, 0.02);
    assert.equal(llama.price.highest.output, 0.2);
    assert.equal(llama.contextTokens, 16384);
    assert.equal(llama.structuredOutput, true);
    assert.equal(llama.price.highest.asOf, '2026-11-23');
    assert.equal(memory.size, 0);
  });

  it('starts with JSON mode where the list says that there is no schema mode', async () => {
    const offer = { provider: 'p', status: 'live', supports_structured_output: false };
    server
      .on('GET /v1/models', json(200, { data: [{ id: 'org/plain', providers: [offer] }] }))
      .on(CHAT, chatStream({ pieces: ['{}'] }));
    await provider().listModels!();
    const { structure } = await provider().generate({ prompt: 'x', model: 'org/plain', schema });
    assert.equal(structure, 'json');
  });

  const whoami = (accessToken: object): Responder =>
    json(200, { type: 'user', name: 'alice', auth: { type: 'access_token', accessToken } });
  const fineGrained = (permissions: string[]): object => ({
    role: 'fineGrained',
    fineGrained: { global: [], scoped: [{ entity: { type: 'user', name: 'alice' }, permissions }] },
  });

  it('tells a token that may generate, and asks no model for it', async () => {
    server
      .on('GET /api/whoami-v2', whoami(fineGrained(['inference.serverless.write'])))
      .on('GET /v1/models', json(200, { data: MODELS }));
    const result = await provider().testConnection();
    assert.equal(result.success, true, result.message);
    assert.equal(result.details?.['inferencePermission'], 'granted');
    assert.equal(server.asked('/v1/chat/completions').length, 0);
  });

  it('tells a token that may not', async () => {
    server.on('GET /api/whoami-v2', whoami(fineGrained(['repo.write'])));
    const result = await provider().testConnection();
    assert.equal(result.success, false);
    assert.match(result.message, /Make calls to Inference Providers/);
  });

  it('tries a token that proves nothing by a request of a few tokens, unless told not to', async () => {
    server
      .on('GET /api/whoami-v2', whoami({ role: 'read', displayName: 'old' }))
      .on('GET /v1/models', json(200, { data: MODELS }))
      .on(CHAT, json(403, { error: 'not sufficient permissions' }), chatStream({ pieces: [] }));
    const unproven = await provider().testConnection({ probe: false });
    assert.deepEqual([unproven.success, unproven.details?.['inferencePermission']], [true, 'unknown']);
    assert.equal(server.asked('/v1/chat/completions').length, 0);
    const refused = await provider().testConnection();
    assert.equal(refused.success, false);
    assert.match(refused.message, /HF router HTTP 403/);
    const granted = await provider().testConnection();
    assert.deepEqual([granted.success, granted.details?.['inferencePermission']], [true, 'granted']);
  });

  it('reports a token that is not valid, and a model that is not live', async () => {
    server.on('GET /api/whoami-v2', json(401, { error: 'Invalid username or password.' }));
    const invalid = await provider().testConnection();
    assert.match(invalid.message, /HF router HTTP 401/);
    assert.equal(invalid.reason, 'provider-unauthorized');
    server.on('GET /api/whoami-v2', whoami(fineGrained(['repo.content.read'])));
    assert.equal((await provider().testConnection()).reason, 'provider-forbidden');
    server
      .on('GET /api/whoami-v2', whoami(fineGrained(['inference.serverless.write'])))
      .on('GET /v1/models', json(200, { data: MODELS }));
    for (const model of ['gone/model', 'no/such', 'meta-llama/Llama-3.1-8B-Instruct:groq']) {
      const result = await provider().testConnection({ model });
      assert.equal(result.success, false);
      assert.match(result.message, /not live/);
      assert.equal(result.reason, 'provider-model-unknown');
    }
    const pinned = await provider().testConnection({ model: 'meta-llama/Llama-3.1-8B-Instruct:novita' });
    assert.equal(pinned.success, true, pinned.message);
  });
});

const MODELS = [
  {
    id: 'meta-llama/Llama-3.1-8B-Instruct',
    object: 'model',
    created: 1,
    owned_by: 'meta-llama',
    architecture: { input_modalities: ['text'], output_modalities: ['text'] },
    providers: [
      {
        provider: 'novita',
        status: 'live',
        context_length: 16384,
        pricing: { input: 0.02, output: 0.05 },
        supports_structured_output: true,
      },
      {
        provider: 'fireworks-ai',
        status: 'live',
        context_length: 131072,
        pricing: { input: 0.2, output: 0.2 },
      },
      { provider: 'featherless-ai', status: 'live' },
      { provider: 'groq', status: 'error', pricing: { input: 9, output: 9 } },
    ],
  },
  { id: 'gone/model', providers: [{ provider: 'novita', status: 'error' }] },
  { id: 'bare/model' },
  { id: 'a/painter', architecture: { output_modalities: ['image'] }, providers: [] },
  { object: 'model' },
];
