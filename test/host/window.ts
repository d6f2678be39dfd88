import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** The extension under test, which must be there. */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('lexybrain.lexybrain');
  assert.ok(found, 'VS Code did not load the extension');
  return found;
}

/** The names of the folders open in this window. */
export function folderNames(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ name }) => name);
}

/** The extension's SecretStorage, which it hands out in test mode. */
export async function secrets(): Promise<vscode.SecretStorage> {
  const doors = (await extension().activate()) as { secrets: vscode.SecretStorage };
  return doors.secrets;
}
