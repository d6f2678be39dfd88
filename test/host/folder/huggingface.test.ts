import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { chatStream } from '../../fakes/chat-wire.ts';
import { FakeServer, json, silentAfter, type Responder } from '../../fakes/http-server.ts';
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

const CHAT = 'POST /v1/chat/completions';
const ANSWER = {
  niche: 'Soy candles',
  summary: 'Soy candles are wanted. Gifts are less contested.',
  top_opportunities: [
    { term: 'lavender soy candle', why: 'Few competing products.' },
    { term: 'moon candle', why: 'This one stands in no list.' },
  ],
  risks: [{ term: 'yankee candle', why: 'A brand.', scope: 'term' }],
  actions: ['Put soy candle first.'],
};
const answer = chatStream({
  pieces: [JSON.stringify(ANSWER)],
  headers: { 'x-inference-provider': 'fake-host' },
});

describe('with Hugging Face', () => {
  const user = scriptedUser();
  let list: vscode.Uri;
  let server: FakeServer;
  const call = (): object => ({ uris: [list.toString()], market: 'etsy', product: null, fresh: true });

  before(async () => {
    list = await workspaceFile('hugging.csv', MAGNET_CSV);
  });
  beforeEach(async () => {
    server = await FakeServer.start();
    await setSetting('huggingface.baseUrl', `${server.origin}/v1`);
    user.secrets.kept.set('lexybrain.huggingface.apiKey', 'hf_fake_token_for_tests_00000');
    server.on(
      'GET /v1/models',
      json(200, { object: 'list', data: [model('meta-llama/Llama-3.1-8B-Instruct')] }),
    );
  });
  afterEach(async () => {
    await server.stop();
    for (const key of ['huggingface.baseUrl', 'provider', 'model']) await setSetting(key, undefined);
  });

  const failing = async (responder: Responder): Promise<{ message: string; actions: string[] }> => {
    server.on(CHAT, responder);
    const result: unknown = await vscode.commands.executeCommand('lexybrain.marketBrief', call());
    assert.equal(result, undefined);
    const view = stateOf(user.doors)?.view;
    assert.ok(view?.kind === 'error', JSON.stringify(view));
    return { message: `${view.message} ${view.advice ?? ''}`, actions: view.actions.map(({ id }) => id) };
  };

  it('an answer is shown with the list’s figures and without what is not in the list', async () => {
    server.on(CHAT, answer);
    const brief = await insight(user, 'marketBrief', call());
    assert.equal(brief.model.provider, 'huggingface');
    assert.equal(brief.model.servedBy, 'fake-host');
    assert.deepEqual(brief.grounding.dropped, ['moon candle']);
    assert.ok(
      brief.rows.some(({ term, demand }) => term === 'lavender soy candle' && demand?.value === 2100),
    );
    assert.equal(
      server.asked('/v1/chat/completions')[0]?.headers.authorization,
      'Bearer hf_fake_token_for_tests_00000',
    );
    assert.equal(stateOf(user.doors)?.notice, null);
  });

  it('cancelling in the panel closes the connection and shows what was there before', async () => {
    server.on(CHAT, silentAfter(['data: {"choices":[{"index":0,"delta":{"content":"{"}}]}\n\n']));
    const running = vscode.commands.executeCommand('lexybrain.marketBrief', call());
    const request = await until('the request has arrived', () => server.asked('/v1/chat/completions')[0]);
    await until('the panel shows it', () => stateOf(user.doors)?.view.kind === 'running');
    fromPage(user.doors, { type: 'cancel' });
    await request.cut;
    assert.equal(await running, undefined);
    assert.notEqual(stateOf(user.doors)?.view.kind, 'running');
    assert.notEqual(stateOf(user.doors)?.view.kind, 'error');
    assert.deepEqual(user.dialogs.said, []);
  });

  it('401: set the token', async () => {
    const { message, actions } = await failing(
      json(401, { error: 'Invalid credentials in Authorization header' }),
    );
    assert.match(message, /HF router HTTP 401/);
    assert.deepEqual(actions, ['setToken', 'openTokenPage']);
  });

  it('403: the default model, or a token with the permission; the default model then answers', async () => {
    await setSetting('model', 'meta-llama/gated');
    const { message, actions } = await failing(json(403, { error: 'does not have sufficient permissions' }));
    assert.match(message, /HF router HTTP 403/);
    assert.ok(actions.includes('useDefaultModel') && actions.includes('openTokenPage'));
    server.on(CHAT, answer);
    fromPage(user.doors, { type: 'action', action: 'useDefaultModel' });
    await until('the default model has answered', () => stateOf(user.doors)?.view.kind === 'result');
    const { body } = server.asked('/v1/chat/completions').at(-1)!;
    assert.equal(body?.['model'], 'meta-llama/Llama-3.1-8B-Instruct');
  });

  it('5xx: the status page, and trying again works', async () => {
    const { actions } = await failing(json(500, { error: 'down' }));
    assert.deepEqual(actions.slice(0, 2), ['retry', 'openStatusPage']);
    server.on(CHAT, answer);
    fromPage(user.doors, { type: 'action', action: 'retry' });
    await until('it has answered', () => stateOf(user.doors)?.view.kind === 'result');
  });

  it('what a model answered and cannot be used can be looked at', async () => {
    const { actions } = await failing(chatStream({ pieces: ['I cannot do that, but here is a poem.'] }));
    assert.ok(actions.includes('showRawAnswer'));
    fromPage(user.doors, { type: 'action', action: 'showRawAnswer' });
    await until('the answer is shown', () =>
      vscode.window.activeTextEditor?.document.getText().includes('a poem'),
    );
  });

  it('the built-in analyst answers only when it is asked to', async () => {
    await setSetting('provider', 'huggingface');
    user.secrets.kept.clear();
    const { actions } = await failing(answer);
    assert.ok(actions.includes('useBuiltin'));
    fromPage(user.doors, { type: 'action', action: 'useBuiltin' });
    await until('it has answered', () => stateOf(user.doors)?.view.kind === 'result');
    assert.equal(server.asked('/v1/chat/completions').length, 0);
  });

  it('Test Connection says how it went', async () => {
    server.on(CHAT, chatStream({ pieces: ['ok'] }));
    server.on(
      'GET /api/whoami-v2',
      json(200, { type: 'user', name: 'me', auth: { accessToken: { role: 'read' } } }),
    );
    await vscode.commands.executeCommand('lexybrain.testConnection');
    assert.equal(user.dialogs.messages[0]?.message.kind, 'info', user.dialogs.said.join('\n'));
    server.on('GET /api/whoami-v2', json(401, { error: 'Invalid credentials' }));
    server.on(CHAT, json(401, { error: 'Invalid credentials' }));
    await vscode.commands.executeCommand('lexybrain.testConnection');
    assert.equal(user.dialogs.messages[1]?.message.kind, 'error');
    assert.deepEqual(user.dialogs.messages[1].buttons, ['Set Token…', 'Get a Token']);
    assert.ok(!user.dialogs.said.join('\n').includes('hf_fake'));
  });

  it('Select Model shows what models cost and writes the user’s settings', async () => {
    server.on(
      'GET /v1/models',
      json(200, {
        object: 'list',
        data: [model('meta-llama/Llama-3.1-8B-Instruct'), model('other/model', 0.2)],
      }),
    );
    user.dialogs.pick('Hugging Face').back().pick('Hugging Face').pick('other/model');
    await vscode.commands.executeCommand('lexybrain.selectModel');
    const question = user.dialogs.asked.at(-1);
    assert.ok(question && 'choices' in question);
    const other = question.choices.find(({ label }) => label === 'other/model');
    assert.match(other?.detail ?? '', /\$0\.20 in, \$0\.40 out.*context 8,192/);
    const { provider, model: chosen } = user.doors.container.settings.read();
    assert.deepEqual([provider.value, chosen.value], ['huggingface', 'other/model']);
  });
});

