import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { chatStream } from '../../fakes/chat-wire.ts';
import { FakeServer, json } from '../../fakes/http-server.ts';
import type { PanelView } from '../../../src/protocol/messages.ts';
import {
  fromPage,
  insight,
  MAGNET_CSV,
  scriptedUser,
  setSetting,
  shownPage,
  stateOf,
  until,
  workspaceFile,
} from '../support.ts';

const MODEL = 'meta-llama/Llama-3.1-8B-Instruct';
const ANSWER = {
  niche: 'Soy candles',
  summary: 'Soy candles are wanted. Gifts are less contested.',
  top_opportunities: [{ term: 'lavender soy candle', why: 'Few competing products.' }],
  risks: [],
  actions: ['Put soy candle first.'],
};

describe('two models', () => {
  const user = scriptedUser();
  let list: vscode.Uri;
  let server: FakeServer;
  const call = (): object => ({ uris: [list.toString()], market: 'etsy', product: 'candles' });
  const view = (): Extract<PanelView, { kind: 'comparison' }> => {
    const shown = stateOf(user.doors)?.view;
    assert.ok(shown?.kind === 'comparison', JSON.stringify(shown ?? null).slice(0, 400));
    return shown;
  };
  const compare = (): Thenable<unknown> => {
    user.dialogs.pick('Market Brief').pick('Hugging Face').pick(MODEL).pick('Built-in analyst');
    return vscode.commands.executeCommand('lexybrain.compareModels', call());
  };

  before(async () => {
    list = await workspaceFile('compared.csv', MAGNET_CSV);
  });
  beforeEach(async () => {
    server = await FakeServer.start();
    await setSetting('huggingface.baseUrl', `${server.origin}/v1`);
    user.secrets.kept.set('lexybrain.huggingface.apiKey', 'hf_fake_token_for_tests_00000');
    server.on('GET /v1/models', json(200, { object: 'list', data: [] }));
    server.on('POST /v1/chat/completions', chatStream({ pieces: [JSON.stringify(ANSWER)], model: MODEL }));
  });
  afterEach(async () => {
    await server.stop();
    for (const key of ['huggingface.baseUrl', 'routing']) await setSetting(key, undefined);
    await vscode.commands.executeCommand('lexybrain.clearCache');
  });

  it('are unnamed until one is picked; the pick is kept and counted', async () => {
    await compare();
    const blind = view();
    assert.deepEqual([blind.revealed, blind.pickable, blind.picked], [false, true, null]);
    assert.doesNotMatch(JSON.stringify(blind), /llama|huggingface|builtin/i);
    const ids = blind.sides.map((side) => (side.kind === 'answered' ? side.result.id : ''));
    // The past insights name who made them, so these two are not among them yet.
    assert.ok(!(stateOf(user.doors)?.history.items ?? []).some(({ id }) => ids.includes(id)));

    fromPage(user.doors, { type: 'prefer', side: 1 });
    const named = await until('the names', () => (view().revealed ? view() : null));
    assert.equal(named.picked, 1);
    assert.match(JSON.stringify(named.sides), /huggingface/);
    assert.match(JSON.stringify(named.sides), /"computed":true/);

    await vscode.commands.executeCommand('lexybrain.showUsage');
    const text = await shownPage('LexyBrain Usage', /### Comparisons/);
    assert.match(text, /builtin\/builtin.*huggingface.*\| (1 : 0|0 : 1) \|.*too little data/);
  });

  it('are named at once where one of them fails, and nothing can be picked', async () => {
    server.on('POST /v1/chat/completions', json(401, { error: 'Invalid credentials' }));
    await compare();
    const { revealed, pickable, sides } = view();
    assert.deepEqual([revealed, pickable], [true, false]);
    assert.deepEqual(sides.map(({ kind }) => kind).sort(), ['answered', 'failed']);
    fromPage(user.doors, { type: 'prefer', side: 0 });
    assert.equal(view().picked, null);
  });

  it('are never one and the same: who was chosen first is not offered again', async () => {
    const labels = (): string[] => {
      const question = user.dialogs.asked.at(-1);
      return question !== undefined && 'choices' in question
        ? question.choices.map(({ label }) => label)
        : [];
    };
    user.dialogs.pick('Market Brief').pick('Built-in analyst').cancel();
    await vscode.commands.executeCommand('lexybrain.compareModels', call());
    assert.ok(labels().includes('Hugging Face') && !labels().includes('Built-in analyst'), labels().join());
    user.dialogs.pick('Market Brief').pick('Hugging Face').pick(MODEL).pick('Hugging Face').cancel();
    await vscode.commands.executeCommand('lexybrain.compareModels', call());
    assert.ok(!labels().includes(MODEL), labels().join());
  });

  it('may each have an insight of their own', async () => {
    user.dialogs.pick('Risk Sentinel').pick('Built-in analyst');
    await vscode.commands.executeCommand('lexybrain.selectModelForInsight');
    assert.equal((await insight(user, 'riskSentinel', call())).model.computed, true);
    assert.equal((await insight(user, 'marketBrief', call())).model.provider, 'huggingface');
    user.dialogs.pick('Risk Sentinel').pick('The model of all insights');
    await vscode.commands.executeCommand('lexybrain.selectModelForInsight');
    assert.equal(vscode.workspace.getConfiguration('lexybrain').inspect('routing')?.globalValue, undefined);
  });
});
