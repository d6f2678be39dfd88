import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { extension, folderNames } from '../window.ts';

describe('the window: restricted', () => {
  it('has the extension all the same', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('is not trusted', () => {
    assert.equal(vscode.workspace.isTrusted, false);
  });

  it('shows the one folder', () => {
    assert.deepEqual(folderNames(), ['shop']);
  });
});
