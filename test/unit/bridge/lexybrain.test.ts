import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { chatEvents, chatStream } from '../../fakes/chat-wire.ts';
import { silentAfter } from '../../fakes/http-server.ts';
import { eventsOf, Served, until } from '../../fakes/bridge.ts';
import { CHAT, MODEL, briefDraft } from '../../fakes/world.ts';

const GENERATE = '/api/lexybrain/generate';
const KEYWORDS = [
  { term: 'wooden nativity set', demand: 2400, competition: 900 },
  { term: 'hand carved nativity set', demand: 390, competition: 120 },
  { term: 'nativity set', demand: 40_000, competition: 90_000 },
];
const GOOD = chatStream({ pieces: [JSON.stringify(briefDraft())], model: MODEL });

interface Failure {
  readonly error: string;
  readonly message: string;
  readonly details?: { readonly reason?: string };
}
interface Insight {
  readonly responseId: string;
  readonly summary?: string;
  readonly items?: readonly unknown[];
  readonly meta: {
    readonly type: string;
    readonly rows: readonly {
      readonly term: string;
      readonly demand: unknown;
      readonly competition: unknown;
    }[];
    readonly list: { readonly name: string; readonly rows: number };
    readonly cache: { readonly hit: boolean };
    readonly model: { readonly provider: string };
    readonly input: { readonly market: string; readonly budgetCents: number | null };
  };
}

