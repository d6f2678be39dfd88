import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import {
  decodeEntry,
  encodeEntry,
  MAX_LINE_BYTES,
  type ReserveEntry,
  type SettleEntry,
} from './ledger-entry.ts';
import { LedgerMonth, type OwnCost, type Totals, type Verdict } from './ledger-month.ts';

/** The part of a file handle that the ledger uses. */
export interface LedgerHandle {
  /** One system call: what it could not write is not tried again. */
  write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }>;
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  stat(): Promise<{ readonly ino: number; readonly birthtimeMs: number; readonly size: number }>;
  close(): Promise<void>;
}

/** The part of `node:fs/promises` that the ledger uses. */
export interface LedgerFileSystem {
  open(path: string, flags: 'a+' | 'r', mode?: number): Promise<LedgerHandle>;
  mkdir(path: string, options: { readonly recursive: true; readonly mode: number }): Promise<unknown>;
}

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * One month's file, shared with other processes. Appends go to the end whoever else writes (`O_APPEND`, which the
 * system does in one step on local disks; network file systems may not). After its own write a process reads on from
 * where it last stopped; what stands before its line then is final, as every write that came earlier is complete or
 * was cut off for good.
 *
 * Nothing is synced: entries survive the death of the process, and a power cut takes the running calls with it.
 */
export class LedgerFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #month: string;
  readonly #fs: LedgerFileSystem;
  /** One at a time within this process; other processes need no such turn. */
  readonly #turn = pLimit(1);

  #state: LedgerMonth;
  /** Which file was read so far; a file that was deleted and made anew may get the old inode. */
  #identity = '';
  /** Where the first line that was not yet taken begins. */
  #offset = 0;
  /** The line at `#offset` is too long; its remainder is skipped. */
  #skipping = false;
  #ignored = 0;

  constructor(folder: string, month: string, fileSystem: LedgerFileSystem = fs) {
    this.#folder = folder;
    this.#path = join(folder, `${month}.jsonl`);
    this.#month = month;
    this.#fs = fileSystem;
    this.#state = new LedgerMonth(month);
  }

  /** Lines that say nothing: torn, garbled, too long, or about reservations that nobody was granted. */
  get ignoredLines(): number {
    return this.#ignored;
  }

  /** Writes a reservation and returns the verdict on it, and the day's sums as they were then. Rejects when the file fails. */
  reserve(entry: ReserveEntry): Promise<{ readonly verdict: Verdict; readonly totals: Totals }> {
    const bytes = encodeEntry(entry);
    return this.#turn(() =>
      this.#withAppendHandle(async (handle) => {
        await this.#readOn(handle);
        // What has no room now needs no line: a program that asks again and again does not fill the disk.
        let verdict = this.#state.judge(entry);
        if (verdict.granted) {
          await append(handle, bytes);
          const decided = await this.#readOn(handle, entry.id);
          if (decided === null) throw new Error('The entry is not in the file after it was written.');
          verdict = decided;
        }
        return { verdict, totals: this.#state.totals(entry.day) };
      }),
    );
  }

  /** Writes a settlement and returns the sums of that day. Rejects when the file fails. */
  settle(entry: SettleEntry, day: string): Promise<Totals> {
    const bytes = encodeEntry(entry);
    return this.#turn(() =>
      this.#withAppendHandle(async (handle) => {
        await append(handle, bytes);
        await this.#readOn(handle);
        return this.#state.totals(day);
      }),
    );
  }

  /**
   * Brings a day's amounts to the user's own prices, with a line for each that is another one at them. Several processes
   * may do so at once: the lines say the same. Rejects when the file fails.
   */
  correct(day: string, ownCost: OwnCost): Promise<void> {
    return this.#turn(async () => {
      // Nothing to correct in a file that is not there, and none is made for it.
      if (!(await this.#exists())) return;
      await this.#withAppendHandle(async (handle) => {
        await this.#readOn(handle);
        for (const entry of this.#state.corrections(day, ownCost)) await append(handle, encodeEntry(entry));
        await this.#readOn(handle);
      });
    });
  }

  async #exists(): Promise<boolean> {
    try {
      await (await this.#fs.open(this.#path, 'r')).close();
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** The sums of a day, or of the month without one, as the file says now. Zeros when there is no file. */
  totals(day?: string): Promise<Totals> {
    return this.#turn(async () => {
      let handle;
      try {
        handle = await this.#fs.open(this.#path, 'r');
      } catch (error) {
        if (!isMissing(error)) throw error;
        this.#startOver('');
        return this.#state.totals(day);
      }
      try {
        await this.#readOn(handle);
        return this.#state.totals(day);
      } finally {
        await handle.close();
      }
    });
  }

  /** Resolves when every entry that was begun has been written or has failed. */
  settled(): Promise<void> {
    return this.#turn(() => Promise.resolve());
  }

  /** Opened for each entry, so that a file that was deleted meanwhile is made anew and not written into the void. */
  async #withAppendHandle<T>(work: (handle: LedgerHandle) => Promise<T>): Promise<T> {
    const open = () => this.#fs.open(this.#path, 'a+', 0o600);
    const handle = await open().catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      await this.#fs.mkdir(this.#folder, { recursive: true, mode: 0o700 });
      return open();
    });
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  }

  /** Takes every whole line from `#offset` on; returns the verdict on reservation `wanted` if its line was among them. */
  async #readOn(handle: LedgerHandle, wanted?: string): Promise<Verdict | null> {
    const { ino, birthtimeMs, size } = await handle.stat();
    const identity = `${ino} ${birthtimeMs}`;
    if (identity !== this.#identity || size < this.#offset) this.#startOver(identity);
    const buffer = Buffer.allocUnsafe(
      Math.min(CHUNK_BYTES, Math.max(size - this.#offset, 2 * MAX_LINE_BYTES)),
    );
    let found: Verdict | null = null;
    // What is written after this look comes after the wanted line.
    while (this.#offset < size) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#offset);
      const chunk = buffer.subarray(0, bytesRead);
      const whole = chunk.lastIndexOf(NEWLINE) + 1;
      if (whole === 0) {
        // The beginning of a line: someone is writing it, or died doing so and the next writer will end it.
        if (bytesRead <= MAX_LINE_BYTES) return found;
        this.#skipping = true;
        this.#offset += bytesRead;
        continue;
      }
      for (let start = 0; start < whole;) {
        const end = chunk.indexOf(NEWLINE, start);
        found = this.#take(chunk.subarray(start, end), wanted) ?? found;
        start = end + 1;
      }
      this.#offset += whole;
    }
    return found;
  }

  #take(line: Uint8Array, wanted: string | undefined): Verdict | null {
    const tail = this.#skipping;
    this.#skipping = false;
    if (line.length === 0 && !tail) return null;
    const entry = tail ? null : decodeEntry(line);
    const outcome = entry === null ? undefined : this.#state.apply(entry);
    if (outcome === undefined) this.#ignored++;
    return entry?.id === wanted ? (outcome ?? null) : null;
  }

  #startOver(identity: string): void {
    this.#state = new LedgerMonth(this.#month);
    this.#identity = identity;
    this.#offset = 0;
    this.#skipping = false;
    this.#ignored = 0;
  }
}

async function append(handle: LedgerHandle, bytes: Uint8Array): Promise<void> {
  const { bytesWritten } = await handle.write(bytes);
  // The rest must not follow in a second write: another process' line may stand between.
  if (bytesWritten !== bytes.length)
    throw new Error('The entry could not be written whole; the disk may be full.');
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
