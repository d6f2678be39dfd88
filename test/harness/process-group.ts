import { type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** Ends a process that was started detached, and all it started itself: politely first, after five seconds for good. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (process.platform === 'win32') child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // The group is gone already.
    }
  };
  send('SIGTERM');
  await Promise.race([ended, delay(5000, undefined, { ref: false })]);
  send('SIGKILL');
  await ended;
}