describe('The old API', () => {
  let served: Served;
  beforeEach(async () => {
    served = await Served.start();
    served.world.server.on(CHAT, GOOD);
  });
  afterEach(() => served.stop());

  const failure = async (response: Response): Promise<Failure & { status: number }> => ({
    status: response.status,
    ...((await response.json()) as Failure),
  });
  const made = async (json: object): Promise<Insight> => {
    const response = await served.call(GENERATE, { json });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(text) as Insight;
  };
  const builtin = (): void => {
    served.world.settings['provider'] = 'builtin';
  };

  describe('generate', () => {
    it('answers with the insight, its figures and what a rating needs, and logs it as the bridge’s', async () => {
      const answer = await made({ type: 'market_brief', market: 'etsy', keywords: KEYWORDS });
      assert.equal(answer.summary, 'Buyers look for wood.');
      assert.equal(answer.meta.type, 'market_brief');
      assert.deepEqual(answer.meta.rows.find(({ term }) => term === 'wooden nativity set')?.demand, {
        value: 2400,
        kind: 'monthly',
        bound: null,
      });
      await until(() => served.log.logged.length === 1);
      const [record] = served.log.logged;
      assert.equal(record?.request?.source, 'bridge');
      assert.equal(record.usage?.source, 'bridge');
      assert.equal(record.insight?.id, answer.responseId);
    });

    it('takes the body of the guide, with niche terms and a budget', async () => {
      builtin();
      const answer = await made({
        type: 'ad_insight',
        market: 'Etsy',
        niche_terms: ['nativity'],
        budget_cents: 2000,
        keywords: KEYWORDS.map((each) => ({ ...each, cpc: 0.4 })),
      });
      assert.equal(answer.meta.input.market, 'etsy');
      assert.equal(answer.meta.input.budgetCents, 2000);
    });

    it('takes the old names of types and the terms alone', async () => {
      builtin();
      for (const [type, now] of [
        ['radar', 'opportunity_radar'],
        ['risk', 'risk_sentinel'],
        ['Market-Brief', 'market_brief'],
      ]) {
        const answer = await made({ type, market: 'etsy', keywords: KEYWORDS.map(({ term }) => term) });
        assert.equal(answer.meta.type, now);
        assert.equal(answer.meta.list.rows, 3);
      }
    });

    it('takes a list of the workspace by its name', async () => {
      builtin();
      const text = KEYWORDS.map(({ term, demand }) => `${term},${demand}`).join('\n');
      await writeFile(join(served.workspace, 'lists', 'sets.csv'), `Keyword,Search volume\n${text}\n`);
      const answer = await made({ type: 'radar', list: 'sets.csv' });
      assert.deepEqual([answer.meta.list.name, answer.meta.list.rows], ['sets.csv', 3]);
      await writeFile(join(served.workspace, 'sets.csv'), text);
      const twice = await failure(await served.call(GENERATE, { json: { type: 'radar', list: 'sets.csv' } }));
      assert.deepEqual([twice.status, twice.error], [422, 'invalid_request']);
    });

    it('uses the cache that all doors share, and passes it by when asked', async () => {
      const body = { type: 'market_brief', market: 'etsy', keywords: KEYWORDS };
      assert.equal((await made(body)).meta.cache.hit, false);
      assert.equal((await made(body)).meta.cache.hit, true);
      assert.equal((await made({ ...body, fresh: true })).meta.cache.hit, false);
      assert.equal(served.world.chats.length, 2);
    });

    it('takes a model for one request', async () => {
      const answer = await made({ type: 'radar', keywords: KEYWORDS, model: 'builtin' });
      assert.equal(answer.meta.model.provider, 'builtin');
      for (const model of ['vscode/copilot/gpt', 'nowhere/model', 'runpod/x']) {
        const refused = await failure(
          await served.call(GENERATE, { json: { type: 'radar', keywords: KEYWORDS, model } }),
        );
        assert.deepEqual([refused.status, refused.error], [422, 'invalid_request'], model);
      }
    });

    it('streams stages, partial insights and the result', async () => {
      const response = await served.call(GENERATE, {
        json: { type: 'market_brief', market: 'etsy', keywords: KEYWORDS, stream: true },
      });
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      const events = eventsOf(await response.text());
      assert.deepEqual(
        events.filter(({ event }) => event === 'stage').map(({ data }) => JSON.parse(data) as unknown),
        ['reading', 'waiting', 'answering', 'checking'].map((stage) => ({ stage })),
      );
      assert.equal(events.at(-1)?.event, 'result');
      const result = JSON.parse(events.at(-1)?.data ?? '') as Insight;
      assert.equal(result.summary, 'Buyers look for wood.');
      const known = new Set(['stage', 'partial', 'result']);
      assert.deepEqual(
        events.filter(({ event }) => !known.has(event)),
        [],
      );
    });

    it('says in a stream what went wrong after it began, and by its status what did before', async () => {
      served.world.server.on(CHAT, chatStream({ pieces: ['no JSON at all'], model: MODEL }));
      const json = { type: 'market_brief', market: 'etsy', keywords: KEYWORDS, stream: true };
      const events = eventsOf(await (await served.call(GENERATE, { json })).text());
      assert.equal(events.at(-1)?.event, 'error');
      const said = JSON.parse(events.at(-1)?.data ?? '') as Failure;
      assert.equal(said.error, 'generation_failed');
      const before = await failure(await served.call(GENERATE, { json: { ...json, type: 'horoscope' } }));
      assert.deepEqual([before.status, before.error], [422, 'invalid_request']);
    });

    it('ends the provider’s request when the client goes away', async () => {
      served.world.server.on(CHAT, silentAfter([`${chatEvents({ pieces: ['{"niche":'] })[1] ?? ''}\n\n`]));
      for (const stream of [true, false]) {
        const seen = served.world.chats.length;
        const client = new AbortController();
        const asked = served.call(GENERATE, {
          json: { type: 'market_brief', keywords: KEYWORDS, stream, fresh: true },
          signal: client.signal,
        });
        const left = asked.then((response) => response.text()).catch(() => 'left');
        await until(() => served.world.chats.length > seen);
        client.abort();
        assert.equal(await left, 'left');
        await served.world.chats.at(-1)?.cut;
      }
    });
  });

  it('words errors as it did', async () => {
    const body = { type: 'market_brief', market: 'etsy', keywords: KEYWORDS };
    const cases: [string, object, Record<string, unknown>, number, string][] = [
      ['off', body, { enabled: false }, 503, 'lexybrain_disabled'],
      ['quota', body, { 'quota.briefs': 0 }, 429, 'quota_exceeded'],
      ['cap', body, { dailyCostCap: 0 }, 503, 'cost_cap_reached'],
      ['type', { ...body, type: 'other' }, {}, 422, 'invalid_request'],
      ['no list', { type: 'radar', market: 'etsy' }, {}, 422, 'invalid_request'],
      ['two lists', { ...body, list: 'a.csv' }, {}, 422, 'invalid_request'],
      ['no budget', { ...body, type: 'ad_insight' }, {}, 422, 'invalid_request'],
      ['missing list', { type: 'radar', list: 'a.csv' }, {}, 404, 'not_found'],
      [
        'mixed kinds',
        {
          ...body,
          keywords: [
            { term: 'a', demand: 1 },
            { term: 'b', demand_index: 1 },
          ],
        },
        {},
        422,
        'invalid_request',
      ],
    ];
    const before = { ...served.world.settings };
    for (const [name, json, settings, status, error] of cases) {
      served.world.settings = { ...before, ...settings };
      const said = await failure(await served.call(GENERATE, { json }));
      assert.deepEqual([said.status, said.error], [status, error], name);
      assert.ok(said.message.length > 10);
    }
    served.world.settings = before;
    served.world.environment['HF_TOKEN'] = undefined;
    served.world.settings['provider'] = 'huggingface';
    const said = await failure(await served.call(GENERATE, { json: body }));
    assert.deepEqual(
      [said.status, said.error, said.details?.reason],
      [500, 'generation_failed', 'token-missing'],
    );
    assert.equal(said.message, 'HF_TOKEN is not set');
    const broken = await served.call(GENERATE, {
      method: 'POST',
      body: '{"type":',
      headers: { 'content-type': 'application/json' },
    });
    assert.deepEqual([(await failure(broken)).error, broken.status], ['invalid_request', 422]);
  });

  it('takes ratings of its answers, and withdraws them', async () => {
    builtin();
    const { responseId } = await made({ type: 'radar', keywords: KEYWORDS });
    const rate = (json: object): Promise<Response> => served.call('/api/lexybrain/feedback', { json });
    assert.deepEqual(await (await rate({ responseId, feedback: 'positive', notes: 'fits' })).json(), {
      success: true,
    });
    assert.equal((await rate({ responseId, feedback: null })).status, 200);
    const ratings = served.log.records.filter((record) => record.kind === 'feedback');
    assert.deepEqual(
      ratings.map(({ response_id, feedback, notes }) => [response_id, feedback, notes]),
      [
        [responseId, 'positive', 'fits'],
        [responseId, null, null],
      ],
    );
    const stranger = await rate({ responseId: '0190a5a0-0000-7000-8000-000000000000', feedback: 'neutral' });
    assert.equal(stranger.status, 404);
    assert.equal((await failure(stranger)).error, 'not_found');
    for (const json of [
      { responseId: 'x', feedback: 'positive' },
      { responseId, feedback: 'great' },
      {},
      [],
    ]) {
      assert.equal((await rate(json)).status, 422);
    }
  });

  it('tells how much of each quota is used', async () => {
    served.world.settings['quota.briefs'] = 4;
    await made({ type: 'market_brief', keywords: KEYWORDS });
    assert.deepEqual(await (await served.call('/api/lexybrain/quota')).json(), {
      ai_brief: { used: 1, limit: 4, percentage: 25 },
      ai_calls: { used: 0, limit: -1, percentage: null },
    });
  });

  it('ends streams with a word when it is stopped, and is gone then', async () => {
    served.world.server.on(CHAT, silentAfter([`${chatEvents({ pieces: ['{"niche":'] })[1] ?? ''}\n\n`]));
    const response = await served.call(GENERATE, {
      json: { type: 'market_brief', keywords: KEYWORDS, stream: true },
    });
    const text = response.text();
    await until(() => served.world.chats.length === 1);
    await served.bridge.close();
    const last = eventsOf(await text).at(-1);
    assert.equal(last?.event, 'error');
    assert.match(last.data, /cancelled/);
    await served.world.chats[0]?.cut;
    await assert.rejects(served.call('/'));
  });
});

