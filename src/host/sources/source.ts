import * as vscode from 'vscode';
import { basename } from 'node:path/posix';
import { LexyBrainError, messageOf } from '../../errors.ts';
import type { KeywordLists, ListHandle } from '../../generation/types.ts';

/** Where a keyword list comes from. */
export type Source =
  | { readonly kind: 'file'; readonly uri: vscode.Uri }
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly text: string;
      /** The document it stands in, if any: a selection, an unsaved document. */
      readonly uri: vscode.Uri | undefined;
    };

/** Larger files are not read at all: they would be held in memory several times over. */
const MOST_BYTES = 512 * 1024 * 1024;

export const fileName = (uri: vscode.Uri): string => basename(uri.path);

export const nameOf = (source: Source): string =>
  source.kind === 'file' ? fileName(source.uri) : source.name;

/**
 * The file as a source: its bytes, so that its encoding is judged here and not by the editor. Where the editor
 * holds changes that were not saved, they are meant.
 */
export function fileSource(uri: vscode.Uri): Source {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined && (open.isDirty || open.isUntitled)) {
    return { kind: 'text', name: fileName(uri), text: open.getText(), uri };
  }
  return { kind: 'file', uri };
}

/** Reads the sources into one list; several are merged. Throws the LexyBrainErrors `list-*`. */
export async function openSources(sources: readonly Source[], lists: KeywordLists): Promise<ListHandle> {
  const opened: ListHandle[] = [];
  try {
    // One after the other: each may be large.
    for (const source of sources) opened.push(await openSource(source, lists));
    const [only] = opened;
    if (only === undefined)
      throw new LexyBrainError('list-missing', vscode.l10n.t('No keyword list was chosen.'));
    if (opened.length === 1) return only;
    const merged = await lists.merge(opened);
    for (const list of opened) list.dispose();
    return merged;
  } catch (error) {
    for (const list of opened) list.dispose();
    throw error;
  }
}

async function openSource(source: Source, lists: KeywordLists): Promise<ListHandle> {
  const name = nameOf(source);
  const bytes = source.kind === 'file' ? await readBytes(source.uri, name) : null;
  try {
    if (bytes !== null) return await lists.open(bytes, { name });
    return await lists.openText(source.kind === 'text' ? source.text : '', { name });
  } catch (error) {
    if (!LexyBrainError.is(error)) throw error;
    // Which one it is matters where there are several.
    const { reason, message, advice } = error;
    throw new LexyBrainError(reason, message.includes(name) ? message : `${name}: ${message}`, {
      cause: error,
      ...(advice === undefined ? {} : { advice }),
    });
  }
}

async function readBytes(uri: vscode.Uri, name: string): Promise<Uint8Array> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MOST_BYTES) {
      throw new LexyBrainError('list-too-large', vscode.l10n.t('{0} is larger than 512 MB.', name), {
        advice: vscode.l10n.t('Split the list into smaller files and try again.'),
      });
    }
    // A copy: its bytes may be handed over to the keyword worker, and VS Code's own buffer is pooled.
    return new Uint8Array(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (LexyBrainError.is(error)) throw error;
    throw new LexyBrainError(
      'list-missing',
      vscode.l10n.t('{0} cannot be read: {1}', name, messageOf(error)),
      {
        advice: vscode.l10n.t('Check that the file is still there, or choose another.'),
        cause: error,
      },
    );
  }
}

/** By what the answers about a list are remembered: the files it came from, or what is in it. */
export function listKey(sources: readonly Source[], hash: string): string {
  const files = wholeFiles(sources);
  return files.length === sources.length ? files.join('\n') : `hash:${hash}`;
}

/** The URIs of the sources that are whole files, in a fixed order. */
export function wholeFiles(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => (source.kind === 'file' ? [source.uri.toString()] : [])).sort();
}
