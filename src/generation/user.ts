import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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
  const temporary = `${file}.${id}.tmp`;
  try {
    await writeFile(temporary, `${id}\n`, { flag: 'wx', mode: 0o600 });
    // A link appears whole or not at all, and never takes the place of what another process put there.
    await link(temporary, file).catch(async () => {
      // Another process was first, or the file is damaged, or there are no links here.
      if ((await read(file)) === null) await rename(temporary, file);
    });
    return (await read(file)) ?? id;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function read(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const parsed = z.uuid().safeParse(text.trim());
  return parsed.success ? parsed.data : null;
}
