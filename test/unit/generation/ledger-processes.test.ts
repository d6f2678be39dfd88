import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { LexyBrainError } from '../../../src/errors.ts';
import { Ledger } from '../../../src/generation/ledger.ts';
import { retell } from '../../fakes/ledger-oracle.ts';
import type { LedgerProcessTask, LedgerReport, LedgerStep } from '../../fakes/ledger-process.ts';

const PROGRAM = fileURLToPath(new URL('../../fakes/ledger-process.ts', import.meta.url));
const DAY = '2026-11-23';
const CAP = 1_000;
/** Rounds of processes; more of them when the long form is asked for. */
const ROUNDS = Number(process.env['LEXYBRAIN_LEDGER_ROUNDS'] ?? 1);
const REQUESTS = 80;

const fate = {
  ends: fc.oneof(
    { weight: 6, arbitrary: fc.constant('settle' as const) },
    { weight: 1, arbitrary: fc.constant('release' as const) },
  ),
  mayDie: fc.oneof(
    { weight: 100, arbitrary: fc.constant('settle' as const) },
    { weight: 10, arbitrary: fc.constant('release' as const) },
    { weight: 2, arbitrary: fc.constant('leave' as const) },
    { weight: 2, arbitrary: fc.constant('die' as const) },
    { weight: 2, arbitrary: fc.record({ tear: fc.integer({ min: 1, max: 80 }) }) },
  ),
};

const steps = (then: fc.Arbitrary<LedgerStep['then']>) =>
  fc.array(
    fc.record({ nano: fc.integer({ min: 1, max: 300 }), waitMs: fc.nat(4), spent: fc.nat(15), then }),
    { minLength: REQUESTS, maxLength: REQUESTS },
  );

/** Two that live to the end and three that may be killed by themselves or from outside. */
const processesArbitrary = fc
  .tuple(
    fc.array(fc.record({ steps: steps(fate.ends), killAfterMs: fc.constant(null) }), {
      minLength: 2,
      maxLength: 2,
    }),
    fc.array(
      fc.record({
        steps: steps(fate.mayDie),
        killAfterMs: fc.option(fc.integer({ min: 200, max: 700 }), { freq: 3 }),
      }),
      { minLength: 3, maxLength: 3 },
    ),
  )
  .map(([living, mortal]) => [...living, ...mortal]);

async function run(task: LedgerProcessTask, killAfterMs: number | null) {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  const [output, errors, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  clearTimeout(killer);
  assert.ok(end.code === 0 || end.signal === 'SIGKILL', `a process failed: ${errors}`);
  const reports = output
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LedgerReport);
  return reports;
}

/** Every report told by a process is what the file says, read by the plain rules. */
function check(file: string, reports: readonly LedgerReport[]): void {
  const steps = retell(file);
  for (const { used } of steps) assert.ok(used <= CAP, `${String(used)} is over the cap`);
  const granted = new Set(steps.filter((step) => step.granted).map(({ id }) => id));
  for (const { nano, from, to, granted: id } of reports) {
    if (id !== null) {
      assert.ok(granted.has(id), 'granted, but not by the file');
      continue;
    }
    const before = steps.findLast(({ end }) => end <= from)?.used ?? 0;
    const during = steps.filter(({ end }) => end > from && end <= to).map(({ used }) => used);
    assert.ok(Math.max(before, ...during) + nano > CAP, `${String(nano)} was refused though there was room`);
  }
}

describe('several processes on one ledger', () => {
  it(`spend up to the cap and not over it, killed ones included (${String(ROUNDS)} rounds)`, async function () {
    this.timeout(20_000 * ROUNDS);
    let requests = 0;
    let grants = 0;
    await fc.assert(
      fc.asyncProperty(processesArbitrary, async (processes) => {
        const dataFolder = await mkdtemp(join(tmpdir(), 'lexybrain-ledger-'));
        try {
          const runs = await Promise.all(
            processes.map(({ killAfterMs, ...task }) =>
              run({ dataFolder, day: DAY, cap: CAP, lanes: 6, ...task }, killAfterMs),
            ),
          );
          const path = join(dataFolder, 'ledger', '2026-11.jsonl');
          const reports = runs.flat();
          check(await readFile(path, 'utf8'), reports);
          requests += reports.length;
          grants += reports.filter(({ granted }) => granted !== null).length;

          // What is left is what can be had: to the last nano-dollar, whatever the dead left behind.
          const ledger = new Ledger({ dataFolder, now: () => Date.parse(`${DAY}T13:00:00Z`) });
          const { settledNano, openNano } = await ledger.usage();
          const room = CAP - settledNano - openNano;
          if (room > 0) await ledger.reserve({ amountNano: room, capNano: CAP });
          await assert.rejects(ledger.reserve({ amountNano: 1, capNano: CAP }), (error) =>
            LexyBrainError.is(error, 'cost-cap'),
          );
          assert.equal(retell(await readFile(path, 'utf8')).at(-1)?.used, CAP);
        } finally {
          await rm(dataFolder, { recursive: true });
        }
      }),
      { numRuns: ROUNDS, endOnFailure: true },
    );
    // Else the test would say nothing.
    assert.ok(requests >= 2 * REQUESTS * ROUNDS && grants > 0 && grants < requests);
  });
});
