import assert from 'node:assert/strict';
import { InferenceClient } from '@huggingface/inference';
import { afterEach, beforeEach, describe, it } from 'mocha';
import OpenAI, { APIError, AuthenticationError, NotFoundError, RateLimitError } from 'openai';
import { chatEvents, chatStream, USAGE } from '../../fakes/chat-wire.ts';
import { cutStream, json, silentAfter, stream, type Responder } from '../../fakes/http-server.ts';
import { Served, until } from '../../fakes/bridge.ts';
import { CHAT, MODEL, TOKEN } from '../../fakes/world.ts';

const REFERENCE = `huggingface/${MODEL}`;
const MESSAGES = [{ role: 'user' as const, content: 'Say something.' }];
const TOOLS = [
  {
    type: 'function' as const,
    function: { name: 'look_up', parameters: { type: 'object', properties: { term: { type: 'string' } } } },
  },
];
const CALL = {
  id: 'call_1',
  type: 'function',
  function: { name: 'look_up', arguments: '{"term":"candle"}' },
};

const whole = (message: object, finish = 'stop'): Responder =>
  json(
    200,
    {
      id: 'c1',
      object: 'chat.completion',
      created: 1,
      model: MODEL,
      choices: [
        { index: 0, message: { role: 'assistant', ...message }, finish_reason: finish, logprobs: null },
      ],
      usage: USAGE,
      extra: { kept: true },
    },
    { 'x-inference-provider': 'novita' },
  );

