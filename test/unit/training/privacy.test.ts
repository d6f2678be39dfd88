import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { openWorkspaceLog } from '../../../src/store/index.ts';
import type { LogRecord } from '../../../src/store/types.ts';
import { exportTraining } from '../../../src/training/export.ts';
import { FORMATS } from '../../../src/training/formats/index.ts';
import { chatStream } from '../../fakes/chat-wire.ts';
import { briefDraft, CHAT, MODEL, TOKEN, World } from '../../fakes/world.ts';
import { openLog, WASM, WORKER } from '../store/samples.ts';
import { written } from './samples.ts';

/** Words of the product, the list and the answers, none of which may be written when logging is off. */
const WORDS = ['hand-carved', 'wooden nativity set', 'Buyers look for wood', 'rather talk about'];

describe('what is written', () => {
  let world: World;
  /** The real log, in the world's own folder. */
  beforeEach(async () => {
    world = await World.start({
      openLog: (folder, policy) =>
        openWorkspaceLog({ ...policy, folder, workerFile: WORKER, wasmFile: WASM, log: world.log }),
    });
  });
  afterEach(() => world.stop());

  const folder = (): string => join(world.dataFolder, '.lexybrain');

  /** Every file under the world's folder, as text in which any ASCII can be found. */
  const files = async (): Promise<Map<string, string>> => {
    const found = new Map<string, string>();
    for (const entry of await readdir(world.dataFolder, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) found.set(path, await readFile(path, 'latin1'));
    }
    return found;
  };

  const answers = (...texts: readonly string[]): void => {
    world.server.on(CHAT, ...texts.map((text) => chatStream({ pieces: [text], model: MODEL })));
  };

  describe('with the logging of prompts turned off', () => {
    beforeEach(() => {
      world.settings['logging.prompts'] = false;
    });

    it('is only what was used: no prompt, no answer, no cache file', async () => {
      answers(JSON.stringify(briefDraft()));
      const seen: boolean[] = [];
      const onRecorded = (recorded: boolean): void => void seen.push(recorded);
      const request = world.request({ logFolder: folder() });
      await world.engine.generate(request, { onRecorded });
      const again = await world.engine.generate(request, { onRecorded });
      assert.equal(again.cache.hit, true, 'the cache is in memory');
      assert.equal(world.chats.length, 1);
      await world.engine.close();
      assert.deepEqual(seen, [false, false]);
      const db = new DatabaseSync(join(folder(), 'lexybrain.db'), { readOnly: true });
      const count = (table: string): unknown => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n'];
      assert.deepEqual(
        ['lexybrain_requests', 'lexybrain_responses', 'ai_insights', 'ai_usage_events'].map(count),
        [0, 0, 0, 2],
      );
      db.close();
      for (const [path, text] of await files()) {
        for (const word of WORDS) assert.ok(!text.includes(word), `${word} in ${path}`);
      }
    });

    it('keeps no raw answer and no words of a failure, but that it failed', async () => {
      answers('I would rather talk about the weather.', 'I would rather talk about wood.');
      await assert.rejects(world.engine.generate(world.request({ logFolder: folder() })), (error) =>
        LexyBrainError.is(error, 'provider-answer'),
      );
      await world.engine.close();
      const db = new DatabaseSync(join(folder(), 'lexybrain.db'), { readOnly: true });
      const failure = db.prepare('SELECT * FROM ai_failures').get()!;
      db.close();
      assert.deepEqual(
        [failure['error_code'], failure['error_message']],
        ['provider-answer', 'provider-answer'],
      );
      for (const [path, text] of await files()) {
        for (const word of WORDS) assert.ok(!text.includes(word), `${word} in ${path}`);
      }
    });

    it('the words are there when it is on, or the tests above find nothing', async () => {
      world.settings['logging.prompts'] = true;
      answers(JSON.stringify(briefDraft()));
      await world.engine.generate(world.request({ logFolder: folder() }));
      await world.engine.close();
      const all = [...(await files()).values()].join('\n');
      for (const word of WORDS.slice(0, 3)) assert.ok(all.includes(word), word);
    });
  });

  it('never holds a token, whatever it slipped into: no file of the log, the cache, the ledger or an export', async () => {
    const draft = briefDraft();
    answers(JSON.stringify({ ...draft, summary: `Use ${TOKEN}.`, actions: [TOKEN] }));
    const result = await world.engine.generate(
      world.request({ logFolder: folder(), input: { product: `candles ${TOKEN}`, nicheTerms: [TOKEN] } }),
    );
    await world.engine.rate(folder(), result.id, 'positive', `note ${TOKEN}`);
    const log = world.engine.workspaceLog(folder());
    const other = join(world.dataFolder, 'other');
    await mkdir(other);
    await plant(join(other, '.lexybrain'), written({ prompt: TOKEN }));
    await log.merge(other);
    for (const { id, extension } of FORMATS) {
      await exportTraining(log, join(world.dataFolder, `${id}.${extension}`), { format: id });
    }
    await log.exportDatabase(join(world.dataFolder, 'export.db'));
    await world.engine.close();
    const wrote = await files();
    assert.ok(wrote.size > 12, [...wrote.keys()].join('\n'));
    const text = [...wrote.values()].join('\n');
    assert.ok(text.includes('candles [redacted]') && text.includes('note [redacted]'));
    for (const [path, content] of wrote) assert.ok(!content.includes(TOKEN), path);
    for (const line of world.log.lines) assert.ok(!line.includes(TOKEN), line);
  });

  /** Somebody else's log, by a build that redacts as well. */
  async function plant(place: string, record: LogRecord): Promise<void> {
    const { log } = openLog(place);
    await log.append(record);
    await log.close();
  }
});
