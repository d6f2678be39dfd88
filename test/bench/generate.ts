/**
 * How long a request takes that is answered from the cache, through the whole engine: a list of 17,000 keywords and
 * 10,000 kept answers; and how long opening a list of 100,000 keywords in a worker holds up the main thread.
 * Fails when the median of a hit is 5 ms or more. Run: `node test/bench/generate.ts`
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { quantileSorted } from 'simple-statistics';
import { readConfiguration } from '../../src/configuration.ts';
import { createEngine } from '../../src/engine.ts';
import { AnswerCache } from '../../src/generation/cache.ts';
import { createWorkerLists } from '../../src/generation/worker-lists.ts';
import { syntheticExport } from '../fakes/keyword-export.ts';
import { MemoryLog } from '../fakes/ports.ts';
import { MemoryWorkspaceLog } from '../fakes/workspace-log.ts';
import { INPUT } from '../fakes/world.ts';

const ROWS = 17_000;
const ENTRIES = 10_000;
const HITS = 500;
const LIMIT_MS = 5;

const print = (what: string, figures: string): void =>
  void process.stdout.write(`${what.padEnd(52)} ${figures}\n`);

const dataFolder = await mkdtemp(join(tmpdir(), 'lexybrain-bench-'));
const lists = createWorkerLists(new URL('../../src/generation/list-worker.ts', import.meta.url));
const workspaceLog = new MemoryWorkspaceLog();
const engine = createEngine({
  configuration: () => readConfiguration(() => undefined, {}),
  environment: {},
  storedKey: async () => undefined,
  log: new MemoryLog(),
  fetch: () => Promise.reject(new Error('Nothing is sent here.')),
  dataFolder,
  lists,
  openLog: () => workspaceLog,
});
try {
  const list = await lists.open(syntheticExport({ rows: ROWS, quoted: true }), { name: 'list.csv' });
  const request = {
    type: 'market_brief',
    list,
    input: INPUT,
    source: 'panel',
    logFolder: 'workspace',
  } as const;
  const first = await engine.generate(request);
  const cache = new AnswerCache({ dataFolder });
  const filler = { padding: JSON.stringify(first).slice(0, 4_000) };
  for (let n = 0; n < ENTRIES; n++) {
    await cache.put(createHash('sha256').update(String(n)).digest('hex'), filler, Date.now() + 3_600_000);
  }

  const taken: number[] = [];
  for (let n = 0; n < HITS; n++) {
    const start = performance.now();
    const { cache: from } = await engine.generate(request);
    taken.push(performance.now() - start);
    if (!from.hit) throw new Error('It was not a hit.');
  }
  taken.sort((a, b) => a - b);
  const median = quantileSorted(taken, 0.5);
  print(
    `hit, ${list.summary.rows.toLocaleString('en')} keywords, ${(await cache.count()).toLocaleString('en')} kept answers`,
    `median ${median.toFixed(2)} ms   p95 ${quantileSorted(taken, 0.95).toFixed(2)} ms`,
  );

  const bytes = syntheticExport({ rows: 100_000, quoted: true });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = performance.now();
  const large = await lists.open(bytes, { name: 'large.csv' });
  const result = await engine.generate({ ...request, list: large });
  delay.disable();
  print(
    `brief of ${large.summary.rows.toLocaleString('en')} keywords in a worker`,
    `${Math.round(performance.now() - start)} ms   longest gap in the main thread ${(delay.max / 1e6).toFixed(1)} ms`,
  );
  if (!result.model.computed) throw new Error('Not by the built-in analyst.');

  if (median >= LIMIT_MS) {
    process.stdout.write(`FAILED: a hit takes ${median.toFixed(2)} ms at the median, limit ${LIMIT_MS} ms\n`);
    process.exitCode = 1;
  }
} finally {
  await engine.close();
  await rm(dataFolder, { recursive: true, force: true });
}
