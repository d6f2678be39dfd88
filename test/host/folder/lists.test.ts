import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { LIST_VIEW_TYPE } from '../../../src/host/manifest/commands.ts';
import type { ListPage } from '../../../src/host/preview/list-page.ts';
import type { ListNode } from '../../../src/host/sources/list-node.ts';
import type { KeywordListsView } from '../../../src/host/views/keyword-lists-view.ts';
import { workbook } from '../../fakes/workbook.ts';
import { fromPage, insight, MAGNET_CSV, scriptedUser, setSetting, until, workspaceFile } from '../support.ts';

const TOLD = { market: 'etsy', product: null };
const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`lexybrain.${command}`, ...args);
/** A table of no tool; its header is new each time, as answers about a header are remembered. */
const unknownTable = (): string => `label ${randomUUID()},a,b\nblue mug,120,3\ngreen mug,80,9\n`;

async function nodesOf(view: KeywordListsView): Promise<ListNode[]> {
  // The class itself is another one here: the suites are bundled apart from the extension.
  return (await view.getChildren()).filter((node) => 'uri' in node);
}

async function itemOf(view: KeywordListsView, name: string): Promise<vscode.TreeItem | undefined> {
  const node = (await nodesOf(view)).find(({ uri }) => uri.path.endsWith(`/${name}`));
  return node && view.getTreeItem(node);
}

describe('the Keyword Lists view', () => {
  const user = scriptedUser();
  const view = (): KeywordListsView => user.doors.container.listsView();
  const itemWith = (name: string, description: RegExp): Promise<vscode.TreeItem> =>
    until(`${name} is ${description.source}`, async () => {
      const item = await itemOf(view(), name);
      return description.test(String(item?.description)) && item;
    });
  before(async () => {
    await vscode.commands.executeCommand('lexybrain.lists.focus');
    await workspaceFile('view/magnet.csv', MAGNET_CSV);
    await workspaceFile('view/twice.csv', 'keyword,search volume\nmug,10\nMug,9\ncup,5\n');
    await workspaceFile('view/notes.md', 'mug\ncup\n');
    await workspaceFile('view/package.json', '{}');
    await workspaceFile('view/node_modules/thing.csv', 'keyword\nx\n');
  });
  after(() => setSetting('lists.include', undefined));

  it('shows tool, count and market of a list', async () => {
    const item = await itemWith('magnet.csv', /^10 · Helium 10 .* · Amazon$/);
    assert.equal(item.contextValue, 'lexybrain.list');
    assert.match(item.accessibilityInformation?.label ?? '', /magnet\.csv, 10 keywords/);
  });

  it('warns of what was left out, in the tooltip and to screen readers', async () => {
    const item = await itemWith('twice.csv', /^2 · /);
    assert.ok(item.iconPath instanceof vscode.ThemeIcon && item.iconPath.id === 'warning');
    assert.match(item.accessibilityInformation?.label ?? '', /Left out: 1 duplicate/);
    assert.ok(item.tooltip instanceof vscode.MarkdownString);
    assert.notEqual(item.tooltip.isTrusted, true);
  });

  it('says of a file that cannot be read why', async () => {
    await workspaceFile('view/picture.csv', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]));
    const item = await itemWith('picture.csv', /cannot be read/);
    assert.equal(item.contextValue, 'lexybrain.unreadable');
    assert.match(item.accessibilityInformation?.label ?? '', /picture\.csv.+/);
  });

  it('leaves out what is excluded, and folders of tools', async () => {
    const names = (await nodesOf(view())).map(({ uri }) => uri.path);
    assert.ok(names.some((path) => path.endsWith('/view/magnet.csv')));
    assert.deepEqual(
      names.filter((path) => /node_modules|package\.json|notes\.md/.test(path)),
      [],
    );
    const files = vscode.workspace.getConfiguration('files');
    const before = files.inspect('exclude')?.globalValue;
    await files.update('exclude', { '**/twice.csv': true }, vscode.ConfigurationTarget.Global);
    try {
      await until('twice.csv is gone', async () => (await itemOf(view(), 'twice.csv')) === undefined);
    } finally {
      await files.update('exclude', before, vscode.ConfigurationTarget.Global);
    }
  });

  it('shows the files that the setting names', async () => {
    await setSetting('lists.include', ['view/*.md']);
    await until('only notes.md', async () => {
      const nodes = await nodesOf(view());
      return nodes.length === 1 && nodes[0]?.uri.path.endsWith('/notes.md');
    });
    await itemWith('notes.md', /^2 · /);
    await setSetting('lists.include', undefined);
  });

  it('follows a file that comes, changes and goes', async () => {
    const uri = await workspaceFile('view/new.txt', 'blue mug\nred mug\n');
    await itemWith('new.txt', /^2 · /);
    await workspaceFile('view/new.txt', 'blue mug\nred mug\ngreen mug\n');
    await itemWith('new.txt', /^3 · /);
    await vscode.workspace.fs.delete(uri);
    await until('it is gone', async () => (await itemOf(view(), 'new.txt')) === undefined);
  });

  it('acts on the list that was clicked, whatever is selected in an editor', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'oak shelf\npine shelf' });
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(0, 0, 1, 4) });
    const nodes = await nodesOf(view());
    const [magnet, twice] = ['magnet.csv', 'twice.csv'].map((name) =>
      nodes.find(({ uri }) => uri.path.endsWith(name)),
    );
    user.dialogs.pick('Etsy').type('');
    assert.equal((await insight(user, 'marketBrief', magnet)).list.name, 'magnet.csv');
    user.dialogs.pick('Read It So').pick('Etsy').type('');
    assert.equal((await insight(user, 'riskSentinel', magnet, [magnet, twice])).list.rows, 12);
  });
});

