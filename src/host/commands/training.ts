import { join, dirname } from 'node:path';
import * as vscode from 'vscode';
import { exportTraining, previewTraining, type LeftOut, type Preview } from '../../training/export.ts';
import { formatOf } from '../../training/formats/index.ts';
import { existingLogFolders } from '../log-folder.ts';
import { withProgress } from '../progress.ts';
import { askWhatToExport, type ExportWish } from '../training-questions.ts';
import type { CommandPorts, Handler } from './handler.ts';

/** Asks what, in which format, from when and where to, shows the first rows and the count, and writes the file. */
export function exportTrainingData(ports: CommandPorts): Handler {
  return async () => {
    const folders = await existingLogFolders(ports.context);
    if (folders.length === 0) {
      sayNothingLogged(ports);
      return undefined;
    }
    const wish = await askWhatToExport(ports.dialogs(), folders);
    if (wish === undefined) return undefined;
    const log = ports.engine().workspaceLog(wish.folder);
    const options = { format: wish.format, filter: { ...wish.filter, ...wish.range }, users: wish.users };
    const preview = await withProgress(vscode.l10n.t('Reading the log'), (signal) =>
      previewTraining(log, { ...options, signal }),
    );
    if (!(await confirm(ports, wish, preview))) return undefined;
    const { extension, label } = formatOf(wish.format);
    const file = await ports.dialogs().saveFile({
      title: vscode.l10n.t('Export Training Data'),
      file: vscode.Uri.file(join(dirname(wish.folder), `lexybrain-${wish.format}.${extension}`)),
      label,
      extension,
    });
    if (file === undefined) return undefined;
    const done = await withProgress(vscode.l10n.t('Exporting training data'), (signal, report) =>
      exportTraining(log, file.fsPath, {
        ...options,
        signal,
        onProgress: (rows) => report(vscode.l10n.t('{0} of {1} rows', rows, preview.rows)),
      }),
    );
    ports.notifications.say(vscode.l10n.t('{0} rows are in {1}.', done.rows, file.fsPath), 'info', [
      reveal(file),
    ]);
    return done;
  };
}

/** Writes everything into one SQLite file. */
export function exportDatabase(ports: CommandPorts): Handler {
  return async () => {
    const folders = await existingLogFolders(ports.context);
    const title = vscode.l10n.t('Export Database');
    const folder = await whichLog(ports, title, folders);
    if (folder === undefined) return undefined;
    const file = await ports.dialogs().saveFile({
      title,
      file: vscode.Uri.file(join(dirname(folder), 'lexybrain-log.db')),
      label: vscode.l10n.t('SQLite database'),
      extension: 'db',
    });
    if (file === undefined) return undefined;
    const requests = await withProgress(vscode.l10n.t('Exporting the database'), (signal) =>
      ports.engine().workspaceLog(folder).exportDatabase(file.fsPath, signal),
    );
    ports.notifications.say(vscode.l10n.t('{0} requests are in {1}.', requests, file.fsPath), 'info', [
      reveal(file),
    ]);
    return requests;
  };
}

/** One of the logs of this workspace; undefined when there is none, which is said, or the user left. */
export async function whichLog(
  ports: CommandPorts,
  title: string,
  folders: readonly string[],
): Promise<string | undefined> {
  const [only] = folders;
  if (only === undefined) sayNothingLogged(ports);
  if (folders.length <= 1) return only;
  const picked = await ports.dialogs().pickOne({
    title,
    placeholder: vscode.l10n.t('Which log?'),
    choices: folders.map((value) => ({ label: value, value })),
  });
  return picked.kind === 'answer' ? picked.value : undefined;
}

export function sayNothingLogged(ports: CommandPorts): void {
  ports.notifications.say(vscode.l10n.t('Nothing is logged in this workspace yet.'));
}

/** Shows how many rows there are, and the first of them if asked; false when nothing shall be written. */
async function confirm(ports: CommandPorts, wish: ExportWish, preview: Preview): Promise<boolean> {
  const title = vscode.l10n.t('Export Training Data');
  const left = preview.leftOut.map(({ reason, count }: LeftOut) => `${count} ${reason}`).join(', ');
  if (preview.rows === 0) {
    ports.notifications.say(
      left === ''
        ? vscode.l10n.t('There are no such rows.')
        : vscode.l10n.t('There are no such rows; left out: {0}.', left),
    );
    return false;
  }
  for (;;) {
    const picked = await ports.dialogs().pickOne({
      title,
      placeholder: left === '' ? formatOf(wish.format).label : vscode.l10n.t('Left out: {0}', left),
      choices: [
        {
          label:
            preview.rows === 1 ? vscode.l10n.t('Save 1 row…') : vscode.l10n.t('Save {0} rows…', preview.rows),
          detail: JSON.stringify(preview.first[0]).slice(0, 200),
          value: 'save',
        },
        { label: vscode.l10n.t('Show the first rows'), value: 'show' },
      ],
    });
    if (picked.kind !== 'answer') return false;
    if (picked.value === 'save') return true;
    const text = preview.first.map((row) => JSON.stringify(row, null, 2)).join('\n');
    await ports.documents.show(vscode.l10n.t('Training Data Preview'), `${text}\n`, 'json');
  }
}

function reveal(file: vscode.Uri): { label: string; run: () => Promise<void> } {
  return {
    label: vscode.l10n.t('Reveal'),
    run: async () => {
      await vscode.commands.executeCommand('revealFileInOS', file);
    },
  };
}
