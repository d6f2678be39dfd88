// Runs mocha over files in this process: `node node-tests.ts REPORT TIMEOUT_MS GREP FILE…` (GREP may be empty).
import { writeFile } from 'node:fs/promises';
import Mocha from 'mocha';
import { collect, type TestReport } from './report.ts';

const [reportFile, timeout, grep, ...files] = process.argv.slice(2);
if (reportFile === undefined) throw new Error('Name the report file.');

let report: TestReport = { tests: [] };
class SpecAndReport extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    report = collect(runner);
  }
}

const mocha = new Mocha({
  reporter: SpecAndReport,
  timeout: Number(timeout),
  forbidOnly: true,
  forbidPending: true,
  ...(grep === undefined || grep === '' ? {} : { grep }),
});
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();
await new Promise<void>((resolve) => mocha.run(() => resolve()));
await writeFile(reportFile, JSON.stringify(report));
// A handle that a test left open must not hold up the run.
process.exit(0);
