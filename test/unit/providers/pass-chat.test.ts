import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { createProvider } from '../../../src/providers/index.ts';
import type {
  ChatAnswer,
  ChatOptions,
  ChatRequest,
  ProviderId,
  ProviderPorts,
} from '../../../src/providers/types.ts';
import { chatStream, chatWhole, refusing, USAGE } from '../../fakes/chat-wire.ts';
import { FakeServer, json, raw, stream } from '../../fakes/http-server.ts';
import { FakeTime, MemoryLog, platformFetch } from '../../fakes/ports.ts';

const CHAT = 'POST /v1/chat/completions';
const KEY = 'sk-aVeryLongSecretKeyOfTheTests';
const MESSAGES = [{ role: 'user', content: 'x' }];

describe('Passing a chat through', () => {
  let server: FakeServer;
  let ports: ProviderPorts;
  beforeEach(async () => {
    server = await FakeServer.start();
    ports = {
      fetch: platformFetch,
      log: new MemoryLog(),
      time: new FakeTime(),
      key: () => Promise.resolve(KEY),
      baseUrl: `${server.origin}/v1`,
      memory: new Map(),
    };
  });
  afterEach(() => server.stop());

  const pass = async (
    request: Partial<ChatRequest> = {},
    options: ChatOptions = {},
    id: ProviderId = 'openai',
  ): Promise<ChatAnswer & { events: string[] }> => {
    const events: string[] = [];
    const provider = createProvider(id, ports);
    assert.ok('chat' in provider);
    const answer = await provider.chat(
      { model: 'some-model', body: { messages: MESSAGES }, stream: false, ...request },
      { onEvent: (data) => events.push(data), ...options },
    );
    return { ...answer, events };
  };

  it('reaches every provider that has the interface', async () => {
    server.on(CHAT, chatWhole('ok'));
    server.on('GET /v1/models', json(200, { object: 'list', data: [{ id: 'some-model' }] }));
    for (const id of ['openai', 'huggingface', 'anthropic', 'local'] as const) {
      const answer = await pass({}, {}, id);
      assert.equal(answer.text, 'ok', id);
      assert.equal(server.requests.at(-1)?.headers.authorization, `Bearer ${KEY}`, id);
    }
    for (const id of ['builtin', 'vscode'] as const) assert.ok(!('chat' in createProvider(id, ports)));
  });

  it('leaves the body as it is, but for model, stream and what counts tokens', async () => {
    server.on(CHAT, chatStream({ pieces: ['ok'] }));
    const body = {
      messages: MESSAGES,
      model: 'theirs',
      stream: false,
      temperature: 2,
      logit_bias: { '5': 1 },
      odd: [null],
    };
    await pass({ body, stream: true });
    assert.deepEqual(server.requests[0]?.body, {
      ...body,
      model: 'some-model',
      stream: true,
      stream_options: { include_usage: true },
    });
    await pass({ body: { ...body, stream_options: { include_usage: false } }, stream: true });
    assert.deepEqual(server.requests[1]?.body?.['stream_options'], { include_usage: false });
  });

  it('does without stream_options where the server does not take them, from then on', async () => {
    const answer = chatStream({ pieces: ['ok'], usage: null });
    const refuse = refusing(
      (body) => (body['stream_options'] ? { message: 'unknown: stream_options' } : null),
      answer,
    );
    server.on(CHAT, refuse);
    const first = await pass({ stream: true });
    assert.equal(first.usage.estimated, true);
    await pass({ stream: true });
    assert.equal(server.requests.length, 3);
    // What the caller asked for is the caller's to hear of.
    const asked = { messages: MESSAGES, stream_options: { include_usage: true } };
    await assert.rejects(pass({ body: asked, stream: true }), /stream_options/);
  });

  it('turns a whole answer into a stream where one is wanted', async () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    const message = { role: 'assistant', content: null, tool_calls: [call] };
    server.on(
      CHAT,
      json(200, {
        id: 'x',
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
        usage: USAGE,
      }),
    );
    const { events, usage } = await pass({ stream: true });
    assert.equal(usage.out, 20);
    const [chunk, ...others] = events.map(
      (data) => JSON.parse(data) as { object: string; choices: unknown[] },
    );
    assert.deepEqual(others, []);
    assert.equal(chunk?.object, 'chat.completion.chunk');
    const delta = { role: 'assistant', content: null, tool_calls: [{ index: 0, ...call }] };
    assert.deepEqual(chunk.choices, [{ index: 0, finish_reason: 'tool_calls', delta }]);
  });

  it('counts what is said in parts, and usage wherever it stands', async () => {
    const chunk = (delta: object, extra: object = {}): string =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta }], ...extra })}\n\n`;
    const parts = chunk({ content: [{ type: 'text', text: 'Hello there.' }] });
    server.on(CHAT, stream([parts, chunk({}, { x_groq: { usage: USAGE } }), 'data: [DONE]\n\n']));
    const counted = await pass({ stream: true });
    assert.deepEqual([counted.usage.out, counted.usage.estimated], [20, false]);
    assert.equal(counted.text, 'Hello there.');
    server.on(CHAT, stream([parts, 'data: [DONE]\n\n']));
    const { usage } = await pass({ stream: true });
    assert.ok(usage.estimated && usage.out > 0);
  });

  it('hides the key wherever a server says it', async () => {
    server.on(CHAT, chatWhole(`your key is ${KEY}`));
    assert.doesNotMatch(JSON.stringify(await pass()), /aVeryLong/);
    server.on(CHAT, chatStream({ pieces: [`your key is ${KEY}`], model: KEY }));
    assert.doesNotMatch(JSON.stringify(await pass({ stream: true })), /aVeryLong/);
  });

  it('says so when what comes back is no chat completion', async () => {
    for (const responder of [
      json(200, { hello: 1 }),
      json(200, []),
      raw(200, 'text/html', '<html>login</html>'),
      raw(200, 'application/json', '{"choices":'),
      json(200, { error: { message: 'out of memory' } }),
      stream(['data: {"error":"x"}\n\n']),
      stream(['data: nonsense\n\n']),
      stream(['']),
    ]) {
      server.on(CHAT, responder);
      for (const streamed of [false, true]) {
        const error: unknown = await pass({ stream: streamed }).catch((thrown: unknown) => thrown);
        assert.ok(LexyBrainError.is(error) && error.reason.startsWith('provider-'), String(error));
      }
    }
  });

  it('waits for its caller between the pieces', async () => {
    server.on(CHAT, chatStream({ pieces: Array.from({ length: 20 }, () => 'word ') }));
    let asked = 0;
    let waiting = false;
    const answer = await pass(
      { stream: true },
      {
        onEvent: () => assert.ok(!waiting, 'an event came while the caller was behind'),
        ready: () => {
          asked += 1;
          waiting = true;
          return new Promise((resolve) =>
            setTimeout(() => {
              waiting = false;
              resolve();
            }, 1),
          );
        },
      },
    );
    assert.ok(asked > 0);
    assert.equal(answer.text, 'word '.repeat(20));
  });

  it('can be given up while it waits for its caller', async () => {
    server.on(CHAT, chatStream({ pieces: ['a', 'b'] }));
    const left = new AbortController();
    const passing = pass(
      { stream: true },
      {
        signal: left.signal,
        ready: () => {
          left.abort();
          return new Promise(() => undefined);
        },
      },
    );
    await assert.rejects(passing, (error) => LexyBrainError.is(error, 'cancelled'));
  });
});
