import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { secrets } from '../../window.ts';

describe('before a restart', () => {
  it('the user changes a setting', async () => {
    const editor = vscode.workspace.getConfiguration('editor');
    assert.notEqual(editor.get('fontSize'), 17);
    await editor.update('fontSize', 17, vscode.ConfigurationTarget.Global);
  });

  it('the user has a secret', async () => {
    const storage = await secrets();
    assert.equal(await storage.get('lexybrain.test.restart'), undefined);
    await storage.store('lexybrain.test.restart', 'kept');
  });
});
