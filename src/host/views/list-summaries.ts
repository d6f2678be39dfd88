import pLimit from 'p-limit';
import * as vscode from 'vscode';
import { LexyBrainError, messageOf } from '../../errors.ts';
import type { KeywordLists } from '../../generation/types.ts';
import type { ListSummary } from '../../keywords/types.ts';
import { describeError } from '../notifications.ts';
import type { EditorLog } from '../log.ts';
import { UNKNOWN_TABLE, type Columns } from '../sources/columns.ts';
import { fileSource, openSources } from '../sources/source.ts';

/** What is known of a list in the view. */
export type ListState =
  | { readonly kind: 'reading' }
  | {
      readonly kind: 'read';
      readonly summary: ListSummary;
      /** Its columns were guessed by what the values look like, and nobody has confirmed them. */
      readonly guessed: boolean;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly advice: string | undefined };

/** Lists are read two at a time: one waits for its bytes while the other is worked on. */
const AT_A_TIME = 2;
const READING: ListState = { kind: 'reading' };

export interface ListSummariesPorts {
  /** A worker of the view's own: a list that ends it takes no list with it that someone looks at. */
  readonly lists: () => KeywordLists;
  readonly columns: Columns;
  readonly log: EditorLog;
  /** Nothing is read for a view that nobody sees. */
  readonly isVisible: () => boolean;
}

/** Reads lists for their summaries, a few at a time, and keeps only those. */
export class ListSummaries implements vscode.Disposable {
  readonly #ports: ListSummariesPorts;
  readonly #states = new Map<string, ListState>();
  readonly #limit = pLimit(AT_A_TIME);
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** More is known of a list. */
  readonly onDidChange = this.#changed.event;

  constructor(ports: ListSummariesPorts) {
    this.#ports = ports;
  }

  /** What is known of a list now; one of which nothing is known will be read. */
  state(uri: vscode.Uri): ListState {
    const key = uri.toString();
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    this.#states.set(key, READING);
    void this.#limit(() => this.#read(uri));
    return READING;
  }

  /** The file changed or went: what was known of it does not count any more. */
  forget(uri: vscode.Uri): void {
    this.#states.delete(uri.toString());
  }

  /** Forgets tables that no format knows: their columns may be read differently now. */
  forgetTables(): void {
    for (const [key, state] of this.#states) {
      if (state.kind !== 'read' || state.summary.tool === UNKNOWN_TABLE) this.#states.delete(key);
    }
  }

  forgetAll(): void {
    this.#states.clear();
  }

  dispose(): void {
    this.#limit.clearQueue();
    this.#changed.dispose();
  }

  async #read(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    if (!this.#ports.isVisible()) {
      // It is asked for again when the view is shown.
      this.#states.delete(key);
      return;
    }
    const state = await this.#summarise(uri);
    if (!this.#states.has(key)) return;
    this.#states.set(key, state);
    this.#changed.fire(uri);
  }

  async #summarise(uri: vscode.Uri): Promise<ListState> {
    const { columns, lists, log } = this.#ports;
    try {
      let guessed = false;
      const handle = await openSources([fileSource(uri)], lists(), {
        columns: async (guess) => {
          const remembered = columns.remembered(guess);
          guessed = remembered === undefined && !guess.certain;
          return remembered ?? guess.mapping;
        },
      });
      const { summary } = handle;
      handle.dispose();
      return { kind: 'read', summary, guessed };
    } catch (error) {
      if (!LexyBrainError.is(error)) log.error(describeError(error));
      const advice = LexyBrainError.is(error) ? error.advice : undefined;
      return { kind: 'failed', message: messageOf(error), advice };
    }
  }
}
