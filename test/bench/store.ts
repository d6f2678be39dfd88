/**
 * The workspace log beside node:sqlite (write-ahead log, synchronous=FULL) in one interleaved run:
 * `node test/bench/store.ts [RECORDS]`, 50,000 by default. Prints one JSON document: figures, medians of five rounds, and
 * their limits.
 * Ratios hold across machines, milliseconds do not.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { median } from 'simple-statistics';
import { messageOf } from '../../src/errors.ts';
import { TABLES, type TableName } from '../../src/store/schema.ts';
import type { GenerationRecord, WorkspaceDatabase } from '../../src/store/types.ts';
import { streamTraining } from '../../src/training/export.ts';
import { EXTRAS } from '../../src/training/types.ts';
import { openLog as openAnyLog, sampleGeneration } from '../unit/store/samples.ts';

/** The worker is measured as it ships: bundled. */
const WORKER = join(tmpdir(), `lexybrain-bench-worker-${process.ppid}-${process.pid}.cjs`);
await build({
  entryPoints: [join(import.meta.dirname, '../../src/store/worker.ts')],
  outfile: WORKER,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'cjs',
});
process.on('exit', () => {
  rmSync(WORKER, { force: true });
});

const openLog = (folder: string): ReturnType<typeof openAnyLog> => openAnyLog(folder, { workerFile: WORKER });

/** As large as measured in use: a prompt of 6 KB, a context of 2.7 KB, an answer of 1.9 KB. */
function record(): GenerationRecord {
  const one = sampleGeneration({
    prompt: 'what sells and why '.repeat(316),
    request: { context_json: { terms: 'term and figures '.repeat(159) } },
  });
  const output_json = { summary: 'the market is quiet '.repeat(95) };
  return {
    ...one,
    insight: null,
    responses: one.responses.map((response) => ({ ...response, output_json })),
  };
}

/** The peer: the same rows in one transaction a record. */
class Native {
  readonly name: string;
  readonly #db: DatabaseSync;
  readonly #inserts = new Map<TableName, StatementSync>();

  constructor(name: string, db: DatabaseSync) {
    this.name = name;
    this.#db = db;
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    for (const [name, columns] of Object.entries(TABLES)) {
      this.#db.exec(
        `CREATE TABLE ${name} (${Object.entries(columns)
          .map((pair) => pair.join(' '))
          .join(', ')})`,
      );
      const places = Object.keys(columns)
        .map(() => '?')
        .join(', ');
      this.#inserts.set(name as TableName, this.#db.prepare(`INSERT INTO ${name} VALUES (${places})`));
    }
  }

  append(record: GenerationRecord): void {
    this.#db.exec('BEGIN');
    this.#put(record);
    this.#db.exec('COMMIT');
  }

  fill(count: number): void {
    this.#db.exec('BEGIN');
    for (let done = 0; done < count; done++) this.#put(record());
    this.#db.exec('COMMIT; CREATE INDEX r ON lexybrain_responses (request_id)');
  }

  #put({ request, responses, usage }: GenerationRecord): void {
    this.#insert('lexybrain_requests', { ...request });
    for (const response of responses)
      this.#insert('lexybrain_responses', { ...response, request_id: request!.id });
    this.#insert('ai_usage_events', { ...usage });
  }

  /** Iterates over everything as JSON lines; their number. */
  dump(): number {
    let lines = 0;
    const responses = this.#db.prepare('SELECT * FROM lexybrain_responses WHERE request_id = ?');
    for (const row of this.#db
      .prepare('SELECT * FROM lexybrain_requests ORDER BY requested_at DESC')
      .iterate()) {
      lines += JSON.stringify({ ...row, responses: responses.all(row['id']!) }).length > 0 ? 1 : 0;
    }
    return lines;
  }

  #insert(table: TableName, row: Record<string, unknown>): void {
    const values = Object.keys(TABLES[table]).map((column) => {
      const value = row[column] ?? null;
      if (typeof value === 'boolean') return Number(value);
      return typeof value === 'object' && value !== null
        ? JSON.stringify(value)
        : (value as string | number | null);
    });
    this.#inserts.get(table)!.run(...values);
  }

  close(): void {
    this.#db.close();
  }
}

