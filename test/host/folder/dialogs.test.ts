import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { EditorDialogs, type Answer } from '../../../src/host/dialogs.ts';

/** Presses keys in VS Code's own inputs, as far as there are commands for them. */
async function press<T>(asking: Promise<T>, ...commands: string[]): Promise<T> {
  for (const command of commands) {
    await delay(250);
    await vscode.commands.executeCommand(command);
  }
  await delay(250);
  // An input that is still open would make the next test's keys go astray.
  await vscode.commands.executeCommand(CLOSE);
  return asking;
}

const ACCEPT = 'workbench.action.acceptSelectedQuickOpenItem';
const NEXT = 'workbench.action.quickOpenSelectNext';
const CLOSE = 'workbench.action.closeQuickOpen';

describe('the editor’s own inputs', () => {
  const dialogs = new EditorDialogs();
  const question = {
    title: 'Which?',
    placeholder: 'one of these',
    choices: ['one', 'two'].map((label) => ({ label, value: label })),
  };

  it('give the choice that was accepted', async () => {
    assert.deepEqual(await press(dialogs.pickOne(question), ACCEPT), { kind: 'answer', value: 'one' });
    assert.deepEqual(await press(dialogs.pickOne(question), NEXT, ACCEPT), { kind: 'answer', value: 'two' });
  });

  it('say when they were left', async () => {
    assert.deepEqual(await press(dialogs.pickOne(question), CLOSE), { kind: 'cancelled' });
    assert.deepEqual(await press(dialogs.input({ title: 'What?', prompt: 'say' }), CLOSE), {
      kind: 'cancelled',
    });
  });

  it('give the text that was accepted', async () => {
    const asking = dialogs.input({ title: 'What?', prompt: 'say', value: 'a budget of 20' });
    assert.deepEqual(await press(asking, ACCEPT), { kind: 'answer', value: 'a budget of 20' });
  });

  it('do not accept what is wrong, and accept what is only odd', async () => {
    const check = (severity: 'error' | 'warning') => (): { severity: 'error' | 'warning'; text: string } => ({
      severity,
      text: 'hm',
    });
    const ask = (severity: 'error' | 'warning'): Promise<Answer<string>> =>
      dialogs.input({ title: 'What?', prompt: 'say', value: 'x', check: check(severity) });
    assert.deepEqual(await press(ask('error'), ACCEPT), { kind: 'cancelled' });
    assert.deepEqual(await press(ask('warning'), ACCEPT), { kind: 'answer', value: 'x' });
  });

  it('go back to the question before', async () => {
    const asking = dialogs.pickOne({ ...question, canGoBack: true, step: 2, totalSteps: 2 });
    assert.deepEqual(await press(asking, 'workbench.action.quickInputBack'), { kind: 'back' });
  });

  it('say nothing was picked when several could be and none was', async () => {
    assert.deepEqual(await press(dialogs.pickMany(question), ACCEPT), { kind: 'cancelled' });
  });
});
