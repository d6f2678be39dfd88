import * as vscode from 'vscode';
import { Settings } from '../settings.ts';
import { NO_LIST, PASSED_BY } from '../sources/pick.ts';
import { fileName } from '../sources/source.ts';

/** The lists found in one folder of the workspace, in the order of their paths. */
export interface FolderLists {
  readonly folder: vscode.WorkspaceFolder;
  readonly uris: readonly vscode.Uri[];
}

/** More are no help in a view. */
export const MOST_LISTS = 1000;
/** Files often come in crowds: an unpacked archive, a changed branch. */
const SETTLED_MS = 250;

/** Finds the files that `lexybrain.lists.include` names, and says when there may be others or one has changed. */
export class ListFinder implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  /** A file has changed; undefined: there may be other files now. */
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #watchers: vscode.Disposable[] | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    const restart = (): void => {
      this.#stopWatching();
      this.#changed.fire(undefined);
    };
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.onDidChangeWorkspaceFolders(restart),
      vscode.workspace.onDidGrantWorkspaceTrust(restart),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('lexybrain.lists') || change.affectsConfiguration('files.exclude'))
          restart();
      }),
    ];
  }

  /** The lists by folder, folders without any left out. From the first call on, files are watched. */
  async find(): Promise<readonly FolderLists[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    this.#watchers ??= folders.flatMap((folder) => this.#watch(folder));
    const found = await Promise.all(
      folders.map(async (folder) => ({ folder, uris: await this.#findIn(folder) })),
    );
    return found.filter(({ uris }) => uris.length > 0);
  }

  dispose(): void {
    this.#stopWatching();
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #findIn(folder: vscode.WorkspaceFolder): Promise<vscode.Uri[]> {
    const found = await Promise.all(
      globsOf(folder).map((glob) =>
        vscode.workspace.findFiles(new vscode.RelativePattern(folder, glob), PASSED_BY, MOST_LISTS),
      ),
    );
    const unique = new Map(found.flat().map((uri) => [uri.toString(), uri]));
    return [...unique.values()]
      .filter((uri) => !NO_LIST.test(fileName(uri)))
      .sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }))
      .slice(0, MOST_LISTS);
  }

  #watch(folder: vscode.WorkspaceFolder): vscode.Disposable[] {
    return globsOf(folder).flatMap((glob) => {
      const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, glob));
      return [
        watcher,
        watcher.onDidChange((uri) => this.#changed.fire(uri)),
        watcher.onDidCreate(() => this.#findSoon()),
        watcher.onDidDelete((uri) => {
          this.#changed.fire(uri);
          this.#findSoon();
        }),
      ];
    });
  }

  #findSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed.fire(undefined), SETTLED_MS);
  }

  #stopWatching(): void {
    for (const watcher of this.#watchers ?? []) watcher.dispose();
    this.#watchers = undefined;
  }
}

function globsOf(folder: vscode.WorkspaceFolder): readonly string[] {
  const settings = new Settings();
  settings.about(folder.uri);
  return settings.read().listsInclude.value;
}
