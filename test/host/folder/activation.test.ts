import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import envPaths from 'env-paths';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMAND_NAMES, commandId } from '../../../src/host/manifest/commands.ts';
import { doors } from '../support.ts';

// Runs before the other suites of this window: they use what is not to be there yet.
describe('activation', () => {
  it('registers every command of the table', async () => {
    await doors();
    const registered = await vscode.commands.getCommands(true);
    const ours = registered.filter((id) => id.startsWith('lexybrain.') && !id.includes('.focus'));
    assert.deepEqual(ours.sort(), COMMAND_NAMES.map(commandId).sort());
  });

  it('opens, writes and shows nothing', async () => {
    await doors();
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    assert.equal(existsSync(vscode.Uri.joinPath(folder, '.lexybrain').fsPath), false);
    assert.equal(existsSync(envPaths('lexybrain', { suffix: '' }).data), false);
    assert.equal(
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ label }) => label.includes('LexyBrain')).length,
      0,
    );
  });
});
