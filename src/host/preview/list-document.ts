import * as vscode from 'vscode';
import { LexyBrainError, messageOf } from '../../errors.ts';
import type { Engine } from '../../engine.ts';
import type { ListHandle } from '../../generation/types.ts';
import { marketRules } from '../../insights/markets.ts';
import type { ListFigures, ListRows, ListView, RowsQuery } from '../../keywords/types.ts';
import { METRIC_COLUMNS, type PreviewState } from '../../protocol/list-messages.ts';
import type { Memory } from '../memory.ts';
import { describeError } from '../notifications.ts';
import type { EditorLog } from '../log.ts';
import { Settings } from '../settings.ts';
import { UNKNOWN_TABLE, type Columns } from '../sources/columns.ts';
import { fileName, fileSource, guessColumns, listKey, openSources } from '../sources/source.ts';
import { today } from '../panel/maker.ts';

export interface ListDocumentPorts {
  readonly engine: () => Engine;
  readonly memory: Memory;
  readonly columns: Columns;
  readonly log: EditorLog;
}

/** Files are often written in several steps. */
const SETTLED_MS = 300;

type Content =
  | { readonly kind: 'reading' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | {
      readonly kind: 'open';
      readonly handle: ListHandle;
      readonly view: ListView;
      readonly figures: ListFigures;
      readonly table: Extract<PreviewState, { kind: 'open' }>['list']['table'];
    };

/** A list that previews look at: read when first looked at, and again when its file or its columns change. */
export class ListDocument implements vscode.CustomDocument {
  readonly uri: vscode.Uri;
  readonly #ports: ListDocumentPorts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #content: Content = { kind: 'reading' };
  #revision = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;
  /** The last rows asked for could not be had. */
  #isLost = false;

  constructor(uri: vscode.Uri, ports: ListDocumentPorts) {
    this.uri = uri;
    this.#ports = ports;
    const folder = vscode.Uri.joinPath(uri, '..');
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(folder, escapeGlob(fileName(uri))),
    );
    const again = (): void => this.#readSoon();
    this.#subscriptions = [
      watcher,
      watcher.onDidChange(again),
      watcher.onDidCreate(again),
      watcher.onDidDelete(again),
      ports.columns.onDidChange(() => {
        const content = this.#content;
        if (content.kind !== 'open' || content.table !== null) void this.read();
      }),
      this.#changed,
    ];
  }

  /** Counts up with each reading. */
  get revision(): number {
    return this.#revision;
  }

  get state(): PreviewState {
    const content = this.#content;
    const name = fileName(this.uri);
    switch (content.kind) {
      case 'reading':
        return { kind: 'reading', name };
      case 'failed': {
        const { error } = content;
        const advice = LexyBrainError.is(error) ? (error.advice ?? null) : null;
        return { kind: 'failed', name, message: messageOf(error), advice };
      }
      case 'open': {
        const { handle, view, figures, table } = content;
        const { market, demandKinds, competitionKinds, dropped, notes, ...summary } = handle.summary;
        return {
          kind: 'open',
          list: {
            name: summary.name,
            toolLabel: summary.toolLabel,
            market: market === null ? null : marketRules(market).label,
            currency: summary.currency,
            rows: summary.rows,
            demandKinds: [...demandKinds],
            competitionKinds: [...competitionKinds],
            columns: METRIC_COLUMNS.filter((column) => figures.coverage[column] > 0),
            dropped: [...dropped],
            notes: [...notes],
            product: view.product,
            table,
          },
        };
      }
    }
  }

  /** Rows of the list; null where the list was read anew since that revision. Throws what the worker throws. */
  async rows(revision: number, query: RowsQuery): Promise<ListRows | null> {
    const content = this.#content;
    if (content.kind !== 'open' || revision !== this.#revision) return null;
    try {
      const rows = await content.handle.page(content.view, query);
      this.#isLost = false;
      return rows;
    } catch (error) {
      if (revision !== this.#revision || this.#isDisposed) return null;
      this.#ports.log.warn(`Rows of a list cannot be shown: ${describeError(error)}`);
      // The worker may have ended, and with it every list it held. What fails twice in a row is not read a third time.
      if (this.#isLost) this.#show({ kind: 'failed', error });
      else await this.read();
      this.#isLost = true;
      return null;
    }
  }

  /** The index of a term's row; null when the list does not have it. */
  async find(term: string): Promise<number | null> {
    const content = this.#content;
    if (content.kind !== 'open') return null;
    const [row] = await content.handle.rows(content.view, [term]);
    return row?.index ?? null;
  }

  /** Reads the list; what was read before stays until then. Failures become part of the state. */
  async read(): Promise<void> {
    const revision = (this.#revision += 1);
    const content = await this.#read().catch((error: unknown): Content => {
      this.#ports.log.warn(describeError(error));
      return { kind: 'failed', error };
    });
    if (revision !== this.#revision || this.#isDisposed) {
      if (content.kind === 'open') content.handle.dispose();
      return;
    }
    this.#show(content);
  }

  #show(content: Content): void {
    this.#release();
    this.#content = content;
    this.#changed.fire();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    this.#release();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #read(): Promise<Content> {
    const { engine, memory, columns } = this.#ports;
    const source = fileSource(this.uri);
    const { lists } = engine();
    const handle = await openSources([source], lists, {
      columns: async (guess) => columns.remembered(guess) ?? guess.mapping,
    });
    try {
      const settings = new Settings();
      settings.about(this.uri);
      const { brandsAdd, brandsRemove } = settings.read();
      const view: ListView = {
        product: memory.answers(listKey([source], handle.summary.hash))?.product ?? null,
        nicheTerms: [],
        brands: { add: brandsAdd.value, remove: brandsRemove.value },
        today: today(),
      };
      const figures = await handle.figures(view);
      const guess = handle.summary.tool === UNKNOWN_TABLE ? await guessColumns(source, lists) : null;
      const table =
        guess === null
          ? null
          : columns.remembered(guess) !== undefined
            ? 'confirmed'
            : guess.certain
              ? 'recognised'
              : 'guessed';
      return { kind: 'open', handle, view, figures, table };
    } catch (error) {
      handle.dispose();
      throw error;
    }
  }

  #readSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.read(), SETTLED_MS);
  }

  #release(): void {
    if (this.#content.kind === 'open') this.#content.handle.dispose();
    this.#content = { kind: 'reading' };
  }
}

/** A file's name as a glob that matches nothing else. */
function escapeGlob(name: string): string {
  return name.replaceAll(/[[\]{}*?]/g, (character) => `[${character}]`);
}
