/**
 * How long a cache hit takes with 10,000 answers on disk, beside the bare reading of the same files.
 * Fails when the median of a hit is 5 ms or more. Run: `node test/bench/cache.ts`
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantileSorted } from 'simple-statistics';
import { AnswerCache } from '../../src/generation/cache.ts';

const ENTRIES = 10_000;
const HITS = 2_000;
const LIMIT_MS = 5;

const keyOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');
/** About 5 KB, as a Market Brief with the rows of its terms. */
const answerOf = (n: number) => ({
  n,
  summary: 'A steady market with room for gift sets. '.repeat(10),
  rows: Array.from({ length: 20 }, (_, row) => ({
    term: `hand poured soy candle gift set ${n} ${row}`,
    demand: { value: row * 100, kind: 'monthly', bound: null },
    competition: { value: row / 20, kind: 'index', bound: null },
    scores: { opportunity: row / 20, demand: row / 20, competition: 1 - row / 20, momentum: null },
  })),
});

async function timed(times: number, work: (n: number) => Promise<void>) {
  const taken: number[] = [];
  for (let n = 0; n < times; n++) {
    const start = performance.now();
    await work(n);
    taken.push(performance.now() - start);
  }
  taken.sort((a, b) => a - b);
  return { median: quantileSorted(taken, 0.5), p95: quantileSorted(taken, 0.95) };
}

function print(what: string, { median, p95 }: { median: number; p95: number }): void {
  process.stdout.write(`${what.padEnd(44)} median ${median.toFixed(3)} ms   p95 ${p95.toFixed(3)} ms\n`);
}

const dataFolder = await fs.mkdtemp(join(tmpdir(), 'lexybrain-bench-'));
try {
  const cache = new AnswerCache({
    dataFolder,
    onProblem: (problem) => {
      throw new Error(problem);
    },
  });
  const now = Date.now();
  const expires = now + 24 * 3_600_000;
  print(
    `put, up to ${ENTRIES.toLocaleString('en')} answers`,
    await timed(ENTRIES, (n) => cache.put(keyOf(n), answerOf(n), expires)),
  );
  const kept = await cache.count();
  if (kept < ENTRIES * 0.99) throw new Error(`Only ${kept} of ${ENTRIES} answers were kept.`);

  // Strides over the whole range, so that no folder is asked twice in a row.
  const pick = (n: number) => keyOf((n * 7_919) % ENTRIES);
  let found = 0;
  const hit = await timed(HITS, async (n) => {
    if ((await cache.get(pick(n), now)) !== null) found++;
  });
  if (found < HITS * 0.99) throw new Error(`Only ${found} of ${HITS} were hits.`);
  print(`hit among ${kept.toLocaleString('en')} answers`, hit);
  print(
    'bare readFile and JSON.parse of the same',
    await timed(HITS, async (n) => {
      const key = pick(n);
      const path = join(dataFolder, 'cache', key.slice(0, 2), `${key}.json`);
      JSON.parse(await fs.readFile(path, 'utf8').catch(() => 'null'));
    }),
  );
  print(
    'miss',
    await timed(HITS, async (n) => {
      await cache.get(keyOf(ENTRIES + n), now);
    }),
  );
  if (hit.median >= LIMIT_MS) {
    process.stdout.write(
      `FAILED: a hit takes ${hit.median.toFixed(3)} ms at the median, limit ${LIMIT_MS} ms\n`,
    );
    process.exitCode = 1;
  }
} finally {
  await fs.rm(dataFolder, { recursive: true });
}
