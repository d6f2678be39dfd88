import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  readConfiguration,
  requireEnabled,
  requireSound,
  RETIRED_VARIABLES,
  SETTINGS,
  type Environment,
  type SettingDefinition,
  type SettingName,
} from '../../../src/configuration.ts';
import { LexyBrainError } from '../../../src/errors.ts';

const read = (settings: Record<string, unknown> = {}, environment: Environment = {}) =>
  readConfiguration((key) => settings[key], environment);

/** For each setting a value that fits, and some that do not. */
const CASES: Readonly<Record<string, { good: unknown; bad: readonly unknown[] }>> = {
  enabled: { good: false, bad: ['false', 0, null] },
  provider: { good: 'openai', bad: [5, null, ['openai']] },
  model: { good: 'org/model', bad: [7, 'm'.repeat(301)] },
  routing: {
    good: { risk_sentinel: 'anthropic/claude', ad_insight: 'builtin' },
    bad: [{ risk_sentinal: 'builtin' }, { ad_insight: '' }, ['builtin'], 'builtin'],
  },
  fallbacks: { good: ['local/m', 'builtin'], bad: ['local/m', [''], [5], Array(6).fill('builtin')] },
  experiment: {
    good: {
      name: 'size',
      arms: [
        { name: 'small', model: 'local/s', weight: 1 },
        { name: 'large', model: 'local/l', weight: 0 },
      ],
    },
    bad: [
      { name: 'one arm', arms: [{ name: 'a', model: 'local/a', weight: 1 }] },
      {
        name: 'one name',
        arms: [
          { name: 'a', model: 'local/a', weight: 1 },
          { name: 'a', model: 'local/b', weight: 1 },
        ],
      },
      {
        name: 'no weight',
        arms: [
          { name: 'a', model: 'local/a', weight: 0 },
          { name: 'b', model: 'local/b', weight: 0 },
        ],
      },
      'size',
    ],
  },
  huggingfaceBaseUrl: {
    good: 'https://proxy.example/v1',
    bad: ['http://proxy.example/v1', 'proxy.example', 'file:///etc', 8],
  },
  huggingfaceBillTo: { good: 'my-team', bad: [true, 'x'.repeat(201)] },
  openaiBaseUrl: { good: 'http://127.0.0.1:8080/v1', bad: ['http://127.0.0.1.example.com/v1', 'ftp://x'] },
  anthropicBaseUrl: {
    good: 'https://api.anthropic.com',
    bad: ['http://api.anthropic.com', 'javascript:alert(1)'],
  },
  localBaseUrl: {
    good: 'http://localhost:11434/v1',
    bad: ['http://192.168.1.5:11434/v1', 'localhost:11434'],
  },
  dailyCostCap: { good: 12.5, bad: [-1, '10', Number.NaN, 1_000_001, Number.POSITIVE_INFINITY] },
  quotaBriefs: { good: 0, bad: [-2, 1.5, '5', null] },
  quotaCalls: { good: 100, bad: [-2, 1.5, '5', null] },
  requestsPerMinute: { good: 60, bad: [-1, 10_001, 0.5] },
  prices: {
    good: { 'openai/x': { input: 1, output: 2 } },
    bad: [{ x: { input: 1 } }, { x: { input: -1, output: 1 } }, { x: { input: 20_000, output: 1 } }, []],
  },
  allowUnknownPrice: { good: true, bad: ['true', 1] },
  language: { good: 'de', bad: [5, 'x'.repeat(36)] },
  brandsAdd: { good: ['Acme'], bad: ['Acme', [5], ['x'.repeat(201)]] },
  brandsRemove: { good: ['willow'], bad: [{}, [null]] },
  listsInclude: { good: ['lists/*.csv'], bad: ['**', [''], [5]] },
  logPrompts: { good: false, bad: ['false', 0, null] },
  logRedact: { good: ['Jane Doe'], bad: ['Jane Doe', ['ab'], [5]] },
  retentionDays: { good: 90, bad: [-1, 1.5, '90', 36_501] },
  retentionMegabytes: { good: 500, bad: [-1, 0.5, '500'] },
  firstTokenSeconds: { good: 30, bad: [0, 3601, '30'] },
  totalSeconds: { good: 600, bad: [4, 3601, null] },
  bridgePort: { good: 50_000, bad: [80, 65_536, '43119', 1024.5] },
  bridgeLogChat: { good: true, bad: ['true', 1, null] },
};

