import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { v7 as uuidv7 } from 'uuid';
import { openWorkspaceLog, type WorkspaceLogOptions } from '../../../src/store/workspace-log.ts';
import type {
  FeedbackRecord,
  GenerationRecord,
  LogRecord,
  PreferenceRecord,
  Rating,
  RequestRow,
  ResponseRow,
  WorkspaceDatabase,
} from '../../../src/store/types.ts';

export const WORKER = new URL('../../../src/store/worker.ts', import.meta.url);
export const WASM = fileURLToPath(import.meta.resolve('sql.js/dist/sql-wasm.wasm'));

export interface SampleOptions {
  readonly id?: string;
  readonly at?: string;
  /** Length of the prompt in characters. */
  readonly size?: number;
  readonly user?: string | null;
  readonly prompt?: string;
  readonly request?: Partial<RequestRow>;
  readonly response?: Partial<ResponseRow>;
}

let clock = Date.parse('2026-03-01T08:00:00.000Z');

/** A time later than any given before. */
export function nextTime(): string {
  clock += 1000;
  return new Date(clock).toISOString();
}

/** One generation with one successful response. */
export function sampleGeneration(options: SampleOptions = {}): GenerationRecord {
  const id = options.id ?? uuidv7();
  const responseId = options.response?.id ?? uuidv7();
  const at = options.at ?? nextTime();
  const user_id = options.user ?? null;
  const insight = { niche: 'soy candles', actions: ['Write for gift sets.'] };
  return {
    kind: 'generation',
    id,
    request: {
      id,
      user_id,
      prompt: options.prompt ?? `What sells? ${'abcdefgh '.repeat(500).slice(0, options.size ?? 100)}`,
      context_json: { terms: [{ term: 'soy candle', demand: 1200 }] },
      requested_at: at,
      insight_type: 'market_brief',
      market: 'etsy',
      niche_terms: ['candles'],
      source: 'panel',
      list_name: 'candles.csv',
      list_hash: 'c0ffee',
      list_rows: 12,
      experiment: null,
      arm: null,
      comparison_id: null,
      ...options.request,
    },
    responses: [
      {
        id: responseId,
        model_name: 'builtin',
        output_json: insight,
        generated_at: at,
        latency_ms: 12.5,
        success: true,
        tokens_in: 100,
        tokens_out: 50,
        provider: 'builtin',
        served_by: null,
        attempt: 1,
        first_token_ms: null,
        usage_json: { total: 150 },
        price_json: null,
        cost_nano_usd: 0,
        finish_reason: 'stop',
        error_code: null,
        ...options.response,
      },
    ],
    insight: {
      id: responseId,
      user_id,
      type: 'market_brief',
      input_hash: 'abc',
      context_json: null,
      output_json: insight,
      generated_at: at,
      expires_at: at,
      ttl_minutes: 1440,
      status: 'ready',
      model_version: 'builtin',
    },
    usage: {
      id: uuidv7(),
      user_id,
      type: 'market_brief',
      tokens_in: 100,
      tokens_out: 50,
      cache_hit: false,
      latency_ms: 12.5,
      cost_nano_usd: 0,
      model_version: 'builtin',
      plan_code: null,
      source: 'panel',
      ts: at,
    },
    failure: null,
  };
}

/** A rating of a generation's first response. */
export function sampleRating(
  generation: GenerationRecord,
  feedback: Rating | null,
  options: { readonly user?: string | null; readonly notes?: string; readonly at?: string } = {},
): FeedbackRecord {
  return {
    kind: 'feedback',
    id: uuidv7(),
    response_id: generation.responses[0]!.id,
    user_id: options.user ?? null,
    feedback,
    notes: options.notes ?? null,
    created_at: options.at ?? nextTime(),
  };
}

export function samplePreference(chosen: GenerationRecord, rejected: GenerationRecord): PreferenceRecord {
  return {
    kind: 'preference',
    id: uuidv7(),
    comparison_id: uuidv7(),
    chosen_response_id: chosen.responses[0]!.id,
    rejected_response_id: rejected.responses[0]!.id,
    user_id: null,
    created_at: nextTime(),
  };
}

/** Where a sync costs nothing, for tests that make thousands of them and look at their order, not at the disk. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Runs `work` with a workspace folder of its own, which is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T> | T): Promise<T> {
  const workspace = mkdtempSync(join(MEMORY, 'lexybrain-store-'));
  try {
    return await work(join(workspace, '.lexybrain'));
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** Appends one after the other and lets the worker look now and then, so that parts are sealed on the way. */
export async function appendInParts(log: WorkspaceDatabase, records: readonly LogRecord[]): Promise<void> {
  for (const [at, record] of records.entries()) {
    await log.append(record);
    if (at % 10 === 9) await log.history({ limit: 1 });
  }
}

export interface OpenedLog {
  readonly log: WorkspaceDatabase;
  /** What the user was warned of. */
  readonly warnings: string[];
}

export function openLog(folder: string, options: Partial<WorkspaceLogOptions> = {}): OpenedLog {
  const warnings: string[] = [];
  const log = openWorkspaceLog({
    folder,
    workerFile: WORKER,
    wasmFile: WASM,
    log: { info: () => undefined, warn: (message) => warnings.push(message) },
    ...options,
  });
  return { log, warnings };
}
