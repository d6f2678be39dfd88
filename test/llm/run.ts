/**
 * All four insights of real lists, streamed, by a real llama.cpp server with a real small model: `npm run test:llm [LIST…]`.
 * Each must end in a grounded insight or in a clear failure that keeps what the model said; never in a hang, a crash or an
 * invented term shown as found. Prints how often each stage was needed, and `--show` what came of it.
 * Where model or server cannot be had it says so in one line and exits 0.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfiguration } from '../../src/configuration.ts';
import { createEngine } from '../../src/engine.ts';
import { LexyBrainError } from '../../src/errors.ts';
import { createLocalLists } from '../../src/generation/lists.ts';
import type { InsightResult, ListHandle, PartialResult } from '../../src/generation/types.ts';
import { INSIGHTS, type AnyInsightType } from '../../src/insights/index.ts';
import { resultMarkdown } from '../../src/insights/markdown.ts';
import { MemoryLog } from '../fakes/ports.ts';
import { MemoryWorkspaceLog } from '../fakes/workspace-log.ts';
import { INPUT } from '../fakes/world.ts';
import { ROOT } from '../harness/paths.ts';
import { llmFiles, NotToBeHad, type LlmFiles } from './packages.ts';
import { MODEL_NAME, startServer } from './server.ts';
import { shownTerms } from './shown-terms.ts';
import { Spy } from './spy.ts';

const SAMPLES = join(ROOT, '..', 'shared', 'samples');
const LISTS: readonly (readonly [file: string, product: string])[] = [
  [join(ROOT, 'media', 'samples', 'nativity-sets-etsy.csv'), 'hand-carved wooden nativity sets'],
  [join(SAMPLES, 'helium10-magnet-coloring-books.csv'), 'coloring books for adults'],
  [join(SAMPLES, 'google-search-console-queries-sheds.csv'), 'wooden garden sheds'],
];
/** One insight, retry included. */
const DEADLINE_MS = 10 * 60_000;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { show: { type: 'boolean' } } });
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Outcome {
  readonly type: AnyInsightType;
  readonly result: InsightResult | null;
  readonly error: LexyBrainError | null;
  readonly partials: number;
  readonly repaired: number;
  readonly truncated: number;
  readonly calls: number;
}

const files = await filesOrNothing();
if (files !== null) await runAll(files);

async function filesOrNothing(): Promise<LlmFiles | null> {
  try {
    return await llmFiles();
  } catch (error) {
    if (!(error instanceof NotToBeHad)) throw error;
    print(`test:llm did not run: ${error.message}`);
    return null;
  }
}

