import { LexyBrainError } from '../errors.ts';
import type { WorkspaceDatabase, WorkspaceLog } from '../store/types.ts';
import { trainingLines } from '../training/export.ts';
import { metricsOf, type UsageMetrics } from './metrics.ts';
import type { BridgePorts } from './ports.ts';

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
      return metricsOf(used, await engine.cachedAnswers());
    },
    trainingData: async function* (query) {
      yield* trainingLines(await database(), query);
    },
  };
}

function isDatabase(log: WorkspaceLog): log is WorkspaceDatabase {
  return 'generations' in log && 'usage' in log;
}
