import * as vscode from 'vscode';
import { mergeLogs, type MergeReport } from '../../training/merge.ts';
import { logFolderOf } from '../log-folder.ts';
import { withProgress } from '../progress.ts';
import type { CommandPorts, Handler } from './handler.ts';

/** Unites other people's logs with the one of this workspace. */
export function mergeTrainingLogs(ports: CommandPorts): Handler {
  return async () => {
    const title = vscode.l10n.t('Merge Training Logs');
    const kind = await ports.dialogs().pickOne({
      title,
      placeholder: vscode.l10n.t('What shall be merged into the log of this workspace?'),
      choices: [
        {
          label: vscode.l10n.t('Folders'),
          detail: vscode.l10n.t('workspaces of others, or their .lexybrain folders'),
          value: true,
        },
        {
          label: vscode.l10n.t('Files'),
          detail: vscode.l10n.t('exported databases; JSON or CSV of lexybrain_training_data'),
          value: false,
        },
      ],
    });
    if (kind.kind !== 'answer') return undefined;
    const picked = await ports.dialogs().browseLogs(title, kind.value);
    if (picked === undefined || picked.length === 0) return undefined;
    const log = ports.engine().workspaceLog(await logFolderOf(ports.context, undefined));
    const paths = picked.map(({ fsPath }) => fsPath);
    const report = await withProgress(vscode.l10n.t('Merging logs'), (signal, tell) =>
      mergeLogs(log, paths, { signal, onProgress: (read) => tell(vscode.l10n.t('{0} entries', read)) }),
    );
    await ports.controller().refreshHistory(false);
    say(ports, report);
    return report;
  };
}

function say(ports: CommandPorts, report: MergeReport): void {
  const { added, known, conflicts, refused } = report.total;
  const failed = report.sources.some((source) => 'error' in source);
  const clean = !failed && conflicts.count === 0 && refused.length === 0;
  const text = vscode.l10n.t(
    'Merged {0} requests, {1} ratings and {2} picks; {3} entries were known already.',
    added.generations,
    added.ratings,
    added.preferences,
    known,
  );
  if (clean) {
    ports.notifications.say(text);
    return;
  }
  const show = async (): Promise<void> =>
    ports.documents.showPage(vscode.l10n.t('Merge Report'), reportText(text, report));
  ports.notifications.say(`${text} ${vscode.l10n.t('Not all of it could be taken.')}`, 'warning', [
    { label: vscode.l10n.t('Show Report'), run: show },
  ]);
}

function reportText(text: string, { sources, total: { conflicts, refused } }: MergeReport): string {
  const lines = [`# ${vscode.l10n.t('Merge Report')}`, '', text, ''];
  for (const source of sources) {
    if ('error' in source) lines.push(`- ${source.error.toUserText()}`);
  }
  for (const { reason, count } of refused)
    lines.push(`- ${vscode.l10n.t('Not taken: {0} {1}.', count, reason)}`);
  if (conflicts.count > 0) {
    lines.push(
      `- ${vscode.l10n.t('{0} entries have the id of one that is there, with other content; those that were there stay:', conflicts.count)}`,
      ...conflicts.ids.map((id) => `  - \`${id}\``),
    );
  }
  return `${lines.join('\n')}\n`;
}
