import assert from 'node:assert/strict';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { findList } from '../../../src/cli/workspace-lists.ts';
import { LexyBrainError } from '../../../src/errors.ts';
import { until } from '../../fakes/bridge.ts';
import { Terminal, type Running } from '../../fakes/terminal.ts';

describe('lexybrain serve', function () {
  // A process each, on a machine that may be busy.
  this.timeout(60_000);
  let terminal: Terminal;
  let running: Running | undefined;

  beforeEach(async () => {
    terminal = await Terminal.open();
    running = undefined;
  });
  afterEach(async () => {
    running?.child.kill('SIGKILL');
    await running?.ended;
    await terminal.close();
  });

  const serve = async (...words: string[]): Promise<{ url: string; token: string; said: () => string }> => {
    running = terminal.start(['serve', '--provider', 'builtin', ...words]);
    let text = '';
    running.child.stdout?.on('data', (piece: string) => (text += piece));
    await until(() => /Token: \S+\n/.test(text) || running?.child.exitCode !== null);
    const [, url = '', token = ''] = /listens at (\S+)\nToken: (\S+)\n/.exec(text) ?? [];
    return { url, token, said: () => text };
  };

  it('prints address and token once, serves the lists of its folder, and stops at SIGINT', async () => {
    await mkdir(join(terminal.folder, 'lists'));
    await writeFile(
      join(terminal.folder, 'lists', 'tables.csv'),
      'Keyword,Avg. searches\noak table,1200\nash table,90\n',
    );
    const { url, token, said } = await serve('--port', '0');
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await fetch(`${url}/api/lexybrain/quota`)).status, 401);
    const response = await fetch(`${url}/api/lexybrain/generate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'radar', market: 'etsy', list: 'tables.csv' }),
    });
    const answer = (await response.json()) as { items: { term: string }[] };
    assert.equal(response.status, 200, JSON.stringify(answer));
    assert.equal(answer.items[0]?.term, 'oak table');
    running?.child.kill('SIGINT');
    const { code, stderr } = (await running?.ended) ?? {};
    assert.equal(code, 0, stderr);
    assert.equal(said().split(token).length, 2, 'the token stands there once');
    assert.ok(!String(stderr).includes(token));
    assert.ok((await readdir(join(terminal.folder, '.lexybrain'))).length > 0, 'it was logged');
    await assert.rejects(fetch(url));
  });

  it('takes the next port where the one asked for is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    assert.ok(typeof address === 'object' && address !== null);
    try {
      const { url } = await serve('--port', String(address.port));
      const port = Number(new URL(url).port);
      assert.ok(port > address.port && port < address.port + 20, url);
    } finally {
      taken.close();
    }
  });

  it('says what it cannot do with', async () => {
    for (const words of [['--port', 'x'], ['--port', '70000'], ['--workspace', 'nowhere'], ['more']]) {
      const { code, stderr, stdout } = await terminal.run(['serve', ...words]);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      assert.ok(stderr.length > 10);
    }
  });
});

describe('The lists of a folder', () => {
  let terminal: Terminal;
  beforeEach(async () => (terminal = await Terminal.open()));
  afterEach(() => terminal.close());

  it('are found by their names, not by links, in hidden folders, or twice', async () => {
    const at = (...names: string[]): string => join(terminal.folder, ...names);
    for (const folder of ['a', 'b', '.hidden', 'node_modules']) await mkdir(at(folder));
    for (const file of [
      'a/one.csv',
      'a/two.csv',
      'b/two.csv',
      '.hidden/three.csv',
      'node_modules/four.csv',
      'five.env',
    ]) {
      await writeFile(at(file), 'x');
    }
    await symlink(at('.hidden'), at('linked'));
    await symlink(at('.hidden', 'three.csv'), at('three.csv'));
    assert.equal(await findList(terminal.folder, 'one.csv'), at('a', 'one.csv'));
    const refused = async (name: string): Promise<string> => {
      const error: unknown = await findList(terminal.folder, name).catch((thrown: unknown) => thrown);
      assert.ok(LexyBrainError.is(error), name);
      return error.reason;
    };
    assert.equal(await refused('two.csv'), 'invalid-request');
    for (const name of ['three.csv', 'four.csv', 'five.env', 'a/one.csv', '../one.csv', '']) {
      assert.equal(await refused(name), 'list-missing', name);
    }
  });
});
