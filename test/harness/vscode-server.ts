import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import type { HostLaunch, RunningHost } from './host.ts';
import { SCREENSHOTS } from './paths.ts';
import { keepSecrets } from './secrets.ts';
import { VSCodeServer } from './server.ts';
import type { VSCode } from './vscode.ts';
import type { ServerInstallation } from './vscode-from-npm.ts';

/** One user: the server keeps extensions and settings, the browser's context secrets and state, by the server's address. */
interface User {
  server: VSCodeServer;
  context: BrowserContext;
}

/** VS Code's own server; the extension host is a Node process of it, the workbench a page in `browser`. */
export function serverVSCode(installation: ServerInstallation, browser: Browser): VSCode {
  let profile: string | undefined;
  let user: User | undefined;
  const endUser = async (): Promise<void> => {
    await user?.context.close();
    await user?.server.stop();
    user = undefined;
  };
  return {
    label: `VS Code ${installation.release.version}, its own server from npm (code-server@${installation.release.codeServer})`,
    async launch(options) {
      if (profile !== options.profile) await endUser();
      profile = options.profile;
      // Stopped and started again on the same port, which is part of the address that the browser keeps secrets under.
      const port = user?.server.port;
      await user?.server.stop();
      const server = await startServer(installation, options, port);
      user = { server, context: user?.context ?? (await newUser(browser)) };
      return openPage(user, options);
    },
    async close() {
      await endUser();
      await browser.close();
    },
  };
}

async function newUser(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  await keepSecrets(context);
  return context;
}

async function startServer(
  installation: ServerInstallation,
  { profile, trusted, settings, env }: HostLaunch,
  port: number | undefined,
): Promise<VSCodeServer> {
  await mkdir(profile, { recursive: true });
  return VSCodeServer.start(installation, {
    dataFolder: profile,
    driver: true,
    trusted,
    machineSettings: settings,
    env,
    ...(port === undefined ? {} : { port }),
  });
}

async function openPage({ server, context }: User, options: HostLaunch): Promise<RunningHost> {
  const page = await context.newPage();
  const log: string[] = [];
  let trouble: string | undefined;
  page.on('console', (message) => log.push(`${message.type()}: ${message.text()}`));
  page.on('crash', () => (trouble = 'the workbench page crashed'));
  await page.goto(server.url(options));
  return {
    trouble: () => trouble,
    log: () => [...log.slice(-40), server.log].join('\n'),
    async close() {
      if (trouble !== undefined) await page.screenshot({ path: join(SCREENSHOTS, 'host-trouble.png') });
      await page.close();
    },
  };
}
