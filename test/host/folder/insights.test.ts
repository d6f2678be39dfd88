import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { insight, MAGNET_CSV, scriptedUser, stateOf, until, workspaceFile } from '../support.ts';

describe('the insight commands, with the built-in analyst', () => {
  const user = scriptedUser();
  let uri: vscode.Uri;
  before(async () => {
    uri = await workspaceFile('candles.csv', MAGNET_CSV);
  });

  it('make a market brief of a file clicked in the Explorer, and ask for market and product once', async () => {
    user.dialogs.pick('Amazon').type('hand-poured soy candles');
    const brief = await insight(user, 'marketBrief', uri, [uri]);
    assert.equal(brief.type, 'market_brief');
    assert.equal(brief.input.market, 'amazon');
    assert.equal(brief.input.product, 'hand-poured soy candles');
    assert.equal(brief.list.name, 'candles.csv');
    assert.equal(brief.list.rows, 10);
    assert.equal(brief.model.computed, true);
    assert.equal(stateOf(user.doors)?.view.kind, 'result');
    assert.match(stateOf(user.doors)?.notice?.text ?? '', /built-in analyst.*Set a Hugging Face token/s);

    const radar = await insight(user, 'opportunityRadar', uri, [uri]);
    assert.equal(radar.input.product, 'hand-poured soy candles');
    assert.equal(user.dialogs.asked.length, 2);
  });

  it('offer the market that the tool suggests first', async () => {
    const other = await workspaceFile('other.csv', MAGNET_CSV);
    user.dialogs.cancel();
    const result: unknown = await vscode.commands.executeCommand('lexybrain.marketBrief', other, [other]);
    assert.equal(result, undefined);
    const [question] = user.dialogs.asked;
    assert.ok(question && 'choices' in question);
    assert.equal(question.choices[0]?.label, 'Amazon');
    assert.match(question.choices[0].description ?? '', /Helium 10/);
  });

  it('can go back to the question before, and take a market that is not listed', async () => {
    const other = await workspaceFile('back.csv', MAGNET_CSV);
    user.dialogs.pick('Etsy').back().pick('Another').type('My own shop').type('');
    const brief = await insight(user, 'marketBrief', other, [other]);
    assert.equal(brief.input.market, 'My own shop');
    assert.equal(brief.input.product, null);
    assert.deepEqual(
      user.dialogs.asked.map(({ step, totalSteps }) => `${step}/${totalSteps}`),
      ['1/2', '2/2', '1/2', '1/2', '2/2'],
    );
  });

  it('ask for budget and cost per click, remember them, and mark the assumption', async () => {
    user.dialogs.type('30 USD').type('0.40');
    const ads = await insight(user, 'adInsight', { uris: [uri.toString()], market: 'amazon', product: null });
    assert.equal(ads.input.budgetCents, 3000);
    assert.equal(ads.input.currency, 'USD');
    assert.equal(ads.input.assumedCpcCents, 40);
    user.dialogs.type('30').cancel();
    await vscode.commands.executeCommand('lexybrain.adInsight', { uris: [uri.toString()] });
    const [budget, cost] = user.dialogs.asked.slice(2);
    assert.ok(budget && 'value' in budget && cost && 'value' in cost);
    assert.equal(budget.value, '30 USD');
    assert.equal(cost.value, '0.4');
  });

  it('need no question when everything is passed', async () => {
    const ads = await insight(user, 'adInsight', {
      uris: [uri.toString()],
      market: 'etsy',
      product: null,
      budget: 12.5,
      currency: 'eur',
      assumedCpc: null,
    });
    assert.equal(ads.input.budgetCents, 1250);
    assert.equal(ads.input.currency, 'EUR');
    assert.equal(ads.input.assumedCpcCents, null);
  });

  it('say which argument they do not know', async () => {
    const result: unknown = await vscode.commands.executeCommand('lexybrain.marketBrief', { marked: 'etsy' });
    assert.equal(result, undefined);
    assert.match(user.dialogs.said.join('\n'), /marked/);
  });

  it('log what they make in the folder of the list', async () => {
    const risks = await insight(user, 'riskSentinel', {
      uris: [uri.toString()],
      market: 'amazon',
      product: null,
    });
    const folder = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, '.lexybrain');
    const log = user.doors.container.engine().workspaceLog(folder);
    const entry = await until('the insight is in the log', () => log.insight(risks.id));
    assert.equal(entry.insight.type, 'risk_sentinel');
    assert.ok(existsSync(join(folder, '.gitignore')));
  });

  it('answer a second identical request from the cache, and ask again past it', async () => {
    const call = { uris: [uri.toString()], market: 'etsy', product: 'candles for weddings' };
    const first = await insight(user, 'marketBrief', call);
    const second = await insight(user, 'marketBrief', call);
    const third = await insight(user, 'marketBrief', { ...call, fresh: true });
    assert.deepEqual(
      [first, second, third].map(({ cache }) => cache.hit),
      [false, true, false],
    );
  });

  it('change market and product of the list in the panel', async () => {
    await insight(user, 'marketBrief', { uris: [uri.toString()], market: 'etsy', product: null });
    user.dialogs.pick('eBay').type('scented gifts');
    await vscode.commands.executeCommand('lexybrain.changeMarketAndProduct');
    const { subject, view } = stateOf(user.doors) ?? {};
    assert.equal(subject?.market, 'eBay');
    assert.equal(subject.product, 'scented gifts');
    assert.equal(view?.kind, 'not-run');
    const brief = await insight(user, 'marketBrief', uri, [uri]);
    assert.equal(brief.input.market, 'ebay');
  });
});
