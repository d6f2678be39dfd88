import { join } from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import { v7 as uuidv7 } from 'uuid';
import {
  baseOf,
  marksOf,
  NO_BASE,
  noteOf,
  startFrom,
  summarise,
  writeMark,
  type Base,
  type PartSummary,
  type SegmentMark,
  type SegmentMarks,
} from './base.ts';
import type { Frame } from './frames.ts';
import { clearAway, type Removed, type Retention } from './housekeeping.ts';
import { codeOf, diskTrouble } from './journal-fs.ts';
import { partName, partNumber, type Layout, type SegmentName } from './layout.ts';
import { DamagedPart, NewerPart, Part } from './part.ts';
import {
  discard,
  ensureFolder,
  listFolder,
  readFile,
  replaceFile,
  SpareMemory,
  UnfitFile,
  writeTemporary,
  type PartFs,
} from './part-fs.ts';
import { parseRecord } from './records.ts';
import { insertRecord } from './rows.ts';
import { listSegments, readSegment, seemsAlive, takeOver } from './segments.ts';
import type { DeletedCounts, LogRecord } from './types.ts';

/** A part is sealed when it is this large. */
const SEAL_BYTES = 8 * 1024 * 1024;
/** A part grows beyond `SEAL_BYTES` by no more than a segment; what is far beyond was not written by us. */
const MAX_SEALED_BYTES = 64 * 1024 * 1024;
/** Where there are no hard links the active part goes on growing. */
const MAX_ACTIVE_BYTES = 256 * 1024 * 1024;
/** Records applied in one transaction. */
const APPLY_AT_ONCE = 200;

export interface DatabaseOptions {
  readonly layout: Layout;
  readonly fs: PartFs;
  readonly sql: SqlJsStatic;
  /** What the user should know, each thing once. */
  readonly warn: (message: string) => void;
  /** Only reads: never writes, renames or deletes a file. */
  readonly readOnly?: boolean;
  readonly sealBytes?: number;
  readonly retention?: Retention;
  readonly now?: () => number;
  readonly seemsAlive?: (pid: number) => boolean;
}

/**
 * The database of one log, as a worker holds it: the active part in memory, everything else on the disk.
 *
 * Several of these, in several processes, may work on one folder at once. None trusts the others, a lock or a clock: the
 * journal holds every record until a sealed part that holds it stands in the archive; the active part is derived from
 * both; and the one thing to decide, which part is the next sealed one, is decided by the hard link that succeeds.
 * A record that came into the journal twice is told by its id, in the active part and in the sealed ones.
 */
