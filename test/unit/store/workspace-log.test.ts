import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { openLog, sampleGeneration, sampleRating, withFolder } from './samples.ts';

describe('the workspace log', () => {
  it('holds what was appended in a plain SQLite file after it is closed', () =>
    withFolder(async (folder) => {
      const { log, warnings } = openLog(folder);
      const sample = sampleGeneration();
      const generation = { ...sample, usage: { ...sample.usage!, model_version: 'local/qwen' } };
      await log.append(generation);
      await log.append(sampleRating(generation, 'positive', { notes: 'spot on' }));
      await log.close();

      const db = new DatabaseSync(join(folder, 'lexybrain.db'), { readOnly: true });
      assert.equal(db.prepare('PRAGMA integrity_check').get()!['integrity_check'], 'ok');
      const row = db.prepare('SELECT * FROM lexybrain_training_data').get()!;
      assert.equal(row['request_id'], generation.id);
      assert.equal(row['feedback'], 'positive');
      assert.equal(row['feedback_notes'], 'spot on');
      assert.deepEqual(JSON.parse(String(row['niche_terms'])), ['candles']);
      const counter = db.prepare('SELECT * FROM usage_counters').get()!;
      assert.deepEqual(
        { ...counter },
        { user_id: null, key: 'ai_brief', period_start: '2026-03-01', value: 1 },
      );
      db.close();
      assert.equal(readFileSync(join(folder, '.gitignore'), 'utf8'), '*\n');
      assert.deepEqual(warnings, []);
    }));

  it('shows the history newest first, in pages, with the latest rating', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      const made = Array.from({ length: 7 }, () => sampleGeneration());
      for (const generation of made) await log.append(generation);
      await log.append(sampleRating(made[6]!, 'negative'));
      await log.append(sampleRating(made[6]!, 'positive', { notes: 'on second thought' }));
      await log.append(sampleRating(made[5]!, 'negative'));
      await log.append(sampleRating(made[5]!, null));

      const first = await log.history({ limit: 5 });
      assert.deepEqual(
        first.entries.map(({ insight }) => insight.id),
        made
          .slice(2)
          .map(({ insight }) => insight!.id)
          .reverse(),
      );
      assert.equal(first.entries[0]!.feedback, 'positive');
      assert.equal(first.entries[0]!.notes, 'on second thought');
      assert.equal(first.entries[1]!.feedback, null);
      const second = await log.history({ limit: 5, before: first.next });
      assert.deepEqual(
        second.entries.map(({ insight }) => insight.id),
        made
          .slice(0, 2)
          .map(({ insight }) => insight!.id)
          .reverse(),
      );
      assert.equal(second.next, null);

      const found = await log.insight(made[6]!.insight!.id);
      assert.deepEqual(found, first.entries[0]);
      assert.deepEqual(found.insight, made[6]!.insight);
      assert.equal(await log.insight('unknown'), null);
      await log.close();
    }));

  it('shows the ratings of its own user, those of anybody where there is none', () =>
    withFolder(async (folder) => {
      const mine = openLog(folder, { userId: async () => 'ann' }).log;
      const made = sampleGeneration();
      const { id } = made.insight!;
      await mine.append(made);
      await mine.append(sampleRating(made, 'positive', { user: 'ann' }));
      await mine.append(sampleRating(made, 'negative', { user: 'bob' }));
      const anybody = openLog(folder).log;
      assert.equal((await mine.insight(id))!.feedback, 'positive');
      assert.equal((await mine.history({ limit: 1 })).entries[0]!.feedback, 'positive');
      assert.equal((await anybody.insight(id))!.feedback, 'negative');
      await mine.append(sampleRating(made, null, { user: 'ann' }));
      assert.equal((await mine.insight(id))!.feedback, null);
      await Promise.all([mine.close(), anybody.close()]);
    }));

  it('makes nothing until something is appended', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      assert.deepEqual(await log.history({ limit: 10 }), { entries: [], next: null });
      await log.close();
      assert.equal(existsSync(folder), false);
    }));

  it('brings the file up to date by itself when it is quiet', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, { timings: { checkpointMs: 20 } });
      await log.append(sampleGeneration());
      while (!existsSync(join(folder, 'lexybrain.db'))) await new Promise((done) => setTimeout(done, 10));
      await log.close();
      assert.equal(readdirSync(join(folder, 'journal')).filter((file) => file.endsWith('.closed')).length, 1);
    }));

  it('shows what another window wrote', () =>
    withFolder(async (folder) => {
      const one = openLog(folder, { timings: { watchMs: 20 } }).log;
      const other = openLog(folder).log;
      const generation = sampleGeneration();
      await other.append(generation);
      const rated = new Promise<void>((done) => {
        one.onDidChange(() => {
          void one.history({ limit: 1 }).then(({ entries }) => {
            if (entries[0]?.feedback === 'neutral') done();
          });
        });
      });
      await other.append(sampleRating(generation, 'neutral'));
      await rated;
      await Promise.all([one.close(), other.close()]);
    }));

  it('refuses a record that could not be read back', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      const wrong = { ...sampleGeneration(), id: 'no id\n' };
      await assert.rejects(log.append(wrong), (error) => LexyBrainError.is(error, 'store'));
      const large = sampleGeneration({ prompt: 'x'.repeat(300_000) });
      await assert.rejects(log.append(large), /too large/);
      await log.close();
    }));

  it('leaves no token in any file', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      const token = 'hf_AbCdEfGhIjKlMnOpQrStUvWxYz012345';
      const generation = sampleGeneration({ prompt: `candles\n${token}\n`, request: { list_name: token } });
      await log.append(generation);
      await log.append(sampleRating(generation, 'positive', { notes: `see "${token}"` }));
      const { entries } = await log.history({ limit: 1 });
      assert.equal(entries[0]!.notes, 'see "[redacted]"');
      await log.close();
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
        file.isFile(),
      );
      assert.ok(files.length >= 3);
      for (const file of files) {
        assert.equal(readFileSync(join(file.parentPath, file.name)).includes(token), false, file.name);
      }
    }));
});
