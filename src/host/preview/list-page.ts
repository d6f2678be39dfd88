import * as vscode from 'vscode';
import { fromListPageSchema, type FromListPage, type ToListPage } from '../../protocol/list-messages.ts';
import { PANEL_STRINGS } from '../../protocol/strings.ts';
import type { Log } from '../../providers/types.ts';
import { panelHtml } from '../panel/html.ts';
import type { ListDocument } from './list-document.ts';

/** What a page asks for that is not a matter of the list's rows. */
export type ListRequest = Exclude<FromListPage, { type: 'ready' | 'rows' }>;

/** One webview that shows a list. */
export class ListPage implements vscode.Disposable {
  readonly #webview: vscode.Webview;
  readonly #document: ListDocument;
  readonly #log: Log;
  readonly #request: (request: ListRequest) => void;
  readonly #subscriptions: vscode.Disposable[];
  /** The row to show once the page listens. */
  #wanted: number | undefined;
  #isListening = false;

  constructor(parts: {
    readonly panel: vscode.WebviewPanel;
    readonly document: ListDocument;
    readonly extensionUri: vscode.Uri;
    readonly log: Log;
    readonly request: (request: ListRequest) => void;
  }) {
    const { panel, document, extensionUri, log, request } = parts;
    const { webview } = panel;
    this.#webview = webview;
    this.#document = document;
    this.#log = log;
    this.#request = request;
    this.#subscriptions = [
      webview.onDidReceiveMessage((data: unknown) => void this.receive(data)),
      document.onDidChange(() => this.#send()),
      panel.onDidChangeViewState(() => {
        // A page that is hidden is thrown away and says "ready" again when shown.
        if (!panel.visible) this.#isListening = false;
      }),
    ];
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'list-preview.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'list-preview.css')).toString(),
      language: vscode.env.language,
    });
  }

  /** The page has said that it listens. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /** A message as if the page had sent it; also the door of tests. */
  async receive(data: unknown): Promise<void> {
    const parsed = fromListPageSchema.safeParse(data);
    if (!parsed.success) {
      this.#log.warn('The preview of a list sent a message that is not known; it was dropped.');
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'ready': {
        this.#isListening = true;
        const strings = Object.fromEntries(
          Object.entries(PANEL_STRINGS).map(([key, text]) => [key, vscode.l10n.t(text)]),
        );
        this.#post({ type: 'strings', strings, locale: vscode.env.language });
        this.#send();
        return;
      }
      case 'rows': {
        const { revision, order, search, from, count } = message;
        const found = await this.#document.rows(revision, { order, search, from, count });
        if (found === null) return;
        this.#post({
          type: 'rows',
          revision,
          order,
          search,
          from,
          rows: [...found.rows],
          total: found.total,
        });
        return;
      }
      case 'insight':
      case 'openRow':
      case 'openText':
      case 'chooseColumns':
        this.#request(message);
    }
  }

  /** Makes a row (its index in the list) the active one, in sight. */
  reveal(index: number): void {
    this.#wanted = index;
    if (this.#isListening) this.#sendWanted();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #send(): void {
    if (!this.#isListening) return;
    const { revision, state } = this.#document;
    this.#post({ type: 'state', revision, state });
    this.#sendWanted();
  }

  #sendWanted(): void {
    if (this.#wanted === undefined || this.#document.state.kind !== 'open') return;
    this.#post({ type: 'reveal', revision: this.#document.revision, index: this.#wanted });
    this.#wanted = undefined;
  }

  #post(message: ToListPage): void {
    void this.#webview.postMessage(message);
  }
}
