import { inspect } from 'node:util';
import * as vscode from 'vscode';
import { LexyBrainError } from '../errors.ts';
import type { PanelAction } from '../protocol/messages.ts';
import type { ProviderId } from '../providers/types.ts';
import { adviceFor, type Action } from './advice.ts';
import type { Dialogs, Message } from './dialogs.ts';
import type { EditorLog } from './log.ts';

/** VS Code shows three buttons well. */
const MOST_BUTTONS = 3;
/** Only the panel can do these. */
const PANEL_ONLY: readonly PanelAction[] = [
  'retry',
  'useBuiltin',
  'useDefaultModel',
  'showRawAnswer',
  'pickList',
];

export interface NotificationPorts {
  readonly dialogs: () => Dialogs;
  readonly log: EditorLog;
  readonly perform: (action: PanelAction, provider: ProviderId) => Promise<void>;
  readonly hasAction: (action: PanelAction, provider: ProviderId) => boolean;
}

/** A button, and what it does. */
export interface NextStep {
  readonly label: string;
  readonly run: () => Promise<void>;
}

/** Messages outside the panel: one sentence, a next step, and never the same one twice at a time. */
export class Notifications {
  readonly #ports: NotificationPorts;
  readonly #showing = new Set<string>();

  constructor(ports: NotificationPorts) {
    this.#ports = ports;
  }

  /** Says what went wrong; a cancellation says nothing. `own` are steps that only the caller can take, shown first. */
  failure(error: unknown, provider: ProviderId, own: readonly NextStep[] = []): void {
    if (LexyBrainError.is(error, 'cancelled') || error instanceof vscode.CancellationError) return;
    this.#ports.log.error(describeError(error));
    const { message, advice, actions } = adviceFor(
      error,
      (wanted) => !PANEL_ONLY.includes(wanted) && this.#ports.hasAction(wanted, provider),
    );
    const text = advice === null ? message : `${message} ${advice}`;
    void this.#show({ kind: 'error', text }, [...own, ...actions.map((one) => this.#step(one, provider))]);
  }

  /** Says something that needs no decision. */
  say(text: string, kind: Message['kind'] = 'info', steps: readonly NextStep[] = []): void {
    void this.#show({ kind, text }, steps);
  }

  #step({ id, label }: Action, provider: ProviderId): NextStep {
    return { label, run: () => this.#ports.perform(id, provider) };
  }

  /** Nobody waits for a message: it may stand for hours. */
  async #show(message: Message, steps: readonly NextStep[]): Promise<void> {
    if (this.#showing.has(message.text)) return;
    this.#showing.add(message.text);
    const offered = steps.slice(0, MOST_BUTTONS);
    try {
      const picked = await this.#ports.dialogs().message(
        message,
        offered.map(({ label }) => label),
      );
      await offered.find(({ label }) => label === picked)?.run();
    } catch (error) {
      this.#ports.log.error(describeError(error));
    } finally {
      this.#showing.delete(message.text);
    }
  }
}

/** An error for the log: its stack and its causes, without what a model answered. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  const reason = LexyBrainError.is(error) ? ` [${error.reason}]` : '';
  const cause = error.cause === undefined ? '' : `\n  caused by ${describeError(error.cause)}`;
  return `${error.stack ?? error.message}${reason}${cause}`;
}
