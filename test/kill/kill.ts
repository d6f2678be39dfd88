import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openDatabase, partFiles, storedIds } from '../unit/store/inspect.ts';
import { SEAL_BYTES } from './writer-settings.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));

export interface KillResult {
  readonly kills: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly parts: number;
}

/**
 * Kills two processes that write to one log, again and again, at random moments; the next two start on what they left.
 * Then lets one recover, and compares what was acknowledged with what another SQLite finds, every part sound.
 */
export async function killWriters(
  folder: string,
  rounds: number,
  mode: 'sound' | 'early',
): Promise<KillResult> {
  const acknowledged = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    await Promise.all([killWriter(folder, mode, acknowledged), killWriter(folder, mode, acknowledged)]);
  }
  const { log } = await openDatabase(folder, { sealBytes: SEAL_BYTES });
  log.checkpoint(true);
  log.close();
  const stored = storedIds(folder);
  const unique = new Set(stored);
  return {
    kills: rounds * 2,
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => !unique.has(id)).length,
    doubled: stored.length - unique.size,
    parts: partFiles(folder).length,
  };
}

async function killWriter(folder: string, mode: string, acknowledged: Set<string>): Promise<void> {
  const writer = spawn(process.execPath, [WRITER, folder, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(writer, 'close');
  let rest = '';
  // A random number of records rather than a random time: on a slow machine too there is something to lose.
  let left = 1 + Math.floor(Math.random() * 80);
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const id of lines) acknowledged.add(id);
    left -= lines.length;
    if (left <= 0) setTimeout(() => writer.kill('SIGKILL'), Math.random() * 30);
  });
  await ended;
}
