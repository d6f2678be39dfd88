import { appendFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LexyBrainError } from '../../src/errors.ts';
import { encodeEntry } from '../../src/generation/ledger-entry.ts';
import { Ledger } from '../../src/generation/ledger.ts';

/** What one request of the process does after it was granted. */
export interface LedgerStep {
  readonly nano: number;
  readonly waitMs: number;
  /** Share of the reservation that is spent, in percent. */
  readonly spent: number;
  /** `die`: SIGKILL before settling; `tear`: SIGKILL with this many bytes of a settlement written. */
  readonly then: 'settle' | 'release' | 'leave' | 'die' | { readonly tear: number };
}

export interface LedgerProcessTask {
  readonly dataFolder: string;
  readonly day: string;
  readonly cap: number;
  /** Requests under way at the same time. */
  readonly lanes: number;
  readonly steps: readonly LedgerStep[];
}

/** A line of the process' output: how a request ended, and how long the file was before and after. */
export interface LedgerReport {
  readonly nano: number;
  readonly from: number;
  readonly to: number;
  /** Null: refused. */
  readonly granted: string | null;
}

/** A process that spends along a script, as a window or a terminal would. The task is its only argument, as JSON. */
const task = JSON.parse(process.argv[2] ?? '') as LedgerProcessTask;
const path = join(task.dataFolder, 'ledger', `${task.day.slice(0, 7)}.jsonl`);
const ledger = new Ledger({
  dataFolder: task.dataFolder,
  now: () => Date.parse(`${task.day}T12:00:00Z`),
});
const size = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
// Written at once and not through a stream: what was reported must not die with the process.
const report = (line: LedgerReport) => writeSync(1, `${JSON.stringify(line)}\n`);

const queue = [...task.steps];
await Promise.all(
  Array.from({ length: task.lanes }, async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) await take(step);
  }),
);

async function take({ nano, waitMs, spent, then }: LedgerStep): Promise<void> {
  const from = size();
  let reservation;
  try {
    reservation = await ledger.reserve({ amountNano: nano, capNano: task.cap });
  } catch (error) {
    if (!LexyBrainError.is(error, 'cost-cap')) throw error;
    report({ nano, from, to: size(), granted: null });
    return;
  }
  report({ nano, from, to: size(), granted: reservation.id });
  await sleep(waitMs);
  if (then === 'settle') await reservation.settle(Math.floor((nano * spent) / 100));
  else if (then === 'release') await reservation.release();
  else if (then !== 'leave') {
    if (then !== 'die') {
      const line = encodeEntry({ entry: 'settle', id: reservation.id, nano: 0 });
      appendFileSync(path, line.subarray(0, then.tear));
    }
    process.kill(process.pid, 'SIGKILL');
  }
}
