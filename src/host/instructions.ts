import * as vscode from 'vscode';
import { createHash } from 'node:crypto';
import type { InsightTypeId } from '../insights/types.ts';

/** Longer instructions would crowd out the list. */
const MOST_CHARACTERS = 8000;

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
  const file = vscode.Uri.joinPath(folder.uri, 'lexybrain', 'instructions', `${type}.md`);
  try {
    const bytes = await vscode.workspace.fs.readFile(file);
    const text = new TextDecoder().decode(bytes).trim().slice(0, MOST_CHARACTERS);
    if (text === '') return null;
    return { text, mark: createHash('sha256').update(text).digest('hex').slice(0, 12) };
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null;
    throw error;
  }
}
