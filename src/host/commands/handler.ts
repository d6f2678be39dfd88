import type * as vscode from 'vscode';
import { requireEnabled } from '../../configuration.ts';
import type { Engine } from '../../engine.ts';
import type { ProviderId } from '../../providers/types.ts';
import type { LocalBridge } from '../bridge.ts';
import type { Dialogs } from '../dialogs.ts';
import type { Documents } from '../documents.ts';
import type { KeyStore } from '../keys.ts';
import type { EditorLog } from '../log.ts';
import { commandId, type CommandName } from '../manifest/commands.ts';
import type { Memory } from '../memory.ts';
import type { Notifications } from '../notifications.ts';
import type { Controller } from '../panel/controller.ts';
import type { ListPreviews } from '../preview/list-previews.ts';
import type { Settings } from '../settings.ts';
import type { Columns } from '../sources/columns.ts';
import type { KeywordListsView } from '../views/keyword-lists-view.ts';

/** What the commands work with. What is costly is made when first asked for. */
export interface CommandPorts {
  readonly context: vscode.ExtensionContext;
  readonly engine: () => Engine;
  readonly controller: () => Controller;
  readonly bridge: () => LocalBridge;
  readonly columns: Columns;
  readonly dialogs: () => Dialogs;
  readonly documents: Documents;
  readonly keys: KeyStore;
  readonly log: EditorLog;
  readonly memory: Memory;
  readonly listsView: () => KeywordListsView;
  readonly previews: () => ListPreviews;
  readonly notifications: Notifications;
  readonly settings: Settings;
}

export type Handler = (...args: readonly unknown[]) => Promise<unknown>;

/** Commands that work while LexyBrain is turned off: those that look after it. */
const ALWAYS: readonly CommandName[] = [
  'showConfiguration',
  'showLog',
  'removeHuggingFaceToken',
  'removeProviderKey',
  'deleteWorkspaceLogs',
  'stopBridge',
];

/** What is round every command: its start in the log, the switch that turns everything off, its failure in words. */
export function guarded(
  name: CommandName,
  handler: Handler,
  ports: Pick<CommandPorts, 'log' | 'notifications' | 'settings'>,
  provider: () => ProviderId,
): Handler {
  return async (...args) => {
    ports.log.info(`${commandId(name)}: started`);
    try {
      if (!ALWAYS.includes(name)) requireEnabled(ports.settings.read());
      return await handler(...args);
    } catch (error) {
      ports.notifications.failure(error, provider());
      return undefined;
    }
  };
}
