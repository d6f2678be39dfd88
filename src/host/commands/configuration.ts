import * as vscode from 'vscode';
import { SETTINGS, type SettingDefinition, type SettingName } from '../../configuration.ts';
import type { DebugDocument } from '../../engine.ts';
import { LexyBrainError } from '../../errors.ts';
import { existingLogFolders } from '../log-folder.ts';
import { withProgress } from '../progress.ts';
import type { Settings } from '../settings.ts';
import type { CommandPorts, Handler } from './handler.ts';

/** Asks the provider whether key and model work. Sends nothing of any list. */
export function testConnection(ports: CommandPorts): Handler {
  return async () => {
    const result = await withProgress(vscode.l10n.t('Testing the connection'), () =>
      ports.engine().testConnection(),
    );
    const { success, message, reason } = result;
    if (success) ports.notifications.say(message);
    else {
      const error = new LexyBrainError(reason ?? 'provider-answer', message);
      ports.notifications.failure(error, ports.controller().configuredProvider);
    }
    return result;
  };
}

export function clearCache(ports: CommandPorts): Handler {
  return async () => {
    const count = await ports.engine().clearCache();
    ports.notifications.say(
      count === 0
        ? vscode.l10n.t('There were no cached answers.')
        : count === 1
          ? vscode.l10n.t('Removed 1 cached answer.')
          : vscode.l10n.t('Removed {0} cached answers.', count),
    );
    return count;
  };
}

/** Shows the old debug document, with what to do about each problem. */
export function showConfiguration(ports: CommandPorts): Handler {
  return async () => {
    const document = await ports.engine().describe();
    const text = configurationText(document, ports.settings, {
      version: String((ports.context.extension.packageJSON as { version?: unknown }).version),
      logFolders: await existingLogFolders(ports.context),
    });
    await ports.documents.show(vscode.l10n.t('LexyBrain Configuration'), text, 'md');
  };
}

function configurationText(
  document: DebugDocument,
  settings: Settings,
  about: { readonly version: string; readonly logFolders: readonly string[] },
): string {
  const { problems, ...facts } = document;
  const lines = [`# ${vscode.l10n.t('LexyBrain Configuration')}`, ''];
  lines.push(`## ${vscode.l10n.t('What to do')}`, '');
  const told = [...new Set([...problems, ...notesOf(document)])];
  lines.push(
    ...(told.length === 0 ? [vscode.l10n.t('Nothing: all is well.')] : told.map((text) => `- ${text}`)),
  );
  lines.push(
    '',
    `## ${vscode.l10n.t('What is set')}`,
    '',
    '```json',
    JSON.stringify(facts, null, 2),
    '```',
    '',
  );
  lines.push(`## ${vscode.l10n.t('Settings')}`, '');
  lines.push(
    `| ${vscode.l10n.t('setting')} | ${vscode.l10n.t('value')} | ${vscode.l10n.t('from')} |`,
    '| --- | --- | --- |',
  );
  const configuration = settings.read();
  for (const [name, { key, environment }] of Object.entries(SETTINGS) as [SettingName, SettingDefinition][]) {
    const { value, source } = configuration[name];
    const from = source === 'environment' && environment ? environment.name : source;
    lines.push(`| \`lexybrain.${key}\` | ${cell(value)} | ${from} |`);
  }
  lines.push('', `## ${vscode.l10n.t('Where things are')}`, '');
  lines.push(`- LexyBrain ${about.version}, VS Code ${vscode.version}, Node ${process.versions.node}`);
  lines.push(...about.logFolders.map((folder) => `- ${vscode.l10n.t('Log: {0}', folder)}`));
  return `${lines.join('\n')}\n`;
}

const cell = (value: unknown): string =>
  `\`${JSON.stringify(value).replaceAll('|', '\\|').replaceAll('`', "'")}\``;

function notesOf({ provider, huggingface }: DebugDocument): string[] {
  const notes: string[] = [];
  if (provider === 'builtin' && !huggingface.hasToken) {
    notes.push(
      vscode.l10n.t(
        'No Hugging Face token is set: the built-in analyst computes the insights, without a language model. Set one with LexyBrain: Set Hugging Face Token… to have a model write them.',
      ),
    );
  }
  if (vscode.workspace.isTrusted) return notes;
  return [
    ...notes,
    vscode.l10n.t(
      'This workspace is not trusted: its settings, instructions and past insights are not used. Trust it with Workspaces: Manage Workspace Trust.',
    ),
  ];
}
