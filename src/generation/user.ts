import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * The random id of this installation, shared by editor and terminal; made at first use. It says nothing of the person
 * or the machine. Rejects when the data folder cannot be used.
 */
export async function installationId(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'installation-id');
  const known = await read(file);
  if (known !== null) return known;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const id = randomUUID();
  try {
    await writeFile(file, `${id}\n`, { flag: 'wx', mode: 0o600 });
    return id;
  } catch {
    // Another process was first, or the file is damaged: then the damaged one is replaced.
    const theirs = await read(file);
    if (theirs !== null) return theirs;
    await writeFile(file, `${id}\n`, { mode: 0o600 });
    return id;
  }
}

async function read(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const parsed = z.uuid().safeParse(text.trim());
  return parsed.success ? parsed.data : null;
}