async function runAll(found: LlmFiles): Promise<void> {
  const server = await startServer(found);
  const dataFolder = await mkdtemp(join(tmpdir(), 'lexybrain-llm-'));
  const settings: Record<string, unknown> = {
    provider: 'local',
    model: MODEL_NAME,
    'local.baseUrl': server.baseUrl,
  };
  const spy = new Spy();
  const engine = createEngine({
    configuration: () => readConfiguration((key) => settings[key], {}),
    environment: {},
    storedKey: async () => undefined,
    log: new MemoryLog(),
    fetch: spy.fetch,
    dataFolder,
    lists: createLocalLists(),
    openLog: () => new MemoryWorkspaceLog(),
  });
  const outcomes: Outcome[] = [];
  const wrong: string[] = [];

  const ask = async (type: AnyInsightType, list: ListHandle, product: string): Promise<void> => {
    spy.forget();
    const partials: PartialResult[] = [];
    const startedAt = performance.now();
    const request = {
      type: type.id,
      list,
      input: {
        ...INPUT,
        market: list.summary.market ?? 'etsy',
        product,
        budgetCents: 2000,
        assumedCpcCents: 40,
      },
      source: 'cli',
      logFolder: null,
    } as const;
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const came: unknown = await engine
      .generate(request, { signal, onPartial: (partial) => partials.push(partial) })
      .catch((error: unknown) => error);
    const error = LexyBrainError.is(came) ? came : null;
    if (error === null && came instanceof Error) throw came;
    const result = error === null ? (came as InsightResult) : null;
    const parsed = spy.parsed(type);
    outcomes.push({ type, result, error, partials: partials.length, ...parsed });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    print(`${type.id.padEnd(18)} ${seconds.padStart(4)} s  ${inWords(result, error)}`);
    if (values.show === true) print(result === null ? (error?.rawAnswer ?? '') : resultMarkdown(result));
    for (const { insight } of [...partials, ...(result === null ? [] : [result])]) {
      const strangers = await notInList(list, shownTerms(type.id, insight));
      if (strangers.length > 0)
        wrong.push(`${type.id}: shown as found, not in the list: ${strangers.join(', ')}`);
    }
    if (error !== null && (error.reason !== 'provider-answer' || error.rawAnswer === undefined))
      wrong.push(`${type.id}: failed without the answer of the model: ${error.message}`);
  };

  try {
    const all = LISTS.filter(([file]) => existsSync(file));
    if (all.length < LISTS.length)
      print('The folder of real exports is not beside this project; its lists are left out.');
    for (const [file, product] of all) {
      if (positionals.length > 0 && !positionals.some((name) => file.includes(name))) continue;
      const list = await engine.lists.open(await readFile(file), { name: basename(file) });
      print(`\n${basename(file)}: ${list.summary.rows} keywords`);
      for (const type of INSIGHTS) await ask(type, list, product);
      list.dispose();
    }
  } finally {
    await engine.close();
    await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
  report(outcomes);
  for (const line of wrong) print(`WRONG: ${line}`);
  process.exitCode = wrong.length === 0 && outcomes.length > 0 ? 0 : 1;
}

async function notInList(list: ListHandle, terms: readonly string[]): Promise<string[]> {
  const view = { product: null, nicheTerms: [], brands: { add: [], remove: [] }, today: INPUT.today };
  const rows = await list.rows(view, terms);
  return terms.filter((_, at) => rows[at] === null);
}

function inWords(result: InsightResult | null, error: LexyBrainError | null): string {
  if (result === null) return `failed: ${error?.message ?? ''}`;
  const { grounding, attempts, structure } = result;
  const parts = [`${grounding.grounded} of ${grounding.claimed} terms in the list`, `held by ${structure}`];
  if (attempts > 1) parts.push('asked again');
  if (grounding.foreignNumbers.length > 0) parts.push(`${grounding.foreignNumbers.length} foreign numbers`);
  return [...parts, ...result.notes].join('; ');
}

/** How often each stage was needed. */
function report(outcomes: readonly Outcome[]): void {
  const sum = (pick: (outcome: Outcome) => number): number =>
    outcomes.reduce((total, each) => total + pick(each), 0);
  const count = (test: (outcome: Outcome) => boolean): number => outcomes.filter(test).length;
  print('');
  print(`insights asked for            ${outcomes.length}`);
  print(`  brought an insight          ${count(({ result }) => result !== null)}`);
  print(`  failed, raw answer kept     ${count(({ error }) => error?.rawAnswer !== undefined)}`);
  print(
    `  failed otherwise            ${count(({ error }) => error !== null && error.rawAnswer === undefined)}`,
  );
  print(`answers of the model          ${sum(({ calls }) => calls)}`);
  print(`  held by a JSON schema       ${count(({ result }) => result?.structure === 'schema')} insights`);
  print(`  JSON had to be repaired     ${sum(({ repaired }) => repaired)}`);
  print(`  cut at the length limit     ${sum(({ truncated }) => truncated)}`);
  print(`asked again, stricter         ${count(({ calls }) => calls > 1)}`);
  print(
    `left out terms not in a list  ${count(({ result }) => (result?.grounding.dropped.length ?? 0) > 0)}`,
  );
  print(`partial results shown         ${sum(({ partials }) => partials)}`);
}
