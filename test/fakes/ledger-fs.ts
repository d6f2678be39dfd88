import type { LedgerFileSystem, LedgerHandle } from '../../src/generation/ledger-file.ts';

class File {
  readonly ino: number;
  bytes: Buffer = Buffer.alloc(0);
  constructor(ino: number) {
    this.ino = ino;
  }
}

export interface LedgerFsFaults {
  /** Awaited before every operation: lets a test decide the order of operations of several processes. */
  readonly before?: (operation: string) => Promise<void>;
  /** How many of the bytes of a write arrive; throws to fail it altogether. All of them when absent. */
  readonly write?: (bytes: Uint8Array) => number;
}

const missing = (path: string) =>
  Object.assign(new Error(`ENOENT: no such file, '${path}'`), { code: 'ENOENT' });

/** A disk of append-only files in memory. Each process of a test looks at it through `mount`, with faults of its own. */
export class LedgerDisk {
  readonly files = new Map<string, File>();
  readonly folders = new Set<string>();
  /** Bytes read by all. */
  bytesRead = 0;
  #inodes = 0;

  /** The text of the one file there is. */
  get text(): string {
    return [...this.files.values()].map((file) => file.bytes.toString('utf8')).join('');
  }

  /** Puts bytes at the end of a file as another program would. */
  append(path: string, bytes: Uint8Array): void {
    const file = this.files.get(path) ?? new File(++this.#inodes);
    file.bytes = Buffer.concat([file.bytes, bytes]);
    this.files.set(path, file);
  }

  mount(faults: LedgerFsFaults = {}): LedgerFileSystem {
    const before = faults.before ?? (() => Promise.resolve());
    return {
      open: async (path, flags) => {
        await before('open');
        let file = this.files.get(path);
        if (file === undefined) {
          const folder = path.slice(0, path.lastIndexOf('/'));
          if (flags === 'r' || !this.folders.has(folder)) throw missing(path);
          file = new File(++this.#inodes);
          this.files.set(path, file);
        }
        return this.#handle(file, before, faults.write);
      },
      mkdir: async (path) => {
        await before('mkdir');
        this.folders.add(path);
      },
    };
  }

  #handle(
    file: File,
    before: (operation: string) => Promise<void>,
    fault: LedgerFsFaults['write'],
  ): LedgerHandle {
    return {
      write: async (bytes) => {
        await before('write');
        const bytesWritten = fault?.(bytes) ?? bytes.length;
        file.bytes = Buffer.concat([file.bytes, bytes.subarray(0, bytesWritten)]);
        return { bytesWritten };
      },
      read: async (buffer, offset, length, position) => {
        await before('read');
        const found = file.bytes.subarray(position, position + length);
        buffer.set(found, offset);
        this.bytesRead += found.length;
        return { bytesRead: found.length };
      },
      stat: async () => {
        await before('stat');
        return { ino: file.ino, birthtimeMs: 0, size: file.bytes.length };
      },
      close: () => before('close'),
    };
  }
}
