import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { doors, insight, MAGNET_CSV, scriptedUser, stateOf, until, workspaceFile } from '../../support.ts';

// Runs in this order: the first looks at what the restart left.
describe('after a restart', () => {
  it('the panel is there again with its insight', async () => {
    const restored = await doors();
    const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await until('the panel’s tab is there', () => tabs().some(({ label }) => label.startsWith('LexyBrain')));
    const { view, subject } = await until('the insight is there', () => {
      const state = stateOf(restored);
      return state?.view.kind === 'result' && state;
    }).catch((error: unknown) => {
      const { view, history } = stateOf(restored) ?? {};
      throw new assert.AssertionError({ message: `${String(error)} ${JSON.stringify({ view, history })}` });
    });
    assert.ok(view.kind === 'result');
    assert.equal(view.result.type, 'market_brief');
    assert.equal(subject?.product, 'candles of a restart');
  });

  describe('and then', () => {
    const user = scriptedUser();

    it('the row that the panel had selected is still not taken for the user’s selection', async () => {
      const folder = vscode.workspace.workspaceFolders?.[0];
      assert.ok(folder);
      const document = await vscode.workspace.openTextDocument(
        vscode.Uri.joinPath(folder.uri, 'shelves.csv'),
      );
      const start = document.positionAt(document.getText().indexOf('scented candle'));
      const selection = new vscode.Range(start, start.translate(0, 'scented candle'.length));
      const editor = await vscode.window.showTextDocument(document, { selection });
      const controller = user.doors.container.controller();
      assert.ok(controller.isOwnSelection(editor));
      editor.selection = new vscode.Selection(start, start.translate(0, 3));
      assert.ok(!controller.isOwnSelection(editor));
    });

    it('market and product are remembered', async () => {
      const uri = await workspaceFile('candles.csv', MAGNET_CSV);
      const radar = await insight(user, 'opportunityRadar', uri, [uri]);
      assert.deepEqual([radar.input.market, radar.input.product], ['etsy', 'candles of a restart']);
    });

    it('a panel whose saved state is of no use shows that it is empty', async () => {
      const controller = user.doors.container.controller();
      const panel = vscode.window.createWebviewPanel('lexybrain.insights', 'old', vscode.ViewColumn.One);
      await until('the old panel is gone', () => !controller.panel.isOpen || controller.panel.isVisible);
      await controller.restore(panel, { version: 7, insightId: '../../etc' });
      await until('the panel is there', () => controller.panel.isOpen);
    });
  });
});
