// `npm start`: a VS Code with the extension, built from source, and the sample lists to try it on.
import { spawn } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { CACHE, ROOT } from './paths.ts';
import { installExtension, VSCodeServer } from './server.ts';
import { findOnPath } from './vscode-download.ts';
import { installServer, RELEASES } from './vscode-from-npm.ts';
import { packagedExtension } from './vsix.ts';
import { SAMPLES } from './workspace.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const workspace = join(CACHE, 'start', 'samples');
await mkdir(workspace, { recursive: true });
// What was done with the lists before stays: the log of this folder is worth looking at again.
await cp(SAMPLES, workspace, { recursive: true });

const desktop = findOnPath('code');
if (desktop === undefined) await openServer();
else await openDesktop(desktop);

async function openDesktop(code: string): Promise<void> {
  await runCommand(process.execPath, ['esbuild.mjs'], { cwd: ROOT });
  print('Opening VS Code …');
  await runCommand(code, ['--new-window', `--extensionDevelopmentPath=${ROOT}`, workspace], { cwd: ROOT });
}

/** No desktop VS Code here: its own server, out of npm, and a browser to look at it. */
async function openServer(): Promise<void> {
  const installation = await installServer(RELEASES.newest);
  const dataFolder = join(CACHE, 'start', 'profile');
  await mkdir(dataFolder, { recursive: true });
  // Installed, not run from its folder: that would take VS Code's test driver, which hides notifications.
  await installExtension(installation, await packagedExtension(), dataFolder, process.env);
  const server = await VSCodeServer.start(installation, {
    dataFolder,
    driver: false,
    machineSettings: { 'workbench.startupEditor': 'none' },
    env: process.env,
  });
  const url = server.url({ open: { folder: workspace } });
  print(`VS Code ${installation.release.version} with LexyBrain and the sample lists:\n\n  ${url}\n`);
  print(
    'Open it in a browser on this machine; Ctrl+C here ends it. This server keeps keys until the page is reloaded.',
  );
  openBrowser(url);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await server.stop();
}

function openBrowser(url: string): void {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  const screen =
    process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  const command = screen ? findOnPath(opener) : undefined;
  if (command !== undefined) spawn(command, [url], { detached: true, stdio: 'ignore' }).unref();
}
