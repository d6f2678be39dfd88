import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  exportTraining,
  previewTraining,
  TrainingData,
  trainingLines,
} from '../../../src/training/export.ts';
import type { TrainingFilter } from '../../../src/training/types.ts';
import type { UserIds, WorkspaceDatabase } from '../../../src/store/types.ts';
import { partFiles } from '../store/inspect.ts';
import { appendInParts, openLog, sampleRating, withFolder } from '../store/samples.ts';
import { chat, failed, withTemporary, written } from './samples.ts';

/** The file as the store writes it, and as it would be made of the rows one by one. */
async function bothWays(
  log: WorkspaceDatabase,
  filter: TrainingFilter = {},
  users: UserIds = 'keep',
): Promise<[string, string]> {
  return withTemporary(async (folder) => {
    const options = { format: 'jsonl', filter, users };
    const file = join(folder, 'all.jsonl');
    const done = await exportTraining(log, file, options);
    const rows = await previewTraining(log, options, Infinity);
    assert.equal(done.rows, rows.rows);
    assert.deepEqual(done.leftOut, rows.leftOut);
    return [await readFile(file, 'utf8'), rows.first.map((row) => `${JSON.stringify(row)}\n`).join('')];
  });
}

async function viewBothWays(log: WorkspaceDatabase): Promise<[string, string]> {
  const rows = await new TrainingData(log).exportTrainingData('2000-01-01', '2100-01-01', 10_000);
  const pieces: Uint8Array[] = [];
  for await (const piece of trainingLines(log)) pieces.push(piece);
  return [Buffer.concat(pieces).toString(), rows.map((row) => `${JSON.stringify(row)}\n`).join('')];
}

describe('lines that the store writes by itself', () => {
  it('are the bytes that the rows one by one would give, whatever was logged', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            prompt: text,
            context: fc.jsonValue(),
            output: fc.jsonValue(),
            usage: fc.jsonValue(),
            terms: fc.array(text, { maxLength: 3 }),
            name: fc.option(text),
            latency: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
            tokens: fc.option(fc.nat()),
            success: fc.boolean(),
          }),
          { maxLength: 8 },
        ),
        async (all) => {
          await withFolder(async (folder) => {
            const { log } = openLog(folder);
            for (const one of all) {
              const record = written({
                prompt: one.prompt,
                user: one.name,
                request: { context_json: one.context, niche_terms: one.terms, list_name: one.name },
                response: {
                  output_json: one.output,
                  usage_json: one.usage,
                  latency_ms: one.latency,
                  tokens_in: one.tokens,
                  success: one.success,
                },
              });
              await log.append(record);
              if (one.success) await log.append(sampleRating(record, 'positive', { notes: one.prompt }));
            }
            const [fast, slow] = await bothWays(log, { include: ['failed'] });
            assert.equal(fast, slow);
            assert.equal(fast.split('\n').length, all.length + 1);
            assert.equal(...(await viewBothWays(log)));
            await log.close();
          });
        },
      ),
      { numRuns: 6 },
    );
  }).timeout(120_000);

  it('over several parts, filtered, with pseudonyms, without secrets', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, { sealBytes: 200 * 1024 });
      const made = Array.from({ length: 100 }, (_, at) =>
        at % 10 === 0 ? failed() : at % 10 === 1 ? chat() : written({ size: 4000, user: `user ${at % 3}` }),
      );
      await appendInParts(log, made);
      assert.ok(partFiles(folder).length > 2);
      await log.append(sampleRating(made[5]!, 'negative', { user: 'user 1' }));
      await log.append(sampleRating(made[6]!, 'positive', { user: 'someone' }));
      for (const users of ['keep', 'pseudonymise', 'drop'] as const) {
        const [fast, slow] = await bothWays(log, {}, users);
        assert.equal(fast, slow);
        assert.equal(fast.includes('user 1'), users === 'keep');
        assert.equal(fast.includes('user-1'), users === 'pseudonymise');
      }
      const filters: [TrainingFilter, number][] = [
        [{}, 80],
        [{ limit: 7 }, 7],
        [{ limit: 0 }, 0],
        [{ include: ['failed', 'chat'] }, 100],
        [{ types: ['chat_completion'] }, 10],
        [{ success: false }, 10],
        [{ ratings: ['positive', 'negative'] }, 2],
        [{ models: ['nobody'] }, 0],
      ];
      for (const [filter, count] of filters) {
        const [fast, slow] = await bothWays(log, filter);
        assert.equal(fast, slow, JSON.stringify(filter));
        assert.equal(fast.split('\n').length - 1, count, JSON.stringify(filter));
      }
      assert.equal(...(await viewBothWays(log)));
      await log.close();
    })).timeout(60_000);

  it('of parts that others changed: odd JSON, broken JSON, blobs, and a token', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, { sealBytes: 20 * 1024 });
      const made = Array.from({ length: 12 }, () => written({ size: 3000 }));
      for (const one of made) await log.append(one);
      await log.close();
      const db = new DatabaseSync(join(folder, 'archive', 'log-0001.db'));
      const ids = db.prepare('SELECT id FROM lexybrain_requests ORDER BY id').all();
      const change = (at: number, set: string): void => {
        db.prepare(`UPDATE lexybrain_requests SET ${set} WHERE id = ?`).run(String(ids[at]!['id']));
      };
      change(0, `context_json = '{ "a" : 1.0,\n "b": "hf_abcdefghijklmnopqrstuvwx" }'`);
      change(1, "context_json = '{broken'");
      change(2, `market = x'00ff'`);
      db.close();
      const again = openLog(folder).log;
      const [fast, slow] = await bothWays(again);
      assert.equal(fast, slow);
      const lines = fast.trimEnd().split('\n');
      // What cannot be read is left out; everything else is there.
      assert.equal(lines.length, made.length - 2);
      const first = lines
        .map((line) => JSON.parse(line) as { request: { id: string; context_json: unknown } })
        .find(({ request }) => request.id === ids[0]!['id']);
      assert.deepEqual(first?.request.context_json, { a: 1, b: '[redacted]' });
      await again.close();
    }));

  it('are ended in the middle when nobody wants more of them', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      for (let at = 0; at < 200; at++) await log.append(written({ size: 4000 }));
      const stop = new AbortController();
      const seen: number[] = [];
      await withTemporary(async (out) => {
        const cancelled = exportTraining(log, join(out, 'x.jsonl'), {
          format: 'jsonl',
          signal: stop.signal,
          onProgress: (rows) => {
            seen.push(rows);
            stop.abort();
          },
        });
        await assert.rejects(cancelled, { name: 'AbortError' });
        await assert.rejects(readFile(join(out, 'x.jsonl')), { code: 'ENOENT' });
      });
      assert.equal(seen.length, 1);
      assert.ok(seen[0]! < 200);
      await log.close();
    }));
});
