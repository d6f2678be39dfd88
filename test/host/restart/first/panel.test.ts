import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { fromPage, insight, MAGNET_CSV, scriptedUser, stateOf, until, workspaceFile } from '../../support.ts';

// A workbench in a browser writes its state every five seconds and, being a page, cannot do so when it is left.
after(() => delay(8000));

const selectedText = (): string | undefined => {
  const editor = vscode.window.activeTextEditor;
  return editor?.document.getText(editor.selection);
};

describe('before a restart', () => {
  const user = scriptedUser();

  it('an insight is in the panel, which listens', async () => {
    const uri = await workspaceFile('candles.csv', MAGNET_CSV);
    user.dialogs.pick('Etsy').type('candles of a restart');
    const brief = await insight(user, 'marketBrief', uri, [uri]);
    const { panel } = user.doors.container.controller();
    await until('the page listens', () => panel.isListening);
    await until('it is in the log', () =>
      stateOf(user.doors)?.history.items.some(({ id }) => id === brief.id),
    );
    assert.equal(panel.isVisible, true);
  });

  it('a term’s row is selected in the list', async () => {
    const list = await workspaceFile('shelves.csv', MAGNET_CSV);
    await insight(user, 'marketBrief', { uris: [list], market: 'etsy', product: null });
    fromPage(user.doors, { type: 'openRow', term: 'scented candle' });
    await until('the row is selected', () => selectedText() === 'scented candle');
    // What is in front at the restart is the insight of before.
    const candles = await workspaceFile('candles.csv', MAGNET_CSV);
    await insight(user, 'marketBrief', candles, [candles]);
  });
});
