import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { insight, scriptedUser, setSetting, shownDocument, withEnvironment, type User } from '../support.ts';

const LIST = { text: 'oak shelf, pine shelf, wall shelf', market: 'etsy', product: null };
const configuration = (user: User) => user.doors.container.settings.read();

async function failure(user: User, command = 'marketBrief'): Promise<string> {
  const result: unknown = await vscode.commands.executeCommand(`lexybrain.${command}`, LIST);
  assert.equal(result, undefined);
  const view = user.doors.container.controller().state?.view;
  const shown = view?.kind === 'error' ? `${view.message} ${view.advice ?? ''}` : '';
  return `${shown}\n${user.dialogs.said.join('\n')}`;
}

describe('settings and environment', () => {
  const user = scriptedUser();
  const workspaceSettings = vscode.workspace.getConfiguration('lexybrain');
  afterEach(async () => {
    for (const key of ['enabled', 'provider', 'model', 'dailyCostCap', 'language'])
      await setSetting(key, undefined);
    for (const key of ['provider', 'model']) {
      await workspaceSettings.update(key, undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('turned off, every door says so', async () => {
    await setSetting('enabled', false);
    for (const command of [
      'marketBrief',
      'adInsight',
      'openInsights',
      'setHuggingFaceToken',
      'testConnection',
      'clearCache',
    ]) {
      user.dialogs.messages.length = 0;
      assert.match(await failure(user, command), /LexyBrain is turned off/, command);
    }
    assert.deepEqual(user.dialogs.asked, []);
    await vscode.commands.executeCommand('lexybrain.showConfiguration');
    await shownDocument('Configuration', /- LexyBrain is turned off\./);
  });

  it('LEXYBRAIN_ENABLE turns off too, and is named; the setting goes first', async () => {
    await withEnvironment({ LEXYBRAIN_ENABLE: 'false' }, async () => {
      assert.match(await failure(user), /LEXYBRAIN_ENABLE/);
      await setSetting('enabled', true);
      assert.equal((await insight(user, 'marketBrief', LIST)).list.rows, 3);
    });
  });

  it('LEXYBRAIN_PROVIDER, LEXYBRAIN_MODEL_ID and LEXYBRAIN_DAILY_COST_CAP count where no setting is', async () => {
    const variables = {
      LEXYBRAIN_PROVIDER: 'HuggingFace',
      LEXYBRAIN_MODEL_ID: 'some/model',
      LEXYBRAIN_DAILY_COST_CAP: '250',
    };
    await withEnvironment(variables, async () => {
      const { provider, model, dailyCostCap } = configuration(user);
      assert.deepEqual([provider.value, model.value, dailyCostCap.value], ['huggingface', 'some/model', 250]);
      await setSetting('provider', 'builtin');
      await setSetting('dailyCostCap', 5);
      assert.equal(configuration(user).provider.value, 'builtin');
      assert.equal(configuration(user).dailyCostCap.value, 5);
    });
  });

  it('RunPod is a clear error, and its old variables change nothing', async () => {
    await withEnvironment({ LEXYBRAIN_PROVIDER: 'runpod' }, async () => {
      assert.match(await failure(user), /RunPod.*huggingface/s);
    });
    await withEnvironment({ RUNPOD_API_KEY: 'x', LEXYBRAIN_API_URL: 'https://old.example' }, async () => {
      assert.equal((await insight(user, 'marketBrief', LIST)).model.computed, true);
    });
  });

  it('a provider without its key is an error with a way on, never another provider’s answer', async () => {
    await setSetting('provider', 'huggingface');
    assert.match(await failure(user), /HF_TOKEN is not set/);
    const view = user.doors.container.controller().state?.view;
    assert.ok(view?.kind === 'error');
    assert.deepEqual(
      view.actions.map(({ id }) => id),
      ['setToken', 'useBuiltin', 'openTokenPage'],
    );
  });

  it('a trusted workspace may choose the provider, but not what is the user’s alone', async () => {
    await workspaceSettings.update('provider', 'builtin', vscode.ConfigurationTarget.Workspace);
    assert.equal(configuration(user).provider.value, 'builtin');
    assert.equal(user.doors.container.settings.isSetByWorkspace('provider'), true);
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const file = vscode.Uri.joinPath(folder, '.vscode', 'settings.json');
    const mine = {
      'lexybrain.provider': 'builtin',
      'lexybrain.huggingface.baseUrl': 'https://evil.example',
      'lexybrain.dailyCostCap': 900000,
    };
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(mine)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(configuration(user).huggingfaceBaseUrl.value, '');
    assert.equal(configuration(user).dailyCostCap.value, null);
  });

  it('a setting that cannot be used stops what depends on it, and is named', async () => {
    await setSetting('dailyCostCap', -3);
    assert.match(await failure(user), /lexybrain\.dailyCostCap cannot be used/);
  });

  it('language: the user’s choice goes into the request', async () => {
    await setSetting('language', 'de');
    assert.equal((await insight(user, 'marketBrief', LIST)).input.language, 'de');
  });
});
