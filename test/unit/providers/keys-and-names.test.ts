import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import {
  createProvider,
  formatModelReference,
  parseModelReference,
  providerEntry,
  PROVIDERS,
} from '../../../src/providers/index.ts';
import { hideSecretsDeep, redact, redactLine } from '../../../src/providers/redact.ts';
import { analyseToken, maskToken } from '../../../src/providers/token-check.ts';
import { PROVIDER_IDS, type ProviderPorts } from '../../../src/providers/types.ts';
import { MemoryLog, platformFetch } from '../../fakes/ports.ts';

const ports: ProviderPorts = { fetch: platformFetch, log: new MemoryLog() };

describe('A token', () => {
  const cases: readonly [string, string | undefined, string, string | null, RegExp][] = [
    [
      'as it should be',
      'hf_abcdefghijklmnop',
      '✅ OK: Token is set and trimmed',
      'hf_abcdefghijklmnop',
      /^$/,
    ],
    [
      'with whitespace',
      ' hf_abcdefghijklmnop\n',
      '⚠️ WARNING: Token has leading/trailing whitespace',
      'hf_abcdefghijklmnop',
      /Whitespace around/,
    ],
    ['empty', '', '❌ Token is empty', null, /^$/],
    ['of blanks', '  ', '❌ Token is empty', null, /^$/],
    ['not set', undefined, '❌ HF_TOKEN not set - LexyBrain will not work!', null, /^$/],
    ['in quotes', '"hf_abc"', '✅ OK: Token is set and trimmed', 'hf_abc', /Quotes/],
    [
      'as a line of a file',
      'export HF_TOKEN="hf_abc"',
      '✅ OK: Token is set and trimmed',
      'hf_abc',
      /name in front/,
    ],
    ['as a header', 'Bearer hf_abc', '✅ OK: Token is set and trimmed', 'hf_abc', /Bearer/],
    ['of somebody else', 'sk-abc', '✅ OK: Token is set and trimmed', 'sk-abc', /does not start with hf_/],
    ['in two pieces', 'hf_abc def', '✅ OK: Token is set and trimmed', 'hf_abc def', /whitespace inside/],
    ['with foreign characters', 'hf_abcé', '✅ OK: Token is set and trimmed', 'hf_abcé', /no key has/],
  ];
  for (const [name, given, issue, token, note] of cases) {
    it(name, () => {
      const analysis = analyseToken(given);
      assert.equal(analysis.issue, issue);
      assert.equal(analysis.token, token);
      assert.match(analysis.note, note);
      assert.equal(analysis.hasToken, token !== null);
      assert.equal(analysis.length, given?.length ?? 0);
    });
  }

  it('is masked beyond use', () => {
    assert.equal(maskToken('hf_abcdefghijklmnopqrst'), 'hf_••••qrst');
    assert.equal(maskToken('sk-ant-api03-abcdefghijkl'), 'sk-ant-••••ijkl');
    assert.equal(maskToken('short'), '••••');
  });
});

