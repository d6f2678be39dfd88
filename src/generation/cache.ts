import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { messageOf } from '../errors.ts';
import { stringifyRedacted } from '../store/redact.ts';

export interface AnswerCacheOptions {
  /** The user's data folder; never a workspace, so that a cloned repository brings no answers. */
  readonly dataFolder: string;
  /** Bytes kept at most; 64 MB when absent. A 256th of it is the most that one answer may take. */
  readonly maxBytes?: number;
  /** True while nothing may be written (logging is off): then answers live in memory, and the folder is not read. */
  readonly memoryOnly?: () => boolean;
  /** Told when the folder cannot be read or written. The cache itself never fails: it has no answer, or keeps none. */
  readonly onProblem?: (problem: string) => void;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** An answer's folder is the first two hex digits of its key. */
const SHARDS = 256;
const SHARD_NAME = /^[0-9a-f]{2}$/;
const KEY = /^[0-9a-f]{64}$/;
const ENTRY_NAME = /^[0-9a-f]{64}\.json$/;
const TEMPORARY_NAME = /^[0-9a-f]{64}\.[0-9a-f-]{36}\.tmp$/;
const HOUR = 3_600_000;
/** Windows has no such flag; there the look before opening stands alone. */
const NO_FOLLOW = (constants.O_NOFOLLOW as number | undefined) ?? 0;

const entrySchema = z.object({
  version: z.literal(1),
  key: z.string(),
  /** Epoch milliseconds. */
  expiresAt: z.number(),
  value: z.unknown(),
});
type Entry = z.infer<typeof entrySchema>;

/** An answer on its way to the disk. */
interface Writing {
  readonly text: string;
  readonly done: Promise<void>;
}

/**
 * Answers that were paid for once, one file per key, for every window and the terminal at once. A file appears whole
 * or not at all (temporary file and rename), so processes need not know of each other.
 *
 * Keys are hashes and fill the 256 folders evenly; each folder keeps to its 256th of the size by dropping what was
 * used longest ago. So a put looks at a few dozen names however many answers there are.
 */
export class AnswerCache {
  readonly #root: string;
  readonly #shardBytes: number;
  readonly #memoryOnly: () => boolean;
  readonly #onProblem: (problem: string) => void;
  readonly #memory: LRUCache<string, string>;
  readonly #writing = new Map<string, Writing>();

  constructor(options: AnswerCacheOptions) {
    const { dataFolder, maxBytes = DEFAULT_MAX_BYTES, memoryOnly, onProblem } = options;
    this.#root = join(dataFolder, 'cache');
    this.#shardBytes = Math.floor(maxBytes / SHARDS);
    this.#memoryOnly = memoryOnly ?? (() => false);
    this.#onProblem = onProblem ?? (() => undefined);
    this.#memory = new LRUCache({ maxSize: maxBytes, sizeCalculation: (text) => text.length });
  }

