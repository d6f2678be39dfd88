import assert from 'node:assert/strict';
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { after, before, describe, it } from 'mocha';
import { SCHEMA_VERSION } from '../../../src/store/schema.ts';
import { partFiles, recoveredIds, storedIds } from './inspect.ts';
import { openLog, sampleGeneration, WORKER, withFolder } from './samples.ts';

describe('an older and a newer build on one log', () => {
  let folder: string;
  let older: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lexybrain-older-'));
    older = join(folder, 'worker.cjs');
    await build({
      entryPoints: [fileURLToPath(WORKER)],
      outfile: older,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      plugins: [
        {
          name: 'the schema before this one',
          setup: (bundle) => {
            bundle.onLoad({ filter: /store[\\/]schema\.ts$/ }, async ({ path }) => {
              const now = `SCHEMA_VERSION = ${SCHEMA_VERSION}`;
              const text = await readFile(path, 'utf8');
              assert.ok(text.includes(now));
              return { contents: text.replace(now, `SCHEMA_VERSION = ${SCHEMA_VERSION - 1}`), loader: 'ts' };
            });
          },
        },
      ],
    });
  });
  after(() => rm(folder, { recursive: true }));

  it('lose nothing and double nothing, whoever writes first', () =>
    withFolder(async (log) => {
      const options = { sealBytes: 150 * 1024, timings: { checkpointMs: 1 } };
      const old = openLog(log, { ...options, workerFile: older });
      const made: string[] = [];
      const append = async (to: typeof old, count: number): Promise<void> => {
        for (let done = 0; done < count; done++) {
          const one = sampleGeneration({ size: 4000 });
          await to.log.append(one);
          made.push(one.id);
        }
      };
      await append(old, 40);
      await old.log.history({ limit: 1 });
      const now = openLog(log, options);
      await Promise.all([append(old, 60), append(now, 60)]);
      assert.equal((await now.log.history({ limit: 500 })).entries.length, made.length);
      await Promise.all([append(old, 60), append(now, 60)]);
      assert.equal((await now.log.history({ limit: 500 })).entries.length, made.length);
      // The newer one alone, so that a part of its is sealed for certain.
      await append(now, 60);
      await now.log.history({ limit: 1 });
      await now.log.close();
      await append(old, 20);
      await old.log.history({ limit: 1 });
      await old.log.close();
      assert.deepEqual(now.warnings, []);
      assert.match(old.warnings.join(), /newer LexyBrain/);

      assert.deepEqual([...(await recoveredIds(log))].sort(), made.sort());
      const versions = partFiles(log).map((file) => {
        const db = new DatabaseSync(file, { readOnly: true });
        const version = db.prepare('PRAGMA user_version').get()!['user_version'];
        db.close();
        return version;
      });
      assert.deepEqual([...new Set(versions)].sort(), [SCHEMA_VERSION - 1, SCHEMA_VERSION]);
      assert.equal(storedIds(log).length, made.length);
    })).timeout(60_000);

  it('an older log goes on where it was, with the counters of today', () =>
    withFolder(async (log) => {
      const old = openLog(log, { workerFile: older });
      const before = sampleGeneration();
      await old.log.append(before);
      await old.log.close();
      const now = openLog(log);
      const byModel = sampleGeneration();
      await now.log.append({ ...byModel, usage: { ...byModel.usage!, model_version: 'local/qwen' } });
      const chat = sampleGeneration();
      await now.log.append({
        ...chat,
        usage: { ...chat.usage!, model_version: 'local/qwen', type: 'chat_completion' },
      });
      const builtIn = sampleGeneration();
      await now.log.append({ ...builtIn, usage: { ...builtIn.usage!, model_version: 'builtin/builtin' } });
      const hit = sampleGeneration();
      await now.log.append({
        ...hit,
        usage: { ...hit.usage!, model_version: 'local/qwen', cache_hit: true, type: 'risk_sentinel' },
      });
      await now.log.close();
      const db = new DatabaseSync(join(log, 'lexybrain.db'), { readOnly: true });
      assert.equal(db.prepare('SELECT count(*) AS n FROM lexybrain_requests').get()!['n'], 5);
      const counters = db.prepare('SELECT key, value FROM usage_counters').all();
      assert.deepEqual(
        counters.map((row) => ({ ...row })),
        [{ key: 'ai_brief', value: 1 }],
      );
      db.close();
    }));
});