describe('Redaction', () => {
  it('hides any given secret wherever it stands, and known shapes of keys', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 8, unit: fc.constantFrom(...Array.from('abcXYZ019+/=_-&%')) }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          assert.ok(!redact(before + secret + after, [secret]).includes(secret));
          assert.ok(
            !redact(`${before} ${encodeURIComponent(secret)}`, [secret]).includes(encodeURIComponent(secret)),
          );
          const deep = hideSecretsDeep({ [secret]: [before + secret], n: 1 }, [secret]);
          assert.ok(!JSON.stringify(deep).includes(JSON.stringify(secret).slice(1, -1)));
        },
      ),
    );
    for (const key of [
      'hf_abcdefghijklmnop',
      'sk-proj-abc_DEF-123456',
      'sk-ant-api03-abcdef',
      'ghp_0123456789abcdefghij',
      'AKIAIOSFODNN7EXAMPLE',
      'AIzaSyA0123456789abcdefghijk',
      'gsk_0123456789abcdef',
      'rpa_0123456789abcdef0123',
      'sk-abc***wxyz',
    ]) {
      assert.doesNotMatch(
        redact(`the key ${key} was wrong`),
        new RegExp(key.slice(-5).replaceAll('*', '\\*')),
      );
    }
    assert.equal(redact('Authorization: Bearer abcdef123456'), 'Authorization: Bearer [key]');
    assert.equal(redact('{"x-api-key":"abcdef123456"}'), '{"x-api-key":"[key]"}');
  });

  it('leaves words alone', () => {
    for (const text of [
      'HF_TOKEN is not set',
      'task-oriented risk sk',
      'the bearer of good news',
      'hf-inference',
    ]) {
      assert.equal(redact(text, ['none', '']), text);
    }
  });

  it('keeps a line a line', () => {
    assert.equal(redactLine('a\r\nfake: line\u0000\u202eb'), 'a fake: line b');
    assert.equal(redactLine('x'.repeat(600)).length, 500);
  });
});

describe('The list of providers', () => {
  it('has every id once, with what the rest of the program needs', () => {
    assert.deepEqual(
      PROVIDERS.map(({ id }) => id),
      [...PROVIDER_IDS],
    );
    for (const entry of PROVIDERS) {
      assert.equal(entry.needsKey, entry.keyName !== null && entry.keyUrl !== null);
      assert.notEqual(createProvider(entry.id, ports).getProviderName(), '');
    }
    assert.equal(providerEntry('huggingface').defaultModel, 'meta-llama/Llama-3.1-8B-Instruct');
    assert.equal(providerEntry(' HuggingFace ').id, 'huggingface');
  });

  it('says how to move from RunPod, and what there is instead of an unknown one', () => {
    for (const make of [() => createProvider('runpod', ports), () => parseModelReference('runpod/x')]) {
      assert.throws(make, (error) => {
        assert.ok(LexyBrainError.is(error, 'provider-deprecated'));
        assert.match(error.advice ?? '', /LEXYBRAIN_PROVIDER.*huggingface.*HF_TOKEN/);
        return true;
      });
    }
    assert.throws(
      () => createProvider('gemini', ports),
      (error) => LexyBrainError.is(error, 'provider-unknown') && (error.advice ?? '').includes('huggingface'),
    );
  });

  it('is what a model reference begins with', () => {
    assert.deepEqual(parseModelReference('huggingface/meta-llama/Llama-3.1-8B-Instruct:fastest'), {
      provider: 'huggingface',
      model: 'meta-llama/Llama-3.1-8B-Instruct:fastest',
    });
    assert.deepEqual(parseModelReference('builtin'), { provider: 'builtin', model: null });
    for (const text of ['local/llama3.2:3b', 'vscode/copilot/gpt-4o', 'builtin']) {
      assert.equal(formatModelReference(parseModelReference(text)), text);
    }
  });
});

describe('The built-in analyst as a provider', () => {
  const builtin = createProvider('builtin', ports);

  it('answers with what is computed, at no price', async () => {
    const answer = await builtin.generate({ prompt: '' }, { compute: () => Promise.resolve({ niche: 'x' }) });
    assert.equal(answer.completion, '{"niche":"x"}');
    assert.equal(answer.model, 'builtin');
    assert.deepEqual([answer.usage?.uncachedIn, answer.usage?.out], [0, 0]);
    assert.equal((await builtin.testConnection()).success, true);
  });

  it('cannot answer without a list, nor after a cancel', async () => {
    await assert.rejects(builtin.generate({ prompt: 'x' }), (error) =>
      LexyBrainError.is(error, 'invalid-request'),
    );
    await assert.rejects(
      builtin.generate({ prompt: '' }, { compute: () => Promise.resolve(1), signal: AbortSignal.abort() }),
      (error) => LexyBrainError.is(error, 'cancelled'),
    );
  });
});
