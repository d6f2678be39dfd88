import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { endGroup } from './process-group.ts';
import type { ServerInstallation } from './vscode-from-npm.ts';

const COMMON = ['--accept-server-license-terms', '--disable-telemetry'];

export interface ServerOptions {
  /** Holds the extensions installed, machine settings and logs; what users keep is in the browser's profile. */
  dataFolder: string;
  /** False for Restricted Mode: then VS Code asks whether the folder is trusted. Default true. */
  trusted?: boolean;
  /** Settings of machine scope or wider overrides, as written to the server's settings.json. */
  machineSettings?: Record<string, unknown>;
  /** Lets the address name extensions and tests to run; VS Code then shows no notifications as toasts. */
  driver: boolean;
  /** A free one unless given. */
  port?: number;
  /** The environment that extensions see. */
  env: NodeJS.ProcessEnv;
}

export interface OpenOptions {
  /** An absolute folder, a .code-workspace file, or nothing: an empty window. */
  open?: { folder: string } | { workspace: string } | undefined;
  /** Folders of extensions run from source. */
  developmentPaths?: readonly string[];
  /** A module whose `run()` VS Code calls in its extension host. */
  testsPath?: string;
}

/** VS Code's own server, running on a free port of this machine. */
export class VSCodeServer {
  readonly #child: ChildProcess;
  readonly #log: string[];
  readonly port: number;

  private constructor(child: ChildProcess, port: number, log: string[]) {
    this.#child = child;
    this.port = port;
    this.#log = log;
  }

  /** Starts a server; rejects if it does not listen within a minute. */
  static async start(installation: ServerInstallation, options: ServerOptions): Promise<VSCodeServer> {
    const { dataFolder, driver, trusted = true, machineSettings = {}, port: wanted = 0, env } = options;
    const settings = join(dataFolder, 'data', 'Machine', 'settings.json');
    await mkdir(join(settings, '..'), { recursive: true });
    await writeFile(settings, JSON.stringify(machineSettings, undefined, 2));
    const args = [
      ...[installation.main, '--host', '127.0.0.1', '--port', String(wanted), '--without-connection-token'],
      ...[...COMMON, '--server-data-dir', dataFolder],
      // Without the driver the address's payload is ignored; with it no notification is shown as a toast.
      ...(driver ? ['--enable-smoke-test-driver'] : []),
      ...(trusted ? ['--disable-workspace-trust'] : []),
    ];
    const child = spawn(installation.node, args, {
      // A group of its own, so that stop() ends the extension hosts with it.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    const log: string[] = [];
    const port = await new Promise<number>((resolve, reject) => {
      const read = (text: string): void => {
        log.push(text);
        const found = /listening on (\d+)/.exec(log.join(''));
        if (found) resolve(Number(found[1]));
      };
      child.stdout.setEncoding('utf8').on('data', read);
      child.stderr.setEncoding('utf8').on('data', read);
      child.on('error', reject);
      child.on('exit', (code) =>
        reject(new Error(`VS Code's server ended (${String(code)}):\n${log.join('')}`)),
      );
      setTimeout(
        () => reject(new Error(`VS Code's server does not listen:\n${log.join('')}`)),
        60_000,
      ).unref();
    }).catch(async (error: unknown) => {
      await endGroup(child);
      throw error;
    });
    return new VSCodeServer(child, port, log);
  }

  /** What the server has printed so far. */
  get log(): string {
    return this.#log.join('');
  }

  /** The address that opens a workbench of this server. */
  url({ open, developmentPaths = [], testsPath }: OpenOptions): string {
    const remote = (path: string): string => `vscode-remote://127.0.0.1:${this.port}${path}`;
    const payload: [string, string][] = [];
    for (const path of developmentPaths) payload.push(['extensionDevelopmentPath', remote(path)]);
    if (testsPath !== undefined) payload.push(['extensionTestsPath', remote(testsPath)]);
    const url = new URL(`http://127.0.0.1:${this.port}/`);
    if (open === undefined) url.searchParams.set('ew', 'true');
    else for (const [kind, path] of Object.entries(open)) url.searchParams.set(kind, path);
    if (payload.length > 0) {
      url.searchParams.set('payload', JSON.stringify([['skipWelcome', 'true'], ...payload]));
    }
    return url.href;
  }

  async stop(): Promise<void> {
    await endGroup(this.#child);
  }
}

/** Installs a packaged extension for the servers that use `dataFolder`. */
export async function installExtension(
  installation: ServerInstallation,
  vsix: string,
  dataFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const args = [installation.main, '--install-extension', vsix, '--server-data-dir', dataFolder, ...COMMON];
  await runCommand(installation.node, args, { cwd: dataFolder, env });
}
