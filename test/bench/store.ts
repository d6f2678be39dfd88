/**
 * The workspace log beside node:sqlite (write-ahead log, synchronous=FULL) in one interleaved run:
 * `node test/bench/store.ts [RECORDS]`, 50,000 by default. Prints one JSON document: figures, their ratios and limits.
 * Ratios hold across machines, milliseconds do not.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { build } from 'esbuild';
import { median } from 'simple-statistics';
import { TABLES, type TableName } from '../../src/store/schema.ts';
import type { GenerationRecord, WorkspaceDatabase } from '../../src/store/types.ts';
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
  readonly #db: DatabaseSync;
  readonly #inserts = new Map<TableName, StatementSync>();

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
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

  append({ request, responses, usage }: GenerationRecord): void {
    this.#db.exec('BEGIN');
    this.#insert('lexybrain_requests', { ...request });
    for (const response of responses)
      this.#insert('lexybrain_responses', { ...response, request_id: request!.id });
    this.#insert('ai_usage_events', { ...usage });
    this.#db.exec('COMMIT');
  }

  /** Iterates over everything as JSON lines; their number. */
  dump(): number {
    let lines = 0;
    const responses = this.#db.prepare('SELECT * FROM lexybrain_responses WHERE request_id = ?');
    this.#db.exec('CREATE INDEX IF NOT EXISTS r ON lexybrain_responses (request_id)');
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

/** Fills a log as fast as it goes. The longest time in which nothing else ran, and the peak of the memory. */
async function fill(folder: string, count: number): Promise<{ gapMs: number; rssMb: number }> {
  const { log } = openLog(folder);
  let gapMs = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    gapMs = Math.max(gapMs, now - last - 1);
    last = now;
  }, 1);
  for (let done = 0; done < count; done += 500) await append(log, many(Math.min(500, count - done)), 4);
  clearInterval(beat);
  await log.close();
  return { gapMs, rssMb: process.resourceUsage().maxRSS / 1024 };
}

/** Fills in a process of its own, so that its memory is its own too. */
function fillApart(folder: string, count: number): { gapMs: number; rssMb: number } {
  const output = execFileSync(process.execPath, [import.meta.filename, '--fill', folder, String(count)]);
  return JSON.parse(output.toString()) as { gapMs: number; rssMb: number };
}

interface Figure {
  readonly measured: number;
  /** Upper limit, or lower where `atLeast`. */
  readonly limit: number;
  readonly atLeast?: true;
}

async function compare(folder: string, count: number): Promise<Record<string, Figure>> {
  const rounds = {
    ack: [] as number[],
    nativeAck: [] as number[],
    many: [] as number[],
    bytes: [] as number[],
  };
  const { log } = openLog(join(folder, 'small', '.lexybrain'));
  const native = new Native(join(folder, 'native.db'));
  for (let round = 0; round < 6; round++) {
    const acks: number[] = [];
    const nativeAcks: number[] = [];
    for (const next of many(150)) {
      acks.push(await timed(() => log.append(next)));
      nativeAcks.push(await timed(() => native.append(next)));
    }
    const before = written();
    const batch = many(640);
    const together = await timed(() => append(log, batch, 32));
    const between = written();
    const single = await timed(() => batch.forEach((next) => native.append(next)));
    // The first round warms up.
    if (round === 0) continue;
    rounds.ack.push(median(acks));
    rounds.nativeAck.push(median(nativeAcks));
    rounds.many.push(single / together);
    rounds.bytes.push((between - before) / (written() - between));
  }
  await log.close();

  const small = fillApart(join(folder, 'six', '.lexybrain'), Math.min(6000, count));
  const largeFolder = join(folder, 'large', '.lexybrain');
  const large = fillApart(largeFolder, count);
  const whole = openLog(largeFolder).log;
  const firstAck = await timed(() => whole.append(record()));
  const late: number[] = [];
  const fresh = openLog(join(folder, 'fresh', '.lexybrain')).log;
  const early: number[] = [];
  for (const next of many(300)) {
    late.push(await timed(() => whole.append(next)));
    early.push(await timed(() => fresh.append(next)));
  }
  await Promise.all([whole.close(), fresh.close()]);
  const reopened = openLog(largeFolder).log;
  const firstQuery = await timed(() => reopened.history({ limit: 50 }));

  const already = native.dump();
  for (const next of many(Math.max(0, count - already))) native.append(next);
  const exports: number[] = [];
  for (let round = 0; round < 3; round++) {
    let lines = 0;
    const ours = await timed(async () => {
      for await (const generation of reopened.generations())
        lines += JSON.stringify(generation).length > 0 ? 1 : 0;
    });
    const theirs = await timed(() => native.dump());
    exports.push(ours / lines / (theirs / Math.max(count, already)));
  }
  await reopened.close();
  native.close();
  return {
    'ack, one in flight, times native': {
      measured: median(rounds.ack) / median(rounds.nativeAck),
      limit: 2.2,
    },
    'ack in a full log, times a new one': { measured: median(late) / median(early), limit: 1.3 },
    'records a second, 32 in flight, times native single commits': {
      measured: median(rounds.many),
      limit: 1.5,
      atLeast: true,
    },
    'bytes written a record, times native': { measured: median(rounds.bytes), limit: 0.7 },
    'longest gap of the main thread, ms': { measured: large.gapMs, limit: 20 },
    'peak memory, times that at 6,000 records': { measured: large.rssMb / small.rssMb, limit: 1.5 },
    'first append after opening, ms': { measured: firstAck, limit: 100 },
    'first query after opening, ms': { measured: firstQuery, limit: 250 },
    'export of everything, times native': { measured: median(exports), limit: 2 },
  };
}

const [mode, argument, size] = process.argv.slice(2);
if (mode === '--fill') {
  process.stdout.write(JSON.stringify(await fill(argument!, Number(size))));
} else {
  const count = Number(mode ?? 50_000);
  const folder = mkdtempSync(join(tmpdir(), 'lexybrain-bench-'));
  try {
    for (const name of ['small', 'six', 'large', 'fresh']) mkdirSync(join(folder, name));
    const figures = await compare(folder, count);
    const held = Object.values(figures).every(({ measured, limit, atLeast }) =>
      atLeast === true ? measured >= limit : measured <= limit,
    );
    process.stdout.write(`${JSON.stringify({ records: count, held, figures }, null, 2)}\n`);
    if (!held) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
