/**
 * What the whole way of a request (list, prompt, ledger, stream, grounding) adds to undici's bare request, beside the
 * official client, against one loopback server in one run: `node test/bench/stream.ts`. Prints medians; exits 1 when a
 * limit is broken: paced (200 ms, then 100 tokens a second) first token and total at most 1.05 of bare; 2,000 tokens
 * unpaced at most 3 times bare and no slower than the official client; 64 paced streams at once without a gap of the
 * main thread over 50 ms.
 */
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { median } from 'simple-statistics';
import { readConfiguration } from '../../src/configuration.ts';
import { createEngine } from '../../src/engine.ts';
import { createWorkerLists } from '../../src/generation/worker-lists.ts';
import { MemoryLog } from '../fakes/ports.ts';
import { MemoryWorkspaceLog } from '../fakes/workspace-log.ts';
import { briefDraft, INPUT, SAMPLE } from '../fakes/world.ts';
import { peersOf, type Run } from './support/peers.ts';

const TOKENS = { paced: 100, unpaced: 2000 } as const;
type Pace = keyof typeof TOKENS;
const STREAMS = 64;
const GAP_LIMIT_MS = 50;

/** In a thread of its own, so that the server's work is not taken for the client's. */
const SERVER = `
const { createServer } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const event = (choices, more = {}) => 'data: ' + JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...more }) + '\\n\\n';
createServer(async (request, response) => {
  let body = ''; for await (const piece of request) body += piece;
  const { model } = JSON.parse(body);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const paced = model === 'paced';
  if (paced) await new Promise((resolve) => setTimeout(resolve, 200));
  for (const [at, content] of workerData[model].entries()) {
    response.write(event([{ index: 0, delta: { content }, finish_reason: null }]));
    if (paced) await new Promise((resolve) => setTimeout(resolve, 10));
    else if (at % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
  }
  response.write(event([{ index: 0, delta: {}, finish_reason: 'stop' }]));
  response.end(event([], { usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 } }) + 'data: [DONE]\\n\\n');
}).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

/** An answer in as many pieces: the text of a brief, its summary made long enough. */
function pieces(count: number): string[] {
  const draft = { ...briefDraft(), actions: ['Write for wood. '.repeat(Math.ceil(count / 8))] };
  const text = JSON.stringify(draft);
  const size = text.length / count;
  return Array.from({ length: count }, (_, at) =>
    text.slice(Math.round(at * size), Math.round((at + 1) * size)),
  );
}

const worker = new Worker(SERVER, {
  eval: true,
  workerData: { paced: pieces(TOKENS.paced), unpaced: pieces(TOKENS.unpaced) },
});
const [port] = (await once(worker, 'message')) as [number];
const baseUrl = `http://127.0.0.1:${port}/v1`;
const dataFolder = await mkdtemp(join(tmpdir(), 'lexybrain-bench-'));
let pace: Pace = 'paced';
const engine = createEngine({
  configuration: () =>
    readConfiguration(
      (key) => ({ provider: 'openai', 'openai.baseUrl': baseUrl, model: pace })[key as 'model'],
      {},
    ),
  environment: { OPENAI_API_KEY: 'sk-bench-000000' },
  storedKey: async () => undefined,
  log: new MemoryLog(),
  fetch: (url, init) => fetch(url, init),
  dataFolder,
  lists: createWorkerLists(new URL('../../src/generation/list-worker.ts', import.meta.url)),
  openLog: () => new MemoryWorkspaceLog(),
});
const list = await engine.lists.open(await readFile(SAMPLE), { name: 'sample.csv' });
const { bare, official } = peersOf(baseUrl);

const contenders: Record<'bare' | 'official' | 'ours', () => Promise<Run>> = {
  bare: () => bare(pace),
  official: () => official(pace),
  ours: async () => {
    const started = performance.now();
    let first = 0;
    const request = {
      type: 'market_brief',
      list,
      input: INPUT,
      source: 'cli',
      fresh: true,
      logFolder: null,
    } as const;
    await engine.generate(request, {
      onStage: (stage) => {
        if (stage === 'answering') first ||= performance.now() - started;
      },
      onPartial: () => undefined,
    });
    return { first, total: performance.now() - started };
  },
};

const broken: string[] = [];
try {
  for (const [next, rounds] of [
    ['paced', 7],
    ['unpaced', 21],
  ] as const) {
    pace = next;
    await compare(rounds);
  }
  pace = 'paced';
  await concurrent();
} finally {
  list.dispose();
  await engine.close();
  await worker.terminate();
  await rm(dataFolder, { recursive: true, force: true });
}
for (const line of broken) print(`LIMIT BROKEN: ${line}`);
process.exitCode = broken.length > 0 ? 1 : 0;

/** The three in turns, so that a disturbance of the machine meets all of them. */
async function compare(rounds: number): Promise<void> {
  const runs: Record<keyof typeof contenders, Run[]> = { bare: [], official: [], ours: [] };
  for (let round = -2; round < rounds; round++) {
    for (const name of ['bare', 'official', 'ours'] as const) {
      const run = await contenders[name]();
      // The first rounds compile.
      if (round >= 0) runs[name].push(run);
    }
  }
  for (const what of pace === 'paced' ? (['first', 'total'] as const) : (['total'] as const)) {
    const of = (name: keyof typeof contenders): number => median(runs[name].map((run) => run[what]));
    const [bare, official, ours] = [of('bare'), of('official'), of('ours')];
    const limit = pace === 'paced' ? 1.05 : 3;
    print(
      `${pace}, ${TOKENS[pace]} tokens, ${what}: bare ${bare.toFixed(1)} ms, openai ${official.toFixed(1)} ms, ` +
        `ours ${ours.toFixed(1)} ms (${(ours / bare).toFixed(3)} × bare, limit ${limit})`,
    );
    if (ours > limit * bare) broken.push(`${pace} ${what}: ${(ours / bare).toFixed(3)} × bare`);
    if (pace === 'unpaced' && ours > official) broken.push('unpaced: slower than the openai package');
  }
}

/** The longest stop of the main thread, the median of several rounds: one round alone measures the neighbours. */
async function concurrent(): Promise<void> {
  const gaps: Record<'bare' | 'ours', number[]> = { bare: [], ours: [] };
  for (let round = 0; round < 5; round++) {
    for (const name of ['bare', 'ours'] as const) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await Promise.all(Array.from({ length: STREAMS }, contenders[name]));
      delay.disable();
      gaps[name].push(delay.max / 1e6);
    }
  }
  const gap = median(gaps.ours);
  print(
    `${STREAMS} streams at once, longest gap of the main thread: bare ${median(gaps.bare).toFixed(1)} ms, ` +
      `ours ${gap.toFixed(1)} ms (longest of all rounds ${Math.max(...gaps.ours).toFixed(1)} ms, limit ${GAP_LIMIT_MS} ms)`,
  );
  if (gap > GAP_LIMIT_MS) broken.push(`${STREAMS} streams at once: a gap of ${gap.toFixed(1)} ms`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
