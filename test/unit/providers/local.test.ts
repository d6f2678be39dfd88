import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as z from 'zod';
import { LexyBrainError } from '../../../src/errors.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { findLocalServers } from '../../../src/providers/local-servers.ts';
import type { LexyBrainProvider, ProviderPorts } from '../../../src/providers/types.ts';
import { chatStream, refusing } from '../../fakes/chat-wire.ts';
import { FakeServer, json, type Responder } from '../../fakes/http-server.ts';
import { LOADING, LOCAL_FAKES, startLocal } from '../../fakes/local-wire.ts';
import { FakeTime, MemoryLog, platformFetch } from '../../fakes/ports.ts';

const schema = {
  name: 'radar',
  schema: z.object({ items: z.array(z.object({ term: z.string(), comment: z.string().max(80) })).max(5) }),
};

describe('Servers on this machine', () => {
  const servers: FakeServer[] = [];
  const start = async (kind: string): Promise<FakeServer> => {
    const server = await startLocal(kind);
    servers.push(server);
    return server;
  };
  const ports = (given: Partial<ProviderPorts> = {}): ProviderPorts => ({
    fetch: platformFetch,
    log: new MemoryLog(),
    time: new FakeTime(),
    memory: new Map(),
    ...given,
  });
  const provider = (server: FakeServer, given: Partial<ProviderPorts> = {}): LexyBrainProvider =>
    createProvider('local', ports({ baseUrl: server.origin, ...given }));

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it('are found and told apart', async () => {
    const kinds = Object.keys(LOCAL_FAKES);
    const started = await Promise.all(kinds.map((kind) => start(kind)));
    const baseUrls = started.map(({ origin }) => `${origin}/v1`);
    const dead = await FakeServer.start();
    await dead.stop();
    const found = await findLocalServers(ports(), { baseUrls: [...baseUrls, `${dead.origin}/v1`] });
    assert.deepEqual(
      found.map(({ kind }) => kind),
      kinds,
    );
    assert.deepEqual(
      found.map(({ models }) => models.map(({ id, contextTokens }) => [id, contextTokens])),
      [
        [['llama3.2:3b', null]],
        [['qwen2.5-7b', null]],
        [['SmolLM2-135M-Instruct.Q4_1.gguf', 4096]],
        [['Qwen/Qwen3-4B', 32768]],
        [['some.gguf', null]],
      ],
    );
  });

  it('that do something else are left alone', async () => {
    const website = await FakeServer.start();
    servers.push(website);
    assert.deepEqual(await findLocalServers(ports(), { baseUrls: [`${website.origin}/v1`] }), []);
  });

  it('answer with their only model, held to the terms of the list, at no price', async () => {
    const server = await start('ollama');
    const answer = await provider(server).generate({
      prompt: 'x',
      schema,
      terms: ['soy candle', 'wax', 'wax'],
    });
    assert.equal(answer.completion, '{"term":"a"}');
    assert.equal(answer.servedBy, 'Ollama');
    const body = server.asked('/v1/chat/completions')[0]!.body!;
    assert.equal(body['model'], 'llama3.2:3b');
    const format = body['response_format'] as { json_schema: { schema: unknown } };
    assert.deepEqual(format.json_schema.schema, {
      type: 'object',
      properties: {
        items: {
          type: 'array',
          maxItems: 5,
          items: {
            type: 'object',
            properties: {
              term: { type: 'string', enum: ['soy candle', 'wax'] },
              comment: { type: 'string', maxLength: 80 },
            },
            required: ['term', 'comment'],
            additionalProperties: false,
          },
        },
      },
      required: ['items'],
      additionalProperties: false,
    });
    const [model] = await provider(server).listModels!();
    assert.deepEqual([model?.price?.highest.input, model?.live, model?.servedBy], [0, true, ['Ollama']]);
    assert.equal(
      server.requests.every(({ headers }) => headers.authorization === undefined),
      true,
    );
  });

  it('tell which model answers when none is chosen: the only one, or the first that is loaded', async () => {
    const [one, several, studio, router] = await Promise.all(
      ['ollama', 'ollama', 'lmstudio', 'llamacpp'].map(start),
    );
    const list = (...data: object[]): Responder => json(200, { object: 'list', data });
    const names = ['qwen3:4b', 'llama3.2:3b', 'gemma3:1b'];
    several!
      .on('GET /v1/models', list(...names.map((id) => ({ id, owned_by: 'library' }))))
      .on('GET /api/ps', json(200, { models: [{ name: 'gemma3:1b', model: 'gemma3:1b' }] }));
    studio!.on('GET /v1/models', list({ id: 'a' }, { id: 'b' })).on(
      'GET /api/v1/models',
      json(200, {
        models: [
          { type: 'llm', key: 'a', loaded_instances: [] },
          { type: 'llm', key: 'b', loaded_instances: [{ id: 'b' }] },
        ],
      }),
    );
    router!.on(
      'GET /v1/models',
      list(
        { id: 'x.gguf', owned_by: 'llamacpp', status: { value: 'unloaded' } },
        { id: 'y.gguf', owned_by: 'llamacpp', status: { value: 'loaded' } },
      ),
    );
    const expected = ['llama3.2:3b', 'gemma3:1b', 'b', 'y.gguf'];
    for (const [index, server] of [one!, several!, studio!, router!].entries()) {
      assert.equal(await provider(server).defaultModel!(), expected[index]);
      await provider(server).generate({ prompt: 'x', model: '' });
      assert.equal(server.asked('/v1/chat/completions')[0]?.body?.['model'], expected[index]);
      const { success, message } = await provider(server).testConnection();
      assert.ok(success && message.endsWith(`${expected[index]!} answers.`), message);
    }
  });

  it('of which none is loaded have to be chosen from, by name', async () => {
    const server = await start('ollama');
    const names = Array.from({ length: 10 }, (_, index) => `model-${String(index)}`);
    server.on('GET /v1/models', json(200, { data: names.map((id) => ({ id, owned_by: 'library' })) }));
    const mustChoose = (error: unknown): boolean => {
      assert.ok(LexyBrainError.is(error, 'provider-model-unknown'));
      assert.equal(error.message, 'Ollama: 10 models are there, and none of them is chosen or loaded.');
      assert.match(error.advice ?? '', /Select Model, or --model .*: model-0, .*model-7, and 2 more\.$/);
      return true;
    };
    await assert.rejects(provider(server).defaultModel!(), mustChoose);
    await assert.rejects(provider(server).generate({ prompt: 'x' }), mustChoose);
    const { success, message } = await provider(server).testConnection();
    assert.ok(!success && message.includes('model-0'), message);
    assert.equal(server.asked('/v1/chat/completions').length, 0);
    assert.equal(
      (await provider(server).generate({ prompt: 'x', model: 'model-3' })).completion,
      '{"term":"a"}',
    );
  });

  it('with only one structured mode fall back past the other', async () => {
    const server = await start('lmstudio');
    server.on(
      'POST /v1/chat/completions',
      refusing(
        (body) =>
          'response_format' in body ? { message: "'response_format.type' must be 'text'", param: '' } : null,
        chatStream({ pieces: ['{}'] }),
      ),
    );
    assert.equal((await provider(server).generate({ prompt: 'x', schema })).structure, 'instructions');
  });

  it('are waited for while they load', async () => {
    const server = await start('llamacpp');
    server
      .on('GET /v1/models', LOADING, LOADING, json(200, { data: [{ id: 'smol', owned_by: 'llamacpp' }] }))
      .on(
        'POST /v1/chat/completions',
        LOADING,
        LOADING,
        LOADING,
        LOADING,
        LOADING,
        chatStream({ pieces: ['ok'] }),
      );
    const time = new FakeTime();
    const answer = await provider(server, { time }).generate({ prompt: 'x' });
    assert.equal(answer.completion, 'ok');
    assert.deepEqual(time.pauses, Array(7).fill(1000));
  });

  it('are not waited for longer than the deadline', async () => {
    const server = await start('llamacpp');
    server.on('GET /v1/models', LOADING).on('POST /v1/chat/completions', LOADING);
    const deadlines = { connect: 5_000 };
    await assert.rejects(provider(server, { deadlines }).generate({ prompt: 'x' }), (error) =>
      LexyBrainError.is(error, 'provider-loading'),
    );
    await assert.rejects(
      provider(server, { deadlines, model: 'smol' }).generate({ prompt: 'x' }),
      (error) => {
        assert.ok(LexyBrainError.is(error, 'provider-loading'));
        assert.equal(error.message, 'llama.cpp HTTP 503: Loading model');
        return true;
      },
    );
    const result = await provider(server).testConnection();
    assert.match(result.message, /llama\.cpp .* still loading/);
  });

  it('stop waiting when cancelled', async () => {
    const server = await start('llamacpp');
    server.on('GET /v1/models', LOADING);
    const controller = new AbortController();
    const time = new FakeTime();
    time.sleep = (_ms, signal) => {
      controller.abort();
      return Promise.reject(signal.reason as Error);
    };
    await assert.rejects(
      provider(server, { time }).generate({ prompt: 'x' }, { signal: controller.signal }),
      (error) => LexyBrainError.is(error, 'cancelled'),
    );
  });

  it('that are not there, not here, or without the model are errors with a next step', async () => {
    const server = await start('ollama');
    const { origin } = server;
    server.on(
      'POST /v1/chat/completions',
      json(404, { error: { message: 'model "nope" not found, try pulling it first', type: 'api_error' } }),
    );
    await assert.rejects(provider(server).generate({ prompt: 'x', model: 'nope' }), (error) => {
      assert.ok(LexyBrainError.is(error, 'provider-model-unknown'));
      assert.match(error.message, /^Ollama HTTP 404/);
      assert.match(error.advice ?? '', /llama3\.2:3b/);
      return true;
    });
    assert.equal((await provider(server).testConnection({ model: 'nope' })).success, false);
    assert.equal((await provider(server).testConnection()).success, true);
    await assert.rejects(
      provider(server, { baseUrl: 'http://192.168.1.5:8080/v1' }).generate({ prompt: 'x' }),
      (error) => {
        assert.ok(LexyBrainError.is(error, 'invalid-request'));
        assert.match(error.advice ?? '', /openai/);
        return true;
      },
    );
    await server.stop();
    await assert.rejects(
      provider(server, { baseUrl: `${origin}/v1/` }).generate({ prompt: 'x' }),
      /No local model server/,
    );
    servers.splice(0);
  });

  it('that want a key get it', async () => {
    const server = await start('vllm');
    await provider(server, { key: () => Promise.resolve('local-secret') }).generate({ prompt: 'x' });
    assert.ok(server.requests.every(({ headers }) => headers.authorization === 'Bearer local-secret'));
  });
});
