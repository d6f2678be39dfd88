import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readInstructions } from '../../../src/cli/instructions.ts';
import { LexyBrainError } from '../../../src/errors.ts';
import { Terminal } from '../../fakes/terminal.ts';

describe("the team's instructions in the terminal", function () {
  // The last one is a process of its own, on a machine that may be busy.
  this.timeout(60_000);
  let workspace: string;
  let folder: string;
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'lexybrain-instructions-'));
    folder = join(workspace, 'lexybrain', 'instructions');
    await mkdir(folder, { recursive: true });
  });
  afterEach(() => rm(workspace, { recursive: true }));

  it('are read where the user follows them, each of its own type', async () => {
    await writeFile(join(folder, 'market_brief.md'), '  Mention gifts.\n');
    await writeFile(join(folder, 'risk_sentinel.md'), ' \n');
    assert.equal(await readInstructions(workspace, 'market_brief', true), 'Mention gifts.');
    assert.equal(await readInstructions(workspace, 'risk_sentinel', true), null);
    assert.equal(await readInstructions(workspace, 'ad_insight', true), null);
    assert.equal(await readInstructions(join(workspace, 'elsewhere'), 'market_brief', true), null);
  });

  it('are a plain file of the workspace, and no endless one', async () => {
    const secret = join(workspace, 'secret.txt');
    await writeFile(secret, 'a key');
    await symlink(secret, join(folder, 'market_brief.md'));
    await writeFile(join(folder, 'ad_insight.md'), 'x'.repeat(40_000));
    for (const type of ['market_brief', 'ad_insight'] as const) {
      await assert.rejects(readInstructions(workspace, type, true), (error) =>
        LexyBrainError.is(error, 'invalid-request'),
      );
    }
  });

  it('count with --instructions; without it they are left out, and that is said', async () => {
    const terminal = await Terminal.open();
    try {
      const own = join(terminal.folder, 'lexybrain', 'instructions');
      await mkdir(own, { recursive: true });
      await writeFile(join(own, 'market_brief.md'), 'Mention gifts.');
      await writeFile(
        join(terminal.folder, 'list.csv'),
        'Keyword,Avg. searches\noak table,1200\nash table,90\n',
      );
      const words = ['brief', 'list.csv', '--provider', 'builtin', '--json'];
      const instructionsOf = (stdout: string): unknown =>
        (JSON.parse(stdout) as { meta: { input: { instructions: unknown } } }).meta.input.instructions;
      const without = await terminal.run(words);
      assert.equal(instructionsOf(without.stdout), null);
      assert.match(without.stderr, /market_brief\.md is not followed; --instructions follows it\./);
      const followed = await terminal.run([...words, '--instructions']);
      assert.equal(instructionsOf(followed.stdout), 'Mention gifts.');
      assert.doesNotMatch(followed.stderr, /not followed/);
    } finally {
      await terminal.close();
    }
  });
});
