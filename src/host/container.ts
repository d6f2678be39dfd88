import { join } from 'node:path';
import envPaths from 'env-paths';
import * as vscode from 'vscode';
import { createEngine, type Engine } from '../engine.ts';
import { createWorkerLists } from '../generation/worker-lists.ts';
import { PROVIDER_IDS, type ProviderId } from '../providers/types.ts';
import { openWorkspaceLog } from '../store/workspace-log.ts';
import { hasAction, perform } from './actions.ts';
import { LocalBridge } from './bridge.ts';
import { commandTable } from './commands/table.ts';
import { guarded, type CommandPorts } from './commands/handler.ts';
import { EditorDialogs, type Dialogs } from './dialogs.ts';
import { Documents } from './documents.ts';
import { KeyStore } from './keys.ts';
import { editorLanguageModels } from './language-models.ts';
import { EditorLog } from './log.ts';
import { COMMAND_NAMES, commandId, PANEL_VIEW_TYPE } from './manifest/commands.ts';
import { Memory } from './memory.ts';
import { describeError, Notifications } from './notifications.ts';
import { Controller } from './panel/controller.ts';
import { Settings } from './settings.ts';

/** What a test may put in place of the editor's own, and look at. */
export interface Doors {
  dialogs: Dialogs;
  secrets: vscode.SecretStorage;
  readonly container: Container;
}

/** Everything the extension is made of, each made when it is first needed. */
export class Container implements vscode.Disposable {
  readonly doors: Doors;
  readonly log = new EditorLog();
  readonly settings = new Settings();
  readonly memory: Memory;
  readonly keys: KeyStore;
  readonly documents = new Documents();
  readonly notifications: Notifications;
  readonly #context: vscode.ExtensionContext;
  readonly #disposables: vscode.Disposable[] = [];
  #engine: Engine | undefined;
  #controller: Controller | undefined;
  #bridge: LocalBridge | undefined;
  #saidNotLogged = false;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.doors = { dialogs: new EditorDialogs(), secrets: context.secrets, container: this };
    this.memory = new Memory(context);
    this.keys = new KeyStore(() => this.doors.secrets);
    this.notifications = new Notifications({
      dialogs: () => this.doors.dialogs,
      log: this.log,
      perform,
      hasAction,
    });
  }

  /** Registers what package.json promises. Opens, reads and contacts nothing. */
  register(): void {
    const table = commandTable(this.#ports());
    for (const name of COMMAND_NAMES) {
      const handler = guarded(name, table[name], this, () => this.#provider());
      this.#disposables.push(vscode.commands.registerCommand(commandId(name), handler));
    }
    this.#disposables.push(
      vscode.window.registerWebviewPanelSerializer(PANEL_VIEW_TYPE, {
        deserializeWebviewPanel: (panel, saved) => this.controller().restore(panel, saved),
      }),
      this.#context.secrets.onDidChange(() => void this.#controller?.keysChanged()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('lexybrain')) void this.#controller?.keysChanged();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#controller?.refreshHistory(false)),
      this.log.onDidFailToRecord((warning) => this.#sayNotLogged(warning)),
    );
  }

  engine(): Engine {
    const languageModels = editorLanguageModels(this.#context.languageModelAccessInformation);
    this.#engine ??= createEngine({
      configuration: () => this.settings.read(),
      environment: process.env,
      storedKey: (provider) => this.keys.get(provider),
      log: this.log,
      // Looked up at each call: VS Code replaces it to honour proxies and certificates.
      fetch: (url, init) => globalThis.fetch(url, init),
      dataFolder: envPaths('lexybrain', { suffix: '' }).data,
      lists: createWorkerLists(this.#bundled('list-worker.cjs')),
      openLog: (folder, policy) =>
        openWorkspaceLog({
          ...policy,
          folder,
          workerFile: this.#bundled('store-worker.cjs'),
          wasmFile: this.#bundled('sql-wasm.wasm'),
          log: this.log,
        }),
      ...(languageModels === undefined ? {} : { languageModels }),
    });
    return this.#engine;
  }

  controller(): Controller {
    this.#controller ??= new Controller({
      context: this.#context,
      engine: () => this.engine(),
      dialogs: () => this.doors.dialogs,
      documents: this.documents,
      log: this.log,
      memory: this.memory,
      notifications: this.notifications,
      settings: this.settings,
      perform,
      hasAction,
    });
    return this.#controller;
  }

  bridge(): LocalBridge {
    this.#bridge ??= new LocalBridge({
      context: this.#context,
      engine: () => this.engine(),
      secrets: () => this.doors.secrets,
      settings: this.settings,
      memory: this.memory,
      log: this.log,
    });
    return this.#bridge;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    this.#controller?.dispose();
    this.documents.dispose();
    this.log.dispose();
  }

  /** Waits for what is being recorded; nothing acknowledged depends on it. */
  async close(): Promise<void> {
    await this.#bridge?.stop();
    await this.#engine?.close();
  }

  #ports(): CommandPorts {
    return {
      context: this.#context,
      engine: () => this.engine(),
      controller: () => this.controller(),
      bridge: () => this.bridge(),
      dialogs: () => this.doors.dialogs,
      documents: this.documents,
      keys: this.keys,
      log: this.log,
      memory: this.memory,
      notifications: this.notifications,
      settings: this.settings,
    };
  }

  #bundled(name: string): string {
    return join(this.#context.extensionPath, 'dist', name);
  }

  #provider(): ProviderId {
    const chosen = this.settings.read().provider.value;
    return PROVIDER_IDS.find((id) => id === chosen) ?? 'huggingface';
  }

  /** Once a window: a log that fails will fail again, and every insight goes on. */
  #sayNotLogged(warning: string): void {
    if (this.#saidNotLogged) return;
    this.#saidNotLogged = true;
    const show = async (): Promise<void> => perform('showLog', 'builtin');
    this.notifications.say(warning, 'warning', [{ label: vscode.l10n.t('Show Log'), run: show }]);
  }
}

/** Says why the extension cannot start: VS Code itself says nothing. */
export function sayCannotActivate(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(vscode.l10n.t('LexyBrain cannot start: {0}', message));
  // The log may be what failed.
  process.stderr.write(`${describeError(error)}\n`);
}
