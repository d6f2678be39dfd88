import * as vscode from 'vscode';
import { existingLogFolders } from '../log-folder.ts';
import { withProgress } from '../progress.ts';
import type { CommandPorts, Handler } from './handler.ts';
import { sayNothingLogged } from './training.ts';

/** Deletes the logs of this workspace, after one clear question, and says what was removed. */
export function deleteWorkspaceLogs(ports: CommandPorts): Handler {
  return async () => {
    const folders = await existingLogFolders(ports.context);
    if (folders.length === 0) {
      sayNothingLogged(ports);
      return undefined;
    }
    const chosen = folders.length === 1 ? folders : await whichLogs(ports, folders);
    if (chosen === undefined) return undefined;
    const yes = vscode.l10n.t('Delete');
    const answer = await ports.dialogs().message(
      {
        kind: 'warning',
        text: vscode.l10n.t('Delete the log of this workspace for good?'),
        detail: vscode.l10n.t(
          'Prompts, answers, ratings and the history of insights go, in every window:\n{0}\nWhat was spent stays counted.',
          chosen.join('\n'),
        ),
        modal: true,
      },
      [yes],
    );
    if (answer !== yes) return undefined;
    const deleted = await withProgress(vscode.l10n.t('Deleting the log'), () =>
      Promise.all(chosen.map((folder) => ports.engine().workspaceLog(folder).deleteAll())),
    );
    const sum = (key: 'generations' | 'ratings' | 'preferences' | 'files'): number =>
      deleted.reduce((total, one) => total + one[key], 0);
    await ports.controller().refreshHistory(false);
    ports.notifications.say(
      vscode.l10n.t(
        'Deleted {0} requests, {1} ratings and {2} picks; {3} files are gone.',
        sum('generations'),
        sum('ratings'),
        sum('preferences'),
        sum('files'),
      ),
    );
    return deleted;
  };
}

async function whichLogs(
  ports: CommandPorts,
  folders: readonly string[],
): Promise<readonly string[] | undefined> {
  const picked = await ports.dialogs().pickMany({
    title: vscode.l10n.t('Delete Workspace Logs'),
    placeholder: vscode.l10n.t('Which logs?'),
    choices: folders.map((value) => ({ label: value, value })),
  });
  return picked.kind === 'answer' ? picked.value : undefined;
}