describe('columns of tables that no tool wrote', () => {
  const user = scriptedUser();

  it('are confirmed once, and remembered for the same header', async () => {
    const text = unknownTable();
    const uri = await workspaceFile('columns/first.csv', text);
    user.dialogs.pick('Demand').pick('b').pick('Read It So');
    const first = await insight(user, 'marketBrief', { uris: [uri.toString()], ...TOLD });
    assert.equal(first.rows.find(({ term }) => term === 'green mug')?.demand?.value, 9);
    const other = await workspaceFile('columns/second.csv', text.replace('green', 'red'));
    const second = await insight(user, 'marketBrief', { uris: [other.toString()], ...TOLD });
    assert.equal(second.rows.find(({ term }) => term === 'red mug')?.demand?.value, 9);
  });

  it('are one question even where their names say it all; then the same header needs none', async () => {
    const header = `Keyword,Search volume,KD,note ${randomUUID()}`;
    const uri = await workspaceFile('columns/certain.csv', `${header}\nblue mug,120,3,x\ngreen mug,80,9,y\n`);
    user.dialogs.pick('Read It So');
    const first = await insight(user, 'marketBrief', { uris: [uri.toString()], ...TOLD });
    assert.equal(first.rows.find(({ term }) => term === 'green mug')?.demand?.value, 80);
    assert.deepEqual(user.dialogs.asked.length, 1);
    const other = await workspaceFile('columns/sure.csv', `${header}\nred mug,120,3,x\n`);
    await insight(user, 'riskSentinel', { uris: [other.toString()], ...TOLD });
    assert.equal(user.dialogs.asked.length, 1);
  });

  it('are as a caller says, or as guessed, without a question', async () => {
    const uri = await workspaceFile('columns/told.csv', unknownTable());
    const call = { uris: [uri.toString()], ...TOLD, fresh: true };
    const guessed = await insight(user, 'marketBrief', { ...call, columns: null });
    assert.equal(guessed.rows.find(({ term }) => term === 'green mug')?.demand?.value, 80);
    const told = await insight(user, 'marketBrief', { ...call, columns: { term: '1', demand: 'b' } });
    assert.equal(told.rows.find(({ term }) => term === 'green mug')?.demand?.value, 9);
    assert.deepEqual(user.dialogs.asked, []);
  });

  it('are not asked of plain lists, with a header or without', async () => {
    for (const text of ['Keyword\nblue mug\n', 'blue mug\n', 'blue mug, green mug']) {
      const uri = await workspaceFile(`columns/${randomUUID()}.csv`, text);
      await insight(user, 'marketBrief', { uris: [uri.toString()], ...TOLD });
    }
    assert.deepEqual(user.dialogs.asked, []);
  });

  it('a column is one thing only, and what demand is can be told', async () => {
    const uri = await workspaceFile('columns/kinds.csv', unknownTable());
    user.dialogs.pick('Competition').pick('a').pick('Demand').pick('b');
    user.dialogs.pick('What demand is').pick('impressions').pick('Read It So');
    const { rows } = await insight(user, 'marketBrief', { uris: [uri.toString()], ...TOLD });
    const row = rows.find(({ term }) => term === 'green mug');
    assert.deepEqual(row?.demand, { value: 9, kind: 'impressions', bound: null });
    assert.equal(row.competition?.value, 80);
  });

  it('leaving the question leaves the insight, without a word', async () => {
    const uri = await workspaceFile('columns/left.csv', unknownTable());
    user.dialogs.cancel();
    assert.equal(await run('marketBrief', { uris: [uri.toString()], ...TOLD }), undefined);
    assert.deepEqual(user.dialogs.said, []);
  });

  it('can be chosen again; a list of a known tool has none to choose', async () => {
    const uri = await workspaceFile('columns/again.csv', unknownTable());
    user.dialogs.pick('Read It So');
    await run('chooseColumns', uri);
    user.dialogs.pick('Demand').pick('b').pick('Read It So');
    await run('chooseColumns', uri);
    const brief = await insight(user, 'marketBrief', { uris: [uri.toString()], ...TOLD });
    assert.equal(brief.rows.find(({ term }) => term === 'green mug')?.demand?.value, 9);
    await run('chooseColumns', await workspaceFile('columns/magnet.csv', MAGNET_CSV));
    assert.match(user.dialogs.said.join('\n'), /no columns to choose/);
  });
});

