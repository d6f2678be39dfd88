import * as vscode from 'vscode';
import type { Log } from '../providers/types.ts';

/** Begins the warning with which the engine says that a record could not be written. */
const NOT_LOGGED = 'Failed to log LexyBrain';

/** The output channel "LexyBrain". Holds no key, no prompt and no answer. */
export class EditorLog implements Log {
  readonly #channel: vscode.LogOutputChannel;
  readonly #notLogged = new vscode.EventEmitter<string>();
  /** A record could not be written; the words of the warning. */
  readonly onDidFailToRecord = this.#notLogged.event;

  constructor() {
    this.#channel = vscode.window.createOutputChannel('LexyBrain', { log: true });
  }

  debug(message: string): void {
    this.#channel.debug(message);
  }

  info(message: string): void {
    this.#channel.info(message);
  }

  warn(message: string): void {
    this.#channel.warn(message);
    if (message.startsWith(NOT_LOGGED)) this.#notLogged.fire(message);
  }

  error(message: string): void {
    this.#channel.error(message);
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#notLogged.dispose();
    this.#channel.dispose();
  }
}
