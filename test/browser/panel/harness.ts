import { readFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';
import { fromPanelSchema, type FromPanel, type PanelState } from '../../../src/protocol/messages.ts';
import { bundlePanel } from './bundle.ts';
import type { Theme } from './themes.ts';

const ORIGIN = 'https://panel.test';
const NONCE = 'bm9uY2U';
/** As strict as the extension's. */
const POLICY = [
  "default-src 'none'",
  `script-src 'nonce-${NONCE}'`,
  `style-src ${ORIGIN}`,
  `img-src ${ORIGIN} data:`,
  `font-src ${ORIGIN}`,
  "connect-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

/** What the editor does to a webview before its script runs, with a record of all that happens. */
function setUp(theme: Theme): string {
  return `
    const seen = { posted: [], saved: undefined, violations: [], errors: [], acquired: 0 };
    globalThis.seen = seen;
    document.addEventListener('securitypolicyviolation', (e) => seen.violations.push(e.violatedDirective + ' ' + e.blockedURI));
    addEventListener('error', (e) => seen.errors.push(String(e.message)));
    globalThis.acquireVsCodeApi = () => {
      if (seen.acquired++ > 0) throw new Error('acquireVsCodeApi was called twice');
      return { postMessage: (m) => seen.posted.push(m), setState: (s) => { seen.saved = s; }, getState: () => seen.saved };
    };
    for (const [name, value] of Object.entries(${JSON.stringify(theme.variables)}))
      document.documentElement.style.setProperty('--vscode-' + name, value);
    document.body.className = ${JSON.stringify(theme.bodyClass)};`;
}

function shell(theme: Theme): string {
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>LexyBrain</title>
<link rel="stylesheet" href="${ORIGIN}/webview.css"></head>
<body><div id="root"></div><script nonce="${NONCE}">${setUp(theme)}</script>
<script nonce="${NONCE}" src="${ORIGIN}/webview.js"></script></body></html>`;
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}

/** The panel in a browser, without an editor. */
export class PanelPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Sends anything as the extension would, and waits for it to be drawn. */
  async send(message: unknown): Promise<void> {
    await this.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`);
    await this.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))',
    );
  }

  show(state: PanelState): Promise<void> {
    return this.send({ type: 'state', state });
  }

  /** What the panel sent since the last call, each checked against the protocol. */
  async posted(): Promise<FromPanel[]> {
    const messages = await this.page.evaluate<unknown[]>('seen.posted.splice(0)');
    return messages.map((message) => fromPanelSchema.parse(message));
  }

  saved(): Promise<unknown> {
    return this.page.evaluate('seen.saved');
  }

  /** What the browser refused or threw; should be nothing. */
  complaints(): Promise<string[]> {
    return this.page.evaluate('[...seen.violations, ...seen.errors]');
  }

  /** Accessibility violations as readable lines; should be nothing. */
  async accessibility(): Promise<string[]> {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await this.page.evaluate(axe);
    const violations = await this.page.evaluate<Violation[]>(
      "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)",
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${JSON.stringify(node.target)} ${node.failureSummary ?? ''}`),
    );
  }

  /** True when nothing is cut off or needs scrolling sideways. */
  fits(): Promise<boolean> {
    return this.page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
  }

  async screenshot(name: string): Promise<void> {
    const folder = join(import.meta.dirname, '../../../out/screenshots/panel');
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}

/** A browser with the panel's bundle at hand. */
export class PanelBrowser {
  readonly #browser: Browser;
  readonly #script: string;
  readonly #styles: string;

  private constructor(browser: Browser, bundle: { readonly script: string; readonly styles: string }) {
    this.#browser = browser;
    this.#script = bundle.script;
    this.#styles = bundle.styles;
  }

  static async launch(): Promise<PanelBrowser> {
    const bundle = await bundlePanel();
    const browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      args: [
        '--no-sandbox',
        '--headless=shell',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
      ],
    });
    return new PanelBrowser(browser, bundle);
  }

  /** `width` in CSS pixels: a side-by-side editor column has about 350. */
  async open(theme: Theme, width = 1200): Promise<PanelPage> {
    const context = await this.#browser.newContext({ viewport: { width, height: 900 } });
    await context.route(`${ORIGIN}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/webview.js') {
        return route.fulfill({ contentType: 'text/javascript', body: this.#script });
      }
      if (pathname === '/webview.css') return route.fulfill({ contentType: 'text/css', body: this.#styles });
      return route.fulfill({ contentType: 'text/html', body: shell(theme) });
    });
    const page = await context.newPage();
    await page.goto(`${ORIGIN}/`);
    return new PanelPage(page);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
