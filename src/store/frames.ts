import { crc32 } from 'node:zlib';

/**
 * The journal's frame, little-endian, 16 bytes of header and then the record as UTF-8 JSON:
 * `LXJ1`, version (4), length of the JSON (4), CRC-32 of these 12 bytes and the JSON (4).
 */
const MAGIC = Buffer.from('LXJ1', 'latin1');
const HEADER_BYTES = 16;

/** Raised when a reader of the version before could not make sense of the record. */
export const FRAME_VERSION = 1;

/** The largest record that is taken, in bytes of JSON. */
export const MAX_RECORD_BYTES = 256 * 1024;

/** How many places that look like a frame but are none are tried in one scan; beyond it the rest counts as damaged. */
const MAX_RESYNCS = 1000;

export interface Frame {
  readonly version: number;
  readonly json: string;
  /** Where the next frame begins, counted from the start of the scanned bytes. */
  readonly end: number;
}

export interface Scan {
  readonly frames: readonly Frame[];
  /** Up to where the bytes were made use of. Less than all of them when the writer may not have finished. */
  readonly consumed: number;
  /** Bytes that were no frame though a whole one had stood there. A torn tail is not damage: it was never acknowledged. */
  readonly damaged: number;
}

export function encodeFrame(json: string): Buffer {
  const length = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  MAGIC.copy(frame);
  frame.writeUInt32LE(FRAME_VERSION, 4);
  frame.writeUInt32LE(length, 8);
  frame.write(json, HEADER_BYTES);
  frame.writeUInt32LE(checksum(frame, 0, length), 12);
  return frame;
}

/** @param finished whether the writer is done: only then is what follows the last good frame given up */
export function scanFrames(bytes: Buffer, finished: boolean): Scan {
  const frames: Frame[] = [];
  let position = 0;
  let damaged = 0;
  let resyncs = 0;
  while (position < bytes.length) {
    const frame = frameAt(bytes, position);
    if (frame !== null) {
      frames.push(frame);
      position = frame.end;
      continue;
    }
    let next = bytes.indexOf(MAGIC, position + 1);
    while (next !== -1 && ++resyncs < MAX_RESYNCS && frameAt(bytes, next) === null) {
      next = bytes.indexOf(MAGIC, next + 1);
    }
    if (next === -1 || resyncs >= MAX_RESYNCS) {
      if (!finished) break;
      if (!isTorn(bytes, position)) damaged += bytes.length - position;
      position = bytes.length;
    } else {
      damaged += next - position;
      position = next;
    }
  }
  return { frames, consumed: position, damaged };
}

function frameAt(bytes: Buffer, position: number): Frame | null {
  if (position + HEADER_BYTES > bytes.length || !bytes.subarray(position, position + 4).equals(MAGIC)) {
    return null;
  }
  const length = bytes.readUInt32LE(position + 8);
  const end = position + HEADER_BYTES + length;
  if (length > MAX_RECORD_BYTES || end > bytes.length) return null;
  if (bytes.readUInt32LE(position + 12) !== checksum(bytes, position, length)) return null;
  return {
    version: bytes.readUInt32LE(position + 4),
    json: bytes.toString('utf8', position + HEADER_BYTES, end),
    end,
  };
}

function checksum(bytes: Buffer, position: number, length: number): number {
  const header = crc32(bytes.subarray(position, position + 12));
  return crc32(bytes.subarray(position + HEADER_BYTES, position + HEADER_BYTES + length), header);
}

/** A tail that a writer who was stopped leaves behind: too short for what it announces, or never filled. */
function isTorn(bytes: Buffer, position: number): boolean {
  const tail = bytes.subarray(position);
  if (tail.length < HEADER_BYTES || tail.every((byte) => byte === 0)) return true;
  return (
    tail.subarray(0, 4).equals(MAGIC) &&
    tail.readUInt32LE(8) <= MAX_RECORD_BYTES &&
    HEADER_BYTES + tail.readUInt32LE(8) > tail.length
  );
}