  /**
   * The value kept under a key (sha256, hex), or null. What is expired at `now` (epoch milliseconds), damaged, too
   * large, of another shape or no plain file is removed. The value is as it was read: its own schema is the caller's.
   */
  async get(key: string, now: number): Promise<unknown> {
    requireKey(key);
    const text = this.#memoryOnly()
      ? this.#memory.get(key)
      : (this.#writing.get(key)?.text ?? (await this.#read(key, now)));
    if (text === undefined) return null;
    const entry = parseEntry(text);
    if (entry?.key === key && entry.expiresAt > now) return entry.value;
    await this.remove(key);
    return null;
  }

  /**
   * Keeps a value (JSON) until `expiresAt` (epoch milliseconds). What is too large for the cache is not kept.
   * It can be had at once; the promise says that it is on the disk.
   */
  async put(key: string, value: unknown, expiresAt: number): Promise<void> {
    requireKey(key);
    // A token that slipped into a list or a product is written nowhere; an answer that is about it is asked for anew.
    const text = stringifyRedacted({ version: 1, key, expiresAt, value } satisfies Entry);
    if (Buffer.byteLength(text) > this.#shardBytes) return;
    if (this.#memoryOnly()) {
      this.#memory.set(key, text);
      return;
    }
    const before = this.#writing.get(key)?.done;
    const write = async (): Promise<void> => {
      // The answer that was put last is the one that stays.
      await before;
      await this.#guard('keep an answer', () => this.#write(key, text));
      if (this.#writing.get(key) === writing) this.#writing.delete(key);
    };
    const writing: Writing = { text, done: Promise.resolve().then(write) };
    this.#writing.set(key, writing);
    await writing.done;
  }

  /** Forgets one answer, for instance because its value turned out to be of another shape. */
  async remove(key: string): Promise<void> {
    requireKey(key);
    this.#memory.delete(key);
    await this.#writing.get(key)?.done;
    if (this.#memoryOnly()) return;
    await this.#guard('remove an answer', async () => {
      if (await isFolder(this.#shard(key))) await unlink(this.#path(key));
    });
  }

  /** Forgets every answer, in memory and on disk; returns how many there were. */
  async clear(): Promise<number> {
    let removed = this.#memory.size;
    this.#memory.clear();
    await Promise.all([...this.#writing.values()].map(({ done }) => done));
    await this.#guard('clear', async () => {
      for (const shard of await this.#shards()) {
        for (const name of await list(shard)) {
          if (ENTRY_NAME.test(name)) removed++;
          if (ENTRY_NAME.test(name) || TEMPORARY_NAME.test(name)) await unlink(join(shard, name));
        }
      }
    });
    return removed;
  }

  /** How many answers are kept, expired ones that nobody asked for since included. */
  async count(): Promise<number> {
    let count = this.#memory.size;
    await this.#guard('count', async () => {
      for (const shard of await this.#shards()) {
        count += (await list(shard)).filter((name) => ENTRY_NAME.test(name)).length;
      }
    });
    return count;
  }

  async #read(key: string, now: number): Promise<string | undefined> {
    return this.#guard('read an answer', async () => {
      const path = this.#path(key);
      // Looked at before it is opened: opening a pipe would wait for ever.
      if (!(await isFolder(this.#shard(key)))) return undefined;
      const found = await lstat(path);
      if (found === undefined) return undefined;
      if (!found.isFile() || found.size > this.#shardBytes) return UNUSABLE;
      // Another process may have removed it meanwhile, or put a link there.
      const handle = await fs.open(path, constants.O_RDONLY | NO_FOLLOW).catch(ignoreMissing);
      if (handle === undefined) return undefined;
      try {
        const buffer = Buffer.allocUnsafe(found.size);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
        // The time of last use, an hour exact: a hit should not cost a write each time.
        if (now - found.mtimeMs > HOUR) await handle.utimes(new Date(now), new Date(now));
        return buffer.toString('utf8', 0, bytesRead);
      } finally {
        await handle.close();
      }
    });
  }

  async #write(key: string, text: string): Promise<void> {
    const shard = this.#shard(key);
    await fs.mkdir(this.#root, { recursive: true, mode: 0o700 });
    // Whatever else stands in the folder's place, a link for instance, is not written through.
    if ((await lstat(shard))?.isDirectory() === false) await unlink(shard);
    await fs.mkdir(shard, { recursive: true, mode: 0o700 });
    const temporary = join(shard, `${key}.${randomUUID()}.tmp`);
    try {
      await fs.writeFile(temporary, text, { flag: 'wx', mode: 0o600 });
      // Gone already when another process cleared the cache meanwhile: then this answer is cleared as well.
      await fs.rename(temporary, this.#path(key)).catch(ignoreMissing);
    } catch (error) {
      await unlink(temporary);
      throw error;
    }
    await this.#evict(shard);
  }

  /** Drops what was used longest ago until the folder keeps to its share, and what writers that died left behind. */
  async #evict(shard: string): Promise<void> {
    const entries: { readonly path: string; readonly size: number; readonly mtimeMs: number }[] = [];
    for (const name of await list(shard)) {
      const path = join(shard, name);
      const found = await lstat(path);
      if (found === undefined) continue;
      if (ENTRY_NAME.test(name)) entries.push({ path, size: found.size, mtimeMs: found.mtimeMs });
      else if (TEMPORARY_NAME.test(name) && Date.now() - found.mtimeMs > HOUR) await unlink(path);
    }
    let total = entries.reduce((sum, { size }) => sum + size, 0);
    if (total <= this.#shardBytes) return;
    entries.sort((a, b) => a.mtimeMs - b.mtimeMs);
    for (const { path, size } of entries) {
      if (total <= this.#shardBytes) return;
      await unlink(path);
      total -= size;
    }
  }

  async #shards(): Promise<readonly string[]> {
    const shards = [];
    for (const name of await list(this.#root)) {
      const path = join(this.#root, name);
      if (SHARD_NAME.test(name) && (await isFolder(path))) shards.push(path);
    }
    return shards;
  }

  async #guard<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#onProblem(`The answer cache could not ${what}: ${messageOf(error)}`);
      return undefined;
    }
  }

  #shard(key: string): string {
    return join(this.#root, key.slice(0, 2));
  }

  #path(key: string): string {
    return join(this.#shard(key), `${key}.json`);
  }
}

/** Read in place of what is not read at all; as an entry it is as damaged as any. */
const UNUSABLE = '';

function parseEntry(text: string): Entry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function requireKey(key: string): void {
  if (!KEY.test(key)) throw new RangeError('A cache key is a sha256 in lower-case hex.');
}

async function list(folder: string): Promise<readonly string[]> {
  return (await fs.readdir(folder).catch(ignoreMissing)) ?? [];
}

async function lstat(path: string) {
  return (await fs.lstat(path).catch(ignoreMissing)) ?? undefined;
}

/** Removes a file or a link, never what a link leads to; another process may have been first. */
async function unlink(path: string): Promise<void> {
  await fs.unlink(path).catch(ignoreMissing);
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path))?.isDirectory() ?? false;
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
