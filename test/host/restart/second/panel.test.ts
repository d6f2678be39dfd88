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
