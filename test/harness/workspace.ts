import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { OpenOptions } from './server.ts';
import type { WorkspaceFolder } from '../host/scenarios.ts';
import { ROOT } from './paths.ts';

/** The keyword lists that ship with the project. */
export const SAMPLES = join(ROOT, 'media', 'samples');

/** A new temporary folder, and how to remove it. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'lexybrain-'));
  // An extension host that is going down may still write.
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Makes the folders under `parent`; returns what VS Code is to open: nothing, the one folder, or a workspace file. */
export async function createWorkspace(
  parent: string,
  folders: readonly WorkspaceFolder[],
): Promise<OpenOptions['open']> {
  for (const { name, files = {}, samples = true } of folders) {
    const folder = join(parent, name);
    await mkdir(folder, { recursive: true });
    if (samples && existsSync(SAMPLES)) await cp(SAMPLES, folder, { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  }
  const [only, ...others] = folders;
  if (only === undefined) return undefined;
  if (others.length === 0) return { folder: join(parent, only.name) };
  const workspace = join(parent, 'several.code-workspace');
  await writeFile(workspace, JSON.stringify({ folders: folders.map(({ name }) => ({ path: name })) }));
  return { workspace };
}
