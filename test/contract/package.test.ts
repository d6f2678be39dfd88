import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { before, describe, it } from 'mocha';
import { runCommand } from '../harness/command.ts';
import { ROOT } from '../harness/paths.ts';
import { packagedExtension } from '../harness/vsix.ts';
import { readText } from './manifest-file.ts';

const MEGABYTE = 1_000_000;

/** Ceilings in bytes, minified. Raise one knowingly. */
const CEILINGS = {
  'dist/extension.cjs': 1.6 * MEGABYTE,
  'dist/list-worker.cjs': 0.8 * MEGABYTE,
  'dist/store-worker.cjs': 0.4 * MEGABYTE,
  'dist/webview.js': 0.7 * MEGABYTE,
  'dist/list-preview.js': 0.7 * MEGABYTE,
  'dist/list-preview.css': 0.1 * MEGABYTE,
  'dist/webview.css': 0.1 * MEGABYTE,
};

describe('the package', function () {
  this.timeout(180_000);
  let vsix: string;
  let files: Map<string, Uint8Array>;
  const text = (name: string): string => new TextDecoder().decode(files.get(name));

  before(async () => {
    vsix = await packagedExtension();
    const entries = Object.entries(unzipSync(await readFile(vsix)));
    files = new Map(entries.map(([name, content]) => [name.replace(/^extension\//, ''), content]));
  });

  it('holds the files of the committed list and no other', async () => {
    const listed = (await readText('test/contract/package-files.txt')).trim().split('\n');
    assert.deepEqual([...files.keys()].sort(), listed.sort());
  });

  it('is smaller than 1.5 MB', async () => {
    const { size } = await stat(vsix);
    assert.ok(size < 1.5 * MEGABYTE, `${size} bytes`);
  });

  for (const [name, ceiling] of Object.entries(CEILINGS)) {
    it(`${name} stays below ${ceiling} bytes`, () => {
      const size = files.get(name)?.length ?? Number.POSITIVE_INFINITY;
      assert.ok(size < ceiling, `${size} bytes`);
    });
  }

  it('needs no package beside it', () => {
    for (const name of ['dist/extension.cjs', 'dist/list-worker.cjs', 'dist/store-worker.cjs']) {
      const required = [...text(name).matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, id]) => id ?? '');
      assert.ok(required.length > 0, name);
      const missing = required.filter((id) => id !== 'vscode' && !isBuiltin(id));
      assert.deepEqual([...new Set(missing)], [], name);
    }
  });

  it('knows the editor only where the extension runs', () => {
    for (const name of ['dist/list-worker.cjs', 'dist/store-worker.cjs', 'dist/webview.js']) {
      assert.doesNotMatch(text(name), /require\(["']vscode["']\)/, name);
    }
  });

  it('holds no test code, source maps or paths of the machine it was made on', () => {
    for (const name of Object.keys(CEILINGS)) {
      assert.doesNotMatch(text(name), /sourceMappingURL=(?!data:)|fast-check|node:test|forbidOnly/, name);
      assert.ok(!text(name).includes(ROOT), `${name} names ${ROOT}`);
    }
  });
});

describe('the terminal program', () => {
  it('starts from its bundle, with its help', async () => {
    await packagedExtension();
    const file = join(ROOT, 'dist', 'cli.js');
    assert.equal((await readFile(file, 'utf8')).split('\n')[0], '#!/usr/bin/env node');
    assert.ok(((await stat(file)).mode & 0o111) !== 0);
    const help = await runCommand(process.execPath, [file, '--help'], { cwd: ROOT });
    assert.match(help, /brief/);
  });
});
