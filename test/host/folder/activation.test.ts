import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import envPaths from 'env-paths';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMAND_NAMES, commandId, LISTS_VIEW } from '../../../src/host/manifest/commands.ts';
import { doors } from '../support.ts';

// Runs before the other suites of this window: they use what is not to be there yet.
describe('activation', () => {
  it('registers every command of the table', async () => {
    await doors();
    const registered = await vscode.commands.getCommands(true);
    // VS Code has commands of its own for every view (open, focus, hide) and place in the activity bar.
    const ofViews = new RegExp(`^${LISTS_VIEW.replace('.', '\\.')}\\.`);
    const ours = registered.filter((id) => id.startsWith('lexybrain.') && !ofViews.test(id));
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
