import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { folderNames } from '../window.ts';

describe('the window: restricted', () => {
  it('is not trusted', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it('shows the one folder', () => {
    assert.deepEqual(folderNames(), ['shop']);
  });
});
