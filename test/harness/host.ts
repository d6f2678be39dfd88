import { existsSync } from 'node:fs';
import { cp, glob, mkdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as esbuild from 'esbuild';
import { SCENARIOS, type Scenario } from '../host/scenarios.ts';
import { isolatedEnvironment } from './environment.ts';
import { OUT, ROOT } from './paths.ts';
import { failedReport, type TestReport } from './report.ts';
import type { OpenOptions } from './server.ts';
import type { VSCode } from './vscode.ts';
import { createWorkspace, temporaryFolder } from './workspace.ts';

const BUNDLES = join(OUT, 'test', 'host');
const ENTRY = join(BUNDLES, 'index.cjs');
const DRIVER = 'test/harness/driver';

/** From starting the editor to the last test of one launch. */
const LAUNCH_TIMEOUT_MS = 180_000;

/** One launch of an editor in which the suites run. */
export interface HostLaunch {
  open: OpenOptions['open'];
  developmentPaths: readonly string[];
  testsPath?: string;
  trusted: boolean;
  settings: Record<string, unknown>;
  env: NodeJS.ProcessEnv;
  /** The user's profile; launches with the same folder are the same user. */
  profile: string;
}

/** An editor under way. */
export interface RunningHost {
  /** Why it cannot report any more, once that is so. */
  trouble(): string | undefined;
  /** What it has said, for the report of a failure. */
  log(): string;
  close(): Promise<void>;
}

/** Bundles test/host: VS Code's extension host reads CommonJS, not TypeScript. */
export async function bundleHostSuites(): Promise<void> {
  const files: string[] = [];
  for await (const file of glob('test/host/**/*.test.ts', { cwd: ROOT })) files.push(file);
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: ['test/host/index.ts', ...files],
    outbase: 'test/host',
    outdir: relative(ROOT, BUNDLES),
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    define: { 'import.meta.url': '__moduleUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'warning',
  });
}

/** Runs every scenario whose name contains `only` in one VS Code; the reports by scenario. */
export async function runHostSuites(
  vscode: VSCode,
  options: { only?: string; grep?: string; env?: Record<string, string> } = {},
): Promise<{ scenario: string; report: TestReport }[]> {
  const results: { scenario: string; report: TestReport }[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => name.includes(options.only ?? ''))) {
    results.push(...(await runScenario(vscode, scenario, options.grep, options.env)));
  }
  return results;
}

async function runScenario(
  vscode: VSCode,
  scenario: Scenario,
  grep: string | undefined,
  added: Record<string, string> | undefined,
): Promise<{ scenario: string; report: TestReport }[]> {
  const temporary = await temporaryFolder();
  try {
    const open = await createWorkspace(join(temporary.path, 'workspace'), scenario.folders);
    const profile = join(temporary.path, 'profile');
    await addExtensions(profile, [...(scenario.extensions ?? []), ...(scenario.trusted ? [] : [DRIVER])]);
    const results: { scenario: string; report: TestReport }[] = [];
    for (const [index, suites] of scenario.launches.entries()) {
      const name = scenario.launches.length === 1 ? scenario.name : `${scenario.name}, launch ${index + 1}`;
      const files = await suiteFiles(suites);
      const reportFile = join(temporary.path, `report-${index}.json`);
      const variables = {
        ...scenario.env,
        ...added,
        LEXYBRAIN_TEST_ROOT: ROOT,
        LEXYBRAIN_TEST_ENTRY: ENTRY,
        LEXYBRAIN_TEST_FILES: files.join('\n'),
        LEXYBRAIN_TEST_REPORT: reportFile,
        // A folder of the suites' own, for the files they make up.
        LEXYBRAIN_TEST_FOLDER: join(temporary.path, 'tests'),
        ...(grep === undefined ? {} : { LEXYBRAIN_TEST_GREP: grep }),
      };
      await mkdir(variables.LEXYBRAIN_TEST_FOLDER, { recursive: true });
      const env = isolatedEnvironment(temporary.path, variables);
      const host = await vscode.launch({
        open,
        developmentPaths: [ROOT],
        // VS Code's own test mode trusts every workspace; in Restricted Mode a second extension runs the suites.
        ...(scenario.trusted ? { testsPath: ENTRY } : {}),
        trusted: scenario.trusted,
        settings: scenario.settings ?? {},
        env,
        profile,
      });
      try {
        results.push({ scenario: name, report: await awaitReport(reportFile, host) });
      } finally {
        await host.close();
      }
    }
    return results;
  } finally {
    await temporary.remove();
  }
}

/** Puts extensions where VS Code finds the user's: the address of a workbench names one extension to run from source. */
async function addExtensions(profile: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await cp(join(ROOT, folder), join(profile, 'extensions', basename(folder)), { recursive: true });
  }
}

async function suiteFiles(suites: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(`test/host/${suites}/**/*.test.ts`, { cwd: ROOT })) {
    files.push(join(BUNDLES, relative('test/host', file)).replace(/\.ts$/, '.cjs'));
  }
  if (files.length === 0) throw new Error(`test/host/${suites} holds no suites.`);
  return files.sort();
}

async function awaitReport(file: string, host: RunningHost): Promise<TestReport> {
  const deadline = Date.now() + LAUNCH_TIMEOUT_MS;
  while (!existsSync(file)) {
    const trouble = Date.now() > deadline ? 'it did not report in time' : host.trouble();
    if (trouble !== undefined) return failedReport(`the extension host: ${trouble}`, host.log());
    await delay(100);
  }
  return JSON.parse(await readFile(file, 'utf8')) as TestReport;
}
