import type * as vscode from 'vscode';

/** A list in the Keyword Lists view: what its menus pass to commands. */
export class ListNode {
  readonly uri: vscode.Uri;

  constructor(uri: vscode.Uri) {
    this.uri = uri;
  }
}
