import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { chatStream } from '../../fakes/chat-wire.ts';
import { briefDraft, CHAT, INPUT, MODEL, TOKEN, World } from '../../fakes/world.ts';

const QUESTION = { type: 'market_brief', input: INPUT, source: 'cli', logFolder: null } as const;

describe('the engine', () => {
  let world: World;
  beforeEach(async () => (world = await World.start()));
  afterEach(() => world.stop());

  it('opens, reads and contacts nothing before it is used', async () => {
    const engine = world.newEngine({
      configuration: () => assert.fail('read'),
      storedKey: () => assert.fail('asked for a key'),
      fetch: () => assert.fail('contacted'),
      openLog: () => assert.fail('opened a log'),
      lists: { ...world.engine.lists, open: () => assert.fail('opened a list') },
      dataFolder: '/proc/nowhere',
    });
    await engine.close();
    assert.deepEqual(world.log.lines, []);
  });

  const doors: Record<string, (world: World) => Promise<unknown>> = {
    generate: ({ engine, list }) => engine.generate({ ...QUESTION, list }),
    route: ({ engine }) => engine.route(),
    rate: ({ engine }) => engine.rate('workspace', 'x', 'positive', null),
    'test the connection': ({ engine }) => engine.testConnection(),
    'list models': ({ engine }) => engine.listModels('huggingface'),
  };
  for (const [name, door] of Object.entries(doors)) {
    it(`refuses to ${name} while it is turned off, and says by what`, async () => {
      world.settings['enabled'] = false;
      await assert.rejects(
        door(world),
        (error) => LexyBrainError.is(error, 'disabled') && error.toUserText().includes('lexybrain.enabled'),
      );
      delete world.settings['enabled'];
      world.environment['LEXYBRAIN_ENABLE'] = 'false';
      await assert.rejects(
        door(world),
        (error) => LexyBrainError.is(error, 'disabled') && error.toUserText().includes('LEXYBRAIN_ENABLE'),
      );
      assert.equal(world.server.requests.length, 0);
    });

    if (name === 'rate') continue;
    it(`refuses to ${name} with a setting that it would have to guess`, async () => {
      world.environment['LEXYBRAIN_DAILY_COST_CAP'] = 'ten';
      await assert.rejects(
        door(world),
        (error) =>
          LexyBrainError.is(error, 'invalid-request') && error.message.includes('LEXYBRAIN_DAILY_COST_CAP'),
      );
      assert.equal(world.server.requests.length, 0);
    });
  }

  it('takes ratings of an answer, changed and withdrawn', async () => {
    world.settings['provider'] = 'builtin';
    const { id } = await world.ask();
    await world.engine.rate('workspace', id, 'positive', 'to the point');
    await world.engine.rate('workspace', id, null, null);
    const ratings = world.logOf().records.filter((record) => record.kind === 'feedback');
    assert.deepEqual(
      ratings.map(({ response_id, feedback, notes }) => [response_id, feedback, notes]),
      [
        [id, 'positive', 'to the point'],
        [id, null, null],
      ],
    );
    assert.equal(ratings[0]?.user_id, world.logOf().logged[0]?.request?.user_id);
    world.logOf().failure = new Error('disk full');
    await assert.rejects(world.engine.rate('workspace', id, 'neutral', null), /disk full/);
  });

  it('opens one log for each folder, and closes them', async () => {
    const events: string[] = [];
    const engine = world.newEngine({
      openLog: (folder) => {
        events.push(`open ${folder}`);
        const log = world.logOf(folder);
        log.close = async () => void events.push(`close ${folder}`);
        return log;
      },
    });
    assert.equal(engine.workspaceLog('a'), engine.workspaceLog('a'));
    engine.workspaceLog('b');
    await engine.close();
    assert.deepEqual(events, ['open a', 'open b', 'close a', 'close b']);
  });

  it('lists the models of a provider, and none of one that has no list', async () => {
    assert.deepEqual(
      (await world.engine.listModels('huggingface')).map(({ id, live }) => [id, live]),
      [[MODEL, true]],
    );
    assert.deepEqual(await world.engine.listModels('builtin'), []);
  });

  describe('describes itself', () => {
    it('as the debug document did, without the key', async () => {
      world.environment['LEXYBRAIN_DAILY_COST_CAP'] = '250';
      world.environment['RUNPOD_API_KEY'] = 'rpa_0123456789012345678901234567890';
      world.server.on(CHAT, chatStream({ pieces: [JSON.stringify(briefDraft())], model: MODEL }));
      await world.ask();
      const document = await world.engine.describe();
      const { tokenMasked } = document.huggingface;
      assert.deepEqual(document, {
        enabled: true,
        provider: 'huggingface',
        modelVersion: MODEL,
        huggingface: {
          hasToken: true,
          tokenSource: 'HF_TOKEN',
          tokenMasked,
          modelId: MODEL,
          tokenAnalysis: {
            hasWhitespace: false,
            length: TOKEN.length,
            note: '',
            issue: '✅ OK: Token is set and trimmed',
          },
        },
        runpod_deprecated: {
          note: 'RunPod is no longer used. Its variables change nothing and can be removed.',
          variablesSet: ['RUNPOD_API_KEY'],
        },
        general: { dailyCostCap: 250, maxLatencyMs: 180_000 },
        money: { spentTodayCents: 0.042, capCents: 250 },
        problems: [],
      });
      assert.match(tokenMasked ?? '', /^hf_••••4711$/);
      assert.doesNotMatch(JSON.stringify(document), new RegExp(`${TOKEN}|rpa_`));
    });

    const analysis = async (): Promise<unknown[]> => {
      const { huggingface, problems } = await world.engine.describe();
      return [
        huggingface.hasToken,
        huggingface.tokenSource,
        huggingface.tokenAnalysis.issue,
        problems.join(' '),
      ];
    };

    it('with a stored, an odd, an empty and no token', async () => {
      world.storedKey = async () => ` ${TOKEN}\n`;
      assert.deepEqual(await analysis(), [
        true,
        'secret storage',
        '⚠️ WARNING: Token has leading/trailing whitespace',
        'The Hugging Face token is odd. Whitespace around it was removed.',
      ]);
      world.storedKey = async () => undefined;
      world.environment['HF_TOKEN'] = ' ';
      assert.deepEqual(await analysis(), [false, null, '❌ Token is empty', '']);
      delete world.environment['HF_TOKEN'];
      assert.deepEqual(await analysis(), [false, null, '❌ HF_TOKEN not set - LexyBrain will not work!', '']);
    });

    it('with what is wrong and what to do about it, each once', async () => {
      world.environment['HF_TOKEN'] = undefined;
      world.storedKey = () => Promise.reject(new Error('no keyring'));
      world.settings['enabled'] = false;
      world.settings['quota.briefs'] = 1.5;
      const { problems, enabled } = await world.engine.describe();
      assert.equal(enabled, false);
      assert.equal(problems.filter((problem) => problem.includes('no keyring')).length, 1);
      assert.ok(
        problems.some((problem) => problem.includes('Turn on the setting lexybrain.enabled')),
        problems.join('\n'),
      );
      assert.ok(
        problems.some((problem) => problem.startsWith('lexybrain.quota.briefs cannot be used')),
        problems.join('\n'),
      );
    });

    it('with a cap or a quota that is used up', async () => {
      world.server.on(CHAT, chatStream({ pieces: [JSON.stringify(briefDraft())], model: MODEL }));
      await world.ask();
      world.settings['dailyCostCap'] = 0.01;
      world.settings['quota.briefs'] = 1;
      const { problems } = await world.engine.describe();
      assert.match(
        problems.join('\n'),
        /cost cap is reached.*\n.*1 of 1 \(ai_brief\).*lexybrain\.quota\.briefs/,
      );
    });

    it('with RunPod chosen, or a ledger that cannot be read', async () => {
      world.environment['LEXYBRAIN_PROVIDER'] = 'runpod';
      await writeFile(join(world.dataFolder, 'ledger'), '');
      const { problems, provider, money } = await world.engine.describe();
      assert.equal(provider, 'runpod');
      assert.equal(money.spentTodayCents, null);
      assert.match(problems.join('\n'), /RunPod is no longer supported/);
      assert.match(problems.join('\n'), /ledger cannot be read/);
    });
  });
});
