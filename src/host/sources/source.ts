import * as vscode from 'vscode';
import { basename } from 'node:path/posix';
import { LexyBrainError, messageOf } from '../../errors.ts';
import type { KeywordLists, ListHandle } from '../../generation/types.ts';
import type { ColumnGuess, ColumnMapping } from '../../keywords/types.ts';
import { UNKNOWN_TABLE } from './columns.ts';

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

/** How a list is read beyond its bytes. */
export interface Reading {
  /** How to read a table that no format knows; absent: as guessed. */
  readonly columns?: (guess: ColumnGuess, name: string) => Promise<ColumnMapping>;
  /** What is round each reading, so that a progress does not also run while the user is asked. */
  readonly whileReading?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Reads the sources into one list; several are merged. Throws the LexyBrainErrors `list-*`. */
export async function openSources(
  sources: readonly Source[],
  lists: KeywordLists,
  reading: Reading = {},
): Promise<ListHandle> {
  const opened: ListHandle[] = [];
  try {
    // One after the other: each may be large.
    for (const source of sources) opened.push(await openSource(source, lists, reading));
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

async function openSource(source: Source, lists: KeywordLists, reading: Reading): Promise<ListHandle> {
  const { columns } = reading;
  const whileReading = reading.whileReading ?? (<T>(work: () => Promise<T>): Promise<T> => work());
  const name = nameOf(source);
  const read = (mapping?: ColumnMapping): Promise<ListHandle> =>
    whileReading(() => readInto(source, lists, mapping));
  const list = await read();
  if (columns === undefined || list.summary.tool !== UNKNOWN_TABLE) return list;
  // Only now is it known that the columns were guessed; lists of known tools are read once.
  try {
    const guess = await guessColumns(source, lists);
    if (guess === null) return list;
    const mapping = await columns(guess, name);
    if (mapping === guess.mapping) return list;
    const again = await read(mapping);
    list.dispose();
    return again;
  } catch (error) {
    list.dispose();
    throw error;
  }
}

/** What the columns of a source seem to be; null when it is no table, or one of a known tool. */
export async function guessColumns(source: Source, lists: KeywordLists): Promise<ColumnGuess | null> {
  const name = nameOf(source);
  const bytes =
    source.kind === 'file' ? await readBytes(source.uri, name) : new TextEncoder().encode(source.text);
  return lists.guessColumns(bytes, { name });
}

async function readInto(
  source: Source,
  lists: KeywordLists,
  columns: ColumnMapping | undefined,
): Promise<ListHandle> {
  const name = nameOf(source);
  const options = columns === undefined ? { name } : { name, columns };
  const bytes = source.kind === 'file' ? await readBytes(source.uri, name) : null;
  try {
    if (bytes !== null) return await lists.open(bytes, options);
    return await lists.openText(source.kind === 'text' ? source.text : '', options);
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
