import * as vscode from 'vscode';
import type { Dialogs } from '../dialogs.ts';
import type { Memory } from '../memory.ts';
import { LIST_EXTENSIONS } from '../manifest/commands.ts';
import type { Call } from './call.ts';
import { pickSources } from './pick.ts';
import { fileName, fileSource, type Source } from './source.ts';

/** What the panel shows is what is acted on while it has the focus. */
export type Chosen =
  { readonly kind: 'sources'; readonly sources: readonly Source[] } | { readonly kind: 'shown' };

export interface ChoosingPorts {
  readonly dialogs: Dialogs;
  readonly memory: Memory;
  /** The panel has the focus and shows a list. */
  readonly panelHasList: () => boolean;
  /** Whether a selection was made by the extension itself (to show a row), so that it says nothing of what the user wants. */
  readonly isOwnSelection: (editor: vscode.TextEditor) => boolean;
}

/**
 * What a command acts on: what was clicked or passed; the selection; the active file; what the panel shows;
 * else what the user picks. Undefined: the user left.
 */
export async function chooseSources(call: Call, ports: ChoosingPorts): Promise<Chosen | undefined> {
  if (call.options.text !== undefined) {
    return chosen({ kind: 'text', name: vscode.l10n.t('Keywords'), text: call.options.text, uri: undefined });
  }
  if (call.options.pick === true) return picked(ports);
  if (call.uris.length > 0) return { kind: 'sources', sources: call.uris.map(fileSource) };
  const selection = selectedText(ports);
  if (selection !== undefined) return chosen(selection);
  if (call.editor !== undefined) return chosen(fileSource(call.editor));
  const active = activeFile();
  if (active !== undefined) return chosen(fileSource(active));
  if (ports.panelHasList()) return { kind: 'shown' };
  return picked(ports);
}

async function picked(ports: ChoosingPorts): Promise<Chosen | undefined> {
  const sources = await pickSources(ports);
  return sources && { kind: 'sources', sources };
}

const chosen = (source: Source): Chosen => ({ kind: 'sources', sources: [source] });

function selectedText({ isOwnSelection }: ChoosingPorts): Source | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || isOwnSelection(editor)) return undefined;
  const text = editor.selections
    .map((selection) => editor.document.getText(selection))
    .filter((part) => part.trim() !== '')
    .join('\n');
  if (text === '') return undefined;
  const name = vscode.l10n.t('Selection in {0}', fileName(editor.document.uri));
  return { kind: 'text', name, text, uri: editor.document.uri };
}

/** The file of the active tab, if it looks like a keyword list: in a text editor, or another one (a spreadsheet's). */
export function activeFile(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.isUntitled === true && document.getText().trim() !== '') return document.uri;
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri =
    document?.uri ??
    (tab instanceof vscode.TabInputCustom || tab instanceof vscode.TabInputText ? tab.uri : undefined);
  return uri !== undefined && isListFile(uri) ? uri : undefined;
}

export function isListFile(uri: vscode.Uri): boolean {
  return LIST_EXTENSIONS.some((extension) => uri.path.toLowerCase().endsWith(`.${extension}`));
}
