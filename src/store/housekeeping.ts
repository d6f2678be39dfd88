import { join } from 'node:path';
import { NO_BASE, type Base } from './base.ts';
import { partName, partNumber, temporaryOwner, type Layout, type SegmentName } from './layout.ts';
import { discard, ensureFolder, listFolder, type PartFs } from './part-fs.ts';
import { listSegments, takeOver } from './segments.ts';

/** Clears away what the last sealed part makes superfluous. Whatever is interrupted is taken up the next time. */

export interface Retention {
  /** Sealed parts whose newest record is older are dropped. Days. */
  readonly days?: number;
  /** The oldest sealed parts are dropped while all of them together are larger. Bytes. */
  readonly bytes?: number;
}

export interface Surroundings {
  readonly fs: PartFs;
  readonly layout: Layout;
  readonly seemsAlive: (pid: number) => boolean;
  readonly now: () => number;
  readonly retention: Retention;
}

export interface Removed {
  readonly files: number;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;

/** @param base a part that stands in the archive and was read from there */
export function clearAway(around: Surroundings, base: Base): Removed {
  const { fs, layout } = around;
  const broom = new Broom(fs);
  removeTemporaries(around);
  if (base.id === NO_BASE.id) return broom;
  // The base must be in the archive for good before what it was made from goes.
  fs.syncFolder(layout.archive);
  for (const segment of listSegments(fs, layout)) clearSegment(around, base, segment, broom);
  for (const number of listFolder(fs, layout.archive).map(partNumber)) {
    if (number !== null && number <= base.purgedThrough) broom.remove(join(layout.archive, partName(number)));
  }
  if (base.purge) {
    for (const file of listFolder(fs, layout.damaged)) broom.remove(join(layout.damaged, file));
  }
  dropOld(around, base, broom);
  return broom;
}

class Broom implements Removed {
  files = 0;
  bytes = 0;
  readonly #fs: PartFs;

  constructor(fs: PartFs) {
    this.#fs = fs;
  }

  sizeOf(path: string): number {
    try {
      return this.#fs.facts(path).size;
    } catch {
      return 0;
    }
  }

  remove(path: string): void {
    const size = this.sizeOf(path);
    if (!discard(this.#fs, path)) return;
    this.files += 1;
    this.bytes += size;
  }
}

/** Files of a process that died between writing and renaming. One that lives would simply write its file anew. */
function removeTemporaries({ fs, layout, seemsAlive }: Surroundings): void {
  for (const folder of [layout.root, layout.archive]) {
    for (const file of listFolder(fs, folder)) {
      const owner = temporaryOwner(file);
      if (owner !== null && !seemsAlive(owner)) discard(fs, join(folder, file));
    }
  }
}

function clearSegment(around: Surroundings, base: Base, segment: SegmentName, broom: Broom): void {
  const { fs, layout, seemsAlive } = around;
  if (segment.state === 'open') {
    // Read to its end the next time, deleted once that is sealed too.
    if (!seemsAlive(segment.pid)) takeOver(fs, layout, segment);
    return;
  }
  const mark = base.segments.get(segment.id);
  if (mark?.complete !== true) return;
  const path = join(layout.journal, segment.file);
  if (mark.damaged > 0) {
    ensureFolder(fs, layout.damaged);
    fs.rename(path, join(layout.damaged, segment.file));
  } else {
    broom.remove(path);
  }
}

/** Whole sealed parts, never the last one: it says how far the journal is applied. */
function dropOld({ fs, layout, now, retention }: Surroundings, base: Base, broom: Broom): void {
  if (retention.days === undefined && retention.bytes === undefined) return;
  const oldest =
    retention.days === undefined ? '' : new Date(Math.max(0, now() - retention.days * DAY_MS)).toISOString();
  let total = 0;
  for (const [index, { number, lastTime }] of base.parts.entries()) {
    const path = join(layout.archive, partName(number));
    total += broom.sizeOf(path);
    if (index === 0) continue;
    const old = lastTime !== null && lastTime < oldest;
    if (old || total > (retention.bytes ?? Infinity)) broom.remove(path);
  }
  fs.syncFolder(layout.archive);
}
