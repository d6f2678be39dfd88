import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('before a restart', () => {
  it('the user changes a setting', async () => {
    const editor = vscode.workspace.getConfiguration('editor');
    assert.notEqual(editor.get('fontSize'), 17);
    await editor.update('fontSize', 17, vscode.ConfigurationTarget.Global);
  });
});
