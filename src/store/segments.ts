import { join } from 'node:path';
import { FRAME_VERSION, scanFrames, type Frame } from './frames.ts';
import { codeOf } from './journal-fs.ts';
import { parseSegment, segmentIn, type Layout, type SegmentName } from './layout.ts';
import { listFolder, readFile, type PartFs } from './part-fs.ts';

/** Writers finish a segment at 2 MB and one batch; what is far beyond was not written by us. */
const MAX_SEGMENT_BYTES = 16 * 1024 * 1024;

/** The journal's segments, oldest first. One that is being renamed by another process may be missing this time. */
export function listSegments(fs: PartFs, layout: Layout): readonly SegmentName[] {
  return listFolder(fs, layout.journal)
    .map(parseSegment)
    .filter((segment) => segment !== null)
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

export interface SegmentPiece {
  readonly frames: readonly Frame[];
  /** Offset in the file up to which it is made use of. */
  readonly applied: number;
  /** True when nothing more can come. */
  readonly complete: boolean;
  readonly damaged: number;
  /** True when frames of a newer build are in it; `applied` then ends before the first of them. */
  readonly newer: boolean;
}

/** Reads a segment from an offset on; null when it is gone (or renamed) by now. */
export function readSegment(
  fs: PartFs,
  layout: Layout,
  segment: SegmentName,
  from: number,
): SegmentPiece | null {
  const bytes = readFile(fs, join(layout.journal, segment.file), MAX_SEGMENT_BYTES, from);
  if (bytes === null) return null;
  const finished = segment.state !== 'open';
  const scan = scanFrames(bytes, finished);
  const newer = scan.frames.findIndex((frame) => frame.version > FRAME_VERSION);
  if (newer !== -1) {
    const frames = scan.frames.slice(0, newer);
    return {
      frames,
      applied: from + (frames.at(-1)?.end ?? 0),
      complete: false,
      damaged: 0,
      newer: true,
    };
  }
  return {
    frames: scan.frames,
    applied: from + scan.consumed,
    complete: finished,
    damaged: scan.damaged,
    newer: false,
  };
}

/**
 * Takes a segment away from its writer. A writer that lives notices before it acknowledges the next batch, and writes
 * that batch anew elsewhere; so this is safe whatever is believed of the writer.
 */
export function takeOver(fs: PartFs, layout: Layout, segment: SegmentName): void {
  try {
    fs.rename(join(layout.journal, segment.file), join(layout.journal, segmentIn(segment, 'left').file));
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** Whether a process seems to live here. Wrong for one in another container or on another machine: a hint, no more. */
export function seemsAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
