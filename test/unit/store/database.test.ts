import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { mergeParts, readGenerations, readPreferences, snapshotOf } from '../../../src/store/export.ts';
import { readHistory, readInsight } from '../../../src/store/history.ts';
import type { Journal } from '../../../src/store/journal.ts';
import type { Part } from '../../../src/store/part.ts';
import { nodePartFs } from '../../../src/store/part-fs.ts';
import type { GenerationRecord, LogRecord } from '../../../src/store/types.ts';
import { jsonOf, loadSql, openDatabase, openJournal, partFiles, recoveredIds, storedIds } from './inspect.ts';
import { sampleGeneration, samplePreference, sampleRating, withFolder } from './samples.ts';

const SEAL_BYTES = 200 * 1024;
const SEALING = { sealBytes: SEAL_BYTES };

async function appendAll(journal: Journal, records: readonly LogRecord[]): Promise<void> {
  await Promise.all(records.map((record) => journal.append(jsonOf(record))));
}

const generations = (count: number): GenerationRecord[] =>
  Array.from({ length: count }, () => sampleGeneration({ size: 4000 }));

/** A log of several sealed parts and an active one, oldest generation first. */
async function fill(folder: string, rounds = 5): Promise<GenerationRecord[]> {
  const journal = openJournal(folder);
  const { log, warnings } = await openDatabase(folder, SEALING);
  const all: GenerationRecord[] = [];
  for (let round = 0; round < rounds; round++) {
    const made = generations(15);
    await appendAll(journal, made);
    log.checkpoint(true);
    all.push(...made);
  }
  await journal.close();
  log.checkpoint(true);
  log.close();
  assert.deepEqual(warnings, []);
  return all;
}

const ids = (records: readonly GenerationRecord[]): string[] => records.map(({ id }) => id);

