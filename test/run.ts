// All the tests: `node test/run.ts [unit] [contract] [host] [browser] [--grep TEXT] [--only SCENARIO] [--vscode oldest|newest]`.
// Every layer unless some are named. The last line is `N passed, N failed`; a layer without tests is a failure.
import { spawn } from 'node:child_process';
import { glob, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleHostSuites, runHostSuites } from './harness/host.ts';
import { runCommand } from './harness/command.ts';
import { OUT, ROOT } from './harness/paths.ts';
import { failedReport, type TestReport } from './harness/report.ts';
import { RELEASES, type ReleaseName } from './harness/vscode-from-npm.ts';
import { getVSCode } from './harness/vscode.ts';
import { packagedExtension } from './harness/vsix.ts';

const LAYERS = ['unit', 'contract', 'host', 'browser'] as const;
type Layer = (typeof LAYERS)[number];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { grep: { type: 'string' }, only: { type: 'string' }, vscode: { type: 'string' } },
});
const unknown = positionals.filter((name) => !LAYERS.some((layer) => layer === name));
if (unknown.length > 0)
  throw new Error(`No such tests: ${unknown.join(', ')}. There are: ${LAYERS.join(', ')}.`);

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const results: { name: string; report: TestReport; seconds: number }[] = [];

/** Runs a layer. Tests that never ran and tests that could not start are failures. */
async function record(name: string, run: () => Promise<TestReport>): Promise<void> {
  const start = performance.now();
  print(`\n── ${name}`);
  const report = await run().catch((error: unknown) => failedReport(name, describe(error)));
  if (report.tests.length === 0) report.tests.push(...failedReport(name, 'No test ran.').tests);
  results.push({ name, report, seconds: Math.round((performance.now() - start) / 1000) });
}

/** Does what layers need first; counts only if it fails. */
async function prepare(name: string, run: () => Promise<unknown>): Promise<boolean> {
  const start = performance.now();
  print(`\n── ${name}`);
  try {
    await run();
    return true;
  } catch (error) {
    const seconds = Math.round((performance.now() - start) / 1000);
    results.push({ name, report: failedReport(name, describe(error)), seconds });
    return false;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs a layer's files with mocha in a process of its own. */
async function runInNode(layer: Layer, timeoutMs: number): Promise<TestReport> {
  const files: string[] = [];
  for await (const file of glob(`test/${layer}/**/*.test.ts`, { cwd: ROOT })) files.push(join(ROOT, file));
  const reportFile = join(OUT, `report-${layer}.json`);
  await rm(reportFile, { force: true });
  const runner = join(ROOT, 'test', 'harness', 'node-tests.ts');
  const args = [runner, reportFile, String(timeoutMs), values.grep ?? '', ...files.sort()];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  if (code !== 0) return failedReport(`${layer} tests`, `The test process ended with ${String(code)}.`);
  return JSON.parse(await readFile(reportFile, 'utf8')) as TestReport;
}

async function runInHosts(): Promise<void> {
  const built = await prepare('build for the host suites', async () => {
    // Packaging built it already.
    if (process.env['LEXYBRAIN_VSIX'] === undefined) {
      await runCommand(process.execPath, ['esbuild.mjs'], { cwd: ROOT });
    }
    await bundleHostSuites();
  });
  if (!built) return;
  const names = (['oldest', 'newest'] as const).filter((name) => name === (values.vscode ?? name));
  if (names.length === 0) throw new Error('--vscode is oldest or newest.');
  for (const name of names) await runInHost(name);
}

async function runInHost(name: ReleaseName): Promise<void> {
  await record(`host, the ${name} VS Code`, async () => {
    const all: TestReport = { tests: [] };
    const vscode = await getVSCode(name);
    try {
      print(`VS Code: ${vscode.label}`);
      const only = values.only ?? '';
      const grep = values.grep === undefined ? {} : { grep: values.grep };
      for (const { scenario, report } of await runHostSuites(vscode, { only, ...grep })) {
        print(`  ${scenario}`);
        for (const { title, ok } of report.tests) print(`    ${ok ? '✔' : '✖'} ${title}`);
        // With --grep most scenarios have nothing to run.
        if (report.tests.length === 0 && values.grep === undefined) {
          all.tests.push(...failedReport(scenario, 'No test ran.').tests);
        }
        all.tests.push(...report.tests, ...unexpectedEditor(report, name));
      }
    } finally {
      await vscode.close();
    }
    return all;
  });
}

/** A failure if the suites ran in another version than was asked for, which only VSCODE_EXECUTABLE may bring about. */
function unexpectedEditor({ editor }: TestReport, name: ReleaseName): TestReport['tests'] {
  const { version } = RELEASES[name];
  if (editor === undefined || editor.version === version || process.env['VSCODE_EXECUTABLE']) return [];
  return failedReport('the editor', `Ran in VS Code ${editor.version}, not in ${version}.`).tests;
}

const wanted = LAYERS.filter((layer) => positionals.length === 0 || positionals.includes(layer));
await mkdir(OUT, { recursive: true });
if (wanted.includes('unit')) await record('unit', () => runInNode('unit', 20_000));
if (wanted.includes('contract') || wanted.includes('browser')) {
  await prepare('package', packagedExtension);
}
if (wanted.includes('contract')) await record('contract', () => runInNode('contract', 60_000));
if (wanted.includes('host')) await runInHosts();
if (wanted.includes('browser')) await record('browser', () => runInNode('browser', 120_000));

const tests = results.flatMap(({ report }) => report.tests);
const failed = tests.filter(({ ok }) => !ok);
for (const { title, error } of failed) print(`\n✖ ${title}\n${error ?? ''}`);
print('');
for (const { name, report, seconds } of results) {
  const bad = report.tests.filter(({ ok }) => !ok).length;
  print(`${name}: ${report.tests.length - bad} passed, ${bad} failed (${seconds} s)`);
}
print(`${tests.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
