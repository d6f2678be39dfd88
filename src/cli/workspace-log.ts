import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Engine } from '../engine.ts';
import { LexyBrainError } from '../errors.ts';
import type { WorkspaceDatabase } from '../store/types.ts';
import { createTerminalEngine } from './ports.ts';

/** The `.lexybrain` folder of a workspace. */
export function logFolder(workspace: string | undefined): string {
  return join(resolve(workspace ?? '.'), '.lexybrain');
}

/** The same where there must be one. Throws `store`. */
export async function existingLogFolder(workspace: string | undefined): Promise<string> {
  const folder = logFolder(workspace);
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return folder;
  throw new LexyBrainError('store', `There is no log at ${folder}.`, {
    advice: 'Name the folder it is in with --workspace DIR.',
  });
}

/** Does something with the log in a `.lexybrain` folder. What an interrupt ends is a LexyBrainError `cancelled`. */
export async function withLog<T>(
  folder: string,
  signal: AbortSignal,
  work: (log: WorkspaceDatabase, engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = createTerminalEngine({ settings: {}, environment: process.env });
  try {
    return await work(engine.workspaceLog(folder), engine);
  } catch (error) {
    if (signal.aborted) throw new LexyBrainError('cancelled', 'Interrupted.', { cause: error });
    throw error;
  } finally {
    await engine.close();
  }
}
