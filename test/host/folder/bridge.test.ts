import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { TOKEN_NAME } from '../../../src/host/bridge.ts';
import { MAGNET_CSV, scriptedUser, setSetting, workspaceFile } from '../support.ts';

const run = <T>(command: string): Thenable<T> => vscode.commands.executeCommand<T>(`lexybrain.${command}`);

describe('the local bridge', () => {
  const user = scriptedUser();
  afterEach(async () => {
    await run('stopBridge');
    await setSetting('enabled', undefined);
    await setSetting('provider', undefined);
  });

  const ask = (url: string, path: string, token: string, json?: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...(json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) }),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });

  it('is off until it is started, keeps its token in the secret storage, and stops', async () => {
    assert.equal(await run('stopBridge'), false);
    const url = await run<string>('startBridge');
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const { token } = user.doors.container.bridge();
    assert.equal((await fetch(`${url}/api/lexybrain/debug`)).status, 200);
    assert.equal((await ask(url, '/api/lexybrain/quota', 'wrong')).status, 401);
    assert.equal((await ask(url, '/api/lexybrain/quota', token)).status, 200);
    assert.ok(!user.dialogs.said.join('\n').includes(token), 'the token is not said unasked');
    assert.equal(await run('stopBridge'), true);
    await assert.rejects(fetch(url));
  });

  it('offers its token and a new one while it runs', async () => {
    const url = await run<string>('startBridge');
    const bridge = user.doors.container.bridge();
    const old = bridge.token;
    user.dialogs.pick('$(key) Copy Token');
    assert.equal(await run('startBridge'), url);
    assert.equal(await vscode.env.clipboard.readText(), old);
    user.dialogs.pick('$(refresh) Renew Token');
    await run('startBridge');
    assert.notEqual(bridge.token, old);
    assert.equal(user.secrets.kept.get(TOKEN_NAME), bridge.token);
    assert.equal((await ask(url, '/api/lexybrain/quota', old)).status, 401);
    assert.equal((await ask(url, '/api/lexybrain/quota', bridge.token)).status, 200);
    user.dialogs.pick('$(eye) Show Token');
    await run('startBridge');
    assert.ok(user.dialogs.said.join('\n').includes(bridge.token));
    user.dialogs.pick('$(debug-stop) Stop');
    await run('startBridge');
    await assert.rejects(fetch(url));
  });

  it('makes insights of the workspace’s lists by their names', async () => {
    await setSetting('provider', 'builtin');
    await workspaceFile('bridge-candles.csv', MAGNET_CSV);
    const url = await run<string>('startBridge');
    const { token } = user.doors.container.bridge();
    const made = await ask(url, '/api/lexybrain/generate', token, {
      type: 'radar',
      list: 'bridge-candles.csv',
    });
    const insight = (await made.json()) as { items: unknown[]; responseId: string };
    assert.equal(made.status, 200, JSON.stringify(insight));
    assert.ok(insight.items.length > 0);
    const rating = { responseId: insight.responseId, feedback: 'positive' };
    assert.equal((await ask(url, '/api/lexybrain/feedback', token, rating)).status, 200);
    const missing = await ask(url, '/api/lexybrain/generate', token, { type: 'radar', list: 'nowhere.csv' });
    assert.equal(missing.status, 404);
  });

  it('says so when LexyBrain is turned off, and can still be stopped', async () => {
    const url = await run<string>('startBridge');
    await setSetting('enabled', false);
    const { token } = user.doors.container.bridge();
    const off = await ask(url, '/api/lexybrain/quota', token);
    assert.deepEqual(
      [off.status, ((await off.json()) as { error: string }).error],
      [503, 'lexybrain_disabled'],
    );
    assert.equal(await run('stopBridge'), true);
  });
});
