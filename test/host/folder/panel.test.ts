import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { PanelState } from '../../../src/protocol/messages.ts';
import {
  fromPage,
  insight,
  MAGNET_CSV,
  scriptedUser,
  stateOf,
  until,
  workspaceFile,
  type User,
} from '../support.ts';

const result = (user: User) => {
  const view = stateOf(user.doors)?.view;
  assert.ok(view?.kind === 'result', JSON.stringify(view).slice(0, 300));
  return view;
};
const state = (user: User, what: string, look: (state: PanelState) => boolean): Promise<unknown> =>
  until(what, () => {
    const now = stateOf(user.doors);
    return now !== undefined && look(now);
  });

describe('the panel', () => {
  const user = scriptedUser();
  let list: vscode.Uri;
  const call = (options: object = {}): object => ({
    uris: [list.toString()],
    market: 'etsy',
    product: null,
    ...options,
  });
  before(async () => {
    list = await workspaceFile('panel.csv', MAGNET_CSV);
  });

  it('says that it listens, and only then gets what it shows', async () => {
    await insight(user, 'marketBrief', call());
    const { panel } = user.doors.container.controller();
    await until('the page listens', () => panel.isListening);
    assert.equal(panel.latest?.subject?.listName, 'panel.csv');
  });

  it('drops what it does not know', async () => {
    await insight(user, 'marketBrief', call());
    const before = stateOf(user.doors);
    const { panel } = user.doors.container.controller();
    for (const message of [
      null,
      'run',
      { type: 'eval', code: '1' },
      { type: 'rate', id: 'x', rating: 'good', note: null },
    ]) {
      panel.receive(message);
    }
    assert.equal(stateOf(user.doors), before);
  });

  it('has a tab for each insight of the same list, and runs it when asked', async () => {
    await insight(user, 'marketBrief', call({ product: 'candles' }));
    fromPage(user.doors, { type: 'tab', insightType: 'risk_sentinel' });
    assert.equal(stateOf(user.doors)?.view.kind, 'not-run');
    fromPage(user.doors, { type: 'run' });
    await state(user, 'the risks are there', ({ view }) => view.kind === 'result');
    fromPage(user.doors, { type: 'tab', insightType: 'market_brief' });
    assert.equal(result(user).result.type, 'market_brief');
    fromPage(user.doors, { type: 'tab', insightType: 'ad_insight' });
    user.dialogs.type('15').type('');
    fromPage(user.doors, { type: 'run' });
    await state(user, 'the ad split is there', ({ view }) => view.kind === 'result');
    assert.equal(result(user).result.input.budgetCents, 1500);
  });

  it('asks again past the cache', async () => {
    const first = await insight(user, 'marketBrief', call({ product: 'gifts' }));
    fromPage(user.doors, { type: 'askAgain' });
    await state(
      user,
      'another answer is there',
      ({ view }) => view.kind === 'result' && view.result.id !== first.id,
    );
    assert.equal(result(user).result.cache.hit, false);
  });

  it('reads the list again when what held it has ended', async () => {
    const text = 'oak shelf, pine shelf, birch shelf';
    const first = await insight(user, 'marketBrief', { text, market: 'etsy', product: null });
    await user.doors.container.engine().lists.close();
    fromPage(user.doors, { type: 'askAgain' });
    await state(
      user,
      'another answer is there',
      ({ view }) => view.kind === 'result' && view.result.id !== first.id,
    );
    assert.equal(result(user).result.list.hash, first.list.hash);
  });

  it('keeps a rating with its note, shows it in the past insights, and lets it be withdrawn', async () => {
    const brief = await insight(user, 'marketBrief', call({ fresh: true }));
    await state(user, 'it is among the past insights', ({ history }) =>
      history.items.some(({ id }) => id === brief.id),
    );
    assert.equal(result(user).rateable, true);
    fromPage(user.doors, { type: 'rate', id: brief.id, rating: 'negative', note: 'too long' });
    await state(user, 'it is rated', ({ view }) => view.kind === 'result' && view.rating === 'negative');
    assert.equal(result(user).note, 'too long');
    await state(user, 'the rating is in the past insights', ({ history }) =>
      history.items.some(({ id, rating }) => id === brief.id && rating === 'negative'),
    );
    fromPage(user.doors, { type: 'rate', id: brief.id, rating: null, note: null });
    await state(
      user,
      'it is withdrawn',
      ({ view, history }) =>
        view.kind === 'result' &&
        view.rating === null &&
        history.items.some(({ id, rating }) => id === brief.id && rating === null),
    );
  });

  it('opens an insight of the past, and asks about its list again', async () => {
    const first = await insight(user, 'marketBrief', call({ product: 'one thing', fresh: true }));
    await insight(user, 'marketBrief', call({ product: 'another thing' }));
    await state(user, 'it is among the past insights', ({ history }) =>
      history.items.some(({ id }) => id === first.id),
    );
    fromPage(user.doors, { type: 'openHistory', id: first.id });
    await state(user, 'it is shown', ({ history }) => history.selected === first.id);
    assert.equal(stateOf(user.doors)?.subject?.product, 'one thing');
    fromPage(user.doors, { type: 'askAgain' });
    await state(
      user,
      'it is answered anew',
      ({ view }) => view.kind === 'result' && view.result.id !== first.id,
    );
    assert.equal(result(user).result.input.product, 'one thing');
    fromPage(user.doors, { type: 'openHistory', id: randomUUID() });
    await until('it says that there is no such insight', () =>
      user.dialogs.said.some((text) => text.includes('not in the log')),
    );
  });

  it('copies the insight as Markdown and its terms as one line of tags', async () => {
    await insight(user, 'marketBrief', call());
    await vscode.env.clipboard.writeText('');
    fromPage(user.doors, { type: 'copyMarkdown' });
    const markdown = await until('Markdown is on the clipboard', async () => vscode.env.clipboard.readText());
    assert.match(markdown, /^## Market Brief[^]*lavender soy candle/);
    fromPage(user.doors, { type: 'copyTags' });
    const tags = await until('tags are on the clipboard', async () => {
      const text = await vscode.env.clipboard.readText();
      return text !== markdown && text;
    });
    assert.ok(!tags.includes('\n'));
    assert.ok(tags.split(', ').includes('lavender soy candle'), tags);
  });

  it('inserts at the cursor of the last text, never into the list', async () => {
    await vscode.window.showTextDocument(list);
    await insight(user, 'marketBrief', call());
    assert.equal(stateOf(user.doors)?.canInsert, false);
    const listing = await vscode.workspace.openTextDocument({
      language: 'markdown',
      content: 'Title\n\nEnd',
    });
    await vscode.window.showTextDocument(listing, { selection: new vscode.Range(1, 0, 1, 0) });
    await insight(user, 'marketBrief', call());
    assert.equal(stateOf(user.doors)?.canInsert, true);
    fromPage(user.doors, { type: 'insert' });
    await until('it is inserted', () => listing.getText().includes('## Market Brief'));
    assert.match(listing.getText(), /^Title\n## Market Brief[^]*End$/);
  });

  it('opens the row of a term in the list, and does not take that for a selection of the user', async () => {
    const brief = await insight(user, 'marketBrief', call());
    const row = brief.rows.find(({ term }) => term === 'lavender soy candle');
    assert.ok(row);
    fromPage(user.doors, { type: 'openRow', term: row.term });
    const editor = await until('the list is open', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.toString() === list.toString() && active;
    });
    assert.equal(editor.document.getText(editor.selection), 'lavender soy candle');
    assert.equal(editor.selection.start.line, row.sourceRow - 1);
    const radar = await insight(user, 'opportunityRadar', { market: 'etsy', product: null });
    assert.equal(radar.list.rows, 10);
  });

  it('says the figures of a row that stands in no file', async () => {
    const brief = await insight(user, 'marketBrief', {
      text: 'keyword,search volume\noak shelf,900\npine shelf,300',
      columns: null,
      market: 'etsy',
      product: null,
    });
    fromPage(user.doors, { type: 'openRow', term: brief.rows[0]!.term });
    await until('the figures are said', () =>
      user.dialogs.said.some((text) => /shelf is row \d+ of the list: .*\d/.test(text)),
    );
  });

  it('acts on its own list while it has the focus', async () => {
    await insight(user, 'marketBrief', call());
    await until('the panel has the focus', () => user.doors.container.controller().hasListInFocus);
    const risks = await insight(user, 'riskSentinel');
    assert.equal(risks.list.name, 'panel.csv');
    assert.deepEqual(user.dialogs.asked, []);
  });

  it('shows past insights when nothing was asked yet, in pages', async () => {
    for (let n = 0; n < 3; n += 1) await insight(user, 'marketBrief', call({ fresh: true }));
    await vscode.commands.executeCommand('lexybrain.openInsights');
    await state(user, 'a page is there', ({ history }) => history.items.length === 20 && history.more);
    fromPage(user.doors, { type: 'moreHistory' });
    await state(user, 'another page is there', ({ history }) => history.items.length > 20);
    const times = stateOf(user.doors)!.history.items.map(({ generatedAt }) => generatedAt);
    assert.deepEqual(times, [...times].sort().reverse());
  });
});
