import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { scriptedUser, shownDocument, withEnvironment } from '../support.ts';

const NAME = 'lexybrain.huggingface.apiKey';
const TOKEN = 'hf_abcdefghijklmnopqrstuvwxyz12345';
const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`lexybrain.${command}`, ...args);

describe('keys', () => {
  const user = scriptedUser();

  it('are asked for as passwords, kept without what was pasted around them, and named when odd', async () => {
    user.dialogs.type(` "${TOKEN}"\n`);
    await run('setHuggingFaceToken');
    assert.equal(user.secrets.kept.get(NAME), TOKEN);
    const [question] = user.dialogs.asked;
    assert.ok(question && 'password' in question);
    assert.equal(question.password, true);
    assert.equal(question.value, undefined);
    assert.match(user.dialogs.said.join('\n'), /is set\..*Whitespace.*Quotes/s);
    assert.ok(!user.dialogs.said.join('\n').includes(TOKEN));
  });

  it('that are odd in form are said to be, and kept', async () => {
    user.dialogs.type('sk-1234567890123456');
    await run('setHuggingFaceToken');
    assert.match(user.dialogs.said.join('\n'), /does not start with hf_/);
    assert.equal(user.secrets.kept.get(NAME), 'sk-1234567890123456');
  });

  it('never show the old one', async () => {
    user.secrets.kept.set(NAME, TOKEN);
    user.dialogs.cancel();
    await run('setHuggingFaceToken');
    assert.ok(!JSON.stringify(user.dialogs.asked).includes(TOKEN));
    assert.equal(user.secrets.kept.get(NAME), TOKEN);
  });

  it('that the storage does not keep work in this window, which is said', async () => {
    user.secrets.forgetful = true;
    user.dialogs.type(TOKEN);
    await run('setHuggingFaceToken');
    assert.match(user.dialogs.said.join('\n'), /this window only/);
    assert.deepEqual(user.dialogs.messages[0]?.buttons, ['What to Do', 'Test Connection']);
    assert.equal(await user.doors.container.keys.get('huggingface'), TOKEN);
    await run('removeHuggingFaceToken');
    assert.equal(await user.doors.container.keys.get('huggingface'), undefined);
  });

  it('work in this window where the storage throws, and are not lost by it', async () => {
    user.secrets.kept.set(NAME, 'hf_the_one_before_this_one_000000');
    user.secrets.broken = 'no keyring';
    user.dialogs.type(TOKEN);
    await run('setHuggingFaceToken');
    assert.match(user.dialogs.said.join('\n'), /this window only.*no keyring/s);
    assert.equal((await user.doors.container.engine().route()).provider, 'huggingface');
    user.secrets.broken = undefined;
    assert.equal(user.secrets.kept.get(NAME), 'hf_the_one_before_this_one_000000');
    await run('removeHuggingFaceToken');
  });

  it('are removed; where HF_TOKEN remains, that is said', async () => {
    user.secrets.kept.set(NAME, TOKEN);
    await withEnvironment({ HF_TOKEN: 'hf_from_the_environment_0000000' }, async () =>
      run('removeHuggingFaceToken').then(),
    );
    assert.equal(user.secrets.kept.has(NAME), false);
    assert.match(user.dialogs.said.join('\n'), /removed\. HF_TOKEN is set in the environment/);
  });

  it('that cannot be removed are said to be there still', async () => {
    user.secrets.kept.set(NAME, TOKEN);
    user.secrets.broken = 'locked';
    await run('removeHuggingFaceToken');
    assert.match(user.dialogs.said.join('\n'), /could not be read: locked/);
    assert.equal(user.secrets.kept.get(NAME), TOKEN);
  });

  it('of a storage that throws are no reason for another answer', async () => {
    user.secrets.broken = 'no keyring';
    const result: unknown = await run('marketBrief', {
      text: 'oak shelf, pine shelf',
      market: 'etsy',
      product: null,
    });
    assert.equal(result, undefined);
    const view = user.doors.container.controller().state?.view;
    assert.ok(view?.kind === 'error');
    assert.match(view.message, /no keyring/);
    assert.ok(view.actions.some(({ id }) => id === 'useBuiltin'));
  });

  it('in the configuration are masked, with where they are from', async () => {
    user.secrets.kept.set(NAME, TOKEN);
    await run('showConfiguration');
    const text = await shownDocument('Configuration', /"hasToken": true/);
    assert.ok(!text.includes(TOKEN));
    assert.match(text, /"tokenSource": "secret storage"/);
    assert.match(text, /✅ OK: Token is set and trimmed/);
    assert.match(text, /Nothing: all is well/);
  });

  it('that are missing are said to be, with what to do', async () => {
    await run('showConfiguration');
    await shownDocument(
      'Configuration',
      /- No Hugging Face token is set: the built-in analyst.*Set Hugging Face Token/,
    );
  });

  it('of a storage that throws are a problem in the configuration, and HF_TOKEN is named as the source', async () => {
    user.secrets.broken = 'no keyring';
    await run('showConfiguration');
    await shownDocument('Configuration', /- .*no keyring/);
    await withEnvironment({ HF_TOKEN: ' hf_from_the_environment_0000000' }, async () => {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await run('showConfiguration');
      const text = await shownDocument('Configuration', /"tokenSource": "HF_TOKEN"/);
      assert.match(text, /⚠️ WARNING: Token has leading\/trailing whitespace/);
    });
  });
});
