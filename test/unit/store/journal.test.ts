import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { nodeJournalFs, type JournalFile, type JournalFs } from '../../../src/store/journal-fs.ts';
import { recoveredIds } from './inspect.ts';
import { openLog, sampleGeneration, withFolder } from './samples.ts';

/** A disk on which every write meets the trouble that is set. */
class TroubledDisk {
  trouble: string | null = null;
  /** Writes wait for this. */
  stall: Promise<void> = Promise.resolve();
  readonly calls: string[] = [];

  readonly fs: JournalFs = {
    ...nodeJournalFs,
    create: async (path) => {
      this.#meet('create');
      const file = await nodeJournalFs.create(path);
      return this.#around(file);
    },
    identity: async (path) => {
      this.calls.push('identity');
      return nodeJournalFs.identity(path);
    },
    syncFolder: async (path) => {
      this.calls.push('syncFolder');
      return nodeJournalFs.syncFolder(path);
    },
  };

  #around(file: JournalFile): JournalFile {
    return {
      identity: file.identity,
      write: async (bytes) => {
        await this.stall;
        this.#meet('write');
        return file.write(bytes);
      },
      sync: async () => {
        this.#meet('sync');
        return file.sync();
      },
      close: () => file.close(),
    };
  }

  #meet(call: string): void {
    this.calls.push(call);
    if (this.trouble !== null) throw Object.assign(new Error(this.trouble), { code: this.trouble });
  }
}

const says = (pattern: RegExp) => (error: unknown) => {
  assert.ok(LexyBrainError.is(error, 'store'));
  assert.match(error.message, pattern);
  return true;
};

describe('appending while the disk refuses', () => {
  for (const [code, words] of [
    ['ENOSPC', /the disk is full/],
    ['EIO', /the disk reports an error/],
    ['EACCES', /writing is not allowed/],
    ['EROFS', /read-only/],
  ] as const) {
    it(`tells the caller of ${code} at once and writes the record when it is possible again`, () =>
      withFolder(async (folder) => {
        const disk = new TroubledDisk();
        const { log } = openLog(folder, { fs: disk.fs });
        const made = [sampleGeneration(), sampleGeneration(), sampleGeneration(), sampleGeneration()];
        await log.append(made[0]!);
        disk.trouble = code;
        await assert.rejects(log.append(made[1]!), says(words));
        await Promise.all([
          assert.rejects(log.append(made[2]!), says(words)),
          assert.rejects(log.append(made[2]!), says(words)),
        ]);
        disk.trouble = null;
        await log.append(made[3]!);
        await log.close();
        assert.deepEqual([...(await recoveredIds(folder))].sort(), made.map(({ id }) => id).sort());
      }));
  }

  it('writes what waits by itself, without another append', () =>
    withFolder(async (folder) => {
      const disk = new TroubledDisk();
      const { log } = openLog(folder, { fs: disk.fs, timings: { retryMs: 10, checkpointMs: 10 } });
      disk.trouble = 'ENOSPC';
      await assert.rejects(log.append(sampleGeneration()));
      disk.trouble = null;
      while ((await log.history({ limit: 1 })).entries.length === 0) {
        await new Promise((done) => setTimeout(done, 10));
      }
      await log.close();
    }));

  it('keeps 16 MB at most, and says how many records it lost', () =>
    withFolder(async (folder) => {
      const disk = new TroubledDisk();
      const { log, warnings } = openLog(folder, { fs: disk.fs });
      disk.trouble = 'ENOSPC';
      for (let count = 0; count < 80; count++) {
        await assert.rejects(log.append(sampleGeneration({ prompt: 'x'.repeat(250_000) })));
      }
      disk.trouble = null;
      await log.append(sampleGeneration());
      await log.close();
      assert.match(warnings.join(), /records were lost meanwhile/);
      const stored = (await recoveredIds(folder)).size;
      assert.ok(stored > 60 && stored < 70, String(stored));
    })).timeout(60_000);

  it('does not hang when the disk does not answer, and writes the record in the end', () =>
    withFolder(async (folder) => {
      const disk = new TroubledDisk();
      const { log } = openLog(folder, { fs: disk.fs, timings: { appendMs: 20 } });
      let answer = (): void => undefined;
      disk.stall = new Promise((done) => (answer = done));
      const generation = sampleGeneration();
      await assert.rejects(log.append(generation), says(/does not answer/));
      answer();
      await log.close();
      assert.deepEqual([...(await recoveredIds(folder))], [generation.id]);
    }));

  it('says so when records are left at the end', () =>
    withFolder(async (folder) => {
      const disk = new TroubledDisk();
      const { log, warnings } = openLog(folder, { fs: disk.fs });
      disk.trouble = 'EIO';
      await assert.rejects(log.append(sampleGeneration()));
      await log.close();
      assert.match(warnings.join(), /1 records could not be written/);
    }));

  it('reports a folder in which nothing may be made', () =>
    withFolder(async (folder) => {
      mkdirSync(folder);
      // A superuser may write anywhere; a file in the place of the journal stands in the way of everyone.
      if (process.getuid?.() === 0) await nodeJournalFs.writeNew(join(folder, 'journal'), '');
      else chmodSync(folder, 0o500);
      const { log } = openLog(folder);
      await assert.rejects(log.append(sampleGeneration()), says(/could not be written/));
      await log.close();
      chmodSync(folder, 0o700);
    }));
});

describe('an append', () => {
  it('is acknowledged after it is written, synced, and its file seen in its place, in this order', () =>
    withFolder(async (folder) => {
      const disk = new TroubledDisk();
      const { log } = openLog(folder, { fs: disk.fs });
      await log.append(sampleGeneration());
      disk.calls.push('acknowledged');
      await log.append(sampleGeneration());
      disk.calls.push('acknowledged');
      // The folder is synced when the segment is made, before anything is acknowledged.
      assert.deepEqual(
        disk.calls.slice(0, disk.calls.lastIndexOf('syncFolder') + 1).includes('write'),
        false,
      );
      assert.deepEqual(disk.calls.slice(disk.calls.indexOf('write')), [
        ...['write', 'sync', 'identity', 'acknowledged'],
        ...['write', 'sync', 'identity', 'acknowledged'],
      ]);
      await log.close();
    }));

  it('shares one write with those that come meanwhile', () =>
    withFolder(async (folder) => {
      const disk = new TroubledDisk();
      const { log } = openLog(folder, { fs: disk.fs });
      await Promise.all(Array.from({ length: 32 }, () => log.append(sampleGeneration())));
      assert.equal(disk.calls.filter((call) => call === 'sync').length, 1);
      await log.close();
      assert.equal((await recoveredIds(folder)).size, 32);
    }));

  it('begins a new segment every 2 MB', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, { timings: { checkpointMs: 3_600_000 } });
      for (let count = 0; count < 25; count++) {
        await log.append(sampleGeneration({ prompt: 'x'.repeat(230_000) }));
      }
      const files = readdirSync(join(folder, 'journal'));
      assert.deepEqual(files.map((file) => file.split('.')[2]).sort(), ['closed', 'closed', 'open']);
      await log.close();
      assert.equal((await recoveredIds(folder)).size, 25);
    }));

  it('is refused once the log is closed', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder);
      await log.close();
      await assert.rejects(log.append(sampleGeneration()), says(/closed/));
    }));
});
