import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Frame, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../harness/chromium.ts';
import { isolatedEnvironment } from '../../harness/environment.ts';
import { SCREENSHOTS } from '../../harness/paths.ts';
import { keepSecrets } from '../../harness/secrets.ts';
import { installExtension, VSCodeServer, type OpenOptions } from '../../harness/server.ts';
import { installServer, RELEASES, type ServerInstallation } from '../../harness/vscode-from-npm.ts';
import { packagedExtension } from '../../harness/vsix.ts';
import { createWorkspace, temporaryFolder } from '../../harness/workspace.ts';
import type { WorkspaceFolder } from '../../host/scenarios.ts';
import { eventually } from './eventually.ts';
import { QuickInput } from './quick-input.ts';

const THEMES = {
  light: { label: 'Light Modern', body: '.vs' },
  dark: { label: 'Dark Modern', body: '.vs-dark' },
  'high contrast dark': { label: 'Dark High Contrast', body: '.hc-black' },
  'high contrast light': { label: 'Light High Contrast', body: '.hc-light' },
} as const;

export type Theme = keyof typeof THEMES;

export interface WorkbenchOptions {
  /** One folder with the sample lists, `shop`, unless given. */
  folders?: readonly WorkspaceFolder[];
  /** False for Restricted Mode: VS Code then asks about trust first. */
  trusted?: boolean;
  /** The user's settings. */
  settings?: Record<string, unknown>;
  /** Added to the environment of the extension host, which is otherwise free of tokens and of the developer's own home. */
  env?: Record<string, string>;
  /** Pixels of the screen to a CSS pixel; 1 unless given. */
  scale?: number;
}

/** What a new user's window would only distract with. */
const QUIET = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'chat.commandCenter.enabled': false,
  'extensions.ignoreRecommendations': true,
  // A panel that comes while one types in a quick input takes the focus; the user would open the input again.
  'workbench.quickOpen.closeOnFocusLost': false,
};

let browser: Promise<Browser> | undefined;

/** The newest VS Code with the packaged extension installed, as one user sees it. */
export class Workbench {
  readonly page: Page;
  readonly quickInput: QuickInput;
  /** The temporary folder that holds everything of this user. */
  readonly folder: string;
  readonly #context: BrowserContext;
  readonly #startServer: (port?: number) => Promise<VSCodeServer>;
  readonly #open: OpenOptions['open'];
  readonly #remove: () => Promise<void>;
  #server: VSCodeServer;

  private constructor(parts: {
    page: Page;
    folder: string;
    context: BrowserContext;
    server: VSCodeServer;
    startServer: (port?: number) => Promise<VSCodeServer>;
    open: OpenOptions['open'];
    remove: () => Promise<void>;
  }) {
    this.page = parts.page;
    this.quickInput = new QuickInput(parts.page);
    this.folder = parts.folder;
    this.#context = parts.context;
    this.#server = parts.server;
    this.#startServer = parts.startServer;
    this.#open = parts.open;
    this.#remove = parts.remove;
  }

