import * as vscode from 'vscode';
import type { Choice, Dialogs, Divider } from '../dialogs.ts';
import type { Memory } from '../memory.ts';
import { LIST_EXTENSIONS } from '../manifest/commands.ts';
import { fileName, fileSource, type Source } from './source.ts';

type Way = { readonly uri: vscode.Uri } | 'several' | 'browse' | 'paste';

/** Folders of tools and builds; `files.exclude` is respected besides. */
export const PASSED_BY =
  '**/{node_modules,bower_components,.git,.lexybrain,.vscode,.cache,dist,out,build,vendor,lexybrain}/**';
/** Files that have one of the endings in nearly every project and hold no keywords. */
export const NO_LIST =
  /^(package(-lock)?|composer|manifest|(ts|js)config[\w.-]*|[.\w-]*rc|requirements[\w-]*|robots|readme[\w.-]*|licen[cs]e[\w.-]*|changelog|contributing|security|code_of_conduct)\.(json|txt|md)$/i;
const MOST_FOUND = 2000;

/** A pick among the lists found, with a way to other files and to keywords that are in no file. */
export async function pickSources(ports: {
  readonly dialogs: Dialogs;
  readonly memory: Memory;
}): Promise<readonly Source[] | undefined> {
  const { dialogs, memory } = ports;
  const found = await findLists(memory);
  const title = vscode.l10n.t('Choose a Keyword List');
  const files: Choice<Way>[] = found.map((uri) => ({ ...describe(uri), value: { uri } }));
  const others: Choice<Way>[] = [
    { label: `$(folder-opened) ${vscode.l10n.t('Browse…')}`, value: 'browse', alwaysShow: true },
    { label: `$(clippy) ${vscode.l10n.t('Paste keywords…')}`, value: 'paste', alwaysShow: true },
  ];
  if (files.length > 1) {
    others.unshift({
      label: `$(list-selection) ${vscode.l10n.t('Several lists as one…')}`,
      value: 'several',
      alwaysShow: true,
    });
  }
  const divider: Divider = { label: '', kind: vscode.QuickPickItemKind.Separator };
  const picked = await dialogs.pickOne<Way>({
    title,
    placeholder:
      files.length === 0
        ? vscode.l10n.t('No keyword list was found here')
        : vscode.l10n.t('An export of a keyword tool, or a plain list of keywords'),
    choices: [...files, divider, ...others],
  });
  if (picked.kind !== 'answer') return undefined;
  switch (picked.value) {
    case 'browse':
      return (await dialogs.browse(title, LIST_EXTENSIONS))?.map(fileSource);
    case 'paste':
      return pasteKeywords(dialogs);
    case 'several': {
      const several = await dialogs.pickMany<Way>({
        title: vscode.l10n.t('Choose Keyword Lists'),
        placeholder: vscode.l10n.t('They are read as one list'),
        choices: files,
      });
      if (several.kind !== 'answer') return undefined;
      return several.value.flatMap((way) => (typeof way === 'string' ? [] : [fileSource(way.uri)]));
    }
    default:
      return [fileSource(picked.value.uri)];
  }
}

/** Files that may hold keyword lists: those used before first, then tables, then the others. */
export async function findLists(memory: Memory): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(
    `**/*.{${LIST_EXTENSIONS.flatMap((extension) => [extension, extension.toUpperCase()]).join(',')}}`,
    PASSED_BY,
    MOST_FOUND,
  );
  const recent = memory.recentUris();
  const rank = (uri: vscode.Uri): number => {
    const used = recent.indexOf(uri.toString());
    if (used !== -1) return used - recent.length;
    return /\.(csv|tsv|xlsx)$/i.test(uri.path) ? 0 : /\.txt$/i.test(uri.path) ? 1 : 2;
  };
  return found
    .filter((uri) => !NO_LIST.test(fileName(uri)))
    .sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path, undefined, { numeric: true }));
}

function describe(uri: vscode.Uri): vscode.QuickPickItem {
  const path = vscode.workspace.asRelativePath(uri);
  const folder = path.slice(0, -fileName(uri).length).replace(/\/$/, '');
  return { label: fileName(uri), description: folder, iconPath: vscode.ThemeIcon.File };
}

/** An input box takes one line only; a table or a long list comes by the clipboard. */
async function pasteKeywords(dialogs: Dialogs): Promise<readonly Source[] | undefined> {
  const title = vscode.l10n.t('Paste Keywords');
  const pasted = (text: string): readonly Source[] => [
    { kind: 'text', name: vscode.l10n.t('Pasted keywords'), text, uri: undefined },
  ];
  const clipboard = await vscode.env.clipboard.readText();
  const lines = clipboard.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length > 1) {
    const way = await dialogs.pickOne<'clipboard' | 'type'>({
      title,
      placeholder: vscode.l10n.t('Where are the keywords?'),
      choices: [
        {
          label: vscode.l10n.t('Use what is on the clipboard'),
          description: vscode.l10n.t('{0} lines', lines.length),
          detail: lines.slice(0, 5).join(' · ').slice(0, 150),
          value: 'clipboard',
        },
        { label: vscode.l10n.t('Type them'), value: 'type' },
      ],
    });
    if (way.kind !== 'answer') return undefined;
    if (way.value === 'clipboard') return pasted(clipboard);
  }
  const typed = await dialogs.input({
    title,
    prompt: vscode.l10n.t('Keywords, separated by commas'),
    check: (text) =>
      text.trim() === '' ? { severity: 'error', text: vscode.l10n.t('Type at least one keyword.') } : null,
  });
  return typed.kind === 'answer' ? pasted(typed.value) : undefined;
}
