/**
 * What the provider layer adds to a bare request, beside the official client, against one loopback server in one run:
 * `node test/bench/providers.ts`. Prints medians; exits 1 when a limit is broken.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { createProvider } from '../../src/providers/index.ts';
import { peersOf, type Run } from './support/peers.ts';

/** In a thread of its own, so that the server's work is not taken for the client's. */
const SERVER = `
const { createServer } = require('node:http');
const { parentPort } = require('node:worker_threads');
const chunk = (content) => 'data: ' + JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm',
  choices: [{ index: 0, delta: { content }, finish_reason: null }] }) + '\\n\\n';
const end = 'data: ' + JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) +
  '\\n\\ndata: ' + JSON.stringify({ id: 'c', model: 'm', choices: [],
  usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 } }) + '\\n\\ndata: [DONE]\\n\\n';
createServer(async (request, response) => {
  let body = ''; for await (const piece of request) body += piece;
  const { model, max_completion_tokens, max_tokens: tokens = max_completion_tokens } = JSON.parse(body);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const paced = model === 'paced';
  if (paced) await new Promise((resolve) => setTimeout(resolve, 200));
  for (let i = 0; i < tokens; i++) {
    response.write(chunk('word' + i + ' '));
    if (paced) await new Promise((resolve) => setTimeout(resolve, 10));
    else if (i % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
  }
  response.end(end);
}).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

type Ask = (model: string, tokens: number) => Promise<Run>;

const worker = new Worker(SERVER, { eval: true });
const [port] = (await once(worker, 'message')) as [number];
const baseUrl = `http://127.0.0.1:${port}/v1`;
const silent = { debug: noop, info: noop, warn: noop, error: noop };
const provider = createProvider('openai', {
  fetch: (url, init) => fetch(url, init),
  log: silent,
  key: () => Promise.resolve('sk-bench-000000'),
  baseUrl,
});
const { bare, official } = peersOf(baseUrl);
const ours: Ask = async (model, tokens) => {
  const started = performance.now();
  let first = 0;
  const onText = (): void => void (first ||= performance.now() - started);
  await provider.generate({ prompt: 'x', model, max_tokens: tokens }, { onText });
  return { first, total: performance.now() - started };
};

const failures: string[] = [];
await compare('paced', 100, 5, { first: 1.05, total: 1.05 });
await compare('unpaced', 2_000, 15, { total: 3 });
await concurrent(64);
await worker.terminate();
for (const failure of failures) print(`LIMIT BROKEN: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

/** Runs the three in turns, so that a disturbance of the machine meets all of them. */
async function compare(
  model: string,
  tokens: number,
  rounds: number,
  limits: { first?: number; total: number },
): Promise<void> {
  const contenders = { bare, official, ours };
  const runs: Record<keyof typeof contenders, Run[]> = { bare: [], official: [], ours: [] };
  for (const ask of Object.values(contenders)) await ask(model, tokens);
  for (let round = 0; round < rounds; round++) {
    for (const name of ['bare', 'official', 'ours'] as const)
      runs[name].push(await contenders[name](model, tokens));
  }
  const of = (name: keyof typeof contenders, what: keyof Run): number =>
    median(runs[name].map((run) => run[what]));
  for (const what of ['first', 'total'] as const) {
    const [base, theirs, mine] = [of('bare', what), of('official', what), of('ours', what)];
    print(
      `${model} ${tokens} tokens, ${what}: bare ${ms(base)}, openai ${ms(theirs)}, ours ${ms(mine)} (${(mine / base).toFixed(2)} × bare)`,
    );
    const limit = limits[what];
    if (limit !== undefined && mine > limit * base) failures.push(`${model} ${what} over ${limit} × bare`);
    if (model === 'unpaced' && what === 'total' && mine > theirs) failures.push('unpaced slower than openai');
  }
}

/** The longest stop of the main thread, the median of several rounds: one round alone measures the neighbours. */
async function concurrent(streams: number): Promise<void> {
  const gaps: Record<'bare' | 'ours', number[]> = { bare: [], ours: [] };
  for (let round = 0; round < 6; round++) {
    for (const [name, ask] of [['bare', bare] as const, ['ours', ours] as const]) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await Promise.all(Array.from({ length: streams }, () => ask('paced', 50)));
      delay.disable();
      // The first round compiles.
      if (round > 0) gaps[name].push(delay.max / 1e6);
    }
  }
  const gap = median(gaps.ours);
  print(
    `${streams} concurrent streams, longest main-thread gap: bare ${ms(median(gaps.bare))}, ours ${ms(gap)}`,
  );
  if (gap > 50) failures.push('main-thread gap over 50 ms');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function noop(): void {
  // The bench measures providers, not logs.
}
