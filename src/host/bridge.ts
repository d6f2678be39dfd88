import * as vscode from 'vscode';
import { newToken } from '../bridge/guard.ts';
import { logPorts } from '../bridge/log-ports.ts';
import type { Bridge } from '../bridge/server.ts';
import type { Engine } from '../engine.ts';
import { LexyBrainError, messageOf } from '../errors.ts';
import type { ListHandle } from '../generation/types.ts';
import { readInstructions } from './instructions.ts';
import type { EditorLog } from './log.ts';
import { logFolderOf } from './log-folder.ts';
import { commandId } from './manifest/commands.ts';
import type { Memory } from './memory.ts';
import type { Settings } from './settings.ts';
import { findLists } from './sources/pick.ts';
import { fileName, fileSource, openSources } from './sources/source.ts';

export const TOKEN_NAME = 'lexybrain.bridge.token';

export interface LocalBridgePorts {
  readonly context: vscode.ExtensionContext;
  readonly engine: () => Engine;
  readonly secrets: () => vscode.SecretStorage;
  readonly settings: Settings;
  readonly memory: Memory;
  readonly log: EditorLog;
}

/** The bridge of this window: started and stopped by the user, its token in the secret storage. */
export class LocalBridge {
  readonly #ports: LocalBridgePorts;
  #token = '';
  #lasts = true;
  #starting: Promise<Bridge> | undefined;
  #running: Bridge | undefined;
  #item: vscode.StatusBarItem | undefined;

  constructor(ports: LocalBridgePorts) {
    this.#ports = ports;
  }

  /** The address while it runs. */
  get url(): string | undefined {
    return this.#running?.url;
  }

  get token(): string {
    return this.#token;
  }

  /** Whether the token will be the same after this window. */
  get tokenLasts(): boolean {
    return this.#lasts;
  }

  async start(): Promise<Bridge> {
    this.#starting ??= this.#start();
    try {
      return await this.#starting;
    } catch (error) {
      this.#starting = undefined;
      throw error;
    }
  }

  /** Ends what is under way; false when it did not run. */
  async stop(): Promise<boolean> {
    const running = await this.#starting?.catch(() => undefined);
    this.#starting = undefined;
    this.#running = undefined;
    this.#item?.dispose();
    this.#item = undefined;
    await running?.close();
    return running !== undefined;
  }

  /** Another token; the old one is refused from now on. */
  async renew(): Promise<void> {
    this.#token = newToken();
    await this.#keep(this.#token);
  }

  async #start(): Promise<Bridge> {
    const { context, settings, log } = this.#ports;
    const engine = this.#ports.engine();
    this.#token ||= await this.#storedToken();
    const logFolder = (): Promise<string> => logFolderOf(context, undefined);
    // Loaded only now: most windows never start it.
    const { startBridge } = await import('../bridge/server.ts');
    const bridge = await startBridge(
      {
        engine,
        log,
        token: () => this.#token,
        logFolder,
        logChat: () => settings.read().bridgeLogChat.value,
        openList: (name) => this.#openList(name, engine),
        instructions: async (type) => (await readInstructions(type, undefined))?.text ?? null,
        ...logPorts(engine, logFolder),
      },
      { port: settings.read().bridgePort.value },
    );
    this.#running = bridge;
    this.#show(bridge);
    log.info(`The local bridge listens at ${bridge.url}.`);
    return bridge;
  }

  #show({ url, port }: Bridge): void {
    const item = vscode.window.createStatusBarItem('lexybrain.bridge', vscode.StatusBarAlignment.Right);
    item.name = vscode.l10n.t('LexyBrain Local Bridge');
    item.text = `$(radio-tower) LexyBrain ${port}`;
    item.tooltip = vscode.l10n.t(
      'The LexyBrain bridge listens at {0}. Click for its token, or to stop it.',
      url,
    );
    item.command = commandId('startBridge');
    item.accessibilityInformation = {
      label: vscode.l10n.t('LexyBrain local bridge, running at port {0}', port),
      role: 'button',
    };
    item.show();
    this.#item = item;
  }

  async #storedToken(): Promise<string> {
    try {
      const stored = await this.#ports.secrets().get(TOKEN_NAME);
      if (stored !== undefined && stored !== '') return stored;
    } catch (error) {
      this.#ports.log.warn(`The stored token of the bridge cannot be read: ${messageOf(error)}`);
    }
    const token = newToken();
    await this.#keep(token);
    return token;
  }

  async #keep(token: string): Promise<void> {
    try {
      await this.#ports.secrets().store(TOKEN_NAME, token);
      this.#lasts = (await this.#ports.secrets().get(TOKEN_NAME)) === token;
    } catch (error) {
      this.#lasts = false;
      this.#ports.log.warn(`The token of the bridge cannot be kept: ${messageOf(error)}`);
    }
  }

  /** Names are compared with what the workspace has; nothing a caller says becomes a path. */
  async #openList(name: string, engine: Engine): Promise<ListHandle> {
    const found = (await findLists(this.#ports.memory)).filter((uri) => fileName(uri) === name);
    const [only] = found;
    if (found.length > 1) {
      throw new LexyBrainError('invalid-request', `${found.length} keyword lists are called ${name}.`, {
        advice: 'Rename one of them, or send the keywords themselves.',
      });
    }
    if (only === undefined) {
      throw new LexyBrainError('list-missing', `There is no keyword list called ${name} in the workspace.`, {
        advice: 'Send its file name without a path, or the keywords themselves.',
      });
    }
    // Nobody sits at the other end to be asked: as confirmed in the editor, else as guessed.
    return openSources([fileSource(only)], engine.lists, {
      columns: async ({ headerKey, mapping }) => this.#ports.memory.columns(headerKey) ?? mapping,
    });
  }
}