/** The other peer, where it is there: it is no dependency, and needs a binary for this very Node. */
async function betterSqlite(file: string): Promise<Native | null> {
  const name = 'better-sqlite3';
  try {
    const { default: Database } = (await import(name)) as { default: new (file: string) => DatabaseSync };
    return new Native(name, new Database(file));
  } catch (error) {
    process.stderr.write(`${name} is left out: ${messageOf(error).split('\n')[0]}\n`);
    return null;
  }
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Bytes this process has written so far; NaN where that cannot be known. */
function written(): number {
  const io = existsSync('/proc/self/io') ? readFileSync('/proc/self/io', 'utf8') : '';
  return Number(/wchar: (\d+)/.exec(io)?.[1] ?? NaN);
}

async function append(
  log: WorkspaceDatabase,
  records: readonly GenerationRecord[],
  inFlight: number,
): Promise<void> {
  const rest = records.values();
  const one = async (): Promise<void> => {
    for (const next of rest) await log.append(next);
  };
  await Promise.all(Array.from({ length: inFlight }, one));
}

const many = (count: number): GenerationRecord[] => Array.from({ length: count }, record);

interface Filled {
  /** The longest time in which nothing else could run. */
  readonly gapMs: number;
  /** The longest time the main thread worked without a break: a gap less what others took of it. */
  readonly busyMs: number;
  /** Peak of the process's memory. */
  readonly rssMb: number;
}

/**
 * Fills a log, four appends at a time, and looks a thousand times a second whether anything else could have run.
 * @param pauseMs between two appends; 0 is as fast as it goes
 */
async function fill(folder: string, count: number, pauseMs: number): Promise<Filled> {
  const { log } = openLog(folder);
  let gapMs = 0;
  let busyMs = 0;
  let last = performance.now();
  let worked = threadMs();
  const beat = setInterval(() => {
    const now = performance.now();
    const works = threadMs();
    gapMs = Math.max(gapMs, now - last - 1);
    busyMs = Math.max(busyMs, works - worked);
    last = now;
    worked = works;
  }, 1);
  let left = count;
  const one = async (): Promise<void> => {
    // Made one by one: to make many at once would be a gap of its own.
    while (left-- > 0) {
      await log.append(record());
      if (pauseMs > 0) await setTimeout(pauseMs);
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  clearInterval(beat);
  await log.close();
  return { gapMs, busyMs, rssMb: process.resourceUsage().maxRSS / 1024 };
}

/** How long this thread has worked so far. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Fills in a process of its own, so that its memory is its own too. */
function fillApart(folder: string, count: number, pauseMs = 0): Filled {
  mkdirSync(dirname(folder), { recursive: true });
  const words = ['--fill', folder, String(count), String(pauseMs)];
  return JSON.parse(execFileSync(process.execPath, [import.meta.filename, ...words]).toString()) as Filled;
}

interface Figure {
  readonly measured: number;
  /** Upper limit, or lower where `atLeast`. */
  readonly limit: number;
  readonly atLeast?: true;
}

/** What is measured, by name: a figure for each round. */
class Rounds {
  readonly #figures = new Map<
    string,
    { readonly values: number[]; readonly limit: number; atLeast?: true }
  >();

  add(name: string, limit: number, value: number, atLeast?: true): void {
    const figure = this.#figures.get(name) ?? { values: [], limit, ...(atLeast ? { atLeast } : {}) };
    figure.values.push(value);
    this.#figures.set(name, figure);
  }

  medians(): Record<string, Figure> {
    return Object.fromEntries(
      [...this.#figures].map(([name, { values, ...rest }]) => [name, { measured: median(values), ...rest }]),
    );
  }
}

const ROUNDS = 5;

async function compareAppends(folder: string, rounds: Rounds): Promise<void> {
  const { log } = openLog(join(folder, 'small', '.lexybrain'));
  const peers = [new Native('node:sqlite', new DatabaseSync(join(folder, 'native.db')))];
  const other = await betterSqlite(join(folder, 'better.db'));
  if (other !== null) peers.push(other);
  const [native] = peers as [Native];
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const acks: number[] = [];
    const peerAcks = peers.map((): number[] => []);
    for (const [at, next] of many(150).entries()) {
      const ours = async (): Promise<number> => acks.push(await timed(() => log.append(next)));
      // Whoever is first has the record's text put together.
      if (at % 2 === 0) await ours();
      for (const [place, peer] of peers.entries())
        peerAcks[place]!.push(await timed(() => peer.append(next)));
      if (at % 2 === 1) await ours();
    }
    const before = written();
    const batch = many(640);
    const together = await timed(() => append(log, batch, 32));
    const between = written();
    const single = await timed(() => batch.forEach((next) => native.append(next)));
    if (round === 0) continue;
    for (const [place, { name }] of peers.entries())
      rounds.add(`ack, one in flight, times ${name}`, 2.2, median(acks) / median(peerAcks[place]!));
    rounds.add('records a second, 32 in flight, times native single commits', 1.5, single / together, true);
    rounds.add('bytes written a record, times native', 0.7, (between - before) / (written() - between));
  }
  await log.close();
  for (const peer of peers) peer.close();
}

async function compareSizes(folder: string, count: number, rounds: Rounds): Promise<string> {
  const full = join(folder, 'full-1', '.lexybrain');
  for (let round = 1; round <= ROUNDS; round++) {
    const few = fillApart(join(folder, `few-${round}`, '.lexybrain'), Math.min(6000, count));
    const all = fillApart(join(folder, `full-${round}`, '.lexybrain'), count);
    rounds.add('longest work of the main thread without a break, as fast as it goes, ms', 20, all.busyMs);
    rounds.add('peak memory, times that at 6,000 records', 1.5, all.rssMb / few.rssMb);
    rmSync(join(folder, `few-${round}`), { recursive: true });
    if (round > 1) rmSync(join(folder, `full-${round}`), { recursive: true });
  }
  for (let round = 1; round <= ROUNDS; round++) {
    // Some 350 records a second: a checkpoint every half second.
    const { gapMs } = fillApart(full, 1500, 10);
    rounds.add('longest gap of the main thread during checkpoints, ms', 20, gapMs);
    mkdirSync(join(folder, `new-${round}`));
    const old = openLog(full).log;
    const fresh = openLog(join(folder, `new-${round}`, '.lexybrain')).log;
    rounds.add('first append after opening, ms', 100, await timed(() => old.append(record())));
    const late: number[] = [];
    const early: number[] = [];
    for (const next of many(100)) {
      late.push(await timed(() => old.append(next)));
      early.push(await timed(() => fresh.append(next)));
    }
    await Promise.all([old.close(), fresh.close()]);
    rounds.add('ack in a full log, times one of 100 records', 1.3, median(late) / median(early));
    const again = openLog(full).log;
    rounds.add('first query after opening, ms', 250, await timed(() => again.history({ limit: 50 })));
    await again.close();
  }
  return full;
}

/** The export as it is streamed, and what the peer needs to walk over as many rows and write them as JSON. */
async function compareExports(folder: string, full: string, count: number, rounds: Rounds): Promise<void> {
  const native = new Native('node:sqlite', new DatabaseSync(join(folder, 'dump.db')));
  native.fill(count);
  const { log } = openLog(full);
  for (let round = 0; round <= ROUNDS; round++) {
    let rows = 0;
    const options = {
      format: 'jsonl',
      filter: { include: EXTRAS },
      onProgress: (now: number) => (rows = now),
    };
    const ours = await timed(async () => {
      for await (const piece of streamTraining(log, options)) assert.ok(piece.length > 0);
    });
    const theirs = await timed(() => native.dump());
    if (round > 0) rounds.add('export of everything, times native', 2, ours / rows / (theirs / count));
  }
  await log.close();
  native.close();
}

const [mode, argument, size, pause] = process.argv.slice(2);
if (mode === '--fill') {
  process.stdout.write(JSON.stringify(await fill(argument!, Number(size), Number(pause))));
} else {
  const count = Number(mode ?? 50_000);
  const folder = mkdtempSync(join(tmpdir(), 'lexybrain-bench-'));
  try {
    mkdirSync(join(folder, 'small'));
    const rounds = new Rounds();
    await compareAppends(folder, rounds);
    const full = await compareSizes(folder, count, rounds);
    await compareExports(folder, full, count, rounds);
    const figures = rounds.medians();
    const held = Object.values(figures).every(({ measured, limit, atLeast }) =>
      atLeast === true ? measured >= limit : measured <= limit,
    );
    process.stdout.write(`${JSON.stringify({ records: count, held, figures }, null, 2)}\n`);
    if (!held) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
