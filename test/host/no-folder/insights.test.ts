import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { insight, scriptedUser, stateOf, until } from '../support.ts';

describe('without a folder', () => {
  const user = scriptedUser();

  it('keywords can be pasted, and what is made of them is logged in VS Code’s storage and can be rated', async () => {
    await vscode.env.clipboard.writeText('');
    user.dialogs.pick('Paste').type('oak shelf, pine shelf').pick('Etsy').type('shelves');
    const brief = await insight(user, 'marketBrief');
    assert.equal(brief.list.name, 'Pasted keywords');
    const [question] = user.dialogs.asked;
    assert.ok(question && 'placeholder' in question);
    assert.match(question.placeholder ?? '', /No keyword list was found/);
    await until('it is among the past insights', () =>
      stateOf(user.doors)?.history.items.some(({ id }) => id === brief.id),
    );
    const view = stateOf(user.doors)?.view;
    assert.ok(view?.kind === 'result' && view.rateable);
  });

  it('a file of anywhere can be browsed for', async () => {
    const folder = process.env['LEXYBRAIN_TEST_FOLDER'];
    assert.ok(folder !== undefined);
    const file = vscode.Uri.joinPath(vscode.Uri.file(folder), 'far.csv');
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode('keyword,search volume\nmug,10\n'));
    user.dialogs.pick('Browse').pick('Read It So').pick('Etsy').type('');
    user.dialogs.browsed = [file];
    assert.equal((await insight(user, 'riskSentinel')).list.name, 'far.csv');
    assert.equal(existsSync(vscode.Uri.joinPath(vscode.Uri.file(folder), '.lexybrain').fsPath), false);
  });

  it('what was told of pasted keywords is remembered by what they are', async () => {
    user.dialogs.pick('Paste').type('oak shelf, pine shelf');
    const radar = await insight(user, 'opportunityRadar');
    assert.equal(radar.input.product, 'shelves');
  });
});

describe('a list in a virtual file system', () => {
  const user = scriptedUser();

  it('is read, and logged in VS Code’s storage', async () => {
    const text = new TextEncoder().encode('keyword,search volume\nglass bead,70\nwood bead,20\n');
    const registration = vscode.workspace.registerFileSystemProvider('lexytest', new OneFile(text), {
      isReadonly: true,
    });
    try {
      const call = { uris: ['lexytest:/beads.csv'], columns: null, market: 'etsy', product: null };
      const brief = await insight(user, 'marketBrief', call);
      assert.deepEqual([brief.list.name, brief.list.rows], ['beads.csv', 2]);
      await until('it is among the past insights', () =>
        stateOf(user.doors)?.history.items.some(({ id }) => id === brief.id),
      );
    } finally {
      registration.dispose();
    }
  });
});

/** A read-only file system in which every path is the same file. */
class OneFile implements vscode.FileSystemProvider {
  readonly #bytes: Uint8Array;
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  stat(): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.#bytes.length };
  }

  readFile(): Uint8Array {
    return this.#bytes;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }

  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}