/** A setting without a case here is one that nobody has tested. */
function caseOf(name: SettingName): { readonly good: unknown; readonly bad: readonly unknown[] } {
  return CASES[name] ?? assert.fail(`There is no case for the setting ${name}.`);
}

/** Every environment variable, what it may say and what that means. */
const VARIABLES: Readonly<
  Record<string, { says: readonly (readonly [string, unknown])[]; bad: readonly string[] }>
> = {
  LEXYBRAIN_ENABLE: {
    says: [
      ['true', true],
      ['TRUE', true],
      [' 1 ', true],
      ['yes', true],
      ['on', true],
      ['false', false],
      ['0', false],
      ['No', false],
      ['off', false],
    ],
    bad: ['maybe', '2'],
  },
  LEXYBRAIN_ROUTING: {
    says: [['{"risk_sentinel": "builtin"}', { risk_sentinel: 'builtin' }]],
    bad: ['builtin', '{"haiku": "builtin"}'],
  },
  LEXYBRAIN_FALLBACKS: {
    says: [[' local/llama3.2:3b, builtin ,', ['local/llama3.2:3b', 'builtin']]],
    bad: ['a,b,c,d,e,f'],
  },
  LEXYBRAIN_EXPERIMENT: {
    says: [
      [
        '{"name": "e", "arms": [{"name": "a", "model": "builtin"}, {"name": "b", "model": "local", "weight": 3}]}',
        {
          name: 'e',
          arms: [
            { name: 'a', model: 'builtin', weight: 1 },
            { name: 'b', model: 'local', weight: 3 },
          ],
        },
      ],
    ],
    bad: ['e', '{"name": "e"}'],
  },
  LEXYBRAIN_PRICES: {
    says: [['{"openai/m": {"input": 0.5, "output": 1.5}}', { 'openai/m': { input: 0.5, output: 1.5 } }]],
    bad: ['0.5', '{"openai/m": 1}', '{'],
  },
  LEXYBRAIN_ALLOW_UNKNOWN_PRICE: { says: [['yes', true]], bad: ['maybe'] },
  LEXYBRAIN_LOG_PROMPTS: { says: [['off', false]], bad: ['sometimes'] },
  LEXYBRAIN_PROVIDER: { says: [[' HuggingFace ', 'huggingface']], bad: [] },
  LEXYBRAIN_MODEL_ID: { says: [[' org/Model ', 'org/Model']], bad: ['m'.repeat(301)] },
  LEXYBRAIN_DAILY_COST_CAP: {
    says: [
      ['500', 500],
      [' 12.5 ', 12.5],
      ['0', 0],
    ],
    bad: ['ten', '-5', '1e99', '5 cents', 'Infinity', 'NaN'],
  },
};

const definitions = Object.entries(SETTINGS) as [SettingName, SettingDefinition][];

