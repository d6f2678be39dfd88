import * as vscode from 'vscode';
import { Container, sayCannotActivate, type Doors } from './host/container.ts';

let container: Container | undefined;

/**
 * Registers and returns: nothing is opened, read or contacted before it is used. Outside production the result
 * lets tests put something else in the place of the editor's inputs and secret storage.
 */
export function activate(context: vscode.ExtensionContext): Doors | undefined {
  const started = performance.now();
  try {
    container = new Container(context);
    context.subscriptions.push(container);
    container.register();
    container.log.info(`Activated in ${(performance.now() - started).toFixed(1)} ms.`);
    return context.extensionMode === vscode.ExtensionMode.Production ? undefined : container.doors;
  } catch (error) {
    sayCannotActivate(error);
    throw error;
  }
}

export async function deactivate(): Promise<void> {
  await container?.close();
}
