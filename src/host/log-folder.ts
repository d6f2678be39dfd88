import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';

const FOLDER = '.lexybrain';

/**
 * The `.lexybrain` folder that logs what is made of a list: in the workspace folder of the list, else in the
 * first one, else in VS Code's storage: with no folder, in virtual and read-only ones, and in Restricted Mode,
 * where nothing that lies in the workspace is opened.
 */
export async function logFolderOf(
  context: vscode.ExtensionContext,
  list: vscode.Uri | undefined,
): Promise<string> {
  const own = list && vscode.workspace.getWorkspaceFolder(list);
  for (const folder of [own, vscode.workspace.workspaceFolders?.[0]]) {
    if (folder !== undefined && (await isUsable(folder.uri))) return join(folder.uri.fsPath, FOLDER);
  }
  const storage = storageFolder(context);
  await mkdir(dirname(storage), { recursive: true });
  return storage;
}

/** Every `.lexybrain` folder that may hold insights of this workspace and is there. */
export async function existingLogFolders(context: vscode.ExtensionContext): Promise<string[]> {
  const folders = (vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => join(uri.fsPath, FOLDER));
  const found = await Promise.all([...folders, storageFolder(context)].map(isFolder));
  return found.flatMap((folder) => (folder === null ? [] : [folder]));
}

function storageFolder(context: vscode.ExtensionContext): string {
  return join((context.storageUri ?? context.globalStorageUri).fsPath, FOLDER);
}

async function isUsable(uri: vscode.Uri): Promise<boolean> {
  if (!vscode.workspace.isTrusted || uri.scheme !== 'file') return false;
  return access(uri.fsPath, constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function isFolder(path: string): Promise<string | null> {
  return stat(path).then(
    (found) => (found.isDirectory() ? path : null),
    () => null,
  );
}
