import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { LexyBrainError } from '../errors.ts';

/**
 * The bytes of a keyword file and its name; `-` is standard input. Throws `list-missing` for what cannot be read, and
 * `cancelled`.
 */
export async function readListFile(
  file: string,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array; name: string }> {
  if (file === '-') return { bytes: await readAll(process.stdin, signal), name: 'Standard input' };
  const name = basename(file);
  try {
    if ((await stat(file)).isDirectory()) {
      throw new LexyBrainError('list-missing', `${file} is a folder.`, { advice: 'Name a file in it.' });
    }
    return { bytes: await readFile(file), name };
  } catch (error) {
    if (LexyBrainError.is(error)) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new LexyBrainError('list-missing', `There is no file ${file}.`, {
        advice: 'Check the name and the folder you are in.',
        cause: error,
      });
    }
    throw new LexyBrainError('list-missing', `${file} cannot be read.`, {
      advice: code === 'EACCES' ? 'You may not read it: check its permissions.' : 'Try a copy of the file.',
      cause: error,
    });
  }
}

async function readAll(stream: NodeJS.ReadStream, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await buffer(signal === undefined ? stream : addAbortSignal(signal, stream));
  } catch (error) {
    if (signal?.aborted === true) throw new LexyBrainError('cancelled', 'Cancelled.', { cause: error });
    throw new LexyBrainError('list-missing', 'Standard input cannot be read.', {
      advice: 'Pipe a keyword list into it, or name a file.',
      cause: error,
    });
  }
}
