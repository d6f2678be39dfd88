import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { extension } from '../window.ts';

describe('the extension in a folder', () => {
  it('activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers exactly the commands that package.json declares', async () => {
    await extension().activate();
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    const declared = contributes.commands.map(({ command }) => command);
    const registered = (await vscode.commands.getCommands(true)).filter((id) => /^lexybrain\.[a-z]/.test(id));
    // VS Code adds commands of its own for views, with a dot behind the view's id.
    assert.deepEqual(registered.filter((id) => id.split('.').length === 2).sort(), declared.sort());
  });
});
