import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { openWorkspaceLog } from '../../../src/store/workspace-log.ts';
import type { MergeReport } from '../../../src/training/merge.ts';
import { insight, MAGNET_CSV, scriptedUser, until, workspaceFile } from '../support.ts';

const run = <T>(command: string): Thenable<T> => vscode.commands.executeCommand<T>(`lexybrain.${command}`);

describe('the log: export, merge, delete', () => {
  const user = scriptedUser();
  let uri: vscode.Uri;
  let root: string;
  before(async () => {
    uri = await workspaceFile('training.csv', MAGNET_CSV);
    root = dirname(uri.fsPath);
  });

  /** A brief of the built-in analyst, once it is in the log. */
  const logged = async (): Promise<string> => {
    const brief = await insight(user, 'marketBrief', {
      uris: [uri.toString()],
      market: 'amazon',
      product: 'candles',
      fresh: true,
    });
    const log = user.doors.container.engine().workspaceLog(join(root, '.lexybrain'));
    await until('the brief in the log', () => log.insight(brief.id));
    return brief.requestId;
  };

  it('training data: what, format, range and users are asked, the count and first rows are shown, then it is saved', async () => {
    const id = await logged();
    user.dialogs.saved = vscode.Uri.file(join(root, 'data.jsonl'));
    user.dialogs
      .pick('Everything')
      .back()
      .pick('Everything')
      .pick('JSON Lines')
      .pick('From')
      .type('2026-01-01 2099-12-31');
    user.dialogs.pick('Leave them out').pick('Show the first rows').pick('Save');
    const done = await run<{ rows: number }>('exportTrainingData');
    assert.ok(done.rows >= 1);
    const lines = readFileSync(join(root, 'data.jsonl'), 'utf8').trimEnd().split('\n');
    assert.equal(lines.length, done.rows);
    assert.ok(lines[0]!.includes(id) && lines[0]!.includes('"user_id":null'));
    assert.match(user.dialogs.said.join(), /rows are in .*data\.jsonl/);
    assert.match(user.dialogs.saves[0]!.file.fsPath, /lexybrain-jsonl\.jsonl$/);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? '', /Training Data Preview/);
  });

  it('training data: where there is no row, it is said why, and nothing is asked to be saved', async () => {
    await logged();
    user.dialogs.pick('All insights').pick('Ratings (KTO)').pick('All time').pick('Keep');
    await run('exportTrainingData');
    assert.match(user.dialogs.said.join(), /no such rows; left out: \d+ computed by the built-in analyst/);
    assert.deepEqual(user.dialogs.saves, []);
  });

  it('the database goes into one file, which merges again with nothing new', async () => {
    await logged();
    const file = join(root, 'log.db');
    user.dialogs.saved = vscode.Uri.file(file);
    const requests = await run<number>('exportDatabase');
    assert.ok(requests >= 1);
    assert.equal(readFileSync(file, 'latin1').slice(0, 15), 'SQLite format 3');
    user.dialogs.browsed = [vscode.Uri.file(file), vscode.Uri.file(join(root, 'training.csv'))];
    user.dialogs.pick('Files');
    const { total } = await run<MergeReport>('mergeTrainingLogs');
    assert.deepEqual([total.added.generations, total.conflicts.count], [0, 0]);
    assert.match(user.dialogs.said.join('\n'), /known already.*Not all of it could be taken/s);
    rmSync(file);
  });

  it("somebody else's folder is merged", async () => {
    await logged();
    const other = join(root, 'other');
    mkdirSync(other, { recursive: true });
    const { container } = user.doors;
    const dist = join(process.env['LEXYBRAIN_TEST_ROOT'] ?? '', 'dist');
    const log = openWorkspaceLog({
      folder: join(other, '.lexybrain'),
      workerFile: join(dist, 'store-worker.cjs'),
      wasmFile: join(dist, 'sql-wasm.wasm'),
      log: container.log,
    });
    await log.append({
      kind: 'preference',
      id: '019a0000-0000-7000-8000-000000000001',
      comparison_id: 'c',
      chosen_response_id: 'a',
      rejected_response_id: 'b',
      user_id: null,
      created_at: '2026-01-01T00:00:00.000Z',
    });
    await log.close();
    user.dialogs.browsed = [vscode.Uri.file(other)];
    user.dialogs.pick('Folders');
    const { total } = await run<MergeReport>('mergeTrainingLogs');
    assert.equal(total.added.preferences, 1);
    rmSync(other, { recursive: true });
  });

  it('the log is deleted after one clear question, and not before', async () => {
    await logged();
    assert.equal(await run('deleteWorkspaceLogs'), undefined);
    const [asked] = user.dialogs.messages;
    assert.equal(asked!.message.modal, true);
    user.dialogs.press('for good', 'Delete');
    const [deleted] = await run<{ generations: number }[]>('deleteWorkspaceLogs');
    assert.ok(deleted!.generations >= 1);
    assert.match(user.dialogs.said.join('\n'), /Deleted \d+ requests/);
    const { entries } = await user.doors.container
      .engine()
      .workspaceLog(join(root, '.lexybrain'))
      .history({ limit: 5 });
    assert.deepEqual(entries, []);
    assert.ok(existsSync(join(root, 'training.csv')));
  });
});