  /** Installs the package for a new user and opens a window. */
  static async open(options: WorkbenchOptions = {}): Promise<Workbench> {
    const {
      folders = [{ name: 'shop' }],
      trusted = true,
      settings = {},
      env: added = {},
      scale = 1,
    } = options;
    const vsix = await packagedExtension();
    const installation: ServerInstallation = await installServer(RELEASES.newest);
    const temporary = await temporaryFolder();
    const env = isolatedEnvironment(temporary.path, added);
    const dataFolder = join(temporary.path, 'profile');
    await mkdir(dataFolder);
    const open = await createWorkspace(join(temporary.path, 'workspace'), folders);
    await installExtension(installation, vsix, dataFolder, env);
    const startServer = (port?: number): Promise<VSCodeServer> =>
      VSCodeServer.start(installation, {
        dataFolder,
        driver: false,
        trusted,
        env,
        machineSettings: { ...QUIET, ...settings },
        ...(port === undefined ? {} : { port }),
      });
    const server = await startServer();
    browser ??= launchChromium();
    const context = await (
      await browser
    ).newContext({
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: scale,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await keepSecrets(context);
    const page = await context.newPage();
    const { path: folder, remove } = temporary;
    const workbench = new Workbench({ page, folder, context, server, startServer, open, remove });
    await page.goto(server.url({ open }));
    await workbench.#ready();
    return workbench;
  }

  /** The absolute path of something in the workspace, e.g. `shop/list.csv`. */
  path(...parts: string[]): string {
    return join(this.folder, 'workspace', ...parts);
  }

  /** Waits until the extension's commands are there: the workbench shows before it knows of extensions. */
  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
    const deadline = Date.now() + 30_000;
    while (!(await this.commandNames('LexyBrain:')).some((name) => name.startsWith('LexyBrain: '))) {
      if (Date.now() > deadline) throw new Error('The command palette never showed a LexyBrain command.');
      await this.page.waitForTimeout(100);
    }
  }

  /** Runs a command by its name in the command palette, e.g. `LexyBrain: Market Brief`. */
  async runCommand(name: string): Promise<void> {
    await this.quickInput.openPalette(`>${name}`);
    await this.quickInput.choose(name);
    // What the command itself asks comes in the same place: what is typed next must not go to the palette.
    await eventually(
      `the palette closes after ${name}`,
      async () => !(await this.quickInput.holds(`>${name}`)),
    );
  }

  /** Waits until the command palette offers a command by its name. */
  async findCommand(name: string): Promise<void> {
    await this.quickInput.openPalette(`>${name}`);
    await this.quickInput.row(name).waitFor();
    await this.quickInput.cancel();
  }

  /** The names that the command palette shows for what is typed. */
  async commandNames(typed: string): Promise<string[]> {
    await this.quickInput.openPalette(`>${typed}`);
    const names = await this.quickInput.labels();
    await this.quickInput.cancel();
    return names;
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.quickInput.openPalette(name);
    await this.quickInput.choose(name);
    await this.page.locator(`.tab.active[data-resource-name=${JSON.stringify(name)}]`).waitFor();
  }

  /** The notification that holds the text, once it is shown. */
  async notification(text: string | RegExp): Promise<Locator> {
    const found = this.page.locator('.notification-toast .notification-list-item', { hasText: text }).first();
    await found.waitFor();
    return found;
  }

  /** Presses a button of a notification. */
  async answerNotification(text: string | RegExp, button: string): Promise<void> {
    const found = await this.notification(text);
    await found.getByRole('button', { name: button, exact: true }).click();
  }

  /** The document inside a webview that holds the selector: webviews are iframes in iframes. */
  async webview(selector: string, timeoutMs = 30_000): Promise<Frame> {
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame()) continue;
        // A frame that is going away has nothing to show.
        if (
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0
        )
          return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`No webview shows ${selector}.`);
  }

  async setColorTheme(theme: Theme): Promise<void> {
    await this.runCommand('Preferences: Color Theme');
    await this.quickInput.type(THEMES[theme].label);
    await this.quickInput.choose(THEMES[theme].label);
    await this.page.locator(`.monaco-workbench${THEMES[theme].body}`).waitFor();
  }

  async clipboard(): Promise<string> {
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** Takes a picture of the window: out/screenshots/NAME.png. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  /** The command Reload Window. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  /** Ends VS Code and starts it again for the same user. */
  async restart(): Promise<void> {
    await this.page.goto('about:blank');
    await this.#server.stop();
    // The browser keeps what is the user's by the server's address.
    this.#server = await this.#startServer(this.#server.port);
    await this.page.goto(this.#server.url({ open: this.#open }));
    await this.#ready();
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#server.stop();
    await this.#remove();
  }
}
