import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { Terminal } from '../../fakes/terminal.ts';
import { SAMPLE } from '../../fakes/world.ts';

describe('lexybrain', function () {
  this.timeout(60_000);
  let terminal: Terminal;
  beforeEach(async () => (terminal = await Terminal.open()));
  afterEach(() => terminal.close());

  it('lists its commands, with and without --help', async () => {
    for (const words of [[], ['--help'], ['-h'], ['help']]) {
      const { code, stdout, stderr } = await terminal.run(words);
      assert.deepEqual([code, stderr], [0, '']);
      for (const { name, summary } of COMMANDS)
        assert.ok(stdout.includes(`${name} `) && stdout.includes(summary), name);
    }
  });

  it('tells about each command', async () => {
    for (const { name, help } of COMMANDS) {
      if (help === '') continue;
      assert.deepEqual(await terminal.run([name, '--help']), { code: 0, stdout: help, stderr: '' });
      assert.ok(help.includes(`lexybrain ${name}`), name);
    }
  });

  it('refuses a command that it does not have', async () => {
    const { code, stdout, stderr } = await terminal.run(['breif']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /no command called “breif”\.\nlexybrain --help lists them\.\n/);
  });

  describe('keywords', () => {
    it('shows what is read from a list', async () => {
      const { code, stdout, stderr } = await terminal.run(['keywords', SAMPLE, '--rows', '3']);
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(stdout, /eRank.*83 keywords.*market etsy/s);
      assert.match(stdout, /olive wood nativity set +612 searches\/month · difficulty 41/);
      assert.match(stdout, /80 more; --rows N shows more of them\./);
    });

    it('--json is one document with every row', async () => {
      const { stdout } = await terminal.run(['keywords', '-', '--json'], {
        input: 'oak table\nelm table\noak table\n',
      });
      const { rows, keywords, dropped, delimiter } = JSON.parse(stdout) as Record<string, unknown>;
      assert.equal(rows, 2);
      assert.equal(delimiter, null);
      assert.deepEqual(
        (keywords as { term: string }[]).map(({ term }) => term),
        ['oak table', 'elm table'],
      );
      assert.deepEqual(dropped, [{ reason: 'duplicate', count: 1 }]);
    });

    it('refuses what it cannot use', async () => {
      for (const [words, expected] of [
        [[], /Which file\?\n/],
        [['nowhere.csv'], /There is no file nowhere\.csv/],
        [[SAMPLE, '--rows', 'all'], /--rows takes a number above zero/],
      ] as const) {
        const { code, stdout, stderr } = await terminal.run(['keywords', ...words]);
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, expected);
      }
    });
  });
});
