import * as vscode from 'vscode';
import { commandId, insightCommandId, LIST_VIEW_TYPE } from '../manifest/commands.ts';
import type { Notifications } from '../notifications.ts';
import { findRow } from '../panel/rows.ts';
import { ListNode } from '../sources/list-node.ts';
import { fileName, fileSource, type Source } from '../sources/source.ts';
import { ListDocument, type ListDocumentPorts } from './list-document.ts';
import { ListPage, type ListRequest } from './list-page.ts';

export interface ListPreviewsPorts extends ListDocumentPorts {
  readonly context: vscode.ExtensionContext;
  readonly notifications: Notifications;
}

interface Shown {
  readonly document: ListDocument;
  readonly page: ListPage;
  readonly panel: vscode.WebviewPanel;
}

/** Previews of keyword lists: a read-only editor, so that VS Code keeps, restores and splits them as any other. */
export class ListPreviews implements vscode.CustomReadonlyEditorProvider<ListDocument>, vscode.Disposable {
  readonly #ports: ListPreviewsPorts;
  readonly #shown = new Set<Shown>();
  /** Rows to show in previews that are being opened, by URI. */
  readonly #wanted = new Map<string, string>();

  constructor(ports: ListPreviewsPorts) {
    this.#ports = ports;
  }

  register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(LIST_VIEW_TYPE, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  /** The pages of a list that are open, for tests of what one may send. */
  pagesOf(uri: vscode.Uri): readonly ListPage[] {
    return this.#of(uri).map(({ page }) => page);
  }

  /** The list that previews of a file show, if any is open. */
  documentOf(uri: vscode.Uri): ListDocument | undefined {
    return this.#of(uri)[0]?.document;
  }

  /** Shows what was read of a file. */
  async open(uri: vscode.Uri, column?: vscode.ViewColumn): Promise<void> {
    await vscode.commands.executeCommand('vscode.openWith', uri, LIST_VIEW_TYPE, {
      preview: true,
      ...(column === undefined ? {} : { viewColumn: column }),
    });
  }

  /** Shows the row of a term in the first of the files that has it; false when none has. */
  async reveal(sources: readonly Source[], term: string): Promise<boolean> {
    for (const source of sources) {
      if (source.kind !== 'file') continue;
      const known = this.#of(source.uri)[0]?.document;
      const document = known ?? new ListDocument(source.uri, this.#ports);
      try {
        if (known === undefined) await document.read();
        if ((await document.find(term)) === null) continue;
      } finally {
        if (known === undefined) document.dispose();
      }
      this.#wanted.set(source.uri.toString(), term);
      await this.open(source.uri, this.#of(source.uri)[0]?.panel.viewColumn ?? vscode.ViewColumn.One);
      for (const shown of this.#of(source.uri)) await this.#revealWanted(shown);
      return true;
    }
    return false;
  }

  openCustomDocument(uri: vscode.Uri): ListDocument {
    const document = new ListDocument(uri, this.#ports);
    // The editor opens at once and says that the list is being read.
    void document.read();
    return document;
  }

  resolveCustomEditor(document: ListDocument, panel: vscode.WebviewPanel): void {
    const page = new ListPage({
      panel,
      document,
      extensionUri: this.#ports.context.extensionUri,
      log: this.#ports.log,
      request: (request) => void this.#perform(document, panel, request),
    });
    const shown = { document, page, panel };
    const subscription = document.onDidChange(() => void this.#revealWanted(shown));
    this.#shown.add(shown);
    panel.onDidDispose(() => {
      this.#shown.delete(shown);
      subscription.dispose();
      page.dispose();
    });
  }

  dispose(): void {
    for (const { page } of this.#shown) page.dispose();
    this.#shown.clear();
  }

  #of(uri: vscode.Uri): readonly Shown[] {
    return [...this.#shown].filter(({ document }) => document.uri.toString() === uri.toString());
  }

  async #revealWanted({ document, page }: Shown): Promise<void> {
    const key = document.uri.toString();
    const term = this.#wanted.get(key);
    if (term === undefined || document.state.kind === 'reading') return;
    this.#wanted.delete(key);
    const index = await document.find(term);
    if (index !== null) page.reveal(index);
  }

  async #perform(document: ListDocument, panel: vscode.WebviewPanel, request: ListRequest): Promise<void> {
    const node = new ListNode(document.uri);
    try {
      switch (request.type) {
        case 'insight':
          await vscode.commands.executeCommand(insightCommandId(request.insightType), node);
          return;
        case 'chooseColumns':
          await vscode.commands.executeCommand(commandId('chooseColumns'), node);
          return;
        case 'openText':
          await vscode.commands.executeCommand('vscode.open', document.uri, {
            viewColumn: panel.viewColumn ?? vscode.ViewColumn.Active,
          });
          return;
        case 'openRow':
          await this.#openRow(document, panel, request);
          return;
      }
    } catch (error) {
      this.#ports.notifications.failure(error, 'builtin');
    }
  }

  /** Opens the file at a row; nothing is selected, so that commands still act on the whole file. */
  async #openRow(
    document: ListDocument,
    panel: vscode.WebviewPanel,
    { revision, order, search, position }: Extract<ListRequest, { type: 'openRow' }>,
  ): Promise<void> {
    const page = await document.rows(revision, { order, search, from: position, count: 1 });
    const row = page?.rows[0];
    if (row === undefined) return;
    const found = await findRow([fileSource(document.uri)], row);
    if (found === null) {
      const name = fileName(document.uri);
      this.#ports.notifications.say(vscode.l10n.t('{0} is row {1} of {2}.', row.term, row.sourceRow, name));
      return;
    }
    const { start } = found.range;
    await vscode.window.showTextDocument(found.document, {
      selection: new vscode.Range(start, start),
      viewColumn: panel.viewColumn ?? vscode.ViewColumn.Active,
      preview: true,
    });
  }
}