describe('Clients that others wrote', () => {
  let served: Served;
  let openai: OpenAI;
  beforeEach(async () => {
    served = await Served.start();
    openai = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: served.token });
  });
  afterEach(() => served.stop());

  const sent = (): Record<string, unknown> => served.world.chats.at(-1)?.body ?? {};
  const usage = async (): Promise<{ tokens: [number, number]; cost: number; model: string }> => {
    await until(() => served.log.logged.length > 0);
    const row = served.log.logged.at(-1)?.usage;
    assert.ok(row);
    assert.deepEqual([row.source, row.type, row.cache_hit], ['bridge', 'chat_completion', false]);
    return { tokens: [row.tokens_in, row.tokens_out], cost: row.cost_nano_usd, model: row.model_version };
  };

  describe('openai', () => {
    it('lists the models of the providers that are set up', async () => {
      const models: string[] = [];
      for await (const model of openai.models.list()) models.push(model.id);
      assert.deepEqual(models, [REFERENCE]);
    });

    it('looks one of them up by its name', async () => {
      assert.equal((await openai.models.retrieve(REFERENCE)).owned_by, 'huggingface');
      await assert.rejects(Promise.resolve(openai.models.retrieve('huggingface/nobody')), NotFoundError);
    });

    it('hears how models are called here when it names one as others do', async () => {
      for (const model of ['gpt-4o', MODEL]) {
        await assert.rejects(
          Promise.resolve(openai.chat.completions.create({ model, messages: MESSAGES })),
          (error: unknown) =>
            error instanceof NotFoundError &&
            error.code === 'model_not_found' &&
            error.message.includes('provider/model-id'),
        );
      }
      assert.equal(served.world.chats.length, 0);
    });

    it('gets a completion as its provider sent it, and its usage is recorded without its words', async () => {
      served.world.server.on(CHAT, whole({ content: 'Something.' }));
      const completion = await openai.chat.completions.create({
        model: REFERENCE,
        messages: MESSAGES,
        temperature: 0.7,
        metadata: { list: 'mine' },
        top_p: 0.9,
      });
      assert.equal(completion.choices[0]?.message.content, 'Something.');
      assert.deepEqual(completion.usage, USAGE);
      assert.deepEqual((completion as unknown as { extra: unknown }).extra, { kept: true });
      assert.deepEqual(sent(), {
        model: MODEL,
        messages: MESSAGES,
        temperature: 0.7,
        metadata: { list: 'mine' },
        top_p: 0.9,
        stream: false,
      });
      assert.equal(served.world.chats[0]?.headers.authorization, `Bearer ${TOKEN}`);
      // novita takes 1 USD a million tokens in, and 2 out.
      assert.deepEqual(await usage(), { tokens: [100, 20], cost: 140_000, model: REFERENCE });
      const [record] = served.log.logged;
      assert.deepEqual([record?.request, record?.responses, record?.insight], [null, [], null]);
      assert.doesNotMatch(JSON.stringify(served.log.records), /something/i);
    });

    it('gets the words of a stream one by one, and usage only when it asks for it', async () => {
      served.world.server.on(CHAT, chatStream({ pieces: ['Some', 'thing', '.'], model: MODEL }));
      for (const include of [false, true]) {
        const chunks = [];
        const answer = await openai.chat.completions.create({
          model: REFERENCE,
          messages: MESSAGES,
          stream: true,
          ...(include ? { stream_options: { include_usage: true } } : {}),
        });
        for await (const chunk of answer) chunks.push(chunk);
        assert.deepEqual(
          chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).filter(Boolean),
          ['Some', 'thing', '.'],
        );
        assert.deepEqual(chunks.at(-1)?.usage ?? null, include ? USAGE : null);
        assert.deepEqual(sent()['stream_options'], { include_usage: true });
      }
      assert.deepEqual((await usage()).tokens, [100, 20]);
    });

    it('calls tools, streamed and not', async () => {
      served.world.server.on(CHAT, whole({ content: null, tool_calls: [CALL] }, 'tool_calls'));
      const completion = await openai.chat.completions.create({
        model: REFERENCE,
        messages: MESSAGES,
        tools: TOOLS,
      });
      assert.deepEqual(completion.choices[0]?.message.tool_calls, [CALL]);
      assert.deepEqual(sent()['tools'], TOOLS);
      const delta = (tool: object, finish: string | null = null): string =>
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: MODEL, choices: [{ index: 0, delta: { role: 'assistant', tool_calls: [{ index: 0, ...tool }] }, finish_reason: finish }] })}\n\n`;
      served.world.server.on(
        CHAT,
        stream([
          delta({ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '' } }),
          delta({ function: { arguments: '{"term":' } }),
          delta({ function: { arguments: '"candle"}' } }, 'tool_calls'),
          'data: [DONE]\n\n',
        ]),
      );
      const runner = openai.chat.completions.stream({ model: REFERENCE, messages: MESSAGES, tools: TOOLS });
      const message = await runner.finalMessage();
      assert.equal(message.tool_calls?.[0]?.type, 'function');
      assert.deepEqual((message.tool_calls[0] as typeof CALL).function.arguments, CALL.function.arguments);
      // Nobody counted, so it is estimated.
      await until(() => served.log.logged.length === 2);
      assert.ok((served.log.logged.at(-1)?.usage?.tokens_out ?? 0) > 0);
    });

    it('may leave the model to the settings', async () => {
      served.world.settings['model'] = 'org/other';
      served.world.server.on(CHAT, whole({ content: 'x' }));
      const body = { messages: MESSAGES } as OpenAI.ChatCompletionCreateParamsNonStreaming;
      await openai.chat.completions.create(body);
      assert.equal(sent()['model'], 'org/other');
    });

    it('is told what is wrong in the shape it knows, and asks again only where that helps', async () => {
      const create = (
        model: string,
        messages: OpenAI.ChatCompletionMessageParam[] = MESSAGES,
      ): Promise<unknown> =>
        openai.chat.completions.create({ model, messages }).then(
          () => assert.fail('it did not fail'),
          (error: unknown) => error,
        );
      const expect = async (asked: Promise<unknown>, status: number, code: string): Promise<APIError> => {
        const error = await asked;
        assert.ok(error instanceof APIError, String(error));
        assert.deepEqual([error.status, error.code], [status, code]);
        assert.ok(error.message.length > 10);
        return error;
      };
      for (const model of ['gpt-5', MODEL, 'builtin', 'vscode/x', 'runpod/x', 'openai']) {
        const error = await create(model);
        assert.ok(
          error instanceof NotFoundError || (error instanceof APIError && error.status === 403),
          model,
        );
      }
      await expect(create('openai/gpt-5'), 403, 'provider_key_missing');
      await expect(create(REFERENCE, []), 400, 'invalid_request');
      served.world.settings['enabled'] = false;
      await expect(create(REFERENCE), 403, 'lexybrain_disabled');
      served.world.settings['enabled'] = true;
      served.world.settings['dailyCostCap'] = 0;
      assert.ok((await expect(create(REFERENCE), 429, 'cost_cap_reached')) instanceof RateLimitError);
      served.world.settings['dailyCostCap'] = null;
      assert.equal(served.world.chats.length, 0);

      const refusals: [number, unknown, number, string][] = [
        [
          400,
          { error: { message: 'bad top_p', type: 'invalid_request_error', param: 'top_p' } },
          400,
          'invalid_request',
        ],
        [400, { error: { message: 'no', code: 'model_not_supported' } }, 404, 'model_not_found'],
        [401, { error: `Invalid credentials ${TOKEN}` }, 403, 'provider_unauthorized'],
        [402, { error: 'You have depleted your credits.' }, 402, 'insufficient_quota'],
        [429, { error: { message: 'quota', code: 'insufficient_quota' } }, 429, 'insufficient_quota'],
      ];
      for (const [status, body, ours, code] of refusals) {
        const before: number = served.world.chats.length;
        served.world.server.on(CHAT, json(status, body));
        const error = await expect(create(REFERENCE), ours, code);
        assert.ok(!error.message.includes(TOKEN));
        assert.equal(served.world.chats.length, before + 1, `asked again after ${status}`);
      }
      const wrong = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: 'wrong' });
      await assert.rejects(Promise.resolve(wrong.models.list()), AuthenticationError);
    });

    it('hears of a stream that fails or breaks off midway', async () => {
      const [start = '', word = ''] = chatEvents({ pieces: ['Some'], model: MODEL }).map(
        (event) => `${event}\n\n`,
      );
      for (const responder of [
        stream([start, word, `data: {"error":{"message":"overloaded ${TOKEN}"}}\n\n`]),
        cutStream([start, word]),
        stream([start, word]),
      ]) {
        served.world.server.on(CHAT, responder);
        const words: string[] = [];
        const listen = async (): Promise<void> => {
          const answer = await openai.chat.completions.create({
            model: REFERENCE,
            messages: MESSAGES,
            stream: true,
          });
          for await (const chunk of answer) words.push(chunk.choices[0]?.delta.content ?? '');
        };
        await assert.rejects(
          listen(),
          (error: Error) => error instanceof APIError && !error.message.includes(TOKEN),
        );
        assert.equal(words.join(''), 'Some');
      }
      await until(() => served.log.logged.length === 3);
      assert.ok(
        served.log.logged.every(({ failure, usage: row }) => failure !== null && (row?.tokens_out ?? 0) > 0),
      );
    });

    it('ends the provider’s request by leaving', async () => {
      served.world.server.on(
        CHAT,
        silentAfter(
          chatEvents({ pieces: ['Some'] })
            .slice(0, 2)
            .map((event) => `${event}\n\n`),
        ),
      );
      const answer = await openai.chat.completions.create({
        model: REFERENCE,
        messages: MESSAGES,
        stream: true,
      });
      for await (const chunk of answer) if (chunk.choices[0]?.delta.content === 'Some') break;
      await served.world.chats[0]?.cut;
      const waiting = new AbortController();
      served.world.server.on(CHAT, silentAfter([]));
      const asked = openai.chat.completions.create(
        { model: REFERENCE, messages: MESSAGES },
        { signal: waiting.signal },
      );
      const left = assert.rejects(Promise.resolve(asked));
      await until(() => served.world.chats.length === 2);
      waiting.abort();
      await left;
      await served.world.chats[1]?.cut;
    });

    it('has its words logged only where the user says so', async () => {
      served.logChat = true;
      served.world.server.on(CHAT, whole({ content: 'Something private.' }));
      await openai.chat.completions.create({ model: REFERENCE, messages: MESSAGES });
      await usage();
      const [record] = served.log.logged;
      assert.equal(record?.request?.prompt, JSON.stringify(MESSAGES));
      assert.deepEqual([record.request.insight_type, record.request.source], ['chat_completion', 'bridge']);
      assert.deepEqual(record.responses[0]?.output_json, { content: 'Something private.' });
      assert.equal(record.responses[0].served_by, 'novita');
    });

    it('is never answered from a cache', async () => {
      served.world.server.on(CHAT, whole({ content: 'one' }), whole({ content: 'two' }));
      const ask = async (): Promise<unknown> =>
        (await openai.chat.completions.create({ model: REFERENCE, messages: MESSAGES })).choices[0]?.message
          .content;
      assert.deepEqual([await ask(), await ask()], ['one', 'two']);
    });
  });

  it('may say “dummy”, as huggingface_hub does where it was given an address and no model', async () => {
    served.world.server.on(CHAT, whole({ content: 'Something.' }));
    await openai.chat.completions.create({ model: 'dummy', messages: MESSAGES });
    assert.equal(sent()['model'], MODEL);
  });

  describe('@huggingface/inference', () => {
    it('chats, streamed and not', async () => {
      const client = new InferenceClient(served.token, { endpointUrl: `${served.url}/v1` });
      served.world.server.on(CHAT, whole({ content: 'Something.' }));
      const completion = await client.chatCompletion({ model: REFERENCE, messages: MESSAGES, max_tokens: 9 });
      assert.equal(completion.choices[0]?.message.content, 'Something.');
      assert.equal(sent()['max_tokens'], 9);
      served.world.server.on(CHAT, chatStream({ pieces: ['Some', 'thing'], model: MODEL }));
      let text = '';
      for await (const chunk of client.chatCompletionStream({ model: REFERENCE, messages: MESSAGES })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
      assert.equal(text, 'Something');
    });

    it('is not sent into its endless retries', async () => {
      const client = new InferenceClient(served.token, { endpointUrl: `${served.url}/v1` });
      // It asks again at once and without end after every 503.
      served.world.server.on(CHAT, (response) => {
        response.writeHead(503, { 'content-type': 'application/json', 'retry-after-ms': '1' });
        response.end('{"error":"overloaded"}');
      });
      await assert.rejects(client.chatCompletion({ model: REFERENCE, messages: MESSAGES }));
      assert.equal(served.world.chats.length, 3);
    });
  });
});
