import { LexyBrainError } from '../errors.ts';
import type { WorkspaceDatabase, WorkspaceLog } from '../store/types.ts';
import type { UsageMetrics } from './metrics.ts';
import type { BridgePorts } from './ports.ts';
import { trainingRow } from './training-rows.ts';

const NANO_PER_CENT = 10_000_000;

/** The engine's part in what the log tells. */
export interface LogEngine {
  workspaceLog(folder: string): WorkspaceLog;
  cachedAnswers(): Promise<number>;
}

/** What the bridge asks of the workspace's log. */
export function logPorts(
  engine: LogEngine,
  logFolder: BridgePorts['logFolder'],
): Pick<BridgePorts, 'metrics' | 'trainingData'> {
  const database = async (): Promise<WorkspaceDatabase> => {
    const folder = await logFolder();
    const log = folder === null ? null : engine.workspaceLog(folder);
    if (log !== null && isDatabase(log)) return log;
    throw new LexyBrainError('store', 'There is no log here.', { advice: 'Open a folder.' });
  };
  return {
    metrics: async ({ from, type }): Promise<UsageMetrics> => {
      const used = await (await database()).usage({ from, ...(type === undefined ? {} : { type }) });
      const misses = used.requests - used.cacheHits;
      return {
        total_requests: used.requests,
        cache_hits: used.cacheHits,
        cache_misses: misses,
        cache_hit_rate: used.requests === 0 ? 0 : used.cacheHits / used.requests,
        avg_latency_ms: used.averageLatencyMs,
        p95_latency_ms: used.p95LatencyMs,
        total_tokens_in: used.tokensIn,
        total_tokens_out: used.tokensOut,
        total_cost_cents: used.costNanoUsd / NANO_PER_CENT,
        failures: used.failures,
        active_cache_entries: await engine.cachedAnswers(),
        by_type: used.byType,
        // There are no plans here.
        by_plan: {},
      };
    },
    trainingData: async function* (query) {
      for await (const generation of (await database()).generations(query)) yield trainingRow(generation);
    },
  };
}

function isDatabase(log: WorkspaceLog): log is WorkspaceDatabase {
  return 'generations' in log && 'usage' in log;
}
