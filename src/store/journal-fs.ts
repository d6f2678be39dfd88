import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, writeFile } from 'node:fs/promises';
import { messageOf } from '../errors.ts';

/** What the journal writer needs of a file system; a port, so that tests can make any call of it fail. */
export interface JournalFs {
  /** Makes the folder (not its parents) if it is missing; true when it made it. Refuses a link or a file in its place. */
  makeFolder(path: string): Promise<boolean>;
  /** Writes a new file; does nothing when one is there. */
  writeNew(path: string, text: string): Promise<void>;
  /** A new file to append to. Fails when there is one. */
  create(path: string): Promise<JournalFile>;
  /** Device and inode of what stands at the path now; null when nothing does. */
  identity(path: string): Promise<string | null>;
  rename(from: string, to: string): Promise<void>;
  /** Makes names created in the folder durable, where the platform can. */
  syncFolder(path: string): Promise<void>;
}

export interface JournalFile {
  readonly identity: string;
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Appends, makes new files only, follows no link. `O_NOFOLLOW` is missing on Windows, where it counts as 0. */
const CREATE =
  constants.O_WRONLY |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_EXCL |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0);

export const nodeJournalFs: JournalFs = {
  async makeFolder(path) {
    let made = true;
    await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
      made = false;
    });
    if (!(await lstat(path)).isDirectory()) throw new Error(`${path} is not a folder`);
    return made;
  },
  async writeNew(path, text) {
    await writeFile(path, text, { flag: 'wx' }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  },
  async create(path) {
    const handle = await open(path, CREATE, 0o600);
    const stats = await handle.stat({ bigint: true });
    return {
      identity: `${stats.dev}:${stats.ino}`,
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
  async identity(path) {
    try {
      const stats = await lstat(path, { bigint: true });
      return `${stats.dev}:${stats.ino}`;
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
      throw error;
    }
  },
  rename,
  async syncFolder(path) {
    // Windows has no way to sync a folder; its file systems journal names themselves.
    if (process.platform === 'win32') return;
    const handle = await open(path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** The code of a system error (`ENOSPC`, …), or undefined. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A system error in words a user knows; the words of anything else. */
export function diskTrouble(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
      return 'writing is not allowed';
    case 'EROFS':
      return 'the folder is read-only';
    case 'EIO':
      return 'the disk reports an error';
    case undefined:
    default:
      return messageOf(error);
  }
}
