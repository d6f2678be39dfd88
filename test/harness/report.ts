import type Mocha from 'mocha';

/** What one run of mocha came to, as it travels from an extension host or a child process to the runner. */
export interface TestReport {
  tests: { title: string; ok: boolean; error?: string }[];
  /** The editor it ran in, as that says of itself. */
  editor?: { version: string; node: string };
}

/** Fills a report from a mocha runner's events. Failed hooks count as failed tests. */
export function collect(runner: Mocha.Runner): TestReport {
  const report: TestReport = { tests: [] };
  runner.on('pass', (test) => report.tests.push({ title: test.fullTitle(), ok: true }));
  runner.on('fail', (test, error: Error) => {
    report.tests.push({ title: test.fullTitle(), ok: false, error: error.stack ?? String(error) });
  });
  return report;
}

export function failedReport(title: string, error: string): TestReport {
  return { tests: [{ title, ok: false, error }] };
}
