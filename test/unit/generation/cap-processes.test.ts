import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BillingServer, FATES, type Fate } from '../../fakes/billing-server.ts';
import type { GenerationReport, GenerationStep, GenerationTask } from '../../fakes/generation-process.ts';
import { retell } from '../../fakes/ledger-oracle.ts';

const PROGRAM = fileURLToPath(new URL('../../fakes/generation-process.ts', import.meta.url));
const PROCESSES = 4;
const GENERATIONS = 50;
const NANO_PER_CENT = 10_000_000;

/** Cheap enough for an amount under a cent, which a refusal names to the last nano-dollar. */
const price = fc.integer({ min: 10, max: 900 }).map((thousandths) => thousandths / 1000);
const models = fc
  .array(fc.record({ input: price, output: price }), { minLength: 4, maxLength: 4 })
  .map((prices) => prices.map((each, index) => ({ id: `maker/model-${String(index)}`, ...each })));

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('good') },
  { weight: 9, arbitrary: fc.constantFrom(...FATES.filter((each) => each !== 'good' && each !== 'silent')) },
  { weight: 1, arbitrary: fc.constant('silent') },
);
const step: fc.Arbitrary<GenerationStep> = fc.record({
  model: fc.integer({ min: 0, max: 3 }).map((index) => `maker/model-${String(index)}`),
  fate,
  twice: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  cancelAfterMs: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 300 }) },
  ),
});
const run = fc.record({
  models,
  steps: fc.array(fc.array(step, { minLength: GENERATIONS, maxLength: GENERATIONS }), {
    minLength: PROCESSES,
    maxLength: PROCESSES,
  }),
  capCents: fc.integer({ min: 20, max: 60 }).map((tenths) => tenths / 10),
  /** The last process is killed after so many of its generations. */
  killedAfter: fc.integer({ min: 3, max: GENERATIONS / 2 }),
});

interface Ended {
  readonly reports: readonly GenerationReport[];
  readonly killed: boolean;
}

async function start(task: GenerationTask, home: string, killedAfter: number | null): Promise<Ended> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, XDG_DATA_HOME: home, LOCALAPPDATA: home },
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })),
  );
  const errors = text(child.stderr);
  const reports: GenerationReport[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    reports.push(JSON.parse(line) as GenerationReport);
    if (reports.length === killedAfter) child.kill('SIGKILL');
  }
  const { code, signal } = await ended;
  assert.ok(code === 0 || signal === 'SIGKILL', `a process failed: ${await errors}`);
  return { reports, killed: signal === 'SIGKILL' };
}

/** Where the terminal's data is below a home folder, on this system. */
function dataFolder(home: string): string {
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'lexybrain');
  if (process.platform === 'win32') return join(home, 'lexybrain', 'Data');
  return join(home, 'lexybrain');
}

describe('generations in several processes on one workspace', () => {
  it('never cost more than the cap, by the server’s own bill, and are refused only where there is no room', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(run, async ({ models, steps, capCents, killedAfter }) => {
        const home = await mkdtemp(join(tmpdir(), 'lexybrain-cap-'));
        const server = await BillingServer.start(models);
        const month = new Date().toISOString().slice(0, 7);
        const ledger = join(dataFolder(home), 'ledger', `${month}.jsonl`);
        const cap = capCents * NANO_PER_CENT;
        try {
          const ends = await Promise.all(
            steps.map((own, index) => {
              const mortal = index === PROCESSES - 1;
              const task = {
                name: `process ${String(index)}`,
                origin: server.fake.origin,
                ledger,
                workspace: home,
                capCents,
                lanes: 5,
                steps: own,
              };
              return start(task, home, mortal ? killedAfter : null);
            }),
          );
          const reports = ends.flatMap((end) => end.reports);
          const told = retell(await readFile(ledger, 'utf8'));

          // The cap: by every line of the ledger, and by what the server really billed, which the ledger never falls short of.
          for (const { used } of told) assert.ok(used <= cap, `${String(used)} of ${String(cap)}`);
          const used = told.at(-1)?.used ?? 0;
          assert.ok(server.billed <= used, `${String(server.billed)} was billed, ${String(used)} booked`);

          // The room: who was refused would have passed the cap with what was settled and open at some moment then.
          const refused = reports.filter(({ end }) => end === 'cost-cap');
          for (const { from, to, message } of refused) {
            const amount = Math.round(Number(/it may cost up to \$([\d.]+)\./.exec(message)?.[1]) * 1e9);
            assert.ok(amount > 0, message);
            const before = told.findLast(({ end }) => end <= from)?.used ?? 0;
            const during = told.filter(({ end }) => end > from && end <= to).map((each) => each.used);
            const most = Math.max(before, ...during);
            assert.ok(
              most + amount > cap,
              `${String(amount)} was refused at ${String(most)} of ${String(cap)}`,
            );
          }

          // Else the test would say nothing.
          assert.ok(ends.at(-1)?.killed === true && reports.length > (PROCESSES - 1) * GENERATIONS);
          const answered = reports.filter(({ end }) => end === 'answered').length;
          assert.ok(answered > 0 && refused.length > 0, `${String(answered)} were answered`);
        } finally {
          await server.fake.stop();
          await rm(home, { recursive: true, force: true });
        }
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });
});
