import * as vscode from 'vscode';
import type { Memory } from '../memory.ts';

/**
 * The editor that "insert" writes into: the last text editor the user was in. A file the list was read from is
 * never written into.
 */
export class EditorTarget implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];
  readonly #memory: Pick<Memory, 'shownRow' | 'rememberShownRow'>;
  readonly #changed: () => void;
  #last: vscode.TextEditor | undefined;

  constructor(memory: Pick<Memory, 'shownRow' | 'rememberShownRow'>, changed: () => void) {
    this.#memory = memory;
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
    await this.#memory.rememberShownRow([
      document.uri.toString(),
      range.start.line,
      range.start.character,
      range.end.character,
    ]);
    await vscode.window.showTextDocument(document, { selection: range, viewColumn });
    this.#changed();
  }

  isOwnSelection(editor: vscode.TextEditor): boolean {
    const [only, ...others] = editor.selections;
    const own = this.#memory.shownRow();
    if (own === undefined || only === undefined || others.length > 0) return false;
    const [uri, line, from, to] = own;
    return editor.document.uri.toString() === uri && only.isEqual(new vscode.Range(line, from, line, to));
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
