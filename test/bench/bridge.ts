/**
 * What the bridge adds to calling a provider directly with undici, and how it holds under load:
 * `node test/bench/bridge.ts [requests]` (10,000 when absent). The provider runs in a thread, the bridge in a process of
 * its own, the client here. Exits 1 when a limit is broken.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { median } from 'simple-statistics';
import { Agent, fetch as undiciFetch, request } from 'undici';
import { logPorts } from '../../src/bridge/log-ports.ts';
import { MAX_BODY_BYTES } from '../../src/bridge/context.ts';
import { startBridge } from '../../src/bridge/server.ts';
import { readConfiguration } from '../../src/configuration.ts';
import { createEngine } from '../../src/engine.ts';
import { createWorkerLists } from '../../src/generation/worker-lists.ts';
import type { Fetch } from '../../src/providers/types.ts';
import { openWorkspaceLog } from '../../src/store/index.ts';

const TOKEN = 'lexy_bench';
const STREAMS = 200;
const PATIENCE_MS = 20_000;
/** Of each shape of a largest body. */
const BODIES = 5;
const LIMITS = { paced: 1.05, unpaced: 3, gapMs: 50, leakBytes: 16 * 1024 * 1024 } as const;

/** `paced` answers like a model, 60 words at 10 ms after 200 ms; anything else as fast as it can. */
const PROVIDER = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const chunk = (delta, finish) => 'data: ' + JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish ?? null }] }) + '\\n\\n';
const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 };
const end = chunk({}, 'stop') + 'data: ' + JSON.stringify({ id: 'c', model: 'm', choices: [], usage }) + '\\n\\ndata: [DONE]\\n\\n';
createServer(async (request, response) => {
  let body = ''; for await (const piece of request) body += piece;
  const { model, stream } = JSON.parse(body);
  if (!stream) {
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model, usage,
      choices: [{ index: 0, message: { role: 'assistant', content: 'A few words.' }, finish_reason: 'stop' }] }));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (model === 'paced') await wait(200);
  const words = model === 'paced' ? 60 : 2000;
  for (let i = 0; i < words; i++) {
    response.write(chunk({ content: 'word' + i + ' ' }));
    if (model === 'paced') await wait(10);
    else if (i % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
  }
  response.end(end);
}).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

/** A thread with nothing to do, in the bridge's own process: its gaps are the machine's. */
const IDLE = `
const { parentPort } = require('node:worker_threads');
const delay = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 5 });
delay.enable();
parentPort.on('message', (message) => {
  if (message === 'reset') delay.reset();
  else parentPort.postMessage(delay.max / 1e6);
});
`;

/** What the process of the bridge tells of itself. */
interface State {
  readonly gapMs: number;
  readonly idleGapMs: number;
  readonly gcMs: number;
  readonly heapBytes: number;
  readonly records: number;
}

if (process.env['LEXYBRAIN_BENCH_PROVIDER'] === undefined) await bench();
else await bridge(process.env['LEXYBRAIN_BENCH_PROVIDER']);

async function bridge(provider: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lexybrain-bench-'));
  const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
  const silent = { debug: noop, info: noop, warn: complain, error: complain };
  const agent = new Agent();
  const settings: Record<string, unknown> = { provider: 'openai', 'openai.baseUrl': provider };
  const environment = { OPENAI_API_KEY: 'sk-bench-000000' };
  const engine = createEngine({
    configuration: () => readConfiguration((key) => settings[key], environment),
    environment,
    storedKey: async () => undefined,
    log: silent,
    fetch: ((url, init) =>
      undiciFetch(url, {
        ...(init as object),
        dispatcher: agent,
      }) as unknown as Promise<Response>) satisfies Fetch,
    dataFolder: join(folder, 'data'),
    lists: createWorkerLists(path('../../src/generation/list-worker.ts')),
    openLog: (log) =>
      openWorkspaceLog({
        folder: log,
        workerFile: path('../../src/store/worker.ts'),
        wasmFile: path('../../node_modules/sql.js/dist/sql-wasm.wasm'),
        log: silent,
      }),
  });
  const logFolder = async (): Promise<string> => join(folder, '.lexybrain');
  const ports = logPorts(engine, logFolder);
  const server = await startBridge(
    {
      engine,
      log: silent,
      token: () => TOKEN,
      logFolder,
      logChat: () => false,
      openList: () => Promise.reject(new Error('not in this bench')),
      instructions: async () => null,
      ...ports,
    },
    { port: 0 },
  );
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  let gcMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) gcMs = Math.max(gcMs, duration);
  }).observe({ entryTypes: ['gc'] });
  const idle = new Worker(IDLE, { eval: true });
  const report = async (message: unknown): Promise<void> => {
    if (message === 'stop') {
      await server.close();
      await engine.close();
      await idle.terminate();
      await rm(folder, { recursive: true });
      process.disconnect();
      return;
    }
    const gapMs = delay.max / 1e6;
    idle.postMessage('tell');
    const [idleGapMs] = (await once(idle, 'message')) as [number];
    // Answers do not wait for their records: those on their way get some seconds to arrive.
    let records = 0;
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline;) {
      const period = { from: '2000-01-01T00:00:00.000Z', type: undefined };
      records = (await ports.metrics(period)).total_requests;
      if (records >= Number(message)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    globalThis.gc?.();
    const state: State = { gapMs, idleGapMs, gcMs, heapBytes: process.memoryUsage().heapUsed, records };
    // The gap that this very collection made is not the bridge's.
    await new Promise((resolve) => setTimeout(resolve, 100));
    delay.reset();
    idle.postMessage('reset');
    gcMs = 0;
    process.send?.(state);
  };
  process.on('message', (message) => void report(message));
  process.send?.(server.port);
}

