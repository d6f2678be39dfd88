import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { extension, folderNames } from '../window.ts';

describe('the window: multi-root', () => {
  it('is trusted and has the extension', () => {
    assert.equal(vscode.workspace.isTrusted, true);
    assert.equal(extension().extensionPath, process.env['LEXYBRAIN_TEST_ROOT']);
  });

  it('shows both folders', () => {
    assert.deepEqual(folderNames().slice(0, 2), ['shop', 'second']);
  });
});
