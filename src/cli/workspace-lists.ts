import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LexyBrainError } from '../errors.ts';

/** Endings of files that may hold a keyword list. */
const ENDINGS = /\.(?:csv|tsv|txt|md|xlsx|json)$/i;
const PASSED_BY = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'out',
  'build',
  'vendor',
  'lexybrain',
]);
const DEEPEST = 8;
const MOST_FOLDERS = 5_000;

/**
 * The path of the one keyword list below a folder that has this file name. Names are compared, never made into a path;
 * links and hidden folders are not followed. Throws `list-missing`, or `invalid-request` where several have the name.
 */
export async function findList(root: string, name: string): Promise<string> {
  const found: string[] = [];
  const waiting: { path: string; depth: number }[] = [{ path: root, depth: 0 }];
  for (let seen = 0; seen < MOST_FOLDERS; seen++) {
    const folder = waiting.shift();
    if (folder === undefined) break;
    const entries = await readdir(folder.path, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder.path, entry.name);
      if (entry.isFile() && entry.name === name && ENDINGS.test(name)) found.push(path);
      const open = entry.isDirectory() && !entry.name.startsWith('.') && !PASSED_BY.has(entry.name);
      if (open && folder.depth < DEEPEST) waiting.push({ path, depth: folder.depth + 1 });
    }
  }
  const [only] = found;
  if (found.length > 1) {
    throw new LexyBrainError('invalid-request', `${found.length} keyword lists are called ${name}.`, {
      advice: 'Rename one of them, or send the keywords themselves.',
    });
  }
  // Once more: it may have become a link since.
  if (only !== undefined && (await lstat(only)).isFile()) return only;
  throw new LexyBrainError('list-missing', `There is no keyword list called ${name} in the workspace.`, {
    advice: 'Send its file name without a path, or the keywords themselves.',
  });
}