async function bench(): Promise<void> {
  const inARow = Number(process.argv[2] ?? 10_000);
  const worker = new Worker(PROVIDER, { eval: true });
  const [providerPort] = (await once(worker, 'message')) as [number];
  const direct = `http://127.0.0.1:${providerPort}/v1`;
  const child = fork(fileURLToPath(import.meta.url), [], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, LEXYBRAIN_BENCH_PROVIDER: direct },
  });
  const [port] = (await once(child, 'message')) as [number];
  const through = `http://127.0.0.1:${port}/v1`;
  let asked = 0;
  const ask = (model: string, stream: boolean): Promise<string> => {
    asked += 1;
    return chat(through, `openai/${model}`, stream);
  };
  const state = async (): Promise<State> => {
    child.send(asked);
    return ((await once(child, 'message')) as [State])[0];
  };
  const missed: string[] = [];
  const judge = (what: string, value: number, limit: number, unit: string): void => {
    const text = `${what.padEnd(52)} ${value.toFixed(2)} ${unit} (limit ${limit} ${unit})`;
    process.stdout.write(`${text}\n`);
    if (!(value <= limit)) missed.push(text);
  };

  /** A machine that is busy with other things stops a thread that has nothing to do as well: that much is not ours. */
  const judgeGap = (what: string, { gapMs, idleGapMs, gcMs }: State): void => {
    judge(`${what}: longest gap of the event loop`, Math.max(0, gapMs - idleGapMs), LIMITS.gapMs, 'ms');
    process.stdout.write(
      `  (${gapMs.toFixed(1)} ms less ${idleGapMs.toFixed(1)} ms of an idle thread; longest garbage collection ${gcMs.toFixed(1)} ms)\n`,
    );
  };

  await ask('fast', true);
  await chat(direct, 'fast', true);
  for (const [model, rounds, limit] of [
    ['paced', 5, LIMITS.paced],
    ['fast', 41, LIMITS.unpaced],
  ] as const) {
    const times = { direct: [] as number[], through: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.direct.push(await timed(() => chat(direct, model, true)));
      times.through.push(await timed(() => ask(model, true)));
    }
    const [bare, ours] = [median(times.direct), median(times.through)];
    process.stdout.write(
      `${model}: undici directly ${bare.toFixed(1)} ms, through the bridge ${ours.toFixed(1)} ms\n`,
    );
    judge(`${model} server, the bridge to a direct call`, ours / bare, limit, '×');
  }

  await state();
  const before = await state();
  const streams = await Promise.all(Array.from({ length: STREAMS }, () => ask('paced', true)));
  const complete = streams.filter(
    (text) => text.includes('word59') && text.endsWith('data: [DONE]\n\n'),
  ).length;
  const after = await state();
  judge(`${STREAMS} streams at once: cut or mixed`, STREAMS - complete, 0, 'streams');
  judge(`${STREAMS} streams at once: records lost`, STREAMS - (after.records - before.records), 0, 'records');
  judgeGap(`${STREAMS} streams at once`, after);

  const warm = Math.min(2_000, Math.floor(inARow / 5));
  for (let n = 0; n < warm; n++) await ask('fast', false);
  const start = await state();
  const took = await timed(async () => {
    for (let n = 0; n < inARow; n++) await ask('fast', false);
  });
  const end = await state();
  process.stdout.write(`${inARow} requests in a row: ${(took / inARow).toFixed(2)} ms each\n`);
  judge(`${inARow} requests in a row: records lost`, inARow - (end.records - start.records), 0, 'records');
  judgeGap(`${inARow} requests in a row`, end);
  const mega = 1024 * 1024;
  judge(
    `${inARow} requests in a row: heap grown`,
    (end.heapBytes - start.heapBytes) / mega,
    LIMITS.leakBytes / mega,
    'MB',
  );

  for (const [name, path, body, status] of largestBodies()) {
    for (let round = 0; round < BODIES; round++) {
      const told = await post(`http://127.0.0.1:${port}${path}`, body);
      if (told.status !== status) throw new Error(`${name}: ${told.status}: ${told.text.slice(0, 300)}`);
    }
    judgeGap(`largest body, ${name}`, await state());
  }

  child.send('stop');
  await once(child, 'exit');
  await worker.terminate();
  if (missed.length > 0) {
    process.stdout.write(`FAILED: ${missed.join('; ')}\n`);
    process.exitCode = 1;
  }
}

