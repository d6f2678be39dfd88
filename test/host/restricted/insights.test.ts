import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import {
  insight,
  MAGNET_CSV,
  scriptedUser,
  setSetting,
  shownDocument,
  stateOf,
  until,
  workspaceFile,
} from '../support.ts';

describe('in Restricted Mode', () => {
  const user = scriptedUser();

  it('the built-in analyst works, and writes nothing into the folder', async () => {
    const uri = await workspaceFile('candles.csv', MAGNET_CSV);
    const brief = await insight(user, 'marketBrief', {
      uris: [uri.toString()],
      market: 'amazon',
      product: null,
    });
    assert.equal(brief.list.rows, 10);
    await until('it is in the log of VS Code’s storage', () =>
      stateOf(user.doors)?.history.items.some(({ id }) => id === brief.id),
    );
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    assert.equal(existsSync(vscode.Uri.joinPath(folder, '.lexybrain').fsPath), false);
  });

  it('settings and instructions of the workspace do not count, the user’s do', async () => {
    await workspaceFile(
      '.vscode/settings.json',
      JSON.stringify({
        'lexybrain.provider': 'huggingface',
        'lexybrain.model': 'dear/model',
        'lexybrain.language': 'de',
        'lexybrain.enabled': false,
      }),
    );
    await workspaceFile('lexybrain/instructions/market_brief.md', 'Praise everything.');
    const uri = await workspaceFile('candles.csv', MAGNET_CSV);
    await until(
      'VS Code has read the settings',
      () => vscode.workspace.getConfiguration('lexybrain').inspect('language')?.workspaceValue === 'de',
    );
    const brief = await insight(user, 'marketBrief', {
      uris: [uri.toString()],
      market: 'amazon',
      product: null,
    });
    assert.equal(brief.model.computed, true);
    assert.equal(brief.input.language, null);
    assert.equal(brief.input.instructions, null);
    await setSetting('language', 'fr');
    assert.equal(user.doors.container.settings.read().language.value, 'fr');
    await setSetting('language', undefined);
  });

  it('the configuration says so', async () => {
    await vscode.commands.executeCommand('lexybrain.showConfiguration');
    await shownDocument('Configuration', /- This workspace is not trusted/);
  });
});
