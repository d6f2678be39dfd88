import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { LexyBrainError, messageOf } from '../errors.ts';

/** Small pieces are written together, bytes. */
const WRITE_BYTES = 256 * 1024;

/**
 * Writes a file piece by piece and puts it in its place when it is whole: on a failure or a cancel what was there before
 * is there still, and nothing else. Resolves to the number of bytes. Throws `store`, or what the pieces or the signal throw.
 */
export async function writeWhole(
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  signal?.throwIfAborted();
  if (await isFolder(file)) throw cannotWrite(file, 'it is a folder');
  const temporary = join(dirname(file), `.${basename(file)}.${uuidv7()}.tmp`);
  const handle = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
    throw cannotWrite(file, error);
  });
  try {
    let bytes: number;
    try {
      bytes = await writeAll(handle, file, pieces, signal);
    } finally {
      await handle.close();
    }
    await onDisk(file, rename(temporary, file));
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(
  handle: FileHandle,
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<number> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const chunk = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    bytes += chunk.length;
    await onDisk(file, handle.writeFile(chunk));
  };
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece);
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes >= WRITE_BYTES) await flush();
  }
  await flush();
  await onDisk(file, handle.sync());
  signal?.throwIfAborted();
  return bytes;
}

async function onDisk<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function cannotWrite(file: string, cause: unknown): LexyBrainError {
  return new LexyBrainError(
    'store',
    `${file} cannot be written: ${typeof cause === 'string' ? cause : messageOf(cause)}.`,
    {
      advice: 'Choose another place for the file, or make room there.',
      cause,
    },
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
