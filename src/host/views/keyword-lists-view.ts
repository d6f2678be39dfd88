import * as vscode from 'vscode';
import type { KeywordLists } from '../../generation/types.ts';
import { LISTS_VIEW } from '../manifest/commands.ts';
import type { EditorLog } from '../log.ts';
import type { Columns } from '../sources/columns.ts';
import { ListNode } from '../sources/list-node.ts';
import { ListFinder, MOST_LISTS, type FolderLists } from './list-finder.ts';
import { listItem } from './list-item.ts';
import { ListSummaries } from './list-summaries.ts';

/** A folder of a workspace that has several. */
class FolderNode {
  readonly lists: FolderLists;

  constructor(lists: FolderLists) {
    this.lists = lists;
  }
}

type Node = ListNode | FolderNode;

export interface KeywordListsViewPorts {
  readonly lists: () => KeywordLists;
  readonly columns: Columns;
  readonly log: EditorLog;
}

/** The Keyword Lists view: the lists of the workspace, each with what was read of it once it is shown. */
export class KeywordListsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #finder = new ListFinder();
  readonly #summaries: ListSummaries;
  readonly #view: vscode.TreeView<Node>;
  readonly #subscriptions: readonly { dispose(): unknown }[];
  #nodes = new Map<string, ListNode>();

  constructor(ports: KeywordListsViewPorts) {
    this.#summaries = new ListSummaries({ ...ports, isVisible: () => this.#view.visible });
    this.#view = vscode.window.createTreeView(LISTS_VIEW, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: false,
    });
    this.#subscriptions = [
      this.#changed,
      this.#finder,
      this.#summaries,
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.#changed.fire(undefined);
      }),
      this.#finder.onDidChange((uri) => {
        if (uri !== undefined) this.#summaries.forget(uri);
        this.#changed.fire(uri && this.#nodes.get(uri.toString()));
      }),
      this.#summaries.onDidChange((uri) => {
        const node = this.#nodes.get(uri.toString());
        if (node !== undefined) this.#changed.fire(node);
      }),
      ports.columns.onDidChange(() => {
        this.#summaries.forgetTables();
        this.#changed.fire(undefined);
      }),
    ];
  }

  /** Looks for the lists again and reads them again. */
  refresh(): void {
    this.#summaries.forgetAll();
    this.#changed.fire(undefined);
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node instanceof ListNode) return [];
    if (node !== undefined) return node.lists.uris.map((uri) => this.#node(uri));
    const found = await this.#finder.find();
    const uris = found.flatMap((folder) => folder.uris);
    this.#nodes = new Map(uris.map((uri) => [uri.toString(), this.#node(uri)]));
    this.#view.message = found.some((folder) => folder.uris.length === MOST_LISTS)
      ? vscode.l10n.t('The first {0} files of a folder are shown.', MOST_LISTS)
      : '';
    if ((vscode.workspace.workspaceFolders ?? []).length > 1)
      return found.map((folder) => new FolderNode(folder));
    return [...this.#nodes.values()];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node instanceof ListNode) return listItem(node, this.#summaries.state(node.uri));
    const { folder } = node.lists;
    const item = new vscode.TreeItem(folder.name, vscode.TreeItemCollapsibleState.Expanded);
    item.id = folder.uri.toString();
    item.iconPath = vscode.ThemeIcon.Folder;
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** The same node for the same file, so that VS Code keeps what is selected. */
  #node(uri: vscode.Uri): ListNode {
    return this.#nodes.get(uri.toString()) ?? new ListNode(uri);
  }
}
