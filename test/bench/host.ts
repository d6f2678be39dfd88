/**
 * How long the extension host stands still with a list of 100,000 keywords, measured in the newest VS Code: the longest
 * gap of its event loop while the list is shown, previewed, sorted and briefed. Prints a table; exit code 1 when a limit
 * is missed.
 *
 * Run with `node test/bench/host.ts`.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../harness/command.ts';
import { bundleHostSuites, runHostSuites } from '../harness/host.ts';
import { OUT, ROOT } from '../harness/paths.ts';
import { getVSCode } from '../harness/vscode.ts';

const LIMIT_MS = 50;
/** What VS Code and its own extensions do in the same thread, for comparison. */
const IDLE = 'nothing';

async function measure(): Promise<Record<string, number>> {
  const file = join(OUT, 'host-gaps.json');
  await mkdir(OUT, { recursive: true });
  await rm(file, { force: true });
  await runCommand(process.execPath, ['esbuild.mjs', '--production'], { cwd: ROOT });
  await bundleHostSuites();
  const vscode = await getVSCode('newest');
  try {
    const options = { only: 'large list', env: { LEXYBRAIN_GAPS: file } };
    for (const { report } of await runHostSuites(vscode, options)) {
      for (const { ok, title, error } of report.tests) if (!ok) throw new Error(`${title}\n${error ?? ''}`);
    }
  } finally {
    await vscode.close();
  }
  return JSON.parse(await readFile(file, 'utf8')) as Record<string, number>;
}

const gaps = Object.entries(await measure());
for (const [name, gap] of gaps) {
  const verdict = name === IDLE ? '    ' : gap <= LIMIT_MS ? 'pass' : 'MISS';
  const limit = name === IDLE ? 'for comparison' : `limit ${LIMIT_MS.toFixed(2)}`;
  process.stdout.write(
    `${verdict}  ${`host gap, ${name}`.padEnd(48)} ${gap.toFixed(2).padStart(8)} (${limit}) ms\n`,
  );
}
process.exit(gaps.every(([name, gap]) => name === IDLE || gap <= LIMIT_MS) ? 0 : 1);
