import * as vscode from 'vscode';
import { fileName, fileSource, guessColumns, type Source } from '../sources/source.ts';
import { readCall } from '../sources/call.ts';
import { activeFile } from '../sources/choose.ts';
import { pickSources } from '../sources/pick.ts';
import type { CommandPorts, Handler } from './handler.ts';

/** Shows what was read of the lists that were clicked; else of the active file; else of a pick. */
export function previewList(ports: CommandPorts): Handler {
  return async (first, second) => {
    const uris = await filesOf(ports, first, second);
    for (const uri of uris) await ports.previews().open(uri);
  };
}

/** Asks which columns of a table are what, whether or not it was asked before. */
export function chooseColumns(ports: CommandPorts): Handler {
  return async (first, second) => {
    const [uri] = await filesOf(ports, first, second);
    if (uri === undefined) return;
    const name = fileName(uri);
    const guess = await guessColumns(fileSource(uri), ports.engine().lists);
    if (guess === null) {
      ports.notifications.say(
        vscode.l10n.t('{0} has no columns to choose: it is a plain list, or LexyBrain knows its tool.', name),
      );
      return;
    }
    await ports.columns.ask(guess, name);
  };
}

async function filesOf(ports: CommandPorts, first: unknown, second: unknown): Promise<readonly vscode.Uri[]> {
  const { uris, editor } = readCall(first, second);
  if (uris.length > 0) return uris;
  const active = editor ?? activeFile();
  if (active !== undefined) return [active];
  const picked = (await pickSources({ dialogs: ports.dialogs(), memory: ports.memory })) ?? [];
  return picked.flatMap((source: Source) => (source.uri === undefined ? [] : [source.uri]));
}
