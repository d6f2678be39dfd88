import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { AnswerCache, type AnswerCacheOptions } from '../../../src/generation/cache.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const LATER = NOW + 24 * 3_600_000;
const KEY = 'ab'.repeat(32);

/** A key in the folder `ab`, so that keys share that folder's size. */
const keyInShard = (n: number) => `ab${createHash('sha256').update(String(n)).digest('hex').slice(2)}`;

describe('AnswerCache', () => {
  let dataFolder: string;
  let problems: string[];

  beforeEach(async () => {
    dataFolder = await fs.mkdtemp(join(tmpdir(), 'lexybrain-cache-'));
    problems = [];
  });
  afterEach(() => fs.rm(dataFolder, { recursive: true, force: true }));

  const open = (options: Partial<AnswerCacheOptions> = {}) =>
    new AnswerCache({ dataFolder, onProblem: (problem) => problems.push(problem), ...options });
  const shard = () => join(dataFolder, 'cache', 'ab');
  const fileOf = (key: string) => join(dataFolder, 'cache', key.slice(0, 2), `${key}.json`);
  const exists = (path: string) =>
    fs.lstat(path).then(
      () => true,
      () => false,
    );

  it('gives back what was put, to every process of the user', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        await open().put(KEY, value, LATER);
        assert.deepEqual(await open().get(KEY, NOW), JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 50 },
    );
    assert.deepEqual(problems, []);
  });

  it('has nothing under a key that was never put, and makes no folder for the question', async () => {
    assert.equal(await open().get(KEY, NOW), null);
    assert.equal(await open().count(), 0);
    assert.equal(await open().clear(), 0);
    assert.equal(await exists(join(dataFolder, 'cache')), false);
    assert.deepEqual(problems, []);
  });

  it('has an answer at once, while it is still being written, and of two the later one', async () => {
    const cache = open();
    const puts = [cache.put(KEY, 'first', LATER), cache.put(KEY, 'second', LATER)];
    assert.equal(await cache.get(KEY, NOW), 'second');
    await Promise.all(puts);
    assert.equal(await cache.get(KEY, NOW), 'second');
    assert.equal(await open().get(KEY, NOW), 'second');
  });

  it('clears and removes what is still being written', async () => {
    const cache = open();
    for (const forget of [() => cache.clear(), () => cache.remove(KEY)]) {
      const put = cache.put(KEY, 1, LATER);
      await forget();
      await put;
      assert.equal(await cache.get(KEY, NOW), null);
      assert.equal(await exists(fileOf(KEY)), false);
    }
  });

  it('takes nothing but a hash for a key', async () => {
    for (const wrong of ['', '../../x', KEY.toUpperCase(), `${KEY}0`, `../${KEY}`.slice(0, 64)]) {
      await assert.rejects(open().get(wrong, NOW), RangeError);
      await assert.rejects(open().put(wrong, 1, LATER), RangeError);
      await assert.rejects(open().remove(wrong), RangeError);
    }
  });

  it('lets an answer go when its time is over', async () => {
    const cache = open();
    await cache.put(KEY, 'answer', NOW + 1);
    assert.equal(await cache.get(KEY, NOW), 'answer');
    assert.equal(await cache.get(KEY, NOW + 1), null);
    assert.equal(await exists(fileOf(KEY)), false);
  });

  describe('a file that is not what it should be', () => {
    const entry = { version: 1, key: KEY, expiresAt: LATER, value: 'answer' };
    const files: Readonly<Record<string, string>> = {
      'is empty': '',
      'is cut off': JSON.stringify(entry).slice(0, -5),
      'is no JSON': '\0\0\0\0',
      'is JSON of another shape': '["answer"]',
      'has another version': JSON.stringify({ ...entry, version: 2 }),
      'belongs to another key': JSON.stringify({ ...entry, key: 'cd'.repeat(32) }),
      'never expires': JSON.stringify({ ...entry, expiresAt: null }),
      'is too large': JSON.stringify({ ...entry, value: 'x'.repeat(300 * 1024) }),
    };
    for (const [what, content] of Object.entries(files)) {
      it(`is removed: it ${what}`, async () => {
        await fs.mkdir(shard(), { recursive: true });
        await fs.writeFile(fileOf(KEY), content);
        assert.equal(await open().get(KEY, NOW), null);
        assert.equal(await exists(fileOf(KEY)), false);
        assert.deepEqual(problems, []);
      });
    }

    it('is never a way out of the folder: links are removed and what they lead to stays', async () => {
      const outside = join(dataFolder, 'outside.json');
      await fs.mkdir(shard(), { recursive: true });
      await fs.writeFile(outside, JSON.stringify(entry));
      await fs.symlink(outside, fileOf(KEY));
      assert.equal(await open().get(KEY, NOW), null);
      assert.equal(await exists(fileOf(KEY)), false);

      await fs.symlink(outside, fileOf(KEY));
      await open().put(KEY, 'mine', LATER);
      assert.equal(await open().get(KEY, NOW), 'mine');
      assert.deepEqual(JSON.parse(await fs.readFile(outside, 'utf8')), entry);
    });

    it('is never a way out of the folder: a link in place of a folder is neither read, written nor cleared', async () => {
      const outside = join(dataFolder, 'outside');
      await fs.mkdir(outside);
      await fs.mkdir(join(dataFolder, 'cache'));
      await fs.writeFile(join(outside, `${KEY}.json`), JSON.stringify(entry));
      await fs.symlink(outside, shard());
      const cache = open();
      assert.equal(await cache.get(KEY, NOW), null);
      assert.equal(await cache.count(), 0);
      assert.equal(await cache.clear(), 0);
      await cache.remove(KEY);
      await cache.put(KEY, 'mine', LATER);
      assert.equal(await cache.get(KEY, NOW), 'mine');
      assert.deepEqual(JSON.parse(await fs.readFile(join(outside, `${KEY}.json`), 'utf8')), entry);
    });

    it('does not make it wait: a pipe is not opened', async function () {
      if (process.platform === 'win32') {
        // Windows has no pipes in folders; a folder in the file's place is as little a file.
        await fs.mkdir(fileOf(KEY), { recursive: true });
      } else {
        await fs.mkdir(shard(), { recursive: true });
        const made = spawn('mkfifo', [fileOf(KEY)]);
        await new Promise((resolve) => made.on('close', resolve));
        assert.ok((await fs.lstat(fileOf(KEY))).isFIFO());
      }
      assert.equal(await open().get(KEY, NOW), null);
    });
  });

  describe('its size', () => {
    // 256 folders of 4 KB.
    const small = { maxBytes: 256 * 4096 };
    const answer = 'x'.repeat(900);

    it('keeps to its limit by dropping what was used longest ago', async () => {
      const cache = open(small);
      for (let n = 0; n < 4; n++) {
        await cache.put(keyInShard(n), answer, LATER);
        const used = new Date(NOW - (10 - n) * 3_600_000);
        await fs.utimes(fileOf(keyInShard(n)), used, used);
      }
      // The oldest is used again, hours later.
      assert.equal(await cache.get(keyInShard(0), NOW), answer);
      await cache.put(keyInShard(4), answer, LATER);
      const kept = [];
      for (let n = 0; n < 5; n++) kept.push((await cache.get(keyInShard(n), NOW)) !== null);
      assert.deepEqual(kept, [true, false, true, true, true]);
    });

    it('never passes the limit, whatever is put', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(6_000), { maxLength: 30 }), async (sizes) => {
          const cache = open(small);
          for (const [n, size] of sizes.entries()) await cache.put(keyInShard(n), 'x'.repeat(size), LATER);
          let total = 0;
          for (const name of await fs.readdir(shard()).catch(() => [])) {
            total += (await fs.stat(join(shard(), name))).size;
          }
          assert.ok(total <= 4096);
          const last = sizes.at(-1);
          if (last !== undefined && last < 3_900) {
            assert.equal(await cache.get(keyInShard(sizes.length - 1), NOW), 'x'.repeat(last));
          }
          await cache.clear();
        }),
        { numRuns: 20 },
      );
      assert.deepEqual(problems, []);
    });

    it('removes what writers that died left behind, but not what one is writing', async () => {
      const cache = open();
      await cache.put(KEY, 1, LATER);
      const dead = join(shard(), `${KEY}.00000000-0000-4000-8000-000000000000.tmp`);
      const writing = join(shard(), `${KEY}.00000000-0000-4000-8000-000000000001.tmp`);
      await fs.writeFile(dead, '{');
      await fs.writeFile(writing, '{');
      const longAgo = new Date(Date.now() - 2 * 3_600_000);
      await fs.utimes(dead, longAgo, longAgo);
      await cache.put(KEY, 2, LATER);
      assert.deepEqual([await exists(dead), await exists(writing)], [false, true]);
    });
  });

  describe('clearing', () => {
    it('says how many answers there were and leaves what is not its own', async () => {
      const cache = open();
      for (let n = 0; n < 5; n++)
        await cache.put(createHash('sha256').update(String(n)).digest('hex'), n, LATER);
      await cache.put(KEY, 1, LATER);
      await fs.writeFile(join(shard(), 'note.txt'), 'mine');
      await fs.writeFile(join(dataFolder, 'cache', 'note.txt'), 'mine');
      await fs.mkdir(join(dataFolder, 'ledger'));
      await fs.writeFile(join(dataFolder, 'ledger', '2026-11.jsonl'), '\n');
      assert.equal(await cache.count(), 6);
      assert.equal(await cache.clear(), 6);
      assert.equal(await cache.count(), 0);
      assert.equal(await cache.get(KEY, NOW), null);
      for (const path of ['cache/ab/note.txt', 'cache/note.txt', 'ledger/2026-11.jsonl']) {
        assert.ok(await exists(join(dataFolder, path)), path);
      }
    });

    it('forgets one answer when asked', async () => {
      const cache = open();
      await cache.put(KEY, 1, LATER);
      await cache.remove(KEY);
      await cache.remove(KEY);
      assert.equal(await cache.get(KEY, NOW), null);
      assert.deepEqual(problems, []);
    });
  });

  describe('in memory only', () => {
    it('neither reads nor writes the folder', async () => {
      await open().put(KEY, 'on disk', LATER);
      const cache = open({ memoryOnly: () => true });
      assert.equal(await cache.get(KEY, NOW), null);
      const other = 'cd'.repeat(32);
      await cache.put(other, { in: 'memory' }, LATER);
      assert.deepEqual(await cache.get(other, NOW), { in: 'memory' });
      assert.equal(await cache.get(other, LATER), null);
      assert.equal(await cache.get(other, NOW), null);
      assert.equal(await exists(join(dataFolder, 'cache', 'cd')), false);
      assert.equal(await open().get(KEY, NOW), 'on disk');
    });

    it('is cleared together with the folder, which may be from before', async () => {
      let memoryOnly = false;
      const cache = open({ memoryOnly: () => memoryOnly });
      await cache.put(KEY, 1, LATER);
      memoryOnly = true;
      await cache.put('cd'.repeat(32), 2, LATER);
      assert.equal(await cache.count(), 2);
      assert.equal(await cache.clear(), 2);
      assert.equal(await exists(fileOf(KEY)), false);
      assert.equal(await cache.get('cd'.repeat(32), NOW), null);
    });
  });

  it('has no answer and keeps none when its folder cannot be used, and says so', async () => {
    await fs.writeFile(join(dataFolder, 'cache'), 'a file in the way');
    const cache = open();
    await cache.put(KEY, 1, LATER);
    assert.equal(await cache.get(KEY, NOW), null);
    assert.match(problems.join('\n'), /The answer cache could not keep an answer: /);
  });

  it('stands several writers and readers of the same keys', async () => {
    const caches = Array.from({ length: 6 }, () => open({ maxBytes: 256 * 4096 }));
    await Promise.all(
      caches.map(async (cache, writer) => {
        for (let round = 0; round < 25; round++) {
          const key = keyInShard(round % 4);
          await cache.put(key, { writer, filler: 'x'.repeat(500 + 200 * writer) }, LATER);
          const read = (await cache.get(key, NOW)) as { writer: number; filler: string } | null;
          if (read !== null) assert.equal(read.filler.length, 500 + 200 * read.writer);
          if (round % 10 === 9) await cache.clear();
        }
      }),
    );
    assert.deepEqual(problems, []);
  });
});
