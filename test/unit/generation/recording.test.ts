import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { openWorkspaceLog } from '../../../src/store/index.ts';
import { chatEvents, chatStream, chatWhole } from '../../fakes/chat-wire.ts';
import { json, stream } from '../../fakes/http-server.ts';
import { briefDraft, CHAT, MODEL, TOKEN, World } from '../../fakes/world.ts';

const GOOD = JSON.stringify(briefDraft());
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/;

describe('recording a generation', () => {
  let world: World;
  beforeEach(async () => (world = await World.start()));
  afterEach(() => world.stop());

  it('is one record: the request, every attempt, usage and insight', async () => {
    world.server.on(
      CHAT,
      chatStream({ pieces: ['What?'], model: MODEL }),
      chatStream({ pieces: [GOOD], model: MODEL, headers: { 'x-inference-provider': 'groq' } }),
    );
    const result = await world.ask({ source: 'bridge', input: { nicheTerms: ['wood'] } });
    const [record, ...others] = world.logOf().logged;
    assert.deepEqual(others, []);
    assert.ok(record?.request && record.insight && record.usage);
    const { request, responses, insight, usage } = record;
    assert.match(record.id, UUID_V7);
    assert.deepEqual([record.id, request.id], [result.requestId, result.requestId]);
    assert.equal(request.insight_type, 'market_brief');
    assert.equal(request.market, 'etsy');
    assert.deepEqual(request.niche_terms, ['wood']);
    assert.equal(request.source, 'bridge');
    assert.deepEqual(
      [request.list_name, request.list_hash, request.list_rows],
      ['nativity.csv', result.list.hash, result.list.rows],
    );
    assert.match(request.prompt, /wooden nativity set/);
    assert.match(request.user_id ?? '', /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      responses.map(({ attempt, success, served_by }) => [attempt, success, served_by]),
      [
        [1, false, null],
        [2, true, 'groq'],
      ],
    );
    assert.deepEqual(responses[1]?.output_json, briefDraft());
    assert.equal(insight.id, result.id);
    assert.equal(responses[1].id, result.id);
    assert.equal(insight.ttl_minutes, 24 * 60);
    assert.deepEqual(insight.output_json, JSON.parse(JSON.stringify(result)));
    assert.deepEqual([usage.cache_hit, usage.tokens_in, usage.tokens_out], [false, 200, 40]);
    assert.equal(usage.user_id, request.user_id);
  });

  it('never breaks or holds up an insight: it warns in the words people search for', async () => {
    world.server.on(CHAT, chatStream({ pieces: [GOOD], model: MODEL }));
    world.logOf().failure = new Error('read-only');
    const told: boolean[] = [];
    const recorded = Promise.withResolvers<undefined>();
    const result = await world.engine.generate(world.request(), {
      onRecorded: (yes) => {
        told.push(yes);
        recorded.resolve(undefined);
      },
    });
    await recorded.promise;
    assert.equal(result.attempts, 1);
    assert.deepEqual(told, [false]);
    assert.deepEqual(
      world.log.lines.filter((line) => line.startsWith('warn')),
      ['warn Failed to log LexyBrain request (non-blocking): read-only'],
    );
  });

  it('does not wait for a log that hangs', async () => {
    world.server.on(CHAT, chatStream({ pieces: [GOOD], model: MODEL }));
    const release = Promise.withResolvers<undefined>();
    world.logOf().append = () => release.promise;
    await world.engine.generate(world.request());
    release.resolve(undefined);
  });

  it('goes on when a listener fails', async () => {
    world.server.on(CHAT, chatStream({ pieces: [GOOD], model: MODEL }));
    await world.engine.generate(world.request(), {
      onRecorded: () => {
        throw new Error('not mine');
      },
    });
    await world.engine.close();
    assert.ok(world.log.lines.includes('error A listener failed: not mine'));
  });

  it('writes nothing where there is nowhere to write', async () => {
    world.server.on(CHAT, chatStream({ pieces: [GOOD], model: MODEL }));
    const told: boolean[] = [];
    await world.ask({ logFolder: null }, { onRecorded: (yes) => void told.push(yes) });
    assert.equal(world.logs.size, 0);
  });

  it('knows a user by one random id, which editor and terminal share', async () => {
    world.settings['provider'] = 'builtin';
    await world.ask();
    const other = world.newEngine();
    await other.generate(world.request({ fresh: true, logFolder: 'elsewhere' }));
    await other.close();
    const ids = ['workspace', 'elsewhere'].map((folder) => world.logOf(folder).logged[0]?.request?.user_id);
    assert.match(ids[0] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    assert.equal(ids[0], ids[1]);
  });

  it('writes no key anywhere, whoever repeats it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lexybrain-log-'));
    const root = new URL('../../../', import.meta.url);
    const engine = world.newEngine({
      openLog: (logFolder) =>
        openWorkspaceLog({
          folder: logFolder,
          workerFile: new URL('src/store/worker.ts', root),
          wasmFile: fileURLToPath(new URL('node_modules/sql.js/dist/sql-wasm.wasm', root)),
          log: world.log,
        }),
    });
    const said: string[] = [];
    const ask = async (market: string): Promise<void> => {
      const request = { ...world.request({ input: { market } }), logFolder: join(folder, '.lexybrain') };
      said.push(
        JSON.stringify(
          await engine
            .generate(request)
            .catch((error: unknown) => (error instanceof Error ? [error.message, error] : error)),
        ),
      );
    };
    const events = chatEvents({ pieces: [`{"niche": "${TOKEN}`], done: false, finish: null });
    world.server.on(
      CHAT,
      chatStream({
        pieces: [JSON.stringify({ ...briefDraft(), summary: `Your key is ${TOKEN}.` })],
        model: `model-${TOKEN}`,
        usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10, key: TOKEN },
        headers: { 'x-inference-provider': TOKEN, 'x-request-id': TOKEN },
      }),
      json(401, { error: { message: `Bad token ${TOKEN}` } }),
      chatWhole(`no JSON but ${TOKEN}`),
      chatWhole(`again ${TOKEN}`),
      stream([...events.map((event) => `${event}\n\n`), `data: {"error": "${TOKEN}"}\n\n`]),
    );
    for (const market of ['one', 'two', 'three', 'four']) await ask(market);
    said.push(JSON.stringify(await engine.describe()));
    await engine.close();
    const written: string[] = [];
    for (const place of [folder, world.dataFolder]) {
      for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const bytes = await readFile(join(entry.parentPath, entry.name));
        written.push(entry.name);
        assert.ok(!bytes.includes(TOKEN), `the key is in ${entry.name}`);
      }
    }
    await rm(folder, { recursive: true, force: true });
    assert.equal(world.chats.length, 5);
    assert.ok(
      written.some((name) => name.endsWith('.db')),
      written.join(),
    );
    assert.ok(
      written.some((name) => name.endsWith('.jsonl')),
      written.join(),
    );
    assert.ok(
      written.some((name) => /^[0-9a-f]{64}\.json$/.test(name)),
      written.join(),
    );
    for (const text of [...said, ...world.log.lines]) assert.ok(!text.includes(TOKEN), text);
  });
});
