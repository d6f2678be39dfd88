import * as vscode from 'vscode';
import {
  fromPanelSchema,
  savedPanelSchema,
  type FromPanel,
  type PanelState,
  type SavedPanel,
  type ToPanel,
} from '../../protocol/messages.ts';
import { PANEL_STRINGS } from '../../protocol/strings.ts';
import type { Log } from '../../providers/types.ts';
import { PANEL_VIEW_TYPE } from '../manifest/commands.ts';
import { panelHtml } from './html.ts';

export interface PanelListener {
  receive(message: FromPanel): void;
  /** The panel was shown, hidden, focused or closed. */
  viewChanged(): void;
}

/** The one webview panel: made when first shown, restored after a reload. It shows snapshots and passes messages on. */
export class Panel implements vscode.Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #log: Log;
  readonly #listener: PanelListener;
  #panel: vscode.WebviewPanel | undefined;
  #subscriptions: vscode.Disposable[] = [];
  #ready = false;
  /** The latest snapshot; sent once the page listens. */
  #latest: { readonly state: PanelState; readonly title: string } | undefined;

  constructor(extensionUri: vscode.Uri, log: Log, listener: PanelListener) {
    this.#extensionUri = extensionUri;
    this.#log = log;
    this.#listener = listener;
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  get isVisible(): boolean {
    return this.#panel?.visible ?? false;
  }

  /** The page has said that it listens. */
  get isListening(): boolean {
    return this.#ready;
  }

  get isActive(): boolean {
    return this.#panel?.active ?? false;
  }

  get latest(): PanelState | undefined {
    return this.#latest?.state;
  }

  /** Brings the panel to the front; beside the editor, so that the list stays in view. */
  show(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal(undefined, false);
      return;
    }
    const column =
      vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    this.#adopt(vscode.window.createWebviewPanel(PANEL_VIEW_TYPE, 'LexyBrain', column));
  }

  /** Takes over a panel that VS Code kept over a reload. Null: what was saved is of no use, show nothing. */
  restore(panel: vscode.WebviewPanel, saved: unknown): SavedPanel | null {
    if (this.#panel !== undefined) {
      panel.dispose();
      return null;
    }
    this.#adopt(panel);
    const parsed = savedPanelSchema.safeParse(saved);
    return parsed.success ? parsed.data : null;
  }

  update(state: PanelState, title: string): void {
    this.#latest = { state, title };
    this.#send();
  }

  /** A message as if the page had sent it; also the door of tests. */
  receive(data: unknown): void {
    const parsed = fromPanelSchema.safeParse(data);
    if (!parsed.success) {
      this.#log.warn('The insights panel sent a message that is not known; it was dropped.');
      return;
    }
    if (parsed.data.type === 'ready') {
      this.#ready = true;
      const strings = Object.fromEntries(
        Object.entries(PANEL_STRINGS).map(([key, text]) => [key, vscode.l10n.t(text)]),
      );
      this.#post({ type: 'strings', strings, locale: vscode.env.language });
      this.#send();
    }
    this.#listener.receive(parsed.data);
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#ready = false;
    const { webview } = panel;
    const dist = vscode.Uri.joinPath(this.#extensionUri, 'dist');
    this.#subscriptions = [
      webview.onDidReceiveMessage((data: unknown) => this.receive(data)),
      panel.onDidChangeViewState(() => this.#viewChanged()),
      panel.onDidDispose(() => this.#closed()),
    ];
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.png');
    // Set anew after a restore too: the extension's folder changes with its version.
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'webview.css')).toString(),
      language: vscode.env.language,
    });
    this.#send();
  }

  #viewChanged(): void {
    // A page that is hidden is thrown away and says "ready" again when shown.
    if (!this.isVisible) this.#ready = false;
    this.#listener.viewChanged();
  }

  #closed(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
    this.#panel = undefined;
    this.#ready = false;
    this.#listener.viewChanged();
  }

  #send(): void {
    if (this.#panel === undefined || this.#latest === undefined) return;
    this.#panel.title = this.#latest.title;
    if (this.#ready) this.#post({ type: 'state', state: this.#latest.state });
  }

  #post(message: ToPanel): void {
    void this.#panel?.webview.postMessage(message);
  }
}
