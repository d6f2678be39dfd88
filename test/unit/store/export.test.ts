import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { readGenerations, snapshotOf } from '../../../src/store/export.ts';
import { readLines } from '../../../src/store/lines.ts';
import { SCHEMA_VERSION } from '../../../src/store/schema.ts';
import type { StoredGeneration } from '../../../src/store/types.ts';
import { openDatabase, partFiles } from './inspect.ts';
import {
  appendInParts,
  openLog,
  sampleGeneration,
  samplePreference,
  sampleRating,
  withFolder,
} from './samples.ts';

const SEALING = { sealBytes: 200 * 1024 };

describe('exports of a log', () => {
  it('stream every generation, those that were just acknowledged too', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, SEALING);
      const made = Array.from({ length: 60 }, () => sampleGeneration({ size: 4000 }));
      await appendInParts(log, made);
      assert.ok(partFiles(folder).length > 1);
      await log.append(sampleRating(made[3]!, 'negative'));
      await log.append(samplePreference(made[0]!, made[1]!));
      const all: StoredGeneration[] = [];
      for await (const one of log.generations()) all.push(one);
      assert.deepEqual(
        all.map(({ request }) => request),
        made.map(({ request }) => request).reverse(),
      );
      assert.deepEqual(all[56]!.verdict, 'negative');
      const some: string[] = [];
      for await (const { request } of log.generations({ limit: 5 })) some.push(request.id);
      assert.deepEqual(
        some,
        made
          .slice(-5)
          .map(({ id }) => id)
          .reverse(),
      );
      assert.equal((await log.preferences()).length, 1);
      await log.close();
    }));

  it('are heard of after every part, though nothing in it is wanted', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, SEALING);
      await appendInParts(
        log,
        Array.from({ length: 60 }, () => sampleGeneration({ size: 4000 })),
      );
      await log.close();
      const parts = partFiles(folder).length;
      assert.ok(parts > 2);
      const { log: database } = await openDatabase(folder);
      const query = { shape: 'whole', users: 'keep', leaveOut: [], failed: true } as const;
      const none = [...readLines(snapshotOf(database), { ...query, models: ['nobody'] })];
      assert.deepEqual(
        none.map(({ lines, bytes }) => [lines, bytes.length]),
        Array.from({ length: parts + 1 }, () => [0, 0]),
      );
      const all = [...readLines(snapshotOf(database), query)];
      assert.equal(
        all.reduce((sum, { lines }) => sum + lines, 0),
        60,
      );
      database.close();
    }));

  it('may be left early', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      for (let count = 0; count < 3; count++) await log.append(sampleGeneration());
      for await (const { request } of log.generations()) {
        assert.ok(request.id);
        break;
      }
      await log.close();
    }));

  it('write one database, and nothing when they are cancelled or cannot', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      const one = sampleGeneration();
      await log.append(one);
      const place = join(dirname(folder), 'exports');
      mkdirSync(place);
      const file = join(place, 'all.db');
      writeFileSync(file, 'what was there');
      await assert.rejects(log.exportDatabase(file, AbortSignal.abort()), { name: 'AbortError' });
      const controller = new AbortController();
      const cancelled = log.exportDatabase(file, controller.signal);
      controller.abort();
      await assert.rejects(cancelled, { name: 'AbortError' });
      await assert.rejects(log.exportDatabase(join(place, 'no', 'such')), (error) =>
        LexyBrainError.is(error, 'store'),
      );
      assert.deepEqual(readdirSync(place), ['all.db']);
      assert.equal(readFileSync(file, 'utf8'), 'what was there');

      assert.equal(await log.exportDatabase(file), 1);
      assert.deepEqual(readdirSync(place), ['all.db']);
      const db = new DatabaseSync(file, { readOnly: true });
      assert.equal(db.prepare('SELECT request_id FROM lexybrain_training_data').get()!['request_id'], one.id);
      db.close();
      await log.close();
    }));

  it('have nothing after everything was deleted', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      assert.deepEqual((await log.deleteAll()).generations, 0);
      const one = sampleGeneration();
      await log.append(one);
      await log.append(sampleRating(one, 'positive'));
      const { generations, ratings, files } = await log.deleteAll();
      assert.deepEqual([generations, ratings], [1, 1]);
      assert.ok(files > 0);
      for await (const { request } of log.generations()) assert.fail(request.id);
      assert.equal((await log.history({ limit: 1 })).entries.length, 0);
      const next = sampleGeneration();
      await log.append(next);
      const left: string[] = [];
      for await (const { request } of log.generations()) left.push(request.id);
      assert.deepEqual(left, [next.id]);
      await log.close();
    }));

  it('have nothing of a record that was on its way when everything was deleted', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      await log.append(sampleGeneration());
      for (let round = 0; round < 20; round++) {
        const append = log.append(sampleGeneration());
        // Seen by the worker before its writer knows that it is safe: deleting then must not have it written again.
        await log.history({ limit: 1 });
        await log.deleteAll();
        await append;
        assert.deepEqual((await log.history({ limit: 1 })).entries, [], `round ${round}`);
      }
      await log.close();
    }));
});

describe('a part of an earlier schema', () => {
  for (let version = 1; version <= SCHEMA_VERSION; version++) {
    it(`is read: version ${version}`, () =>
      withFolder(async (folder) => {
        const sql = readFileSync(
          new URL(`../../fixtures/store/schema-${version}.sql`, import.meta.url),
          'utf8',
        );
        mkdirSync(join(folder, 'archive'), { recursive: true });
        const db = new DatabaseSync(join(folder, 'archive', 'log-0001.db'));
        db.exec(sql);
        db.close();
        const { log, warnings } = await openDatabase(folder);
        const all = [...readGenerations(snapshotOf(log), {})];
        assert.deepEqual(
          all.map(({ request }) => request.id.slice(-1)),
          ['2', '1'],
        );
        assert.equal(all[1]!.ratings[0]!.notes, "it's fine");
        assert.deepEqual(warnings, []);
        log.close();
      }));
  }
});

describe('the worker', () => {
  it('is given up when a call takes too long, and started again for the next', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, { timings: { callMs: 1 } });
      await assert.rejects(log.history({ limit: 1 }), /takes too long/);
      await log.close();
      const patient = openLog(folder).log;
      assert.deepEqual(await patient.history({ limit: 1 }), { entries: [], next: null });
      await patient.close();
    }));

  it('that cannot start is an error, and appends go on', () =>
    withFolder(async (folder) => {
      const { log, warnings } = openLog(folder, { wasmFile: '/nowhere/sql.wasm' });
      await log.append(sampleGeneration());
      await assert.rejects(log.history({ limit: 1 }), (error) => LexyBrainError.is(error, 'store'));
      await log.close();
      assert.equal(warnings.length, 1);
      const sound = openLog(folder).log;
      assert.equal((await sound.history({ limit: 9 })).entries.length, 1);
      await sound.close();
    }));

  it('is ended when nobody needs it, and what it shows is the same afterwards', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, { timings: { checkpointMs: 1, idleMs: 1 } });
      for (let count = 1; count <= 3; count++) {
        await log.append(sampleGeneration());
        await new Promise((done) => setTimeout(done, 30));
        assert.equal((await log.history({ limit: 9 })).entries.length, count);
      }
      await log.close();
    }));
});
