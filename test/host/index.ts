import { renameSync, writeFileSync } from 'node:fs';
import type Mocha from 'mocha';
import * as vscode from 'vscode';
import { collect, failedReport, type TestReport } from '../harness/report.ts';

/**
 * Runs the suites named in the environment inside the extension host and writes their report to a file.
 * VS Code calls this as its `extensionTestsPath`; in Restricted Mode the test driver extension does.
 */
export async function run(): Promise<void> {
  const reportFile = process.env['LEXYBRAIN_TEST_REPORT'];
  if (reportFile === undefined) throw new Error('LEXYBRAIN_TEST_REPORT does not name the report file.');
  let report: TestReport;
  try {
    report = await runSuites((process.env['LEXYBRAIN_TEST_FILES'] ?? '').split('\n').filter(Boolean));
  } catch (error) {
    report = failedReport('loading the suites', error instanceof Error ? (error.stack ?? '') : String(error));
  }
  report.editor = { version: vscode.version, node: process.versions.node };
  // The runner waits for the file: it appears only when complete.
  writeFileSync(`${reportFile}.part`, JSON.stringify(report));
  renameSync(`${reportFile}.part`, reportFile);
}

async function runSuites(files: readonly string[]): Promise<TestReport> {
  // Not a static import: what a bundled require() of this ES module gives differs between Node 22 and 24.
  const { default: MochaRunner } = await import('mocha');
  let report: TestReport = { tests: [] };
  class Collector extends MochaRunner.reporters.Base {
    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
      super(runner, options);
      report = collect(runner);
    }
  }
  const grep = process.env['LEXYBRAIN_TEST_GREP'];
  const mocha = new MochaRunner({
    reporter: Collector,
    timeout: 60_000,
    forbidOnly: true,
    forbidPending: true,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  await new Promise<void>((resolve) => mocha.run(() => resolve()));
  return report;
}
