import * as vscode from 'vscode';

const SCHEME = 'lexybrain';

/** Read-only documents that the extension writes: the configuration, an answer as it came. */
export class Documents implements vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: (uri) => this.#texts.get(uri.path) ?? '',
    });
  }

  /** Shows a text under a title; an open document of that title is brought up to date. */
  async show(title: string, text: string, extension: 'md' | 'txt' | 'json'): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.#put(title, text, extension));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Shows Markdown as a page; as its text where VS Code's own Markdown preview is turned off. */
  async showPage(title: string, markdown: string): Promise<void> {
    if (vscode.extensions.getExtension('vscode.markdown-language-features') === undefined) {
      await this.show(title, markdown, 'md');
      return;
    }
    await vscode.commands.executeCommand('markdown.showPreview', this.#put(title, markdown, 'md'));
  }

  #put(title: string, text: string, extension: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}.${extension}` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