describe('the preview of a list', () => {
  const user = scriptedUser();
  const pageOf = (uri: vscode.Uri): Promise<ListPage> =>
    until('its page listens', () => {
      const [page] = user.doors.container.previews().pagesOf(uri);
      return page?.isListening === true && page;
    });
  const activeTab = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

  it('is an editor of its own, and what commands act on while it is active', async () => {
    const uri = await workspaceFile('preview/list.csv', MAGNET_CSV);
    await run('previewList', uri);
    await pageOf(uri);
    const input = activeTab();
    assert.ok(input instanceof vscode.TabInputCustom && input.viewType === LIST_VIEW_TYPE);
    const brief = await insight(user, 'marketBrief', TOLD);
    assert.equal(brief.list.name, 'list.csv');
  });

  it('drops what it does not know, and opens the file at a row', async () => {
    const uri = await workspaceFile('preview/rows.csv', MAGNET_CSV);
    await run('previewList', uri);
    const page = await pageOf(uri);
    for (const message of [
      null,
      { type: 'rows', revision: 1, order: 'file', search: '', from: 0, count: 1e6 },
    ]) {
      await page.receive(message);
    }
    for (const revision of [0, 1, 2, 3]) {
      await page.receive({ type: 'openRow', revision, order: 'file', search: '', position: 3 });
    }
    const editor = await until('the file is open', () => vscode.window.activeTextEditor);
    assert.match(editor.document.lineAt(editor.selection.active.line).text, /^lavender soy candle/);
    assert.ok(editor.selection.isEmpty);
  });

  it('is where a term of the panel leads when its list is no text', async () => {
    const uri = await workspaceFile(
      'preview/book.xlsx',
      workbook([
        ['Keyword', 'Search Volume'],
        ['blue mug', 120],
        ['green mug', 80],
      ]),
    );
    await insight(user, 'marketBrief', { uris: [uri.toString()], columns: null, ...TOLD });
    fromPage(user.doors, { type: 'openRow', term: 'green mug' });
    await until('the preview is shown', () => {
      const input = activeTab();
      return input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString();
    });
  });
});
