import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { HostLaunch, RunningHost } from './host.ts';
import { endGroup } from './process-group.ts';
import type { VSCode } from './vscode.ts';

/** VS Code's public update service, which @vscode/test-electron downloads from. */
const UPDATE_SERVICE = 'https://update.code.visualstudio.com/api/releases/stable';
const REACHABLE_WITHIN_MS = 4000;

/** True if a VS Code can be downloaded here and shown: asks the update service once, for a few seconds. */
export async function downloadable(): Promise<boolean> {
  if (!hasScreen()) return false;
  try {
    return (await fetch(UPDATE_SERVICE, { signal: AbortSignal.timeout(REACHABLE_WITHIN_MS) })).ok;
  } catch {
    return false;
  }
}

function hasScreen(): boolean {
  return (
    process.platform !== 'linux' || Boolean(process.env['DISPLAY']) || findOnPath('xvfb-run') !== undefined
  );
}

/** Where a command stands on the PATH. */
export function findOnPath(command: string): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => suffixes.map((suffix) => join(folder, command + suffix)))
    .find((path) => existsSync(path));
}

/** The desktop editor at `executable`, each launch in a profile of its own. */
export function electronVSCode(executable: string, label: string): VSCode {
  return {
    label,
    launch: (options) => launchElectron(executable, options),
    close: () => Promise.resolve(),
  };
}

async function launchElectron(executable: string, options: HostLaunch): Promise<RunningHost> {
  const { open, developmentPaths, testsPath, trusted, settings, env, profile } = options;
  const settingsFile = join(profile, 'user', 'User', 'settings.json');
  await mkdir(dirname(settingsFile), { recursive: true });
  await writeFile(settingsFile, JSON.stringify(settings));
  const args = [
    ...(open === undefined ? [] : Object.values(open)),
    ...['--user-data-dir', join(profile, 'user'), '--extensions-dir', join(profile, 'extensions')],
    ...developmentPaths.map((path) => `--extensionDevelopmentPath=${path}`),
    ...(testsPath === undefined ? [] : [`--extensionTestsPath=${testsPath}`]),
    ...(trusted ? ['--disable-workspace-trust'] : []),
    // The flags that @vscode/test-electron starts an editor with, and a plain key store for machines without a keyring.
    ...[
      '--no-sandbox',
      '--disable-gpu-sandbox',
      '--disable-updates',
      '--skip-welcome',
      '--skip-release-notes',
    ],
    ...['--disable-telemetry', '--password-store=basic'],
  ];
  const virtualScreen = process.platform === 'linux' && !process.env['DISPLAY'];
  const child = virtualScreen
    ? spawn('xvfb-run', ['-a', executable, ...args], {
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    : spawn(executable, args, {
        env,
        detached: process.platform !== 'win32',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
  const log: string[] = [];
  let trouble: string | undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => log.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  child.on('error', (error) => (trouble = error.message));
  child.on('exit', (code) => (trouble = `the editor ended (${String(code)}) before it reported`));
  return { trouble: () => trouble, log: () => log.join(''), close: () => endGroup(child) };
}
