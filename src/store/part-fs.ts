import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf } from './journal-fs.ts';
import { temporaryName } from './layout.ts';

export interface FileFacts {
  readonly kind: 'file' | 'folder' | 'other';
  readonly size: number;
}

/**
 * What the worker needs of a file system, synchronous because the worker does nothing else meanwhile; a port, so that
 * tests can make any call of it fail. Paths are never followed through a link at their end.
 */
export interface PartFs {
  list(folder: string): readonly string[];
  facts(path: string): FileFacts;
  makeFolder(path: string): void;
  openToRead(path: string): number;
  openNew(path: string): number;
  factsOf(descriptor: number): FileFacts;
  read(descriptor: number, bytes: Uint8Array, position: number): number;
  write(descriptor: number, bytes: Uint8Array): number;
  sync(descriptor: number): void;
  close(descriptor: number): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  unlink(path: string): void;
  /** Makes the folder's names durable, where the platform can. */
  syncFolder(path: string): void;
}

const flag = (value: number | undefined): number => value ?? 0;
// O_NONBLOCK: a named pipe in the place of a file must not make us wait for a writer.
const READ = constants.O_RDONLY | flag(constants.O_NOFOLLOW) | flag(constants.O_NONBLOCK);
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | flag(constants.O_NOFOLLOW);

const toFacts = (stats: { isFile(): boolean; isDirectory(): boolean; size: number }): FileFacts => ({
  kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
  size: stats.size,
});

export const nodePartFs: PartFs = {
  list: (folder) => readdirSync(folder),
  facts: (path) => toFacts(lstatSync(path)),
  makeFolder: (path) => {
    mkdirSync(path, { mode: 0o700 });
  },
  openToRead: (path) => openSync(path, READ),
  openNew: (path) => openSync(path, NEW, 0o600),
  factsOf: (descriptor) => toFacts(fstatSync(descriptor)),
  read: (descriptor, bytes, position) => readSync(descriptor, bytes, 0, bytes.length, position),
  write: (descriptor, bytes) => writeSync(descriptor, bytes),
  sync: (descriptor) => {
    fsyncSync(descriptor);
  },
  close: (descriptor) => {
    closeSync(descriptor);
  },
  rename: (from, to) => {
    renameSync(from, to);
  },
  link: (from, to) => {
    linkSync(from, to);
  },
  unlink: (path) => {
    unlinkSync(path);
  },
  syncFolder: (path) => {
    if (process.platform === 'win32') return;
    const descriptor = openSync(path, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
};

/** The names in a folder; none when it is missing. Throws when a link or a file stands in its place. */
export function listFolder(fs: PartFs, folder: string): readonly string[] {
  try {
    if (fs.facts(folder).kind !== 'folder') throw new Error(`${folder} is not a folder`);
    return fs.list(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Memory for one large file after the other. Whoever takes it gives it back when done with it. */
export class SpareMemory {
  #bytes: Buffer | null = null;

  take(size: number): Buffer {
    const spare = this.#bytes;
    if (spare === null || spare.length < size) return Buffer.allocUnsafeSlow(size);
    this.#bytes = null;
    return spare.subarray(0, size);
  }

  /** @param bytes what was taken, or a piece of it; nobody may use it any more */
  give(bytes: Buffer): void {
    this.#bytes = Buffer.from(bytes.buffer);
  }
}

/**
 * The bytes of a regular file from `start` on, or null when it is missing.
 * Throws for links, pipes and files beyond `limit` bytes.
 * @param spare where they are put; memory of their own when absent
 */
export function readFile(
  fs: PartFs,
  path: string,
  limit: number,
  start = 0,
  spare?: SpareMemory,
): Buffer | null {
  let descriptor: number;
  try {
    if (fs.facts(path).kind !== 'file') throw new UnfitFile(`${path} is not a regular file`);
    descriptor = fs.openToRead(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const { kind, size } = fs.factsOf(descriptor);
    if (kind !== 'file') throw new UnfitFile(`${path} is not a regular file`);
    if (size > limit) throw new UnfitFile(`${path} is too large (${size} bytes)`);
    const length = Math.max(0, size - start);
    const bytes = spare?.take(length) ?? Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < bytes.length) {
      const got = fs.read(descriptor, bytes.subarray(filled), start + filled);
      if (got === 0) break;
      filled += got;
    }
    return bytes.subarray(0, filled);
  } finally {
    fs.close(descriptor);
  }
}

/** A file that is not opened because of what it is. */
export class UnfitFile extends Error {}

/** Makes a folder (not its parents) unless it is there. Throws when a link or a file stands in its place. */
export function ensureFolder(fs: PartFs, path: string): void {
  try {
    fs.makeFolder(path);
    fs.syncFolder(dirname(path));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (fs.facts(path).kind !== 'folder') throw new Error(`${path} is not a folder`, { cause: error });
  }
}

/** Writes a synced temporary file beside where it shall go; returns its path. Leaves nothing behind when it fails. */
export function writeTemporary(fs: PartFs, folder: string, bytes: Uint8Array): string {
  const path = join(folder, temporaryName());
  writeNewFile(fs, path, bytes);
  return path;
}

/** Writes and syncs a new file. Leaves nothing behind when it fails. */
export function writeNewFile(fs: PartFs, path: string, bytes: Uint8Array): void {
  const descriptor = fs.openNew(path);
  try {
    try {
      for (let done = 0; done < bytes.length;) done += fs.write(descriptor, bytes.subarray(done));
      fs.sync(descriptor);
    } finally {
      fs.close(descriptor);
    }
  } catch (error) {
    discard(fs, path);
    throw error;
  }
}

/** Replaces a file as a whole: after a crash the old one is there or the new one. */
export function replaceFile(fs: PartFs, path: string, bytes: Uint8Array): void {
  const temporary = writeTemporary(fs, dirname(path), bytes);
  try {
    fs.rename(temporary, path);
  } catch (error) {
    discard(fs, temporary);
    throw error;
  }
  fs.syncFolder(dirname(path));
}

/** Removes a file if it can be; true when it is gone by this call. */
export function discard(fs: PartFs, path: string): boolean {
  try {
    fs.unlink(path);
    return true;
  } catch {
    return false;
  }
}
