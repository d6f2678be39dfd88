/**
 * What reading, knowing and digesting a keyword list costs: time beside papaparse's bare parse of the same bytes, memory
 * beside the size of the file, tokens beside the old system's prompt. Prints a table; exit code 1 when a limit is missed.
 *
 * Run with `node test/bench/keywords.ts`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encode } from 'gpt-tokenizer';
import Papa from 'papaparse';
import { median } from 'simple-statistics';
import { makeDigest } from '../../src/keywords/digest.ts';
import { readKeywordList } from '../../src/keywords/read.ts';
import { analyseList, figuresOf } from '../../src/keywords/statistics.ts';
import type { KeywordList, ListView } from '../../src/keywords/types.ts';
import { syntheticExport } from '../fakes/keyword-export.ts';

const VIEW: ListView = {
  product: 'hand-carved nativity set',
  nicheTerms: [],
  brands: { add: [], remove: [] },
  today: '2026-11-23',
};
const DIGEST_BUDGET = 1500;
/** Interleaved runs; the median of them counts. */
const RUNS = 7;
const MB = 1024 * 1024;

interface Result {
  readonly name: string;
  readonly figure: number;
  readonly limit: number;
  readonly unit: string;
  readonly detail: string;
}

/**
 * Milliseconds this thread has worked: under load the clock also counts what others do. Not yet in the types.
 */
function worked(): number {
  const { user, system } = (
    process as typeof process & { threadCpuUsage(): NodeJS.CpuUsage }
  ).threadCpuUsage();
  return (user + system) / 1000;
}

/** Collects garbage, so that every measure pays for its own only. */
const collect = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** Thread time of one piece of work, over several in a row: the clock of thread time ticks every few milliseconds. */
async function timed<Input>(inputs: readonly Input[], work: (input: Input) => unknown): Promise<number> {
  collect();
  const start = worked();
  for (const input of inputs) await work(input);
  return (worked() - start) / inputs.length;
}

async function speed(): Promise<Result[]> {
  const results: Result[] = [];
  for (const quoted of [false, true]) {
    const knowing: number[] = [];
    for (const rows of [17_000, 100_000]) {
      const bytes = syntheticExport({ rows, quoted });
      const name = `${rows.toLocaleString('en')} rows, ${quoted ? 'quoted' : 'unquoted'}`;
      const inARow = Array.from({ length: rows > 50_000 ? 3 : 12 }, () => bytes);
      const times: Record<'bare' | 'reading' | 'statistics', number[]> = {
        bare: [],
        reading: [],
        statistics: [],
      };
      const read = (file: Uint8Array): Promise<KeywordList> => readKeywordList(file, { name: 'bench.csv' });
      for (let run = 0; run < RUNS; run += 1) {
        times.bare.push(await timed(inARow, (file) => Papa.parse(new TextDecoder().decode(file))));
        times.reading.push(await timed(inARow, read));
        // Each list is known for the first time: what is remembered of a list must not count.
        const lists: KeywordList[] = [];
        for (const file of inARow) lists.push(await read(file));
        times.statistics.push(
          await timed(lists, (list) =>
            makeDigest(list, analyseList(list, VIEW), VIEW, { tokenBudget: DIGEST_BUDGET }),
          ),
        );
      }
      const [bare, reading, statistics] = [times.bare, times.reading, times.statistics].map(median);
      if (bare === undefined || reading === undefined || statistics === undefined) continue;
      knowing.push(statistics);
      results.push(
        {
          name: `read ${name}`,
          figure: reading / bare,
          limit: 2.5,
          unit: '× papaparse',
          detail: `${ms(reading)} / ${ms(bare)}`,
        },
        {
          name: `know ${name}`,
          figure: statistics / reading,
          limit: 1,
          unit: '× reading',
          detail: ms(statistics),
        },
      );
    }
    const [small = 1, large = 1] = knowing;
    const nLogN = (100_000 * Math.log(100_000)) / (17_000 * Math.log(17_000));
    results.push({
      name: `growth from 17,000 to 100,000 rows, ${quoted ? 'quoted' : 'unquoted'}`,
      figure: large / small / nLogN,
      limit: 1.3,
      unit: '× n log n',
      detail: `${ms(small)} → ${ms(large)}`,
    });
  }
  return results;
}