/** Bodies of the largest size by what they are full of; with what they are to be answered. */
function* largestBodies(): Iterable<readonly [name: string, path: string, body: string, status: number]> {
  const chats = '/v1/chat/completions';
  const generate = '/api/lexybrain/generate';
  const open = '{"model":"openai/fast","messages":[{"role":"user","content":"';
  /** So many pieces between two texts as there is room for. */
  const full = (before: string, piece: (n: number) => string, after: string, comma = ','): string => {
    const room = MAX_BODY_BYTES - 100 - before.length - after.length;
    const pieces: string[] = [];
    for (let size = 0, n = 0; size < room; n++) {
      const text = piece(n);
      size += Buffer.byteLength(text) + comma.length;
      pieces.push(text);
    }
    return before + pieces.slice(0, -1).join(comma) + after;
  };
  const words = 'words of a message '.repeat(20);
  const messages = Array.from({ length: 10_000 }, (_, n) => ({ role: 'user', content: `${words}${n}` }));
  const odd = Array.from({ length: 24_000 }, (_, n) => `"name${n}":1`).join(',');
  const keyword = (n: number): object => ({
    term: `soy candle ${n}`,
    demand: { value: 1000 + n, kind: 'monthly' },
    competition: { value: n * 3.5, kind: 'count' },
    ...{ trend: 0.123, cpc: 1.234, clicks: n, engagement: 0.0456, ai_opportunity_score: 0.7 },
  });
  const asked = '{"type":"radar","market":"etsy","model":"builtin","fresh":true,"keywords":[';
  const keywords = Array.from({ length: 20_000 }, (_, n) => JSON.stringify(keyword(n))).join(',');
  yield ['one message', chats, full(open, () => 'word ', '"}]}', ''), 200];
  yield ['one message of other letters', chats, full(open, () => '蜡烛', '"}]}', ''), 200];
  yield ['one message of escapes', chats, full(open, () => '\\u0041\\n', '"}]}', ''), 200];
  yield ['10,000 messages', chats, JSON.stringify({ model: 'openai/fast', messages }), 200];
  yield ['24,000 names', chats, full(open, () => 'word ', `"}],${odd}}`, ''), 200];
  yield ['nested', chats, full('{"messages":', () => '[', '', ''), 400];
  yield ['numbers', chats, full(`${open}"}],"x":[`, () => '1', ']}'), 413];
  yield ['lists', chats, full(`${open}"}],"x":[`, () => '[]', ']}'), 413];
  yield ['names', chats, full(`${open}"}],`, (n) => `"name${n}":1`, '}'), 413];
  yield ['20,000 keywords', generate, `${asked}${keywords}]}`, 200];
  yield [
    'terms',
    generate,
    full(asked, (n) => `"soy candle number ${n} of a list that is very long"`, ']}'),
    200,
  ];
  yield ['keywords of names', generate, full(asked, (n) => `{"name${n}":1}`, ']}'), 422];
}

async function chat(baseUrl: string, model: string, stream: boolean): Promise<string> {
  const { status, text } = await post(
    `${baseUrl}/chat/completions`,
    JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'x' }] }),
  );
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return text;
}

async function post(url: string, json: string): Promise<{ readonly status: number; readonly text: string }> {
  const { body, statusCode } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: json,
  });
  return { status: statusCode, text: await body.text() };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function noop(): void {
  // Nothing is logged here.
}

function complain(message: string): void {
  process.stderr.write(`${message}\n`);
}
