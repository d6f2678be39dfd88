import * as vscode from 'vscode';
import type { PanelAction } from '../protocol/messages.ts';
import { PROVIDERS } from '../providers/index.ts';
import type { ProviderId } from '../providers/types.ts';
import { openPage } from './commands/keys.ts';
import { commandId, type CommandName } from './manifest/commands.ts';

/** Whether there is something behind a button for this provider. */
export function hasAction(action: PanelAction, provider: ProviderId): boolean {
  const entry = PROVIDERS.find(({ id }) => id === provider);
  const has: Partial<Record<PanelAction, boolean>> = {
    setToken: typeof entry?.keyName === 'string',
    removeToken: typeof entry?.keyName === 'string',
    openTokenPage: typeof entry?.keyUrl === 'string',
    openStatusPage: typeof entry?.statusUrl === 'string',
    useDefaultModel: typeof entry?.defaultModel === 'string' && provider !== 'builtin',
  };
  return has[action] ?? true;
}

/** Does what a button says, as far as it is not a matter of the insight on screen. */
export async function perform(action: PanelAction, provider: ProviderId): Promise<void> {
  const entry = PROVIDERS.find(({ id }) => id === provider);
  switch (action) {
    case 'setToken':
      return run(provider === 'huggingface' ? 'setHuggingFaceToken' : 'setProviderKey', { provider });
    case 'removeToken':
      return run(provider === 'huggingface' ? 'removeHuggingFaceToken' : 'removeProviderKey', { provider });
    case 'selectModel':
      return run('selectModel');
    case 'showLog':
      return run('showLog');
    case 'showConfiguration':
      return run('showConfiguration');
    case 'openTokenPage':
      if (typeof entry?.keyUrl === 'string') await openPage(entry.keyUrl);
      return;
    case 'openStatusPage':
      if (typeof entry?.statusUrl === 'string') await openPage(entry.statusUrl);
      return;
    case 'openSettings':
      await vscode.commands.executeCommand('workbench.action.openSettings', '@ext:lexybrain.lexybrain');
      return;
    // These belong to the insight on screen; the panel does them.
    case 'retry':
    case 'useBuiltin':
    case 'useDefaultModel':
    case 'showRawAnswer':
    case 'pickList':
      return;
  }
}

async function run(name: CommandName, argument?: unknown): Promise<void> {
  await vscode.commands.executeCommand(commandId(name), argument);
}