describe('the database of a log', () => {
  it('seals parts as it grows, and holds every record once', () =>
    withFolder(async (folder) => {
      const all = await fill(folder);
      assert.ok(partFiles(folder).length >= 3, 'several parts');
      for (const file of partFiles(folder)) assert.ok(statSync(file).size < SEAL_BYTES * 2, file);
      assert.deepEqual(storedIds(folder).sort(), ids(all).sort());
    }));

  it('reads several parts at once, and one after the other, each with its own records', () =>
    withFolder(async (folder) => {
      await fill(folder);
      const { log } = await openDatabase(folder, SEALING);
      log.refresh();
      const idsOf = (part: Part | null): string[] =>
        part!.all('SELECT id FROM lexybrain_requests ORDER BY id').map((row) => String(row['id']));
      const alone = [1, 2].map((number) => {
        const part = log.openSealed(number);
        const found = idsOf(part);
        part!.close();
        part!.close();
        return found;
      });
      const together = [log.openSealed(1), log.openSealed(2)];
      assert.deepEqual(together.map(idsOf), alone);
      assert.equal(together[0]!.value('PRAGMA integrity_check'), 'ok');
      for (const part of together) part!.close();
      log.close();
      assert.equal(new Set(alone.flat()).size, alone.flat().length);
    }));

  it('keeps segments until what they hold is sealed, and no longer', () =>
    withFolder(async (folder) => {
      const all = await fill(folder);
      assert.ok(readdirSync(join(folder, 'journal')).length <= 2);
      // Everything since the last sealed part can be built anew from the journal alone.
      rmSync(join(folder, 'lexybrain.db'));
      assert.deepEqual([...(await recoveredIds(folder, SEALING))].sort(), ids(all).sort());
    }));

  it('keeps a segment that was taken over until its last records are sealed too', () =>
    withFolder(async (folder) => {
      const journal = openJournal(folder);
      const { log } = await openDatabase(folder, { ...SEALING, seemsAlive: () => true });
      const { log: other } = await openDatabase(folder, SEALING);
      const all = generations(25);
      await appendAll(journal, all);
      log.checkpoint(true);
      assert.equal(log.sealed.length, 1);
      const late = generations(2);
      await appendAll(journal, late);
      for (let times = 0; times < 3; times++) other.checkpoint(true);
      rmSync(join(folder, 'lexybrain.db'));
      assert.deepEqual([...(await recoveredIds(folder, SEALING))].sort(), ids([...all, ...late]).sort());
      for (const opened of [log, other]) opened.close();
      await journal.close();
    }));

  it('pages through all parts, newest first, and finds an insight in any', () =>
    withFolder(async (folder) => {
      const all = await fill(folder);
      const { log } = await openDatabase(folder, SEALING);
      const seen: string[] = [];
      let before: string | null = null;
      do {
        const page = readHistory(log, { limit: 13, before }, null);
        seen.push(...page.entries.map(({ insight }) => insight.id));
        before = page.next;
      } while (before !== null);
      assert.deepEqual(seen, all.map(({ insight }) => insight!.id).reverse());
      for (const generation of [all[0]!, all[20]!, all.at(-1)!]) {
        assert.deepEqual(readInsight(log, generation.insight!.id, null)?.insight, generation.insight);
      }
      log.close();
    }));

  it('finds late ratings wherever they stand', () =>
    withFolder(async (folder) => {
      const first = await fill(folder, 2);
      const journal = openJournal(folder);
      await appendAll(journal, [
        sampleRating(first[0]!, 'negative', { user: 'ann' }),
        sampleRating(first[0]!, 'positive', { user: 'ann', notes: 'better than I thought' }),
        sampleRating(first[1]!, 'positive', { user: 'ann' }),
        sampleRating(first[1]!, 'negative', { user: 'bob' }),
        sampleRating(first[2]!, 'positive', { user: 'ann' }),
        sampleRating(first[2]!, null, { user: 'ann' }),
        samplePreference(first[3]!, first[4]!),
      ]);
      await journal.close();
      await fill(folder, 3);
      const { log } = await openDatabase(folder, SEALING);
      const entry = readInsight(log, first[0]!.insight!.id, null);
      assert.deepEqual([entry?.feedback, entry?.notes], ['positive', 'better than I thought']);
      assert.equal(readInsight(log, first[1]!.insight!.id, 'bob')?.feedback, 'negative');
      assert.equal(readInsight(log, first[2]!.insight!.id, null)?.feedback, null);

      const snapshot = snapshotOf(log);
      const byId = new Map([...readGenerations(snapshot, {})].map((one) => [one.request.id, one]));
      assert.equal(byId.get(first[0]!.id)!.verdict, 'positive');
      assert.equal(byId.get(first[1]!.id)!.verdict, null, 'users who disagree');
      assert.equal(byId.get(first[1]!.id)!.ratings.length, 2);
      assert.deepEqual(byId.get(first[2]!.id)!.ratings, [], 'withdrawn');
      assert.deepEqual(
        [...readGenerations(snapshot, { ratings: ['positive'] })].map(({ request }) => request.id),
        [first[0]!.id],
      );
      assert.equal(readPreferences(snapshot)[0]!.chosen_response_id, first[3]!.responses[0]!.id);
      log.close();
    }));

  it('gives generations by every filter, with what hangs on them', () =>
    withFolder(async (folder) => {
      const all = await fill(folder, 3);
      const odd = sampleGeneration({
        request: { insight_type: 'ad_insight', source: 'cli' },
        response: { success: false, model_name: 'llama', provider: 'huggingface' },
      });
      const journal = openJournal(folder);
      await appendAll(journal, [odd]);
      await journal.close();
      const { log } = await openDatabase(folder, SEALING);
      const snapshot = snapshotOf(log);
      const find = (query: Parameters<typeof readGenerations>[1]): string[] =>
        [...readGenerations(snapshot, query)].map(({ request }) => request.id);
      assert.deepEqual(find({}), ids([...all, odd]).reverse());
      for (const query of [
        { types: ['ad_insight'] },
        { sources: ['cli'] as const },
        { success: false },
        { models: ['llama'] },
        { providers: ['huggingface'] },
        { from: odd.request!.requested_at },
      ]) {
        assert.deepEqual(find(query), [odd.id], JSON.stringify(query));
      }
      assert.deepEqual(find({ to: all[4]!.request!.requested_at }), ids(all.slice(0, 5)).reverse());
      assert.deepEqual(
        find({ limit: 20 }),
        ids([...all, odd])
          .reverse()
          .slice(0, 20),
      );
      const one = [...readGenerations(snapshot, { types: ['ad_insight'] })][0]!;
      assert.deepEqual(one.request, odd.request);
      assert.deepEqual(one.responses, odd.responses);
      assert.deepEqual(one.answer, odd.responses[0]);
      log.close();
    }));

  it('makes one database of all parts', () =>
    withFolder(async (folder) => {
      const all = await fill(folder, 3);
      const { log } = await openDatabase(folder, { readOnly: true });
      const { bytes, requests } = mergeParts(snapshotOf(log), await loadSql());
      log.close();
      assert.equal(requests, all.length);
      const file = join(folder, 'merged.db');
      writeFileSync(file, bytes);
      const db = new DatabaseSync(file, { readOnly: true });
      assert.equal(db.prepare('PRAGMA integrity_check').get()!['integrity_check'], 'ok');
      const rows = db.prepare('SELECT request_id, output_json FROM lexybrain_training_data').all();
      assert.deepEqual(
        rows.map((row) => row['request_id']),
        ids(all).reverse(),
      );
      db.close();
    }));

  it('loses and doubles nothing when two processes work on it at once without knowing of each other', () =>
    withFolder(async (folder) => {
      const journals = [openJournal(folder), openJournal(folder)];
      const logs = await Promise.all([openDatabase(folder, SEALING), openDatabase(folder, SEALING)]);
      const all: GenerationRecord[] = [];
      for (let round = 0; round < 12; round++) {
        const made = generations(6);
        all.push(...made);
        await Promise.all(made.map((one, index) => journals[index % 2]!.append(jsonOf(one))));
        // Either has read the same journal; whoever comes second finds the number taken and starts anew.
        logs[round % 2]!.log.refresh();
        logs[(round + 1) % 2]!.log.checkpoint(true);
        if (round % 3 === 0) logs[round % 2]!.log.checkpoint(true);
      }
      for (const journal of journals) await journal.close();
      for (const { log, warnings } of logs) {
        log.checkpoint(true);
        log.close();
        assert.deepEqual(warnings, []);
      }
      assert.ok(partFiles(folder).length >= 3);
      assert.deepEqual([...(await recoveredIds(folder, SEALING))].sort(), ids(all).sort());
    }));

  it('gives a number to one part only, whoever comes second', () =>
    withFolder(async (folder) => {
      const journal = openJournal(folder);
      const all = generations(30);
      const { log: first } = await openDatabase(folder, SEALING);
      let others = 0;
      const link = (from: string, to: string): void => {
        // Just before this process takes the number, another does.
        if (others++ === 0) first.checkpoint(true);
        nodePartFs.link(from, to);
      };
      const { log: second } = await openDatabase(folder, { ...SEALING, fs: { ...nodePartFs, link } });
      await appendAll(journal, all.slice(0, 26));
      second.refresh();
      await appendAll(journal, all.slice(26));
      second.checkpoint(true);
      await journal.close();
      for (const log of [first, second]) log.close();
      assert.ok(others > 0);
      assert.deepEqual([...(await recoveredIds(folder, SEALING))].sort(), ids(all).sort());
    }));

  it('deletes everything, in the view of every process, and takes new records on', () =>
    withFolder(async (folder) => {
      const journal = openJournal(folder);
      const { log: other } = await openDatabase(folder, { ...SEALING, seemsAlive: () => true });
      const all = await fill(folder, 3);
      await appendAll(journal, [all[0]!, sampleRating(all[0]!, 'positive')]);
      other.refresh();
      const { log } = await openDatabase(folder, { ...SEALING, seemsAlive: () => true });
      const deleted = log.deleteAll();
      assert.deepEqual([deleted.generations, deleted.ratings, deleted.preferences], [all.length, 1, 0]);
      assert.ok(deleted.files >= 3);
      assert.equal(readHistory(other, { limit: 10 }, null).entries.length, 0);
      other.checkpoint(true);
      const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
        file.isFile(),
      );
      for (const file of left) {
        const content = readFileSync(join(file.parentPath, file.name));
        assert.equal(content.includes('abcdefgh'), false, `${file.name} still holds a prompt`);
      }
      const next = sampleGeneration();
      await appendAll(journal, [next]);
      await journal.close();
      log.checkpoint(true);
      assert.deepEqual(storedIds(folder), [next.id]);
      log.close();
      other.close();
    }));

  it('drops whole sealed parts by age or size when told to, never the newest', () =>
    withFolder(async (folder) => {
      const all = await fill(folder, 5);
      const parts = partFiles(folder).length;
      const { log } = await openDatabase(folder, { ...SEALING, retention: { bytes: 1 } });
      log.checkpoint(true);
      log.close();
      assert.ok(parts > 2);
      assert.equal(partFiles(folder).length, 2);
      const left = [...(await recoveredIds(folder, SEALING))].sort();
      assert.deepEqual(left, ids(all).slice(-left.length).sort());
    }));

  it('drops by the age of the newest record in a part', () =>
    withFolder(async (folder) => {
      const all = await fill(folder, 5);
      const now = Date.parse(all[40]!.request!.requested_at) + 86_400_000;
      const { log } = await openDatabase(folder, { ...SEALING, retention: { days: 1 }, now: () => now });
      log.checkpoint(true);
      log.close();
      const left = await recoveredIds(folder, SEALING);
      assert.ok(left.size < all.length);
      assert.deepEqual(
        ids(all.slice(40)).filter((id) => !left.has(id)),
        [],
      );
    }));

  it('writes nothing while it only reads', () =>
    withFolder(async (folder) => {
      await fill(folder, 2);
      rmSync(join(folder, 'lexybrain.db'));
      const before = readdirSync(folder, { recursive: true }).sort();
      const { log } = await openDatabase(folder, { sealBytes: 1, readOnly: true });
      assert.equal(readHistory(log, { limit: 500 }, null).entries.length, 30);
      log.checkpoint(true);
      log.close();
      assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), before);
    }));

  it('starts anew when the folder is taken away', () =>
    withFolder(async (folder) => {
      const { log } = await openDatabase(folder);
      const journal = openJournal(folder);
      await appendAll(journal, generations(2));
      log.checkpoint(true);
      renameSync(folder, `${folder}-elsewhere`);
      const next = sampleGeneration();
      await appendAll(journal, [next]);
      await journal.close();
      log.checkpoint(true);
      log.close();
      assert.deepEqual(storedIds(folder), [next.id]);
      assert.deepEqual((await recoveredIds(`${folder}-elsewhere`)).size, 3, 'the batch was in both');
    }));
});
