import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('after a restart', () => {
  it('the user is the same', () => {
    assert.equal(vscode.workspace.getConfiguration('editor').get('fontSize'), 17);
  });
});
