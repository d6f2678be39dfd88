import { spawn } from 'node:child_process';

/**
 * Runs a command to its end and returns its standard output.
 * Throws with the tail of what it said when it fails or takes longer than `timeoutMs` milliseconds.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv; timeoutMs?: number },
): Promise<string> {
  const { cwd, env = process.env, timeoutMs = 300_000 } = options;
  const child = spawn(command, args, {
    cwd,
    env,
    timeout: timeoutMs,
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm is a .cmd file on Windows, which only a shell starts.
    shell: process.platform === 'win32',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...end) => resolve(end));
  });
  if (code === 0) return stdout;
  const end = signal ?? `exit code ${String(code)}`;
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-20).join('\n');
  throw new Error(`${command} ${args.join(' ')} failed (${end}):\n${said}`);
}

/** Runs npm quietly. Packages are named, never fetched from an address; their install scripts do not run. */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  return runCommand('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
  });
}
