import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { PAGE_ORDERS } from '../../../src/keywords/types.ts';
import { syntheticExport } from '../../fakes/keyword-export.ts';
import { insight, scriptedUser, until, workspaceFile } from '../support.ts';
import { Gaps } from './gaps.ts';

describe('a list of 100,000 keywords', () => {
  const user = scriptedUser();

  it('is listed, previewed, sorted and briefed', async () => {
    const uri = await workspaceFile('large.csv', syntheticExport({ rows: 100_000, quoted: false }));
    // The editor itself has work to do when a window is new.
    await delay(3000);
    const gaps = new Gaps();
    await delay(2000);
    gaps.end('nothing');

    const view = user.doors.container.listsView();
    await vscode.commands.executeCommand('lexybrain.lists.focus');
    await until('the view has read it', async () => {
      const nodes = await view.getChildren();
      const items = nodes.map((node) => view.getTreeItem(node));
      return items.some(({ description }) => /^\d\d,\d{3} · Semrush/.test(String(description)));
    });
    gaps.end('the Keyword Lists view');

    const previews = user.doors.container.previews();
    await vscode.commands.executeCommand('lexybrain.previewList', uri);
    const document = await until('it is open', () => {
      const found = previews.documentOf(uri);
      return found?.state.kind === 'open' && found;
    });
    gaps.end('preview');

    for (const order of PAGE_ORDERS) {
      const rows = await document.rows(document.revision, { order, search: '', from: 90_000, count: 100 });
      assert.equal(rows?.rows.length, 100, order);
      const none = { order, search: 'no such words', from: 0, count: 100 };
      assert.equal((await document.rows(document.revision, none))?.total, 0);
    }
    gaps.end('sorting by every order');

    const brief = await insight(user, 'marketBrief', {
      uris: [uri.toString()],
      market: 'etsy',
      product: 'hand-carved nativity set',
      model: 'builtin',
    });
    assert.ok(brief.list.rows > 90_000);
    gaps.end('Market Brief, reading included');
    gaps.stop();

    const file = process.env['LEXYBRAIN_GAPS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(gaps.longest));
  });
});
