import { existsSync, linkSync, mkdirSync, renameSync, rmdirSync, truncateSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JournalFs } from '../../src/store/journal-fs.ts';
import type { PartFs } from '../../src/store/part-fs.ts';

/**
 * A disk that forgets. It lets everything through to the real one and remembers how to undo it; when the power goes,
 * what was not synced is undone: bytes of a file that was not synced, names in a folder that was not synced.
 * That is the most that a file system may lose, so what survives it does not depend on luck.
 */
export class VolatileDisk {
  /** Undoes a change of names, by the folder that has to be synced to keep it; newest last. */
  #names: { readonly folder: string; readonly undo: () => void }[] = [];
  /** Files by all names they have had, with the bytes that are safe. */
  readonly #files = new Map<string, { size: number; synced: number }>();
  readonly #descriptors = new Map<number, string>();
  readonly #backups: string;
  #count = 0;

  /** @param backups a folder on the same disk, outside of what is tested */
  constructor(backups: string) {
    this.#backups = backups;
    mkdirSync(backups, { recursive: true });
  }

  /** Undoes everything that was not synced. */
  cutPower(): void {
    for (const [path, { size, synced }] of this.#files) {
      if (synced < size && existsSync(path)) truncateSync(path, synced);
    }
    for (const { undo } of this.#names.reverse()) undo();
    this.#names = [];
  }

  parts(real: PartFs): PartFs {
    return {
      ...real,
      makeFolder: (path) => {
        real.makeFolder(path);
        this.#made(path, () => rmdirSync(path));
      },
      openNew: (path) => {
        const descriptor = real.openNew(path);
        this.#descriptors.set(descriptor, path);
        this.#files.set(path, { size: 0, synced: 0 });
        this.#made(path, () => unlinkSync(path));
        return descriptor;
      },
      write: (descriptor, bytes) => {
        const length = real.write(descriptor, bytes);
        this.#fileOf(this.#descriptors.get(descriptor)).size += length;
        return length;
      },
      sync: (descriptor) => {
        real.sync(descriptor);
        const file = this.#fileOf(this.#descriptors.get(descriptor));
        file.synced = file.size;
      },
      rename: (from, to) => {
        this.#renaming(from, to);
        real.rename(from, to);
      },
      link: (from, to) => {
        real.link(from, to);
        this.#files.set(to, this.#fileOf(from));
        this.#made(to, () => unlinkSync(to));
      },
      unlink: (path) => {
        const backup = this.#backUp(path);
        real.unlink(path);
        if (backup !== null) this.#made(path, () => renameSync(backup, path));
      },
      syncFolder: (path) => {
        real.syncFolder(path);
        this.#kept(path);
      },
    };
  }

  journal(real: JournalFs): JournalFs {
    return {
      ...real,
      makeFolder: async (path) => {
        const made = await real.makeFolder(path);
        if (made) this.#made(path, () => rmdirSync(path));
        return made;
      },
      writeNew: async (path, text) => {
        const made = !existsSync(path);
        await real.writeNew(path, text);
        if (made) this.#made(path, () => unlinkSync(path));
      },
      create: async (path) => {
        const file = await real.create(path);
        const known = { size: 0, synced: 0 };
        this.#files.set(path, known);
        this.#made(path, () => unlinkSync(path));
        return {
          identity: file.identity,
          write: async (bytes) => {
            await file.write(bytes);
            known.size += bytes.length;
          },
          sync: async () => {
            const { size } = known;
            await file.sync();
            known.synced = size;
          },
          close: () => file.close(),
        };
      },
      rename: async (from, to) => {
        this.#renaming(from, to);
        await real.rename(from, to);
      },
      syncFolder: async (path) => {
        await real.syncFolder(path);
        this.#kept(path);
      },
    };
  }

  #renaming(from: string, to: string): void {
    if (!existsSync(from)) return;
    const replaced = this.#backUp(to);
    this.#files.set(to, this.#fileOf(from));
    this.#made(to, () => {
      renameSync(to, from);
      if (replaced !== null) renameSync(replaced, to);
    });
  }

  #backUp(path: string): string | null {
    if (!existsSync(path)) return null;
    const backup = join(this.#backups, String(this.#count++));
    linkSync(path, backup);
    return backup;
  }

  #made(path: string, undo: () => void): void {
    this.#names.push({ folder: dirname(path), undo });
  }

  #kept(folder: string): void {
    this.#names = this.#names.filter((name) => name.folder !== folder);
  }

  #fileOf(path: string | undefined): { size: number; synced: number } {
    // A file that was there before is safe.
    return this.#files.get(path ?? '') ?? { size: 0, synced: 0 };
  }
}
