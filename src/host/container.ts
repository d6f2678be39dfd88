import { join } from 'node:path';
import envPaths from 'env-paths';
import * as vscode from 'vscode';
import { createEngine, type Engine } from '../engine.ts';
import type { KeywordLists } from '../generation/types.ts';
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
import { ListPreviews } from './preview/list-previews.ts';
import { Settings } from './settings.ts';
import { Columns } from './sources/columns.ts';
import { KeywordListsView } from './views/keyword-lists-view.ts';

/** A list that needs more than this is read only when someone asks for it. */
const VIEW_MEMORY_MB = 1024;

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
  readonly columns: Columns;
  readonly documents = new Documents();
  readonly notifications: Notifications;
  readonly #context: vscode.ExtensionContext;
  readonly #disposables: { dispose(): unknown }[] = [];
  #engine: Engine | undefined;
  #controller: Controller | undefined;
  #listsView: KeywordListsView | undefined;
  #viewLists: KeywordLists | undefined;
  #previews: ListPreviews | undefined;
  #bridge: LocalBridge | undefined;
  #saidNotLogged = false;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.doors = { dialogs: new EditorDialogs(), secrets: context.secrets, container: this };
    this.memory = new Memory(context);
    this.columns = new Columns(this.memory, () => this.doors.dialogs);
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
      this.columns,
      this.listsView(),
      this.previews().register(),
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

  /** The Keyword Lists view. It reads in a worker of its own: a list that ends it takes no other list with it. */
  listsView(): KeywordListsView {
    this.#listsView ??= new KeywordListsView({
      lists: () => {
        this.#viewLists ??= createWorkerLists(this.#bundled('list-worker.cjs'), {
          memoryLimitMb: VIEW_MEMORY_MB,
        });
        return this.#viewLists;
      },
      columns: this.columns,
      log: this.log,
    });
    return this.#listsView;
  }

  previews(): ListPreviews {
    this.#previews ??= new ListPreviews({
      context: this.#context,
      engine: () => this.engine(),
      memory: this.memory,
      columns: this.columns,
      log: this.log,
      notifications: this.notifications,
    });
    return this.#previews;
  }

  controller(): Controller {
    this.#controller ??= new Controller({
      context: this.#context,
      engine: () => this.engine(),
      dialogs: () => this.doors.dialogs,
      documents: this.documents,
      log: this.log,
      columns: this.columns,
      memory: this.memory,
      notifications: this.notifications,
      settings: this.settings,
      perform,
      hasAction,
      showInPreview: (sources, term) => this.previews().reveal(sources, term),
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
    this.#previews?.dispose();
    this.documents.dispose();
    this.log.dispose();
  }

  /** Waits for what is being recorded; nothing acknowledged depends on it. */
  async close(): Promise<void> {
    await this.#bridge?.stop();
    await this.#viewLists?.close();
    await this.#engine?.close();
  }

  #ports(): CommandPorts {
    return {
      context: this.#context,
      engine: () => this.engine(),
      controller: () => this.controller(),
      bridge: () => this.bridge(),
      columns: this.columns,
      dialogs: () => this.doors.dialogs,
      documents: this.documents,
      keys: this.keys,
      log: this.log,
      memory: this.memory,
      listsView: () => this.listsView(),
      previews: () => this.previews(),
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
