import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { crc32 } from 'node:zlib';
import { readGenerations, snapshotOf } from '../../../src/store/export.ts';
import { encodeFrame } from '../../../src/store/frames.ts';
import { readHistory } from '../../../src/store/history.ts';
import { Part } from '../../../src/store/part.ts';
import { jsonOf, loadSql, openDatabase, openJournal, partFiles, recoveredIds, storedIds } from './inspect.ts';
import { openLog, sampleGeneration, withFolder } from './samples.ts';

const SEALING = { sealBytes: 200 * 1024 };

/** A log with sealed parts and an active one; the ids in it. */
async function fill(folder: string, count: number): Promise<string[]> {
  const journal = openJournal(folder);
  const { log } = await openDatabase(folder, SEALING);
  const made = Array.from({ length: count }, () => sampleGeneration({ size: 4000 }));
  for (const one of made) {
    await journal.append(jsonOf(one));
    if (made.indexOf(one) % 10 === 0) log.checkpoint(true);
  }
  await journal.close();
  log.checkpoint(true);
  log.close();
  return made.map(({ id }) => id).sort();
}

/** Runs SQL in a part as another tool would. */
function edit(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

/** The stamp of `part.ts`, by somebody who has read it. */
function forgeStamp(file: string): void {
  const bytes = readFileSync(file);
  bytes.writeUInt32BE(0, 24);
  bytes.writeUInt32BE(0, 92);
  const sum = crc32(bytes);
  bytes.writeUInt32BE(sum, 24);
  bytes.writeUInt32BE(sum, 92);
  writeFileSync(file, bytes);
}

const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n';

/** What may happen to the active part, all of which the journal makes good. */
const DAMAGES: Record<string, (file: string) => void> = {
  'is empty': (file) => truncateSync(file),
  'is cut': (file) => truncateSync(file, 50_000),
  'is of zeros': (file) => writeFileSync(file, Buffer.alloc(100_000)),
  'is of something else': (file) => writeFileSync(file, 'Not a database. '.repeat(100)),
  'has a flipped bit': (file) => {
    const bytes = readFileSync(file);
    bytes[60_000]! ^= 4;
    writeFileSync(file, bytes);
  },
  'was put into write-ahead mode': (file) =>
    edit(file, 'PRAGMA journal_mode = WAL; DELETE FROM lexybrain_requests'),
  'was edited': (file) =>
    edit(file, "INSERT INTO lexybrain_preferences VALUES ('1', '2', '3', '4', NULL, 'now')"),
  'has a trigger and a stamp': (file) => {
    edit(
      file,
      'CREATE TRIGGER t AFTER INSERT ON lexybrain_requests BEGIN DELETE FROM lexybrain_requests; END',
    );
    forgeStamp(file);
  },
  'has a view for a table and a stamp': (file) => {
    edit(file, `DROP TABLE ai_insights; CREATE VIEW ai_insights AS ${ENDLESS}`);
    forgeStamp(file);
  },
  'is a link': (file) => {
    copyFileSync(file, `${file}.elsewhere`);
    rmSync(file);
    symlinkSync(`${file}.elsewhere`, file);
  },
};

describe('whatever stands under .lexybrain', () => {
  for (const [name, damage] of Object.entries(DAMAGES)) {
    it(`a database file that ${name} is set aside and built anew`, () =>
      withFolder(async (folder) => {
        const ids = await fill(folder, 30);
        const file = join(folder, 'lexybrain.db');
        damage(file);
        const { log, warnings } = await openDatabase(folder, SEALING);
        log.checkpoint(true);
        log.close();
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]!, /built anew from the journal/);
        assert.equal(readdirSync(join(folder, 'damaged')).length, 1);
        assert.deepEqual(storedIds(folder).sort(), ids);
      }));
  }

  it('a sealed part that was edited soundly is read, one with a hostile view or damage is left out', () =>
    withFolder(async (folder) => {
      const ids = await fill(folder, 150);
      const [first, second, third] = partFiles(folder) as [string, string, string];
      assert.ok(partFiles(folder).length > 4);
      edit(first, "UPDATE lexybrain_requests SET prompt = 'forget this'");
      edit(
        second,
        `ALTER TABLE lexybrain_requests RENAME TO old; CREATE VIEW lexybrain_requests AS ${ENDLESS}`,
      );
      truncateSync(third, 40_000);
      const { log, warnings } = await openDatabase(folder, SEALING);
      const stored = [...readGenerations(snapshotOf(log), {})];
      assert.ok(stored.some(({ request }) => request.prompt === 'forget this'));
      assert.ok(stored.length > 20 && stored.length < ids.length);
      assert.equal(warnings.length, 2);
      for (const part of [second, third]) assert.ok(existsSync(part), 'left where it is');
      log.close();
    }));

  it('a damaged last part is passed over, and its number is not used again', () =>
    withFolder(async (folder) => {
      await fill(folder, 40);
      const last = partFiles(folder).at(-2)!;
      writeFileSync(last, '');
      const { log } = await openDatabase(folder, SEALING);
      const journal = openJournal(folder);
      const made = Array.from({ length: 25 }, () => sampleGeneration({ size: 4000 }));
      await Promise.all(made.map((one) => journal.append(jsonOf(one))));
      await journal.close();
      log.checkpoint(true);
      log.close();
      assert.equal(readFileSync(last).length, 0);
      rmSync(last);
      const stored = await recoveredIds(folder, SEALING);
      assert.ok(made.every(({ id }) => stored.has(id)));
    }));

  it('rows that have not the shape of ours are left out', () =>
    withFolder(async (folder) => {
      const ids = await fill(folder, 40);
      const [first] = partFiles(folder) as [string];
      edit(first, "UPDATE ai_insights SET generated_at = 'soon', output_json = '{'");
      edit(first, "UPDATE lexybrain_requests SET niche_terms = '[1]'");
      const { log } = await openDatabase(folder, SEALING);
      const { entries } = readHistory(log, { limit: 500 }, null);
      assert.ok(entries.length > 0 && entries.length < ids.length);
      assert.ok([...readGenerations(snapshotOf(log), {})].length < ids.length);
      log.close();
    }));

  it('segments that are links, pipes, folders or far too large are left out', () =>
    withFolder(async (folder) => {
      const ids = await fill(folder, 3);
      const segment = (digit: number): string =>
        join(folder, 'journal', `0000000${digit}-0000-7000-8000-000000000000.1.closed`);
      const elsewhere = join(dirname(folder), 'elsewhere');
      writeFileSync(elsewhere, encodeFrame(jsonOf(sampleGeneration())));
      symlinkSync(elsewhere, segment(1));
      execFileSync('mkfifo', [segment(2)]);
      mkdirSync(segment(3));
      writeFileSync(segment(4), '');
      truncateSync(segment(4), 10 * 1024 ** 3);
      writeFileSync(join(folder, 'journal', '../journal/strange name.open'), 'x');
      const { log, warnings } = await openDatabase(folder);
      log.checkpoint(true);
      log.close();
      assert.equal(warnings.length, 4, warnings.join('\n'));
      assert.deepEqual(storedIds(folder).sort(), ids);
    }));

  it('frames that hold no record are passed over', () =>
    withFolder(async (folder) => {
      const ids = await fill(folder, 2);
      const frames = ['nonsense', '{"kind":"other"}', '{"kind":"feedback","id":"1"}', 'null', '[]'];
      writeFileSync(
        join(folder, 'journal', '00000001-0000-7000-8000-000000000000.1.closed'),
        Buffer.concat(frames.map((text) => encodeFrame(text))),
      );
      const { log, warnings } = await openDatabase(folder);
      log.checkpoint(true);
      log.close();
      assert.match(warnings.join(), /holds no record/);
      assert.deepEqual(storedIds(folder).sort(), ids);
    }));

  it('damaged bytes in a segment are passed over, reported, and kept aside once it is sealed', () =>
    withFolder(async (folder) => {
      const journal = openJournal(folder);
      const made = Array.from({ length: 30 }, () => sampleGeneration({ size: 4000 }));
      for (const one of made) await journal.append(jsonOf(one));
      await journal.close();
      const [file] = readdirSync(join(folder, 'journal')) as [string];
      const bytes = readFileSync(join(folder, 'journal', file));
      bytes[10_000]! ^= 1;
      writeFileSync(join(folder, 'journal', file), bytes);
      const { log, warnings } = await openDatabase(folder, SEALING);
      log.checkpoint(true);
      log.checkpoint(true);
      log.close();
      assert.match(warnings.join(), /damaged bytes/);
      assert.equal(storedIds(folder).length, 29);
      assert.deepEqual(readdirSync(join(folder, 'damaged')), [file]);
    }));

  for (const name of ['.', 'journal', 'archive']) {
    it(`a link in the place of ${name} is not followed`, () =>
      withFolder(async (folder) => {
        const elsewhere = join(dirname(folder), 'elsewhere');
        mkdirSync(elsewhere);
        if (name !== '.') mkdirSync(folder);
        symlinkSync(elsewhere, name === '.' ? folder : join(folder, name));
        const { log, warnings } = openLog(folder);
        if (name === 'archive') await log.append(sampleGeneration());
        else await assert.rejects(log.append(sampleGeneration()), /is not a folder/);
        await assert.rejects(log.history({ limit: 1 }), /is not a folder/);
        await log.close();
        assert.deepEqual(readdirSync(elsewhere), []);
        assert.ok(warnings.length > 0);
      }));
  }

  it('a newer build is left alone: nothing but the journal is written, and it is said', () =>
    withFolder(async (folder) => {
      await fill(folder, 25);
      const before = readdirSync(join(folder, 'journal'));
      const active = join(folder, 'lexybrain.db');
      edit(active, 'PRAGMA user_version = 99; CREATE TABLE lexybrain_new (id)');
      forgeStamp(active);
      const image = readFileSync(active);
      const { log, warnings } = openLog(folder, SEALING);
      const next = sampleGeneration();
      await log.append(next);
      const { entries } = await log.history({ limit: 1 });
      assert.equal(entries[0]!.insight.id, next.insight!.id, 'seen all the same');
      await assert.rejects(log.deleteAll(), /newer/);
      await log.close();
      assert.match(warnings.join(), /newer LexyBrain/);
      assert.ok(readFileSync(active).equals(image));
      const journal = readdirSync(join(folder, 'journal'));
      assert.deepEqual(
        before.filter((name) => !journal.includes(name)),
        [],
      );
      assert.match(journal.filter((name) => !before.includes(name)).join(), /^[^,]*\.closed$/);
    }));

  it('a frame of a newer build stays in the journal, and the parts stay as they are', () =>
    withFolder(async (folder) => {
      await fill(folder, 2);
      const before = readFileSync(join(folder, 'lexybrain.db'));
      const frame = encodeFrame(jsonOf(sampleGeneration()));
      frame.writeUInt32LE(2, 4);
      frame.writeUInt32LE(crc32(frame.subarray(16), crc32(frame.subarray(0, 12))), 12);
      const file = join(folder, 'journal', '00000001-0000-7000-8000-000000000000.1.closed');
      writeFileSync(file, frame);
      const { log, warnings } = await openDatabase(folder);
      log.checkpoint(true);
      log.close();
      assert.match(warnings.join(), /newer LexyBrain/);
      assert.ok(readFileSync(file).equals(frame));
      assert.ok(readFileSync(join(folder, 'lexybrain.db')).equals(before));
    }));
});

describe('a part', () => {
  it('is told from any change of any byte by its stamp, and read by another SQLite', async () => {
    const sql = await loadSql();
    const part = Part.create(sql);
    const bytes = part.toBytes();
    part.close();
    Part.open(sql, bytes, true).close();
    for (let at = 0; at < bytes.length; at += 997) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x10;
      assert.throws(() => Part.open(sql, changed, true), `byte ${at}`);
    }
  });

  it('goes on being usable after it was exported', async () => {
    const part = Part.create(await loadSql());
    const sizes = [1, 2, 3].map((key) => {
      part.run('INSERT INTO _lexybrain_part VALUES (?, ?)', [key, 'x']);
      part.toBytes();
      return part.value('SELECT count(*) FROM _lexybrain_part');
    });
    assert.deepEqual(sizes, [1, 2, 3]);
    part.close();
  });
});