describe('The old API on a real log', () => {
  let served: Served;
  beforeEach(async () => {
    served = await Served.start({ realLog: true });
    served.world.server.on(CHAT, GOOD);
  });
  afterEach(() => served.stop());

  it('sums up a period, and streams the training data without the chats of others', async () => {
    served.logChat = true;
    const json = { type: 'market_brief', market: 'etsy', keywords: KEYWORDS };
    const first = (await (await served.call(GENERATE, { json })).json()) as Insight;
    await served.call(GENERATE, { json });
    await served.call(GENERATE, { json: { ...json, type: 'radar', model: 'builtin' } });
    await served.call('/v1/chat/completions', {
      json: { messages: [{ role: 'user', content: 'private words' }] },
    });
    await served.call('/api/lexybrain/feedback', {
      json: { responseId: first.responseId, feedback: 'positive', notes: 'n' },
    });
    const metrics = async (query: string): Promise<Record<string, unknown>> =>
      (await (await served.call(`/api/lexybrain/metrics${query}`)).json()) as Record<string, unknown>;
    await until(async () => (await metrics(''))['total_requests'] === 4);
    const all = await metrics('?period=30d');
    assert.deepEqual(
      ['period', 'cache_hits', 'cache_misses', 'cache_hit_rate', 'failures', 'by_type', 'by_plan'].map(
        (key) => all[key],
      ),
      ['30d', 1, 3, 0.25, 0, { chat_completion: 1, market_brief: 2, opportunity_radar: 1 }, {}],
    );
    // Twice 100 tokens in and 20 out, at 1 and 2 or, where nobody says who served it, 3 and 6 USD a million.
    assert.equal(all['total_tokens_in'], 200);
    assert.ok(Number(all['total_cost_cents']) > 0.02);
    assert.equal((await metrics('?type=radar'))['total_requests'], 1);
    const admin = await served.call('/api/admin/lexybrain/metrics?period=90d');
    assert.equal(((await admin.json()) as { total_requests: number }).total_requests, 4);
    assert.equal((await served.call('/api/lexybrain/metrics?period=1y')).status, 422);

    const rows = async (query = ''): Promise<Record<string, unknown>[]> => {
      const response = await served.call(`/api/lexybrain/training-data${query}`);
      assert.match(response.headers.get('content-type') ?? '', /^application\/x-ndjson/);
      const text = await response.text();
      assert.doesNotMatch(text, /private words/);
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const lines = await rows();
    assert.deepEqual(
      lines.map((row) => row['insight_type']),
      ['opportunity_radar', 'market_brief'],
    );
    assert.deepEqual([lines[1]?.['feedback'], lines[1]?.['feedback_notes']], ['positive', 'n']);
    assert.equal(lines[1]?.['response_id'], first.responseId);
    assert.equal((await rows('?type=radar')).length, 1);
    assert.equal((await rows('?limit=1')).length, 1);
    assert.equal((await rows('?to=2020-01-01')).length, 0);
    assert.equal((await rows(`?from=2020-01-01&to=${new Date().toISOString().slice(0, 10)}`)).length, 2);
    assert.equal((await served.call('/api/lexybrain/training-data?limit=0')).status, 422);
  });
});
