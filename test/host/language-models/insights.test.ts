import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { ScriptedDialogs } from '../../fakes/dialogs.ts';
import {
  fromPage,
  insight,
  MAGNET_CSV,
  scriptedUser,
  setSetting,
  stateOf,
  until,
  workspaceFile,
} from '../support.ts';

/** As test/fakes/language-models exports it. */
interface Control {
  pieces: string[];
  end: 'done' | 'Blocked' | 'silent';
  requests: { id: string; messages: number; text: string; options: unknown }[];
  cancelled: number;
}

const ANSWER = JSON.stringify({
  niche: 'Soy candles',
  summary: 'Soy candles are wanted. Gifts are less contested.',
  top_opportunities: [{ term: 'lavender soy candle', why: 'Few competing products.' }],
  risks: [{ term: 'yankee candle', why: 'A brand.', scope: 'term' }],
  actions: ['Put soy candle first.'],
});

describe('with the language models of VS Code', () => {
  const user = scriptedUser();
  let control: Control;
  let list: vscode.Uri;
  const call = (): object => ({ uris: [list.toString()], market: 'etsy', product: null, fresh: true });

  before(async () => {
    const models = vscode.extensions.getExtension<Control>('lexybrain-tests.fake-language-models');
    assert.ok(models, 'the extension with the models is not there');
    control = await models.activate();
    list = await workspaceFile('models.csv', MAGNET_CSV);
  });
  beforeEach(async () => {
    Object.assign(control, { pieces: [ANSWER.slice(0, 90), ANSWER.slice(90)], end: 'done', cancelled: 0 });
    control.requests.length = 0;
    await setSetting('provider', 'vscode');
    await setSetting('model', 'fake-models/writer');
    user.dialogs.press('Ask VS Code language models', 'Continue');
  });
  afterEach(async () => {
    for (const key of ['provider', 'model']) await setSetting(key, undefined);
  });

  const failing = async (): Promise<{ message: string; actions: string[] }> => {
    assert.equal(await vscode.commands.executeCommand('lexybrain.marketBrief', call()), undefined);
    const view = stateOf(user.doors)?.view;
    assert.ok(view?.kind === 'error', JSON.stringify(view));
    return { message: `${view.message} ${view.advice ?? ''}`, actions: view.actions.map(({ id }) => id) };
  };

  it('before the first request a notice says that text goes to the model; without a yes nothing is sent', async () => {
    const hesitant = new ScriptedDialogs();
    user.doors.dialogs = hesitant;
    assert.equal(await vscode.commands.executeCommand('lexybrain.marketBrief', call()), undefined);
    const said = hesitant.said.join('\n');
    assert.match(said, /Sent to the model fake-models\/writer.*logged on this computer/s);
    assert.doesNotMatch(said, /Your key/);
    assert.equal(control.requests.length, 0);
  });

  it('a model answers: one user message, counted and not billed', async () => {
    const brief = await insight(user, 'marketBrief', call());
    assert.equal(brief.model.provider, 'vscode');
    assert.equal(brief.model.id, 'fake-models/writer');
    assert.ok(
      brief.rows.some(({ term, demand }) => term === 'lavender soy candle' && demand?.value === 2100),
    );
    assert.equal(brief.usage.costNanoUsd, 0);
    assert.ok(brief.usage.tokensIn > 0 && brief.usage.estimated);
    const [request] = control.requests;
    assert.equal(control.requests.length, 1);
    assert.equal(request?.id, 'writer');
    assert.equal(request.messages, 1);
    assert.match(request.text, /lavender soy candle/);
  });

  it('cancelling reaches the model', async () => {
    control.end = 'silent';
    const running = vscode.commands.executeCommand('lexybrain.marketBrief', call());
    await until('the model is asked', () => control.requests.length === 1);
    fromPage(user.doors, { type: 'cancel' });
    assert.equal(await running, undefined);
    // VS Code 1.105 does not pass a cancellation on once the model has begun to answer; the newest does.
    if (vscode.version !== '1.105.1') await until('the model is told', () => control.cancelled === 1);
    assert.notEqual(stateOf(user.doors)?.view.kind, 'error');
  });

  it('a refusal in the middle of an answer says why', async () => {
    Object.assign(control, { pieces: ['{"niche": "Soy'], end: 'Blocked' });
    const { message, actions } = await failing();
    assert.match(message, /quota is used up.*Come back tomorrow/s);
    assert.deepEqual(actions.slice(0, 2), ['selectModel', 'useBuiltin']);
  });

  it('a model that is too small is not asked', async () => {
    await setSetting('model', 'fake-models/small');
    assert.match((await failing()).message, /takes 10 tokens, the request has \d+/);
    assert.equal(control.requests.length, 0);
  });

  it('a model that is not there names those that are', async () => {
    await setSetting('model', 'fake-models/gone');
    const { message, actions } = await failing();
    assert.match(message, /does not offer the model fake-models\/gone.*fake-models\/writer/s);
    assert.deepEqual(actions, ['selectModel']);
  });

  it('Select Model offers them, and never our own', async () => {
    user.dialogs.pick('VS Code language models').pick('fake-models/small');
    await vscode.commands.executeCommand('lexybrain.selectModel');
    const question = user.dialogs.asked.at(-1);
    assert.ok(question && 'choices' in question);
    const offered = question.choices.map(({ label }) => label);
    assert.ok(offered.includes('fake-models/writer'), offered.join());
    assert.ok(!offered.some((label) => label.startsWith('lexybrain')), offered.join());
    const own = await vscode.lm.selectChatModels({ vendor: 'lexybrain' });
    assert.equal(own.length, 1, 'VS Code itself offers it');
  });

  it('Test Connection only looks', async () => {
    await vscode.commands.executeCommand('lexybrain.testConnection');
    assert.match(user.dialogs.said.join('\n'), /VS Code offers Fake writer/);
    assert.equal(control.requests.length, 0);
  });
});
