import * as vscode from 'vscode';
import { usageMarkdown } from '../../generation/usage-text.ts';
import { existingLogFolders } from '../log-folder.ts';
import { withProgress } from '../progress.ts';
import type { CommandPorts, Handler } from './handler.ts';

const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Shows what was asked, spent and rated, as the logs of this workspace have it. */
export function showUsage(ports: CommandPorts): Handler {
  return async () => {
    const engine = ports.engine();
    const title = vscode.l10n.t('LexyBrain Usage');
    const from = new Date(Date.now() - DAYS * DAY_MS).toISOString();
    const folders = await existingLogFolders(ports.context);
    const reports = await withProgress(vscode.l10n.t('Reading the log'), () =>
      Promise.all(folders.map((folder) => engine.usage(folder, { from }))),
    );
    const parts = reports.flatMap((report, at) => [
      // With one log there is nothing to tell apart.
      ...(folders.length > 1 ? [`## ${folders[at] ?? ''}`] : []),
      usageMarkdown(report, `the last ${DAYS} days`),
    ]);
    const text =
      parts.length > 0 ? parts.join('\n\n') : vscode.l10n.t('Nothing is logged in this workspace yet.');
    await ports.documents.showPage(title, `# ${title}\n\n${text}\n`);
    return reports;
  };
}
