// Writes what package.json and the README say of commands and settings: `node src/host/manifest/generate.ts [--check]`.
// With --check it writes nothing and exits 1 when one of them is stale.
import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildManifest } from './manifest.ts';
import { withSettingsTable } from './readme.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { parts, words } = buildManifest();
// Dependencies stay last, where people look for them.
const { scripts, allowScripts, devDependencies, ...description } = JSON.parse(
  await readFile(join(root, 'package.json'), 'utf8'),
) as Record<string, unknown>;
const generated = { ...description, ...parts, scripts, allowScripts, devDependencies };

const stale: string[] = [];
const json = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;
for (const [name, text] of [
  ['package.json', json(generated)],
  ['package.nls.json', json(words)],
  ['README.md', withSettingsTable(await readFile(join(root, 'README.md'), 'utf8'))],
] as const) {
  const file = join(root, name);
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) continue;
  stale.push(name);
  if (!process.argv.includes('--check')) await writeFile(file, text);
}

if (process.argv.includes('--check') && stale.length > 0) {
  process.stderr.write(`${stale.join(' and ')}: stale. Run npm run generate.\n`);
  process.exitCode = 1;
}
