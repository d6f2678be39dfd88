import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { LexyBrainError, type ErrorReason } from '../../../src/errors.ts';
import { createProvider } from '../../../src/providers/index.ts';
import type {
  LanguageModelDescription,
  LanguageModels,
  LexyBrainProvider,
} from '../../../src/providers/types.ts';
import { FakeTime, MemoryLog, platformFetch } from '../../fakes/ports.ts';

const model = (
  vendor: string,
  id: string,
  more: Partial<LanguageModelDescription> = {},
): LanguageModelDescription => ({
  id,
  vendor,
  family: id,
  name: `${vendor} ${id}`,
  maxInputTokens: 1000,
  ...more,
});

/** The editor's models: counts a token a word, answers what it is told, throws what it is told. */
class FakeLanguageModels implements LanguageModels {
  models = [model('lexybrain', 'ours'), model('copilot', 'gpt-4o'), model('other', 'mini')];
  pieces: (string | Error)[] = ['{"niche":', '"x"}'];
  sent: { model: string; message: string; justification: string }[] = [];
  signal: AbortSignal | undefined;

  list(): Promise<readonly LanguageModelDescription[]> {
    return Promise.resolve(this.models);
  }
  async *send(
    { id }: LanguageModelDescription,
    message: string,
    { justification, signal }: { justification: string; signal: AbortSignal },
  ): AsyncIterable<string> {
    this.sent.push({ model: id, message, justification });
    this.signal = signal;
    for (const piece of this.pieces) {
      if (piece instanceof Error) throw piece;
      yield piece;
    }
  }
  countTokens(_model: LanguageModelDescription, text: string): Promise<number> {
    return Promise.resolve(text.split(/\s+/).length);
  }
}

describe('Models of VS Code', () => {
  const provider = (languageModels?: LanguageModels, time = new FakeTime()): LexyBrainProvider =>
    createProvider('vscode', { fetch: platformFetch, log: new MemoryLog(), time, languageModels });

  it('answer, with instructions in the one message and tokens counted by the editor', async () => {
    const lm = new FakeLanguageModels();
    const pieces: string[] = [];
    const answer = await provider(lm).generate(
      {
        prompt: 'the list',
        system: 'be brief',
        schema: { name: 'b', schema: z.object({ niche: z.string() }) },
      },
      { onText: (piece) => pieces.push(piece) },
    );
    assert.equal(answer.completion, '{"niche":"x"}');
    assert.equal(answer.model, 'copilot/gpt-4o', 'never our own');
    assert.equal(answer.structure, 'instructions');
    assert.equal(answer.usage?.estimated, true);
    assert.equal(answer.usage.out, 1);
    assert.equal(pieces.length, 2);
    assert.match(lm.sent[0]!.message, /^be brief\n\nthe list\n\nAnswer with one JSON object/);
    assert.notEqual(lm.sent[0]!.justification, '');
  });

  it('are picked by vendor and id, or by family', async () => {
    const lm = new FakeLanguageModels();
    for (const wanted of ['other/mini', 'mini']) {
      assert.equal((await provider(lm).generate({ prompt: 'x', model: wanted })).model, 'other/mini');
    }
    await assert.rejects(provider(lm).generate({ prompt: 'x', model: 'lexybrain/ours' }), (error) => {
      assert.ok(LexyBrainError.is(error, 'provider-model-unknown'));
      assert.match(error.advice ?? '', /copilot\/gpt-4o, other\/mini/);
      return true;
    });
    const models = await provider(lm).listModels!();
    assert.deepEqual(
      models.map(({ id }) => id),
      ['copilot/gpt-4o', 'other/mini'],
    );
  });

  const codes: readonly [string, ErrorReason, RegExp][] = [
    ['NoPermissions', 'provider-forbidden', /not allowed/],
    ['Blocked', 'provider-quota', /quota/],
    ['NotFound', 'provider-model-unknown', /not offered any more/],
    ['Unknown', 'provider-unavailable', /could not answer.*the reason/],
  ];
  for (const [code, reason, message] of codes) {
    it(`say what ${code} means, even in the middle of an answer`, async () => {
      const lm = new FakeLanguageModels();
      lm.pieces = ['{"a', Object.assign(new Error('words', { cause: new Error('the reason') }), { code })];
      await assert.rejects(provider(lm).generate({ prompt: 'x' }), (error) => {
        assert.ok(LexyBrainError.is(error), String(error));
        assert.equal(error.reason, reason);
        assert.match(error.message, message);
        assert.equal(error.rawAnswer, '{"a');
        return true;
      });
    });
  }

  it('that are not there are an error with a next step', async () => {
    const none = new FakeLanguageModels();
    none.models = [model('lexybrain', 'ours')];
    await assert.rejects(provider(none).generate({ prompt: 'x' }), /offers no language model/);
    await assert.rejects(provider().generate({ prompt: 'x' }), /only be used inside VS Code/);
    assert.equal((await provider(none).testConnection()).success, false);
  });

  it('are not sent more than they take', async () => {
    const lm = new FakeLanguageModels();
    await assert.rejects(provider(lm).generate({ prompt: 'word '.repeat(2000) }), (error) =>
      LexyBrainError.is(error, 'provider-bad-request'),
    );
    assert.equal(lm.sent.length, 0);
  });

  it('are cancelled, also when the editor does not answer', async () => {
    const lm = new FakeLanguageModels();
    const controller = new AbortController();
    lm.send = (_model, _message, { signal }) => {
      lm.signal = signal;
      controller.abort();
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
    };
    const time = new FakeTime();
    await assert.rejects(
      provider(lm, time).generate({ prompt: 'x' }, { signal: controller.signal }),
      (error) => LexyBrainError.is(error, 'cancelled'),
    );
    assert.equal(lm.signal?.aborted, true);
    assert.equal(time.waiting, 0);
  });

  it('are only looked at by a test of the connection', async () => {
    const lm = new FakeLanguageModels();
    assert.match((await provider(lm).testConnection()).message, /will ask for your consent/);
    lm.models = [model('copilot', 'gpt-4o', { allowed: true })];
    assert.match((await provider(lm).testConnection()).message, /you have allowed/);
    lm.models = [model('copilot', 'gpt-4o', { allowed: false })];
    assert.equal((await provider(lm).testConnection()).success, false);
    assert.equal(lm.sent.length, 0);
  });

  it('need not count', async () => {
    const lm = new FakeLanguageModels();
    lm.countTokens = () => Promise.reject(new Error('no counting'));
    const { usage } = await provider(lm).generate({ prompt: 'some words to count' });
    assert.ok(usage && usage.uncachedIn > 0 && usage.out > 0);
  });
});