export class LogDatabase {
  readonly #options: DatabaseOptions;
  #base: Base = NO_BASE;
  #active: Part | null = null;
  /** Highest number in the archive when the base was read. */
  #highest = 0;
  /** The active part's marks, as in its table. */
  #marks = new Map<string, SegmentMark>();
  /** The file of the active part: of another base or missing, of ours but with fewer records, or up to date. */
  #file: 'wrong' | 'behind' | 'current' = 'wrong';
  /** True once anything of a newer build was met: from then on only that build writes parts. */
  #newer = false;
  /** False once the file system turned out to have no hard links. */
  #canSeal = true;
  readonly #said = new Set<string>();
  /** Sealed parts are read by the hundred, of 8 MB each: more than the collector clears away in time. */
  readonly #spare = new SpareMemory();

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#canSeal = options.readOnly !== true;
  }

  /** The active part with all of the journal applied. */
  refresh(): Part {
    for (;;) {
      const active = this.#follow();
      if (!this.#applyJournal(active)) return active;
      try {
        if (this.#seal(active)) continue;
      } catch (error) {
        this.#say(`The log could not start a new part: ${diskTrouble(error)}.`);
      }
      this.#applyJournal(active, Infinity);
      return active;
    }
  }

  /** What the sealed parts hold, newest first, as of the last refresh. */
  get sealed(): readonly PartSummary[] {
    return this.#base.parts;
  }

  /** One of the sealed parts, or null when it is gone or cannot be read. The caller closes it. */
  openSealed(number: number): Part | null {
    try {
      return this.#readSealed(number);
    } catch (error) {
      if (error instanceof DamagedPart || error instanceof NewerPart) return null;
      throw error;
    }
  }

  /**
   * Brings the file of the active part up to date and clears away what is no longer needed.
   * @param eager false: a file that only lacks the newest records is left to the process that wrote them
   */
  checkpoint(eager: boolean): void {
    const { fs, layout } = this.#options;
    let active = this.refresh();
    if (!this.#mayWrite() || (this.#highest === 0 && this.#marks.size === 0)) return;
    for (let tries = 0; tries < 3; tries++) {
      if (this.#file === 'current' || (this.#file === 'behind' && !eager)) break;
      replaceFile(fs, layout.active, active.toBytes());
      this.#file = 'current';
      // Should another process have sealed meanwhile, what was just written is of yesterday.
      active = this.#follow();
    }
    this.#clear();
  }

  /**
   * Deletes everything. An empty part that starts where the journal ends is sealed as the next one: that decides it for
   * every process, whenever it looks. The files go afterwards; whoever comes later removes what was left of them.
   */
  deleteAll(): DeletedCounts {
    const { fs, layout } = this.#options;
    let counted: readonly PartSummary[];
    do {
      this.refresh();
      if (!this.#mayWrite())
        throw new Error('a newer LexyBrain has written to it, which alone can delete it');
      if (this.#highest === 0 && this.#marks.size === 0) return countsOf([], { files: 0, bytes: 0 });
      for (const segment of listSegments(fs, layout)) {
        if (segment.state === 'open') takeOver(fs, layout, segment);
      }
      // Once more, to the end of what was taken over.
      counted = [summarise(this.refresh(), 0), ...this.#base.parts];
    } while (!this.#sealEmpty());
    this.#follow();
    const removed = this.#clear();
    this.checkpoint(true);
    return countsOf(counted, removed);
  }

  close(): void {
    this.#active?.close();
    this.#active = null;
  }

  #mayWrite(): boolean {
    return this.#options.readOnly !== true && !this.#newer;
  }

  /** The active part on top of the last sealed part that there is now. */
  #follow(): Part {
    const { fs, layout } = this.#options;
    // Throws when something else stands in the place of the folder.
    const files = listFolder(fs, layout.root);
    const numbers = listFolder(fs, layout.archive)
      .map(partNumber)
      .filter((number) => number !== null)
      .sort((a, b) => b - a);
    const vanished = this.#file !== 'wrong' && !files.includes('lexybrain.db');
    if (this.#active !== null && (numbers[0] ?? 0) === this.#highest && !vanished) return this.#active;
    this.close();
    this.#newer = false;
    this.#file = 'wrong';
    this.#highest = numbers[0] ?? 0;
    this.#base = this.#readBase(numbers);
    const active = this.#readActive() ?? this.#startActive();
    this.#active = active;
    this.#marks = marksOf(active);
    return active;
  }

  #readBase(numbers: readonly number[]): Base {
    for (const number of numbers) {
      try {
        const part = this.#readSealed(number);
        if (part === null) continue;
        const base = baseOf(part, number, numbers);
        part.close();
        return base;
      } catch (error) {
        if (error instanceof NewerPart) this.#meetNewer();
        else if (!(error instanceof DamagedPart)) throw error;
      }
    }
    return NO_BASE;
  }

  /** @throws DamagedPart, NewerPart */
  #readSealed(number: number): Part | null {
    const { fs, layout, sql } = this.#options;
    const name = partName(number);
    try {
      const bytes = readFile(fs, join(layout.archive, name), MAX_SEALED_BYTES, 0, this.#spare);
      if (bytes === null) return null;
      return Part.open(sql, bytes, false, () => this.#spare.give(bytes));
    } catch (error) {
      if (!(error instanceof DamagedPart) && !(error instanceof UnfitFile)) throw error;
      this.#say(`${name} cannot be read and is left out: ${error.message}.`);
      throw new DamagedPart(error.message);
    }
  }

  /** The active part's file if there is no doubt about it. */
  #readActive(): Part | null {
    const { fs, layout, sql } = this.#options;
    let part: Part;
    try {
      const bytes = readFile(fs, layout.active, MAX_ACTIVE_BYTES);
      if (bytes === null) return null;
      part = Part.open(sql, bytes, true);
    } catch (error) {
      if (error instanceof NewerPart) this.#meetNewer();
      else if (error instanceof DamagedPart || error instanceof UnfitFile) this.#setAside(error.message);
      else throw error;
      return null;
    }
    if (noteOf(part, 'base') === this.#base.id) {
      this.#file = 'current';
      return part;
    }
    part.close();
    return null;
  }

  #setAside(why: string): void {
    const { fs, layout } = this.#options;
    this.#say(`lexybrain.db was changed or damaged and is built anew from the journal: ${why}.`);
    if (!this.#mayWrite()) return;
    ensureFolder(fs, layout.damaged);
    fs.rename(layout.active, join(layout.damaged, `lexybrain-${uuidv7()}.db`));
  }

  #startActive(): Part {
    const { fs, layout, sql } = this.#options;
    const standing = new Set(listSegments(fs, layout).map(({ id }) => id));
    // A complete segment is never renamed again: when it is not there, it was deleted, and need not be known any more.
    const segments = new Map(
      [...this.#base.segments].filter(([id, mark]) => !mark.complete || standing.has(id)),
    );
    const part = Part.create(sql);
    startFrom(part, { ...this.#base, segments, purge: false });
    return part;
  }

  /** Applies what is new in the journal; true when the part is full before all is applied. */
  #applyJournal(active: Part, limit = this.#options.sealBytes ?? SEAL_BYTES): boolean {
    const { fs, layout } = this.#options;
    const full = (): boolean =>
      this.#canSeal &&
      !this.#newer &&
      active.size() >= limit &&
      active.value('SELECT count(*) FROM _lexybrain_records') !== 0;
    for (const segment of listSegments(fs, layout)) {
      if (this.#marks.get(segment.id)?.complete === true) continue;
      if (full()) return true;
      this.#applySegment(active, segment);
    }
    return full();
  }

  #applySegment(active: Part, segment: SegmentName): void {
    const { fs, layout } = this.#options;
    const mark = this.#marks.get(segment.id) ?? { applied: 0, complete: false, damaged: 0 };
    try {
      const piece = readSegment(fs, layout, segment, mark.applied);
      if (piece === null) return;
      if (piece.newer) this.#meetNewer();
      if (piece.damaged > 0) this.#say(`${piece.damaged} damaged bytes in ${segment.file} were passed over.`);
      if (piece.applied === mark.applied && piece.complete === mark.complete) return;
      const records = this.#unsealed(this.#recordsOf(piece.frames, segment));
      for (let from = 0; from < records.length; from += APPLY_AT_ONCE) {
        active.transact(() => {
          for (const record of records.slice(from, from + APPLY_AT_ONCE)) insertRecord(active, record);
        });
      }
      const next = { ...piece, damaged: mark.damaged + piece.damaged };
      writeMark(active, segment.id, next);
      this.#marks.set(segment.id, next);
      if (this.#file === 'current') this.#file = 'behind';
    } catch (error) {
      if (!(error instanceof UnfitFile)) throw error;
      this.#say(`${segment.file} is left out: ${error.message}.`);
    }
  }

  #recordsOf(frames: readonly Frame[], segment: SegmentName): LogRecord[] {
    const records: LogRecord[] = [];
    for (const { json } of frames) {
      const record = recordFrom(json);
      if (record === null) this.#say(`A frame in ${segment.file} holds no record and was passed over.`);
      else records.push(record);
    }
    return records;
  }

  /**
   * The records that are in no sealed part. A record is there already when it was written twice: its writer could not
   * tell whether the first writing would be found. Ids are in the order of time, so hardly ever a part is opened.
   */
  #unsealed(records: readonly LogRecord[]): readonly LogRecord[] {
    const found = new Set<string>();
    for (const { number, firstRecord, lastRecord } of this.#base.parts) {
      if (firstRecord === null || lastRecord === null) continue;
      const asked = records.map(({ id }) => id).filter((id) => id >= firstRecord && id <= lastRecord);
      if (asked.length === 0) continue;
      const part = this.openSealed(number);
      if (part === null) continue;
      const known = 'SELECT id FROM _lexybrain_records WHERE id IN (SELECT value FROM json_each(?))';
      for (const row of part.each(known, [JSON.stringify(asked)])) found.add(String(row['id']));
      part.close();
    }
    return found.size === 0 ? records : records.filter(({ id }) => !found.has(id));
  }

  /** Seals the active part. True when the archive has a new part, ours or another's; false when it cannot be done. */
  #seal(active: Part): boolean {
    // Should the last part be a deletion that was cut short, it is finished while that can be seen.
    this.#clear();
    return this.#publish(active.toBytes()) !== 'impossible';
  }

  /** Seals an empty part that starts where the active one ends; false when another part was sealed first. */
  #sealEmpty(): boolean {
    const segments: SegmentMarks = new Map(
      [...this.#marks].map(([id, mark]) => [id, { ...mark, damaged: 0 }]),
    );
    const empty = Part.create(this.#options.sql);
    startFrom(empty, { id: this.#base.id, segments, parts: [], purgedThrough: this.#highest, purge: true });
    const bytes = empty.toBytes();
    empty.close();
    const outcome = this.#publish(bytes);
    if (outcome === 'impossible') throw new Error('its file system has no hard links');
    return outcome === 'published';
  }

  /** Puts a finished part into the archive under the next number, which only one process can get. */
  #publish(bytes: Buffer): 'published' | 'late' | 'impossible' {
    const { fs, layout, sql } = this.#options;
    ensureFolder(fs, layout.archive);
    const temporary = writeTemporary(fs, layout.archive, bytes);
    try {
      const written = readFile(fs, temporary, MAX_SEALED_BYTES);
      if (written === null) return 'late';
      const check = Part.open(sql, written, true);
      const sound = check.value('PRAGMA integrity_check(1)');
      check.close();
      if (sound !== 'ok') throw new DamagedPart(String(sound));
      fs.link(temporary, join(layout.archive, partName(this.#highest + 1)));
      fs.syncFolder(layout.archive);
      return 'published';
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === 'EEXIST') return 'late';
      if (!NO_LINKS.has(code)) throw error;
      this.#canSeal = false;
      this.#say('This file system has no hard links: the log stays in one part and grows.');
      return 'impossible';
    } finally {
      discard(fs, temporary);
    }
  }

  #clear(): Removed {
    const { fs, layout, retention = {}, now = Date.now } = this.#options;
    const around = { fs, layout, retention, now, seemsAlive: this.#options.seemsAlive ?? seemsAlive };
    return clearAway(around, this.#base);
  }

  #meetNewer(): void {
    this.#newer = true;
    this.#say('A newer LexyBrain writes to this log. Records are kept; update LexyBrain to see all of them.');
  }

  #say(message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#options.warn(message);
  }
}

/** What `link` fails with where there are no hard links. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

function recordFrom(json: string): LogRecord | null {
  try {
    const parsed = parseRecord(JSON.parse(json));
    return 'record' in parsed ? parsed.record : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function countsOf(parts: readonly PartSummary[], removed: Removed): DeletedCounts {
  const sum = (pick: (part: PartSummary) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0);
  return {
    generations: sum((part) => part.generations),
    ratings: sum((part) => part.ratings),
    preferences: sum((part) => part.preferences),
    files: removed.files,
    bytes: removed.bytes,
  };
}
