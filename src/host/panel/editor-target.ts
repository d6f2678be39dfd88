import * as vscode from 'vscode';

/**
 * The editor that "insert" writes into: the last text editor the user was in. A file the list was read from is
 * never written into.
 */
export class EditorTarget implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];
  readonly #changed: () => void;
  #last: vscode.TextEditor | undefined;
  #own: { readonly uri: string; readonly range: vscode.Range } | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
    this.#last = vscode.window.activeTextEditor;
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (editor === undefined || editor.document.uri.scheme === 'output') return;
        this.#last = editor;
        changed();
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.#last?.document === document) this.#last = undefined;
        changed();
      }),
    ];
  }

  canInsert(lists: readonly string[]): boolean {
    return this.#target(lists) !== undefined;
  }

  /** Inserts at the cursor (in place of what is selected there); false when there is no editor for it. */
  async insert(text: string, lists: readonly string[]): Promise<boolean> {
    const target = this.#target(lists);
    if (target === undefined) return false;
    const editor = await vscode.window.showTextDocument(target.document, {
      selection: target.selection,
      ...(target.viewColumn === undefined ? {} : { viewColumn: target.viewColumn }),
    });
    return editor.edit((edit) => edit.replace(editor.selection, text));
  }

  /** Shows a row of a list, and remembers that the selection is not the user's own. */
  async reveal(document: vscode.TextDocument, range: vscode.Range): Promise<void> {
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const viewColumn = shown?.viewColumn ?? this.#last?.viewColumn ?? vscode.ViewColumn.One;
    this.#own = { uri: document.uri.toString(), range };
    await vscode.window.showTextDocument(document, { selection: range, viewColumn });
    this.#changed();
  }

  isOwnSelection(editor: vscode.TextEditor): boolean {
    const [only, ...others] = editor.selections;
    return (
      this.#own !== undefined &&
      others.length === 0 &&
      only?.isEqual(this.#own.range) === true &&
      editor.document.uri.toString() === this.#own.uri
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #target(lists: readonly string[]): vscode.TextEditor | undefined {
    const last = this.#last;
    return last === undefined || last.document.isClosed || lists.includes(last.document.uri.toString())
      ? undefined
      : last;
  }
}
