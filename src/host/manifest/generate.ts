// Writes what package.json says of commands and settings: `node src/host/manifest/generate.ts [--check]`.
// With --check it writes nothing and exits 1 when package.json or package.nls.json are stale.
import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildManifest } from './manifest.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { parts, words } = buildManifest();
// Dependencies stay last, where people look for them.
const { scripts, allowScripts, devDependencies, ...description } = JSON.parse(
  await readFile(join(root, 'package.json'), 'utf8'),
) as Record<string, unknown>;
const generated = { ...description, ...parts, scripts, allowScripts, devDependencies };

const stale: string[] = [];
for (const [name, content] of [
  ['package.json', generated],
  ['package.nls.json', words],
] as const) {
  const file = join(root, name);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) continue;
  stale.push(name);
  if (!process.argv.includes('--check')) await writeFile(file, text);
}

if (process.argv.includes('--check') && stale.length > 0) {
  process.stderr.write(`${stale.join(' and ')}: stale. Run npm run generate.\n`);
  process.exitCode = 1;
}
