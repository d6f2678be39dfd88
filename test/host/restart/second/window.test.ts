import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { secrets } from '../../window.ts';

describe('after a restart', () => {
  it('the user is the same', () => {
    assert.equal(vscode.workspace.getConfiguration('editor').get('fontSize'), 17);
  });

  it('the secret is still there', async () => {
    assert.equal(await (await secrets()).get('lexybrain.test.restart'), 'kept');
  });
});
