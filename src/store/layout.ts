import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';

/**
 * The files of a log, all names by pattern; what does not match one is not ours and is left alone.
 *
 *     .lexybrain/.gitignore             everything
 *     .lexybrain/lexybrain.db           the active part, derived from the last sealed part and the journal
 *     .lexybrain/archive/log-0001.db    sealed parts, by number
 *     .lexybrain/journal/ID.PID.open    a segment its writer may still append to
 *     .lexybrain/journal/ID.PID.closed  a segment its writer has finished
 *     .lexybrain/journal/ID.PID.left    a segment whose writer died, failed or was taken for dead
 *     .lexybrain/damaged/               what was set aside
 *
 * A sealed part is named by its number alone: the number is what two writers compete for, and a month in the name would
 * give two clocks two names for one number.
 */
export interface Layout {
  readonly root: string;
  readonly ignore: string;
  readonly active: string;
  readonly archive: string;
  readonly journal: string;
  readonly damaged: string;
}

export function layoutOf(root: string): Layout {
  return {
    root,
    ignore: join(root, '.gitignore'),
    active: join(root, 'lexybrain.db'),
    archive: join(root, 'archive'),
    journal: join(root, 'journal'),
    damaged: join(root, 'damaged'),
  };
}

const PART = /^log-(\d{4,9})\.db$/;

export function partName(number: number): string {
  return `log-${String(number).padStart(4, '0')}.db`;
}

/** The number of a sealed part's file name, or null. */
export function partNumber(file: string): number | null {
  const digits = PART.exec(file)?.[1];
  if (digits === undefined) return null;
  const number = Number(digits);
  return number > 0 && partName(number) === file ? number : null;
}

export type SegmentState = 'open' | 'closed' | 'left';

export interface SegmentName {
  /** The segment's identity, whatever its state. */
  readonly id: string;
  /** Process id of its writer, on the writer's machine or container: a hint, no more. */
  readonly pid: number;
  readonly state: SegmentState;
  readonly file: string;
}

const SEGMENT = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,10})\.(open|closed|left)$/;

export function newSegment(): SegmentName {
  const id = uuidv7();
  return { id, pid: process.pid, state: 'open', file: `${id}.${process.pid}.open` };
}

export function parseSegment(file: string): SegmentName | null {
  const match = SEGMENT.exec(file);
  if (match === null) return null;
  const [, id = '', pid = '', state = ''] = match;
  return { id, pid: Number(pid), state: state as SegmentState, file };
}

export function segmentIn(segment: SegmentName, state: SegmentState): SegmentName {
  return { ...segment, state, file: `${segment.id}.${segment.pid}.${state}` };
}

const TEMPORARY = /^[0-9a-f-]{36}\.(\d{1,10})\.tmp$/;

export function temporaryName(): string {
  return `${uuidv7()}.${process.pid}.tmp`;
}

/** The process that made a temporary file, or null when the name is not one of ours. */
export function temporaryOwner(file: string): number | null {
  const pid = TEMPORARY.exec(file)?.[1];
  return pid === undefined ? null : Number(pid);
}