const ms = (time: number): string => `${time.toFixed(1)} ms`;

/** The same file as another tool or spreadsheet would save it: semicolons, UTF-16 with a byte order mark. */
function inUtf16(bytes: Uint8Array): Uint8Array {
  return Buffer.from(`\ufeff${new TextDecoder().decode(bytes).replaceAll(',', ';')}`, 'utf16le');
}

const FILES: readonly { readonly name: string; readonly make: () => Uint8Array }[] = [
  { name: '17,000 rows', make: () => syntheticExport({ rows: 17_000, quoted: false }) },
  { name: '100,000 rows', make: () => syntheticExport({ rows: 100_000, quoted: false }) },
  { name: '100,000 rows, quoted', make: () => syntheticExport({ rows: 100_000, quoted: true }) },
  {
    name: '100,000 rows, semicolons, UTF-16',
    make: () => inUtf16(syntheticExport({ rows: 100_000, quoted: false })),
  },
  { name: '500,000 rows', make: () => syntheticExport({ rows: 500_000, quoted: false }) },
];

const PEAK_MEMORY = fileURLToPath(new URL('children/peak-memory.ts', import.meta.url));

/** Peak memory of reading, each file in a process of its own that loads nothing but the reader. */
function memory(): Result[] {
  const folder = mkdtempSync(join(tmpdir(), 'lexybrain-bench-'));
  try {
    return FILES.map(({ name, make }) => {
      const file = join(folder, 'list.csv');
      const bytes = make();
      writeFileSync(file, bytes);
      const child = spawnSync(process.execPath, [PEAK_MEMORY, file], { encoding: 'utf8' });
      if (child.status !== 0) throw new Error(child.stderr);
      const growth = Number(child.stdout);
      return {
        name: `peak memory, ${name}`,
        figure: growth / MB,
        limit: (10 * bytes.length) / MB + 30,
        unit: 'MB',
        detail: `file ${(bytes.length / MB).toFixed(1)} MB`,
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same 50 rows in the old system's way (indented JSON with six metrics each) and as a digest. */
async function tokens(): Promise<Result> {
  const list = await readKeywordList(syntheticExport({ rows: 50, quoted: false }), { name: 'bench.csv' });
  const analysis = analyseList(list, { ...VIEW, product: null });
  const rows = list.terms.map((_, row) => figuresOf(list, analysis, row));
  const rounded = (value: number | null): number | null =>
    value === null ? null : Math.round(value * 100) / 100;
  const old = JSON.stringify(
    rows.map(({ term, scores, engagement }) => ({
      term,
      demand_index: rounded(scores.demand),
      competition_score: rounded(scores.competition),
      trend_momentum: rounded(scores.momentum),
      engagement_score: rounded(engagement),
      ai_opportunity_score: rounded(scores.opportunity),
    })),
    null,
    2,
  );
  const digest = makeDigest(list, analysis, { ...VIEW, product: null }, { tokenBudget: 100_000 });
  if (digest.shown !== list.terms.length) throw new Error(`Only ${digest.shown} rows are in the digest.`);
  const [oldTokens, newTokens] = [encode(old).length, encode(digest.text).length];
  return {
    name: 'digest tokens, the same 50 rows',
    figure: newTokens / oldTokens,
    limit: 0.35,
    unit: "× the old system's",
    detail: `${newTokens} / ${oldTokens}`,
  };
}

async function main(): Promise<number> {
  const results = [...(await speed()), ...memory(), await tokens()];
  const lines = results.map(({ name, figure, limit, unit, detail }) => {
    const verdict = figure <= limit ? 'pass' : 'MISS';
    return `${verdict}  ${name.padEnd(48)} ${figure.toFixed(2).padStart(8)} (limit ${limit.toFixed(2)}) ${unit}, ${detail}`;
  });
  process.stdout.write(`${lines.join('\n')}\n`);
  return results.every(({ figure, limit }) => figure <= limit) ? 0 : 1;
}

process.exitCode = await main();
