import * as vscode from 'vscode';
import {
  readConfiguration,
  SETTINGS,
  type Configuration,
  type ReadSetting,
  type SettingDefinition,
} from '../configuration.ts';

const DEFINITIONS: readonly SettingDefinition[] = Object.values(
  SETTINGS as Readonly<Record<string, SettingDefinition>>,
);
const SCOPES = new Map(DEFINITIONS.map(({ key, scope }) => [key, scope]));

/**
 * The settings as they count now. A machine-scoped setting is the user's alone; of the others a workspace's
 * value counts once the workspace is trusted, whatever it is about.
 */
export class Settings {
  #resource: vscode.Uri | undefined;

  /** The file whose folder's settings count from now on. */
  about(resource: vscode.Uri | undefined): void {
    this.#resource = resource;
  }

  read(): Configuration {
    return readConfiguration(this.#setting, process.env);
  }

  /** Whether it is the workspace that sets this value. */
  isSetByWorkspace(key: 'provider' | 'model' | 'routing'): boolean {
    return workspaceValue(this.#inspect(key)) !== undefined;
  }

  readonly #setting: ReadSetting = (key) => {
    const inspected = this.#inspect(key);
    const mine: unknown = inspected?.globalValue;
    return SCOPES.get(key) === 'machine' ? mine : (workspaceValue(inspected) ?? mine);
  };

  #inspect(key: string): Inspected {
    return vscode.workspace.getConfiguration('lexybrain', this.#resource ?? null).inspect(key);
  }
}

type Inspected = ReturnType<vscode.WorkspaceConfiguration['inspect']>;

function workspaceValue(inspected: Inspected): unknown {
  if (!vscode.workspace.isTrusted) return undefined;
  return inspected?.workspaceFolderValue ?? inspected?.workspaceValue;
}
