import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { MAGNET_CSV, scriptedUser, until, workspaceFile } from '../support.ts';

describe('the Keyword Lists view in Restricted Mode', () => {
  const user = scriptedUser();

  it('shows the lists, by the user’s settings and not by the workspace’s', async () => {
    await vscode.commands.executeCommand('lexybrain.lists.focus');
    await workspaceFile('view/candles.csv', MAGNET_CSV);
    await workspaceFile('view/secret.md', 'not a list\nfor the view\n');
    await workspaceFile('.vscode/settings.json', JSON.stringify({ 'lexybrain.lists.include': ['**/*.md'] }));
    await until(
      'VS Code has read the settings',
      () =>
        vscode.workspace.getConfiguration('lexybrain').inspect('lists.include')?.workspaceValue !== undefined,
    );
    const view = user.doors.container.listsView();
    const items = await until('it is read', async () => {
      const shown = (await view.getChildren()).map((node) => view.getTreeItem(node));
      const candles = shown.find(({ resourceUri }) => resourceUri?.path.endsWith('/view/candles.csv'));
      return String(candles?.description).startsWith('10 · Helium 10') && shown;
    });
    assert.ok(!items.some(({ resourceUri }) => resourceUri?.path.endsWith('.md')));
  });

  it('previews a list', async () => {
    const uri = await workspaceFile('view/candles.csv', MAGNET_CSV);
    await vscode.commands.executeCommand('lexybrain.previewList', uri);
    await until('it is shown', () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString();
    });
  });
});
