import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError, type ErrorReason } from '../../../src/errors.ts';
import type { ModelPick } from '../../../src/generation/types.ts';
import { chatStream } from '../../fakes/chat-wire.ts';
import { json } from '../../fakes/http-server.ts';
import { briefDraft, CHAT, MODEL, TOKEN, World } from '../../fakes/world.ts';

describe('who answers', () => {
  let world: World;
  beforeEach(async () => (world = await World.start()));
  afterEach(() => world.stop());

  const refused = async (reason: ErrorReason, pick?: ModelPick): Promise<string> => {
    const error: unknown = await world.engine.route(pick).catch((thrown: unknown) => thrown);
    assert.ok(
      LexyBrainError.is(error, reason),
      error instanceof Error ? error.message : JSON.stringify(error),
    );
    return error.toUserText();
  };

  describe('with nothing chosen', () => {
    it('is Hugging Face once a token is there, by its default model', async () => {
      const route = await world.engine.route();
      assert.deepEqual(route, {
        provider: 'huggingface',
        providerLabel: 'Hugging Face',
        model: MODEL,
        baseUrl: `${world.server.origin}/v1`,
        forWantOfToken: false,
        chosenBy: 'default',
      });
    });

    it('is the built-in analyst before that, and it is said that a token is wanting', async () => {
      for (const token of [undefined, '', '  ', '""']) {
        world.environment['HF_TOKEN'] = token;
        const { provider, forWantOfToken } = await world.engine.route();
        assert.deepEqual([provider, forWantOfToken], ['builtin', true], `for ${JSON.stringify(token)}`);
      }
    });

    it('is nobody when the secret storage cannot be read: no key would be a guess', async () => {
      world.environment = {};
      world.engine = world.newEngine();
      world.storedKey = () => Promise.reject(new Error('no keyring'));
      assert.match(
        await refused('secrets-unavailable'),
        /HF_TOKEN cannot be read: no keyring.*keyring.*environment/s,
      );
    });

    it('is Hugging Face when a model was picked, which without a token is an error', async () => {
      delete world.environment['HF_TOKEN'];
      await refused('token-missing', { model: 'some/model' });
      world.environment['HF_TOKEN'] = TOKEN;
      assert.equal((await world.engine.route({ model: 'some/model' })).model, 'some/model');
    });
  });

  it('with Hugging Face chosen and no token is nobody', async () => {
    delete world.environment['HF_TOKEN'];
    world.settings['provider'] = 'huggingface';
    assert.match(
      await refused('token-missing'),
      /^HF_TOKEN is not set\. .*huggingface\.co\/settings\/tokens/,
    );
  });

  it('is told from the settings, then from the environment', async () => {
    world.environment['LEXYBRAIN_PROVIDER'] = 'builtin';
    assert.deepEqual(await chosen(), ['builtin', 'builtin', 'environment']);
    world.settings['provider'] = 'huggingface';
    assert.deepEqual(await chosen(), ['huggingface', MODEL, 'settings']);
    world.environment['LEXYBRAIN_MODEL_ID'] = 'meta-llama/Llama-3.1-70B-Instruct';
    assert.deepEqual(await chosen(), ['huggingface', 'meta-llama/Llama-3.1-70B-Instruct', 'settings']);
    world.settings['model'] = 'mistralai/Mixtral-8x7B-Instruct-v0.1';
    assert.deepEqual(await chosen(), ['huggingface', 'mistralai/Mixtral-8x7B-Instruct-v0.1', 'settings']);
  });

  it('a pick for one request goes first; a model of the settings is not for another provider', async () => {
    world.settings['model'] = 'org/of-hugging-face';
    world.environment['OPENAI_API_KEY'] = 'sk-a-key-of-the-tests-1234567890';
    assert.deepEqual(await chosen({ provider: 'openai', model: 'gpt-x' }), ['openai', 'gpt-x', 'request']);
    assert.deepEqual(await chosen({ provider: 'huggingface' }), [
      'huggingface',
      'org/of-hugging-face',
      'request',
    ]);
    assert.match(
      await refused('provider-model-unknown', { provider: 'openai' }),
      /No model is chosen for OpenAI/,
    );
    assert.deepEqual(await chosen({ provider: 'builtin' }), ['builtin', 'builtin', 'request']);
  });

  it('RunPod is an error that says how to move, and its variables change nothing', async () => {
    const before = await chosen();
    Object.assign(world.environment, {
      RUNPOD_API_KEY: 'rpa_0123456789012345678901234567890',
      LEXYBRAIN_RUNPOD_ENDPOINT_ID: 'abc',
      LEXYBRAIN_API_URL: 'https://runpod.invalid',
      LEXYBRAIN_MODEL_URL: 'https://runpod.invalid',
      LEXYBRAIN_KEY: 'key',
    });
    assert.deepEqual(await chosen(), before);
    world.environment['LEXYBRAIN_PROVIDER'] = 'RunPod';
    assert.match(
      await refused('provider-deprecated'),
      /RunPod is no longer supported.*huggingface.*HF_TOKEN/s,
    );
  });

  it('a name that no provider has is an error that lists them', async () => {
    world.environment['LEXYBRAIN_PROVIDER'] = 'skynet';
    assert.match(await refused('provider-unknown'), /“skynet”.*builtin, huggingface, openai/s);
  });

  describe('keys', () => {
    const bearer = async (): Promise<unknown> => {
      world.server.on(CHAT, chatStream({ pieces: [JSON.stringify(briefDraft())], model: MODEL }));
      await world.ask({ fresh: true });
      return world.chats.at(-1)?.headers.authorization;
    };

    it('are the stored ones before those of the environment', async () => {
      world.storedKey = async () => 'hf_tHeStoredOne1234567890';
      assert.equal(await bearer(), 'Bearer hf_tHeStoredOne1234567890');
      world.storedKey = async () => '';
      assert.equal(await bearer(), `Bearer ${TOKEN}`);
    });

    it('of the environment serve when the secret storage throws', async () => {
      world.storedKey = () => Promise.reject(new Error('no keyring'));
      assert.equal(await bearer(), `Bearer ${TOKEN}`);
    });

    it('that are set later count at once', async () => {
      delete world.environment['HF_TOKEN'];
      assert.equal((await world.engine.route()).provider, 'builtin');
      world.storedKey = async () => TOKEN;
      assert.equal((await world.engine.route()).provider, 'huggingface');
      assert.equal(await bearer(), `Bearer ${TOKEN}`);
    });
  });

  it('is tested without sending anything of a list', async () => {
    world.server.on(
      'GET /api/whoami-v2',
      json(200, { name: 'somebody', auth: { accessToken: { role: 'write' } } }),
    );
    world.server.on(CHAT, chatStream({ pieces: ['OK'], model: MODEL }));
    const { success, message } = await world.engine.testConnection();
    assert.equal(success, true, message);
    assert.doesNotMatch(JSON.stringify(world.server.requests), /nativity/);
  });

  async function chosen(pick?: ModelPick): Promise<string[]> {
    const { provider, model, chosenBy } = await world.engine.route(pick);
    return [provider, model, chosenBy];
  }
});
