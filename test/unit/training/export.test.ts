import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { exportTraining, previewTraining, TrainingData } from '../../../src/training/export.ts';
import { FORMATS } from '../../../src/training/formats/index.ts';
import { timeOf } from '../../../src/training/select.ts';
import { partFiles } from '../store/inspect.ts';
import { appendInParts, openLog, sampleRating, withFolder } from '../store/samples.ts';
import { chat, failed, MemorySource, stored, withTemporary, written } from './samples.ts';

const records = (count: number) =>
  Array.from({ length: count }, (_, at) => stored(written({ prompt: `${at}` })));

describe('exporting training data', () => {
  it('writes a file of every format, says how many rows, and leaves nothing else behind', () =>
    withTemporary(async (folder) => {
      const source = new MemorySource([...records(250), stored(failed()), stored(chat())]);
      for (const { id, extension } of FORMATS) {
        const file = join(folder, `data-${id}.${extension}`);
        const seen: number[] = [];
        const done = await exportTraining(source, file, {
          format: id,
          onProgress: (rows) => seen.push(rows),
        });
        const bytes = await readFile(file);
        assert.equal(done.bytes, bytes.length, id);
        assert.equal(seen.at(-1), done.rows, id);
        if (!id.includes('dpo') && !id.includes('preferences') && id !== 'kto') {
          assert.equal(done.rows, 250, id);
          // Everything comes in larger pieces.
          assert.deepEqual(seen, id === 'jsonl' ? [250] : [100, 200, 250]);
          assert.deepEqual(
            done.leftOut.map(({ count }) => count),
            [1, 1],
          );
        }
      }
      assert.equal((await readdir(folder)).length, FORMATS.length);
    }));

  it('previews the first rows and the count', async () => {
    const source = new MemorySource(records(30));
    const preview = await previewTraining(source, { format: 'sft', filter: { limit: 20 } }, 2);
    assert.equal(preview.rows, 20);
    assert.equal(preview.first.length, 2);
    assert.equal((preview.first[0] as { messages: { content: string }[] }).messages[1]!.content, '0');
  });

  it('takes no more generations than it needs for its limit', async () => {
    const source = new MemorySource(records(500));
    await withTemporary((folder) =>
      exportTraining(source, join(folder, 'x.jsonl'), { format: 'sft', filter: { limit: 3 } }),
    );
    assert.ok(source.asked <= 4, `${source.asked}`);
  });

  it('when it fails or is cancelled, the file that was there is there still, and no half one', () =>
    withTemporary(async (folder) => {
      const file = join(folder, 'data.jsonl');
      await writeFile(file, 'before');
      const cancel = new AbortController();
      const cancelled = exportTraining(new MemorySource(records(1000)), file, {
        format: 'jsonl',
        signal: cancel.signal,
        onProgress: () => cancel.abort(),
      });
      await assert.rejects(cancelled, { name: 'AbortError' });
      const broken = new MemorySource(records(10));
      broken.generations = async function* () {
        yield* records(5);
        throw new LexyBrainError('store', 'The log could not be used.');
      };
      await assert.rejects(exportTraining(broken, file, { format: 'parquet' }), /could not be used/);
      assert.equal(await readFile(file, 'utf8'), 'before');
      assert.deepEqual(await readdir(folder), ['data.jsonl']);
    }));

  it('says what is wrong with the place, the format and the dates', () =>
    withTemporary(async (folder) => {
      const source = new MemorySource(records(1));
      await mkdir(join(folder, 'a'));
      const into = (file: string, format = 'sft'): Promise<unknown> =>
        exportTraining(source, join(folder, file), { format });
      await assert.rejects(into('a'), /a cannot be written: it is a folder/);
      await assert.rejects(into('none/x.jsonl'), (error) => LexyBrainError.is(error, 'store'));
      await assert.rejects(into('x', 'xml'), (error) => LexyBrainError.is(error, 'invalid-request'));
      await chmod(join(folder, 'a'), 0o500);
      // Root may write anywhere.
      if (process.getuid?.() !== 0) await assert.rejects(into('a/x.jsonl'), /cannot be written/);
      assert.throws(() => timeOf('2026-02-31', 'from'), /no date/);
      assert.throws(() => timeOf('soon', 'to'), /no date/);
      assert.equal(timeOf('2026-03-31', 'from'), '2026-03-31T00:00:00.000Z');
      assert.equal(timeOf('2026-03-31', 'to'), '2026-03-31T23:59:59.999Z');
    }));

  it('exportTrainingData: an array of exactly the rows that the view of the database has', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      const made = [written({ user: 'ann' }), written(), failed(), chat()];
      for (const one of made) await log.append(one);
      await log.append(sampleRating(made[0]!, 'positive', { notes: 'spot on' }));
      await log.append(sampleRating(made[1]!, 'positive', { user: 'a' }));
      await log.append(sampleRating(made[1]!, 'negative', { user: 'b' }));
      const data = new TrainingData(log);
      const rows = await data.exportTrainingData(new Date('2026-01-01'), new Date('2027-01-01'));
      assert.equal((await data.exportTrainingData('2026-01-01', '2027-01-01', 2)).length, 2);
      assert.deepEqual(await data.exportTrainingData('2025-01-01', '2025-12-31'), []);
      await log.close();
      const db = new DatabaseSync(join(folder, 'lexybrain.db'), { readOnly: true });
      const view = db.prepare('SELECT * FROM lexybrain_training_data').all();
      db.close();
      const plain = view.map((row) => ({
        ...row,
        context_json: JSON.parse(String(row['context_json'])) as unknown,
        niche_terms: JSON.parse(String(row['niche_terms'])) as unknown,
        output_json: JSON.parse(String(row['output_json'])) as unknown,
        success: row['success'] === 1,
      }));
      assert.equal(rows.length, 4);
      assert.deepEqual(rows, plain);
    }));

  it('exportTrainingData: the newest 1,000 when no limit is given; the stream has all', async () => {
    const data = new TrainingData(new MemorySource(records(1_005)));
    const rows = await data.exportTrainingData(new Date('2026-01-01'), new Date('2027-01-01'));
    assert.ok(Array.isArray(rows));
    assert.deepEqual([rows.length, rows[0]!.prompt, rows.at(-1)!.prompt], [1000, '0', '999']);
    let streamed = 0;
    for await (const row of data.streamTrainingData('2026-01-01', '2027-01-01'))
      streamed += row.success ? 1 : 0;
    assert.equal(streamed, 1_005);
  });

  it('filters and pairs over a database with several parts', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, { sealBytes: 200 * 1024 });
      const made = Array.from({ length: 90 }, (_, at) =>
        written({
          size: 4000,
          response: { output_json: { niche: `${at}` } },
          request: { insight_type: at % 2 === 0 ? 'market_brief' : 'risk_sentinel' },
        }),
      );
      await appendInParts(log, made);
      assert.ok(partFiles(folder).length > 1);
      const [first, second] = made;
      const last = made.at(-1)!;
      for (const [one, rating] of [
        [first!, 'positive'],
        [second!, 'neutral'],
        [last, 'negative'],
      ] as const) {
        await log.append(sampleRating(one, rating));
      }
      const count = async (format: string, filter = {}): Promise<number> =>
        (await previewTraining(log, { format, filter })).rows;
      assert.equal(await count('sft'), 90);
      assert.equal(await count('sft', { types: ['risk_sentinel'] }), 45);
      assert.equal(await count('sft', { ratings: ['positive', 'negative'] }), 2);
      assert.equal(await count('sft', { from: last.request!.requested_at }), 1);
      assert.equal(await count('kto'), 2);
      assert.equal(await count('sft', { models: ['nobody'] }), 0);
      assert.equal(await count('sft', { sources: ['cli'] }), 0);
      assert.equal(await count('dpo'), 0, 'the answers are to different types');
      const again = written({
        prompt: first!.request!.prompt,
        response: { output_json: { niche: 'worse' } },
      });
      await log.append(again);
      await log.append(sampleRating(again, 'negative', { user: 'b' }));
      const { first: pairs } = await previewTraining(log, { format: 'dpo' });
      assert.deepEqual(
        (pairs as { chosen: { content: string }[]; rejected: { content: string }[] }[]).map((pair) => [
          pair.chosen[0]!.content,
          pair.rejected[0]!.content,
        ]),
        [['{"niche":"0"}', '{"niche":"worse"}']],
      );
      await log.close();
    }));

  it('Export Database: users dropped or numbered, in every table', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      const record = written({ user: 'ann' });
      await log.append(record);
      await log.append(sampleRating(record, 'positive', { user: 'bob' }));
      const usersIn = async (mode: 'keep' | 'pseudonymise' | 'drop'): Promise<unknown[]> => {
        const file = join(folder, '..', `${mode}.db`);
        assert.equal(await log.exportDatabase(file, undefined, mode), 1);
        const db = new DatabaseSync(file, { readOnly: true });
        const rows = ['lexybrain_requests', 'ai_insights', 'ai_usage_events', 'lexybrain_feedback'].map(
          (table) => db.prepare(`SELECT user_id FROM ${table}`).get()!['user_id'],
        );
        db.close();
        return rows;
      };
      assert.deepEqual(await usersIn('keep'), ['ann', 'ann', 'ann', 'bob']);
      assert.deepEqual(await usersIn('drop'), [null, null, null, null]);
      const [one, , , other] = await usersIn('pseudonymise');
      assert.deepEqual([one, other].sort(), ['user-1', 'user-2']);
      await log.close();
    }));
});
