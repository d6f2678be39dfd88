import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LexyBrainError } from '../errors.ts';

/** The bytes of a keyword file and its name; `-` is standard input. Throws `list-missing` for what cannot be read. */
export async function readListFile(file: string): Promise<{ bytes: Uint8Array; name: string }> {
  if (file === '-') return { bytes: await readAll(process.stdin), name: 'Standard input' };
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

async function readAll(stream: NodeJS.ReadStream): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
