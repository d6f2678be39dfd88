import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { insight, scriptedUser, stateOf, until, workspaceFile } from '../support.ts';

const TOLD = { columns: null, market: 'etsy', product: null };
const logOf = (folder: number): string =>
  vscode.Uri.joinPath(vscode.workspace.workspaceFolders![folder]!.uri, '.lexybrain').fsPath;

describe('with several folders', () => {
  const user = scriptedUser();

  it('an insight is logged in the folder of its list', async () => {
    const uri = await workspaceFile('mugs.csv', 'keyword,search volume\nblue mug,900\nred mug,40\n', 1);
    await insight(user, 'marketBrief', { uris: [uri.toString()], ...TOLD });
    await until('it is logged', () => existsSync(logOf(1)));
    assert.equal(existsSync(logOf(0)), false);
  });

  it('what is in no folder is logged in the first, and the past insights of all are shown', async () => {
    await insight(user, 'riskSentinel', { text: 'oak shelf, pine shelf', market: 'etsy', product: null });
    await until('it is logged', () => existsSync(logOf(0)));
    await vscode.commands.executeCommand('lexybrain.openInsights');
    await until('both are shown', () => {
      const names = stateOf(user.doors)?.history.items.map(({ listName }) => listName) ?? [];
      return names.includes('mugs.csv') && names.includes('Keywords');
    });
  });

  it('lists of all folders are offered', async () => {
    user.dialogs.pick('list.csv');
    const brief = await insight(user, 'marketBrief', { market: 'etsy', product: null });
    assert.equal(brief.list.rows, 1);
  });

  it('instructions and settings of the folder of the list count', async () => {
    const uri = await workspaceFile('plates.csv', 'keyword,search volume\nblue plate,900\nred plate,40\n', 1);
    await vscode.workspace
      .getConfiguration('lexybrain', uri)
      .update('language', 'fr', vscode.ConfigurationTarget.WorkspaceFolder);
    await workspaceFile('lexybrain/instructions/market_brief.md', 'Be short.', 1);
    const brief = await insight(user, 'marketBrief', {
      uris: [uri.toString()],
      ...TOLD,
    });
    assert.equal(brief.input.language, 'fr');
    assert.equal(brief.input.instructions, 'Be short.');
  });
});

describe('where the log cannot be written', () => {
  const user = scriptedUser();

  it('the insight is shown all the same, a message says so once, and it cannot be rated', async () => {
    const parent = process.env['LEXYBRAIN_TEST_FOLDER'];
    assert.ok(parent !== undefined);
    const broken = vscode.Uri.joinPath(vscode.Uri.file(parent), 'broken');
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    // A file where the folder should be.
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(broken, '.lexybrain'), encode('in the way'));
    const list = vscode.Uri.joinPath(broken, 'mugs.csv');
    await vscode.workspace.fs.writeFile(list, encode('keyword,search volume\nblue mug,900\nred mug,40\n'));
    const added = new Promise((resolve) => {
      const subscription = vscode.workspace.onDidChangeWorkspaceFolders(() =>
        resolve(subscription.dispose()),
      );
    });
    vscode.workspace.updateWorkspaceFolders(2, 0, { uri: broken });
    await added;
    const call = { uris: [list.toString()], ...TOLD, fresh: true };
    await insight(user, 'marketBrief', call);
    await until('it is said', () =>
      user.dialogs.said.some((text) => text.includes('Failed to log LexyBrain request (non-blocking)')),
    );
    await until('it cannot be rated', () => {
      const view = stateOf(user.doors)?.view;
      return view?.kind === 'result' && !view.rateable;
    });
    assert.deepEqual(user.dialogs.messages[0]?.buttons, ['Show Log']);
    await insight(user, 'riskSentinel', call);
    assert.equal(user.dialogs.messages.length, 1);
    vscode.workspace.updateWorkspaceFolders(2, 1);
  });
});
