import * as vscode from 'vscode';
import { createHash } from 'node:crypto';
import { instructionsIn, instructionsPath } from '../insights/instructions.ts';
import type { InsightTypeId } from '../insights/catalogue.ts';

export interface Instructions {
  readonly text: string;
  /** Tells one version from another. */
  readonly mark: string;
}

/**
 * A team's own instructions for a type of insight, from `lexybrain/instructions/<type>.md` in the folder of the
 * list (else the first folder); null when there are none or the workspace is not trusted.
 */
export async function readInstructions(
  type: InsightTypeId,
  list: vscode.Uri | undefined,
): Promise<Instructions | null> {
  if (!vscode.workspace.isTrusted) return null;
  const own = list && vscode.workspace.getWorkspaceFolder(list);
  const folder = own ?? vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) return null;
  const file = vscode.Uri.joinPath(folder.uri, ...instructionsPath(type));
  try {
    const text = instructionsIn(await vscode.workspace.fs.readFile(file));
    if (text === null) return null;
    return { text, mark: createHash('sha256').update(text).digest('hex').slice(0, 12) };
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null;
    throw error;
  }
}
