import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../harness/paths.ts';

/** The project's own source files below a folder of src, by their path. */
export async function sources(folder = 'src'): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const path of glob(`${folder}/**/*.{ts,tsx}`, { cwd: ROOT })) {
    found.set(path.replaceAll('\\', '/'), await readFile(join(ROOT, path), 'utf8'));
  }
  return found;
}
