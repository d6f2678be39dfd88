import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { insight, MAGNET_CSV, scriptedUser, stateOf, until, workspaceFile } from '../support.ts';

const TOLD = { market: 'etsy', product: null };
const run = (command = 'marketBrief', ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`lexybrain.${command}`, ...args);

/** Shows a file with nothing selected: VS Code remembers selections of files that were closed. */
async function open(uri: vscode.Uri, selection = new vscode.Range(0, 0, 0, 0)): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { selection });
}

describe('what a command acts on', () => {
  const user = scriptedUser();
  let candles: vscode.Uri;
  let mugs: vscode.Uri;
  before(async () => {
    candles = await workspaceFile('candles.csv', MAGNET_CSV);
    mugs = await workspaceFile('mugs.txt', 'blue mug\ngreen mug\nceramic mug\n');
  });

  it('several files selected in the Explorer: one merged list', async () => {
    user.dialogs.pick('Etsy').type('');
    const brief = await insight(user, 'marketBrief', candles, [candles, mugs]);
    assert.equal(brief.list.rows, 13);
  });

  it('the selection in the editor, before the file it is in', async () => {
    await open(mugs, new vscode.Range(0, 0, 1, 9));
    const brief = await insight(user, 'marketBrief', TOLD);
    assert.equal(brief.list.rows, 2);
    assert.match(brief.list.name, /Selection in mugs\.txt/);
  });

  it('the document of the editor whose menu was opened', async () => {
    await open(mugs);
    user.dialogs.pick('Etsy').type('');
    const brief = await insight(user, 'marketBrief', mugs);
    assert.equal(brief.list.name, 'mugs.txt');
  });

  it('the active file as it lies on the disk, whatever its encoding', async () => {
    const text = 'Keyword\tAvg. monthly searches\r\nbougie parfumée\t480\r\n"bougie, naturelle"\t90\r\n';
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const uri = await workspaceFile('planner.csv', bytes);
    await open(uri);
    user.dialogs.pick('Read It So');
    const brief = await insight(user, 'marketBrief', TOLD);
    assert.equal(brief.list.rows, 2);
  });

  it('the text of the editor where it has changes that are not saved', async () => {
    const editor = await open(await workspaceFile('dirty.txt', 'blue mug\ngreen mug\nceramic mug\n'));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'red mug\n'));
    const brief = await insight(user, 'marketBrief', TOLD);
    assert.equal(brief.list.rows, 4);
    await editor.document.save();
  });

  it('an untitled document', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'oak shelf\npine shelf' });
    await vscode.window.showTextDocument(document);
    const brief = await insight(user, 'marketBrief', TOLD);
    assert.equal(brief.list.rows, 2);
  });

  it('with nothing open a pick among the lists found, tables before texts, without files that are no lists', async () => {
    await workspaceFile('package.json', '{}');
    await workspaceFile('node_modules/thing/words.csv', 'keyword\nx\n');
    await workspaceFile('.lexybrain/words.txt', 'x\n');
    user.dialogs.pick('mugs.txt');
    const brief = await insight(user, 'marketBrief', TOLD);
    assert.equal(brief.list.rows, 3);
    const [question] = user.dialogs.asked;
    assert.ok(question && 'choices' in question);
    const labels = question.choices.map(({ label }) => label);
    assert.ok(
      !labels.includes('package.json') && !labels.includes('words.csv') && !labels.includes('words.txt'),
    );
    for (const way of ['Browse…', 'Paste keywords…', 'Several lists as one…']) {
      assert.ok(
        labels.some((label) => label.includes(way)),
        way,
      );
    }
  });

  it('several lists of the pick', async () => {
    user.dialogs.pick('Several').pick(['mugs.txt', 'candles.csv']);
    assert.equal((await insight(user, 'marketBrief', TOLD)).list.rows, 13);
  });

  it('a file found by Browse…', async () => {
    user.dialogs.pick('Browse');
    user.dialogs.browsed = [mugs];
    assert.equal((await insight(user, 'marketBrief', TOLD)).list.name, 'mugs.txt');
  });

  it('a table on the clipboard', async () => {
    await vscode.env.clipboard.writeText(
      'Keyword\tSearch Volume\tFrom the clipboard\noak shelf\t900\tx\npine shelf\t300\ty\n',
    );
    user.dialogs.pick('Paste').pick('clipboard').pick('Read It So');
    const brief = await insight(user, 'marketBrief', TOLD);
    assert.equal(brief.list.rows, 2);
    assert.ok(brief.rows.some(({ demand }) => demand !== null));
  });

  it('keywords that are typed', async () => {
    await vscode.env.clipboard.writeText('');
    user.dialogs.pick('Paste').type('oak shelf, pine shelf, wall shelf');
    assert.equal((await insight(user, 'marketBrief', TOLD)).list.rows, 3);
  });

  it('nothing when the user leaves', async () => {
    user.dialogs.cancel();
    assert.equal(await run(), undefined);
    assert.deepEqual(user.dialogs.said, []);
  });

  it('not what cannot be a list: it says why and offers another', async () => {
    const binary = await workspaceFile('picture.csv', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]));
    user.dialogs.press('picture.csv', 'Choose Another List').pick('mugs.txt');
    assert.equal(await run('marketBrief', binary, [binary]), undefined);
    assert.match(user.dialogs.said.join('\n'), /picture\.csv/);
    await until('the other list is on screen', () => stateOf(user.doors)?.subject?.listName === 'mugs.txt');
  });

  it('not a file that is gone', async () => {
    assert.equal(await run('marketBrief', { uris: ['file:///nowhere/gone.csv'] }), undefined);
    assert.match(user.dialogs.said.join('\n'), /gone\.csv/);
  });
});
