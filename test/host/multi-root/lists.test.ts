import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { MAGNET_CSV, scriptedUser, until, workspaceFile } from '../support.ts';

describe('the Keyword Lists view of several folders', () => {
  const user = scriptedUser();

  it('shows the lists under their folders, and reads those of each', async () => {
    await vscode.commands.executeCommand('lexybrain.lists.focus');
    await workspaceFile('view/candles.csv', MAGNET_CSV, 0);
    await workspaceFile('view/mugs.txt', 'blue mug\nred mug\n', 1);
    const view = user.doors.container.listsView();
    const descriptions = async (): Promise<Record<string, string[]>> => {
      const shown: Record<string, string[]> = {};
      for (const folder of await view.getChildren()) {
        const label = view.getTreeItem(folder).label as string;
        const items = (await view.getChildren(folder)).map((node) => view.getTreeItem(node));
        shown[label] = items.map(({ resourceUri, description }) => {
          const name = resourceUri?.path.split('/').at(-1) ?? '';
          return `${name}: ${typeof description === 'string' ? description : ''}`;
        });
      }
      return shown;
    };
    const shown = await until('both are read', async () => {
      const found = await descriptions();
      const [first, second] = [found['shop'] ?? [], found['second'] ?? []];
      return (
        first.some((text) => text.startsWith('candles.csv: 10 · Helium 10')) &&
        second.some((text) => text.startsWith('mugs.txt: 2 · ')) &&
        found
      );
    });
    assert.ok(!shown['second']?.some((text) => text.startsWith('candles.csv')));
  });

  it('makes one insight of lists of both', async () => {
    const view = user.doors.container.listsView();
    const folders = await view.getChildren();
    const nodes = (await Promise.all(folders.map((folder) => view.getChildren(folder)))).flat();
    const named = (name: string): unknown =>
      nodes.find((node) => view.getTreeItem(node).resourceUri?.path.endsWith(`/view/${name}`));
    user.dialogs.pick('Etsy').type('');
    const made = await vscode.commands.executeCommand<{ readonly list: { readonly rows: number } }>(
      'lexybrain.marketBrief',
      named('candles.csv'),
      [named('candles.csv'), named('mugs.txt')],
    );
    assert.equal(made.list.rows, 12);
  });
});
