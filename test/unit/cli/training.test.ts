import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Terminal } from '../../fakes/terminal.ts';
import { openLog, sampleGeneration, sampleRating } from '../store/samples.ts';
import { written } from '../training/samples.ts';

describe('lexybrain export, merge and logs', function () {
  // A process each, on a machine that may be busy.
  this.timeout(60_000);
  let terminal: Terminal;
  const good = written({ user: 'ann', at: '2026-03-31T23:30:00.000Z' });
  const older = written({ prompt: 'older', at: '2026-01-01T00:00:00.000Z' });

  /** Fills the log of a folder in the terminal's. */
  const fill = async (name: string): Promise<void> => {
    await mkdir(join(terminal.folder, name), { recursive: true });
    const { log } = openLog(join(terminal.folder, name, '.lexybrain'));
    for (const record of [good, older, sampleGeneration()]) await log.append(record);
    await log.append(sampleRating(good, 'positive'));
    await log.close();
  };
  const read = (name: string): Promise<string> => readFile(join(terminal.folder, name), 'utf8');

  beforeEach(async () => {
    terminal = await Terminal.open();
    await fill('.');
  });
  afterEach(() => terminal.close());

  it('export writes a file, and tells what is in it and what is not', async () => {
    const { code, stdout, stderr } = await terminal.run(['export', '--format', 'sft', '--out', 'sft.jsonl']);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '');
    assert.equal(stderr, '2 rows in sft.jsonl; left out: 1 computed by the built-in analyst\n');
    assert.equal((await read('sft.jsonl')).split('\n').length, 3);
  });

  it('export takes dates, ratings and the rest; - is standard output', async () => {
    const words = ['export', '--format', 'JSONL', '--out', '-', '--from', '2026-03-31', '--to', '2026-03-31'];
    const { code, stdout, stderr } = await terminal.run([
      ...words,
      '--rating',
      'positive',
      '--users',
      'drop',
    ]);
    assert.equal(code, 0, stderr);
    const [line, ...others] = stdout.trimEnd().split('\n');
    assert.deepEqual(others, []);
    const { request, verdict } = JSON.parse(line!) as { request: Record<string, unknown>; verdict: string };
    assert.deepEqual([request['id'], request['user_id'], verdict], [good.id, null, 'positive']);
    const preview = await terminal.run(['export', '--format', 'csv', '--preview', '--include', 'builtin']);
    assert.equal(preview.stderr, '3 rows\n');
    assert.match(preview.stdout, /"request_id"/);
  });

  it('export --format sqlite makes one database', async () => {
    const { code, stderr } = await terminal.run(['export', '--format', 'sqlite', '--out', 'log.db']);
    assert.deepEqual([code, stderr], [0, '3 requests in log.db\n']);
    const db = new DatabaseSync(join(terminal.folder, 'log.db'), { readOnly: true });
    assert.equal(db.prepare('SELECT count(*) AS n FROM lexybrain_training_data').get()!['n'], 3);
    db.close();
  });

  it('what cannot be used is said, with exit code 2 where it is what was typed', async () => {
    const cases: readonly [words: string[], code: number, says: RegExp][] = [
      [['export'], 2, /Which format/],
      [['export', '--format', 'sft'], 2, /Where to/],
      [['export', '--format', 'xml', '--out', 'x'], 2, /no export format “xml”.*\nChoose one of jsonl/],
      [['export', '--format', 'sft', '--out', 'x', '--from', 'soon'], 2, /is no date/],
      [['export', '--format', 'sft', '--out', 'x', '--rating', 'good'], 2, /--rating does not know/],
      [['export', '--format', 'sqlite', '--out', '-'], 2, /needs a file/],
      [['export', '--format', 'sft', '--out', 'x', '--workspace', 'none'], 1, /There is no log at/],
      [['export', '--format', 'sft', '--out', 'none/x'], 1, /cannot be written/],
      [['merge'], 2, /Merge what/],
      [['logs', 'delete'], 2, /cannot be undone/],
      [['logs', 'remove'], 2, /takes no “remove”/],
    ];
    for (const [words, code, says] of cases) {
      const ended = await terminal.run(words);
      assert.equal(ended.code, code, `${words.join(' ')}: ${ended.stderr}`);
      assert.match(ended.stderr, says);
    }
    assert.deepEqual(
      (await readdir(terminal.folder)).filter((name) => name.startsWith('x')),
      [],
    );
  });

  it('merge unites logs, twice is once, and a source that cannot be read stops none of the others', async () => {
    await mkdir(join(terminal.folder, 'mine'));
    await writeFile(join(terminal.folder, 'bad.db'), 'nonsense');
    const words = ['merge', '.lexybrain', 'bad.db', '--workspace', 'mine'];
    const first = await terminal.run(words);
    assert.equal(first.code, 1);
    assert.match(
      first.stdout,
      /^Added: 3 requests, 1 rating, 0 picks; of usage and failures 3\.\nKnown already: 0\.\n$/,
    );
    assert.match(first.stderr, /bad\.db cannot be merged: .* is no SQLite database/);
    const again = await terminal.run(['merge', '.', '--workspace', 'mine', '--json']);
    assert.equal(again.code, 0, again.stderr);
    const { total } = JSON.parse(again.stdout) as { total: { added: object; known: number } };
    assert.deepEqual(total.added, { generations: 0, ratings: 0, preferences: 0, others: 0 });
    assert.equal(total.known, 7);
  });

  it('logs tells where the log is, and deletes it when told twice', async () => {
    const { stdout } = await terminal.run(['logs']);
    assert.match(stdout, /\.lexybrain: \d+ files, \d+\.\d MB\n$/);
    const deleted = await terminal.run(['logs', 'delete', '--yes', '--json']);
    const { generations, ratings } = JSON.parse(deleted.stdout) as { generations: number; ratings: number };
    assert.deepEqual([generations, ratings], [3, 1]);
    const after = await terminal.run(['export', '--format', 'sft', '--preview']);
    assert.equal(after.stderr, '0 rows\n');
  });
});