describe('before the first request to a provider', () => {
  const user = scriptedUser();
  const call = {
    text: 'lavender soy candle, yankee candle, soy candle',
    market: 'etsy',
    product: null,
    fresh: true,
  };
  const fetchBefore = globalThis.fetch;
  let server: FakeServer;
  let seen: string[] = [];
  beforeEach(async () => {
    seen = [];
    server = await FakeServer.start();
    server.on(CHAT, answer);
    user.secrets.kept.set('lexybrain.huggingface.apiKey', 'hf_fake_token_for_tests_00000');
    globalThis.fetch = async (url, init) => {
      const address = url instanceof Request ? url.url : url.toString();
      seen.push(address);
      return fetchBefore(address.replace('https://router.huggingface.co', server.origin), init);
    };
  });
  afterEach(async () => {
    globalThis.fetch = fetchBefore;
    await server.stop();
  });

  it('a notice says what leaves this computer, to whom, and what is logged; without a yes nothing is sent', async () => {
    assert.equal(await vscode.commands.executeCommand('lexybrain.marketBrief', call), undefined);
    assert.deepEqual(seen, []);
    const [{ message, buttons } = { message: null, buttons: [] }] = user.dialogs.messages;
    assert.equal(message?.modal, true);
    assert.match(message.detail ?? '', /router\.huggingface\.co.*logged on this computer, in .*\.lexybrain/s);
    assert.deepEqual(buttons, ['Continue', 'Use the Built-in Analyst']);
  });

  it('the built-in analyst can answer instead', async () => {
    user.dialogs.press('router.huggingface.co', 'Built-in');
    assert.equal((await insight(user, 'marketBrief', call)).model.computed, true);
    assert.deepEqual(seen, []);
  });

  it('after a yes it is not asked again', async () => {
    user.dialogs.press('router.huggingface.co', 'Continue');
    assert.equal((await insight(user, 'marketBrief', call)).model.provider, 'huggingface');
    assert.ok(seen.every((url) => url.startsWith('https://router.huggingface.co/')));
    user.dialogs.messages.length = 0;
    await insight(user, 'marketBrief', call);
    assert.deepEqual(user.dialogs.said, []);
  });

  it('a model chosen by the workspace is shown before it costs anything', async () => {
    const settings = vscode.workspace.getConfiguration('lexybrain');
    await settings.update('model', 'dear/model', vscode.ConfigurationTarget.Workspace);
    try {
      assert.equal(await vscode.commands.executeCommand('lexybrain.marketBrief', call), undefined);
      assert.match(
        user.dialogs.said.join('\n'),
        /settings of this workspace choose Hugging Face with dear\/model/,
      );
      assert.deepEqual(seen, []);
    } finally {
      await settings.update('model', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('instructions of the workspace are shown, and go into the request', async () => {
    const file = await workspaceFile(
      'lexybrain/instructions/market_brief.md',
      'Always mention the colour teal.',
    );
    try {
      user.dialogs.press('adds its own instructions', 'Continue');
      await insight(user, 'marketBrief', call);
      assert.match(JSON.stringify(server.asked('/v1/chat/completions').at(-1)?.body), /colour teal/);
    } finally {
      await vscode.workspace.fs.delete(file);
    }
  });
});

function model(id: string, input = 0.02): object {
  const provider = {
    provider: 'fake-host',
    status: 'live',
    context_length: 8192,
    pricing: { input, output: input * 2 },
    supports_structured_output: true,
  };
  return { id, object: 'model', created: 1, owned_by: 'x', providers: [provider] };
}