describe('the configuration', () => {
  it('checks a value once while it stays the same, and again when it was changed in place', () => {
    const settings = { 'brands.add': ['Acme'] as unknown[] };
    const { brandsAdd } = read(settings);
    assert.equal(read({ 'brands.add': ['Acme'] }).brandsAdd.value, brandsAdd.value);
    settings['brands.add'].push('Umbrella');
    assert.deepEqual(read(settings).brandsAdd.value, ['Acme', 'Umbrella']);
    assert.deepEqual(brandsAdd.value, ['Acme']);
    settings['brands.add'].push(5);
    assert.equal(read(settings).problems.length, 1);
    assert.equal(read(settings).brandsAdd.source, 'default');
  });

  for (const [name, { key, default: fallback }] of definitions) {
    describe(`lexybrain.${key}`, () => {
      it('has a default that fits', () => {
        const { problems, [name]: found } = read();
        assert.deepEqual(found, { value: fallback, source: 'default' });
        assert.deepEqual(problems, []);
        assert.ok(SETTINGS[name].schema.safeParse(fallback).success);
      });

      it('is read', () => {
        const { good } = caseOf(name);
        assert.notDeepEqual(good, fallback);
        const { problems, [name]: found } = read({ [key]: good });
        assert.deepEqual(found, { value: good, source: 'settings' });
        assert.deepEqual(problems, []);
      });

      it('of the wrong form is named as a problem and never guessed', () => {
        for (const bad of caseOf(name).bad) {
          const configuration = read({ [key]: bad });
          assert.deepEqual(configuration[name], { value: fallback, source: 'default' });
          assert.deepEqual(
            configuration.problems.map((problem) => problem.name),
            [`lexybrain.${key}`],
            JSON.stringify(bad),
          );
          assert.throws(
            () => requireSound(configuration),
            (error) =>
              LexyBrainError.is(error, 'invalid-request') && error.toUserText().includes(`lexybrain.${key}`),
          );
        }
      });
    });
  }

  for (const [name, { key, default: fallback, environment }] of definitions) {
    if (environment === undefined) continue;
    const variable = environment.name;
    describe(variable, () => {
      const { says, bad } = VARIABLES[variable] ?? assert.fail(`There is no case for ${variable}.`);

      it('counts where the setting is not set, and not where it is', () => {
        for (const [text, value] of says) {
          assert.deepEqual(read({}, { [variable]: text })[name], { value, source: 'environment' }, text);
          const { good } = caseOf(name);
          assert.deepEqual(read({ [key]: good }, { [variable]: text })[name], {
            value: good,
            source: 'settings',
          });
        }
      });

      it('that is empty is as good as not set', () => {
        for (const text of ['', '  ', undefined]) {
          const configuration = read({}, { [variable]: text });
          assert.deepEqual(configuration[name], { value: fallback, source: 'default' });
          assert.deepEqual(configuration.problems, []);
        }
      });

      it('of the wrong form is named as a problem and never guessed', () => {
        for (const text of bad) {
          const configuration = read({}, { [variable]: text });
          assert.equal(configuration[name].source, 'default', text);
          assert.deepEqual(
            configuration.problems.map((problem) => problem.name),
            [variable],
          );
          assert.throws(
            () => requireSound(configuration),
            (error) => LexyBrainError.is(error, 'invalid-request') && error.message.includes(variable),
          );
        }
      });
    });
  }

  it('is not sound with a wrong setting, though the environment has a right one', () => {
    const configuration = read({ dailyCostCap: 'lots' }, { LEXYBRAIN_DAILY_COST_CAP: '100' });
    assert.equal(configuration.dailyCostCap.value, 100);
    assert.throws(() => requireSound(configuration), /lexybrain\.dailyCostCap cannot be used/);
  });

  it('is not changed by the variables of RunPod’s time', () => {
    const old = Object.fromEntries(RETIRED_VARIABLES.map((name) => [name, 'anything']));
    assert.deepEqual(read({}, old), read());
    assert.deepEqual([...RETIRED_VARIABLES].sort(), [
      'LEXYBRAIN_API_URL',
      'LEXYBRAIN_KEY',
      'LEXYBRAIN_MODEL_URL',
      'LEXYBRAIN_RUNPOD_ENDPOINT_ID',
      'RUNPOD_API_KEY',
    ]);
  });

  it('ends in a value that fits or in a named problem, whatever is set', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...definitions),
        fc.anything({ withBigInt: true }),
        fc.string(),
        ([name, { key, environment, schema }], set, text) => {
          const configuration = read(
            { [key]: set },
            environment === undefined ? {} : { [environment.name]: text },
          );
          assert.ok(schema.safeParse(configuration[name].value).success);
          if (set !== undefined && configuration[name].source !== 'settings') {
            assert.ok(configuration.problems.some((problem) => problem.name === `lexybrain.${key}`));
          }
          for (const { message } of configuration.problems) assert.ok(message.length > 3);
        },
      ),
    );
  });

  it('lets pass what is turned on and sound', () => {
    requireEnabled(read());
    requireSound(read());
  });

  it('says what turned it off', () => {
    assert.throws(
      () => requireEnabled(read({ enabled: false })),
      (error) => LexyBrainError.is(error, 'disabled') && (error.advice ?? '').includes('lexybrain.enabled'),
    );
    assert.throws(
      () => requireEnabled(read({}, { LEXYBRAIN_ENABLE: '0' })),
      (error) => LexyBrainError.is(error, 'disabled') && (error.advice ?? '').includes('LEXYBRAIN_ENABLE'),
    );
  });
});
