import { readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createTerminalEngine } from '../../src/cli/ports.ts';
import { LexyBrainError } from '../../src/errors.ts';
import type { Fate } from './billing-server.ts';
import { INPUT, SAMPLE, TOKEN } from './world.ts';

/** One generation, and when the user gives it up. */
export interface GenerationStep {
  readonly model: string;
  readonly fate: Fate;
  /** Whether the server refuses the first request. */
  readonly twice: boolean;
  readonly cancelAfterMs: number | null;
}

export interface GenerationTask {
  readonly name: string;
  readonly origin: string;
  readonly ledger: string;
  readonly workspace: string;
  readonly capCents: number;
  /** Generations under way at the same time. */
  readonly lanes: number;
  readonly steps: readonly GenerationStep[];
}

/** A line of the output: how a generation ended, and how long the ledger was before and after. */
export interface GenerationReport {
  readonly from: number;
  readonly to: number;
  /** `answered`, or the reason of its error. */
  readonly end: string;
  readonly message: string;
}

/** A process that asks for insights along a script, as a window or a terminal would. The task is its only argument. */
const task = JSON.parse(process.argv[2] ?? '') as GenerationTask;
const engine = createTerminalEngine({
  settings: {
    'huggingface.baseUrl': `${task.origin}/v1`,
    dailyCostCap: task.capCents,
    'timeout.firstToken': 1,
  },
  environment: { HF_TOKEN: TOKEN },
});
const list = await engine.lists.open(readFileSync(SAMPLE), { name: 'nativity.csv' });
const size = (): number => statSync(task.ledger, { throwIfNoEntry: false })?.size ?? 0;

const queue = [...task.steps.entries()];
await Promise.all(
  Array.from({ length: task.lanes }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await generate(...next);
  }),
);
await engine.close();

async function generate(index: number, { model, fate, twice, cancelAfterMs }: GenerationStep): Promise<void> {
  const from = size();
  const product = `${task.name} ${String(index)} fate-${fate}${twice ? ' try-twice' : ''}`;
  const signal = cancelAfterMs === null ? undefined : AbortSignal.timeout(cancelAfterMs);
  let end = 'answered';
  let message = '';
  try {
    await engine.generate(
      {
        type: 'market_brief',
        list,
        input: { ...INPUT, product },
        source: 'cli',
        pick: { model },
        logFolder: join(task.workspace, '.lexybrain'),
      },
      { signal },
    );
  } catch (error) {
    if (!LexyBrainError.is(error)) throw error;
    ({ reason: end, message } = error);
  }
  const report: GenerationReport = { from, to: size(), end, message };
  // Written at once and not through a stream: what was reported must not die with the process.
  writeSync(1, `${JSON.stringify(report)}\n`);
}
