import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { chatEvents, chatStream } from '../fakes/chat-wire.ts';
import { FakeServer, json, silentAfter, type Responder } from '../fakes/http-server.ts';
import { eventually } from './workbench/eventually.ts';
import { InsightPanel } from './workbench/insight-panel.ts';
import { useWorkbench } from './workbench/use-workbench.ts';

const CHAT = 'POST /v1/chat/completions';
const LIST = 'nativity-sets-etsy.csv';
const MODEL = 'meta-llama/Llama-3.1-8B-Instruct';
const TOKEN = 'hf_made_up_for_this_test_0002';

const ANSWER = JSON.stringify({
  niche: 'Wooden nativity sets',
  summary: 'Olive wood is wanted. Carved sets are less contested.',
  top_opportunities: [
    { term: 'olive wood nativity set', why: 'Wanted, and little contested.' },
    { term: 'hand carved nativity set', why: 'It names the product.' },
    { term: 'golden nativity throne', why: 'This one stands in no list.' },
  ],
  risks: [{ term: 'disney nativity set', why: 'A brand.', scope: 'term' }],
  actions: ['Put olive wood first.'],
});
/** Up to and with the first opportunity. */
const FIRST_PART = ANSWER.slice(0, ANSWER.indexOf('{"term":"hand carved'));

/** The first part of the answer; the rest when told. */
function answerInTwo(): { responder: Responder; goOn: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const events = chatEvents({ pieces: [FIRST_PART, ANSWER.slice(FIRST_PART.length)], model: MODEL });
  return {
    responder: async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-inference-provider': 'fake-host' });
      for (const event of events.slice(0, 2)) response.write(`${event}\n\n`);
      await promise;
      response.end(
        events
          .slice(2)
          .map((event) => `${event}\n\n`)
          .join(''),
      );
    },
    goOn: () => resolve(undefined),
  };
}

describe('a copywriter with Hugging Face', function () {
  this.timeout(60_000);
  let router: FakeServer;
  before(async () => {
    router = await FakeServer.start();
    router.on('GET /v1/models', json(200, { object: 'list', data: [model(MODEL)] }));
  });
  const workbench = useWorkbench(() => ({
    settings: { 'lexybrain.huggingface.baseUrl': `${router.origin}/v1` },
    env: { HF_TOKEN: TOKEN },
  }));
  after(() => router.stop());
  const panel = (): InsightPanel => new InsightPanel(workbench());
  beforeEach(() => {
    router.requests.length = 0;
  });

  it('reads a brief while it is being written, and it stays with the list', async () => {
    const { responder, goOn } = answerInTwo();
    router.on(CHAT, responder);
    const { quickInput } = workbench();
    await workbench().openFile(LIST);
    await workbench().runCommand('LexyBrain: Market Brief');
    await quickInput.choose('Etsy');
    await quickInput.says('What do you sell?');
    await quickInput.answer('hand-carved nativity set');
    await panel().find('.unfinished .term', 'olive wood nativity set');
    assert.doesNotMatch(await panel().text(), /Computed by the built-in analyst/);
    goOn();
    await panel().find('.provenance', `Answered by`);
    const shown = await panel().text();
    for (const part of [MODEL, 'fake-host', '612', 'hand carved nativity set']) {
      assert.ok(shown.includes(part), shown);
    }
    await panel().find('.provenance .caution', 'golden nativity throne');
    assert.deepEqual(
      (await panel().terms('section[aria-labelledby=opportunities-title]')).map(({ term }) => term),
      ['olive wood nativity set', 'hand carved nativity set'],
    );
    assert.equal(router.asked('/v1/chat/completions')[0]?.headers.authorization, `Bearer ${TOKEN}`);
  });

  it('gets the same answer again without another request', async () => {
    await workbench().runCommand('LexyBrain: Market Brief');
    await panel().find('.provenance', 'From the cache');
    assert.deepEqual(router.asked('/v1/chat/completions'), []);
  });

  it('cancels: the connection is closed, and what was there stays', async () => {
    router.on(
      CHAT,
      silentAfter(
        chatEvents({ pieces: [FIRST_PART] })
          .slice(0, 2)
          .map((event) => `${event}\n\n`),
      ),
    );
    await panel().press('.toolbar button', 'Ask again');
    await panel().find('.unfinished .term');
    const request = await eventually('the request', () =>
      Promise.resolve(router.asked('/v1/chat/completions')[0]),
    );
    await panel().press('.running vscode-button', 'Cancel');
    await request.cut;
    await panel().find('.provenance', 'Answered by');
  });

  for (const { status, error, says, buttons } of [
    {
      status: 401,
      error: 'Invalid credentials in Authorization header',
      says: 'HF router HTTP 401',
      buttons: ['Set Token…', 'Get a Token'],
    },
    {
      status: 403,
      error: 'This authentication method does not have sufficient permissions',
      says: 'HF router HTTP 403',
      // Not "Use the Default Model": it is the one that was asked.
      buttons: ['Get a Token', 'Select Model…'],
    },
    { status: 503, error: 'Service Unavailable', says: '503', buttons: ['Try Again', 'Open Status Page'] },
  ]) {
    it(`${status}: says why, and what to do`, async () => {
      router.on(CHAT, json(status, { error }, { 'retry-after': '0' }));
      await panel().press('.toolbar button', 'Ask again');
      const failure = await panel().find('.failure', says);
      assert.deepEqual(
        (await failure.locator('vscode-button').allInnerTexts()).map((label) => label.trim()),
        buttons,
      );
      await workbench().screenshot(`failure-${status}`);
      // The next one asks again from an answer.
      router.on(CHAT, chatStream({ pieces: [ANSWER], model: MODEL }));
      await workbench().runCommand('LexyBrain: Market Brief');
      await panel().find('.toolbar button', 'Ask again');
    });
  }
});

function model(id: string): object {
  const provider = {
    provider: 'fake-host',
    status: 'live',
    context_length: 131_072,
    pricing: { input: 0.02, output: 0.05 },
    supports_structured_output: true,
  };
  return { id, object: 'model', created: 1, owned_by: 'x', providers: [provider] };
}
