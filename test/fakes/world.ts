import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfiguration } from '../../src/configuration.ts';
import { createEngine, type Engine, type EnginePorts } from '../../src/engine.ts';
import { createLocalLists } from '../../src/generation/lists.ts';
import type { GenerateHooks, InsightRequest, InsightResult, ListHandle } from '../../src/generation/types.ts';
import type { MarketBriefDraft } from '../../src/insights/market-brief/schema.ts';
import type { InsightInput } from '../../src/insights/types.ts';
import { FakeServer, json, type SeenRequest } from './http-server.ts';
import { MemoryLog, platformFetch } from './ports.ts';
import { MemoryWorkspaceLog } from './workspace-log.ts';

/** The keyword list that ships with the product. */
export const SAMPLE = fileURLToPath(new URL('../../media/samples/nativity-sets-etsy.csv', import.meta.url));
export const TOKEN = 'hf_tHeSecretTokenOfTheseTests4711';
export const MODEL = 'meta-llama/Llama-3.1-8B-Instruct';
export const CHAT = 'POST /v1/chat/completions';
export const MODELS = 'GET /v1/models';
/** USD per million tokens of who serves the fake router's model. */
export const PRICES = { novita: { input: 1, output: 2 }, groq: { input: 3, output: 6 } } as const;

/** The router's public list: one model, two who serve it. */
export const modelList = json(200, {
  object: 'list',
  data: [
    {
      id: MODEL,
      object: 'model',
      providers: Object.entries(PRICES).map(([provider, pricing]) => ({
        provider,
        status: 'live',
        context_length: 131_072,
        pricing,
        supports_structured_output: true,
      })),
    },
  ],
});

/** What a model might say, with terms of the list. */
export function briefDraft(
  terms: readonly string[] = ['wooden nativity set', 'hand carved nativity set'],
): MarketBriefDraft {
  return {
    niche: 'Nativity sets',
    summary: 'Buyers look for wood.',
    top_opportunities: terms.map((term) => ({ term, why: 'It fits.' })),
    risks: [{ term: 'nativity set', why: 'Crowded.', scope: 'term' }],
    actions: ['Write for wood.'],
  };
}

export const INPUT: InsightInput = {
  market: 'etsy',
  product: 'hand-carved nativity sets',
  nicheTerms: [],
  budgetCents: null,
  currency: null,
  assumedCpcCents: null,
  language: 'en',
  today: '2026-11-23',
  instructions: null,
};

export type Ask = Partial<Omit<InsightRequest, 'input' | 'list'>> & {
  readonly input?: Partial<InsightInput>;
};

/** A whole engine on a loopback Hugging Face router, with everything it writes in one folder. */
export class World {
  readonly log = new MemoryLog();
  readonly server: FakeServer;
  readonly dataFolder: string;
  readonly list: ListHandle;
  readonly logs = new Map<string, MemoryWorkspaceLog>();
  /** By key, below `lexybrain.`; read afresh for every use. */
  settings: Record<string, unknown>;
  environment: Record<string, string | undefined> = { HF_TOKEN: TOKEN };
  storedKey: EnginePorts['storedKey'] = async () => undefined;
  /** Added to the time of day, ms. */
  clockMs = 0;
  engine: Engine;

  static async start(ports: Partial<EnginePorts> = {}): Promise<World> {
    const server = await FakeServer.start();
    server.on(MODELS, modelList);
    const dataFolder = await mkdtemp(join(tmpdir(), 'lexybrain-world-'));
    const list = await createLocalLists().open(await readFile(SAMPLE), { name: 'nativity.csv' });
    return new World(server, dataFolder, list, ports);
  }

  private constructor(server: FakeServer, dataFolder: string, list: ListHandle, ports: Partial<EnginePorts>) {
    this.server = server;
    this.dataFolder = dataFolder;
    this.list = list;
    this.settings = { 'huggingface.baseUrl': `${server.origin}/v1` };
    this.engine = this.newEngine(ports);
  }

  /** Another engine on the same data: another window, or the same after a restart. */
  newEngine(ports: Partial<EnginePorts> = {}): Engine {
    return createEngine({
      configuration: () => readConfiguration((key) => this.settings[key], this.environment),
      environment: this.environment,
      storedKey: (provider) => this.storedKey(provider),
      log: this.log,
      fetch: platformFetch,
      dataFolder: this.dataFolder,
      lists: createLocalLists(),
      openLog: (folder) => this.logOf(folder),
      now: () => new Date(Date.now() + this.clockMs),
      ...ports,
    });
  }

  logOf(folder = 'workspace'): MemoryWorkspaceLog {
    const log = this.logs.get(folder) ?? new MemoryWorkspaceLog();
    this.logs.set(folder, log);
    return log;
  }

  request({ input, ...more }: Ask = {}): InsightRequest {
    return {
      type: 'market_brief',
      list: this.list,
      input: { ...INPUT, ...input },
      source: 'panel',
      logFolder: 'workspace',
      ...more,
    };
  }

  /** Asks and waits until it is recorded as well. */
  async ask(ask: Ask = {}, hooks: GenerateHooks = {}): Promise<InsightResult> {
    const recorded = Promise.withResolvers<boolean>();
    const result = await this.engine.generate(this.request(ask), { ...hooks, onRecorded: recorded.resolve });
    await recorded.promise;
    return result;
  }

  get chats(): SeenRequest[] {
    return this.server.asked('/v1/chat/completions');
  }

  /** The ledger's lines, as objects. */
  async ledger(): Promise<Record<string, unknown>[]> {
    const month = new Date(Date.now() + this.clockMs).toISOString().slice(0, 7);
    const text = await readFile(join(this.dataFolder, 'ledger', `${month}.jsonl`), 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async stop(): Promise<void> {
    await this.engine.close();
    await this.server.stop();
    await rm(this.dataFolder, { recursive: true, force: true });
  }
}
