/**
 * Every bench, each in a process of its own, one after the other: `npm run bench`, or `npm run bench -- store keywords`.
 * Exits 1 when one of them missed a limit.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const asked = process.argv.slice(2);
const all = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  .map((name) => name.replace(/\.ts$/, ''));
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}. There are: ${all.join(', ')}.\n`);
  process.exit(2);
}

const missed: string[] = [];
for (const name of asked.length > 0 ? asked : all) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], {
    stdio: 'inherit',
  });
  if (status !== 0) missed.push(name);
}
process.stdout.write(
  missed.length === 0 ? '\nEvery limit was kept.\n' : `\nLimits missed in: ${missed.join(', ')}\n`,
);
process.exitCode = missed.length === 0 ? 0 : 1;
