import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { createApp } from '../../../src/bridge/app.ts';
import { ENDPOINTS, openApiDocument } from '../../../src/bridge/openapi.ts';
import type { BridgePorts } from '../../../src/bridge/ports.ts';
import { Served } from '../../fakes/bridge.ts';
import { chatStream, chatWhole } from '../../fakes/chat-wire.ts';
import { CHAT, MODEL, TOKEN } from '../../fakes/world.ts';

interface Operation {
  readonly summary: string;
  readonly security?: unknown;
  readonly parameters?: readonly { readonly name: string; readonly schema: { readonly enum?: string[] } }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<string, { readonly content: Record<string, { readonly schema: object }> }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

describe('The document of the interface', () => {
  let served: Served;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const document = openApiDocument() as Document;

  before(async () => {
    served = await Served.start({ realLog: true });
    served.world.server.on(CHAT, (response, request) => {
      const answer =
        request.body?.['stream'] === true ? chatStream({ pieces: ['x'], model: MODEL }) : chatWhole('x');
      return answer(response, request);
    });
    served.world.settings['provider'] = 'builtin';
  });
  after(() => served.stop());

  it('names every route there is, and no other', () => {
    const { routes } = createApp({ log: served.world.log } as unknown as BridgePorts, new Set());
    const there = routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(?:\{.*\})?$/, '{$1}')}`);
    const named = ENDPOINTS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    assert.deepEqual(there.toSorted(), named.toSorted());
  });

  it('is served, is OpenAPI 3.1, and says where the bearer is needed', async () => {
    const told = (await (await served.call('/openapi.json')).json()) as Document;
    assert.deepEqual(told, JSON.parse(JSON.stringify(document)));
    assert.match(told.openapi, /^3\.1\./);
    const open = Object.entries(told.paths).flatMap(([path, methods]) =>
      Object.values(methods).flatMap((operation) => (operation.security === undefined ? [path] : [])),
    );
    assert.deepEqual(open, ['/', '/api/lexybrain/debug']);
    for (const path of Object.values(told.paths)) {
      for (const operation of Object.values(path)) {
        for (const { content } of Object.values(operation.responses)) {
          for (const { schema } of Object.values(content)) ajv.compile(schema);
        }
      }
    }
  });

  /** What an endpoint answers must be among what the document says it does. */
  const holds = async (
    path: string,
    method: 'get' | 'post',
    init: RequestInit,
    query = '',
  ): Promise<number> => {
    const response = await served.call(`${path}${query}`, { ...init, method: method.toUpperCase() });
    const text = await response.text();
    const operation = document.paths[path]?.[method];
    const said = operation?.responses[String(response.status)];
    assert.ok(said, `${method} ${path} answered ${response.status}, which is not documented: ${text}`);
    const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const content = said.content[type];
    assert.ok(content, `${method} ${path} answered with ${type}`);
    if (type === 'application/json') {
      const valid = ajv.validate(content.schema, JSON.parse(text));
      assert.ok(valid, `${path} ${response.status}: ${ajv.errorsText()} in ${text.slice(0, 300)}`);
    }
    assert.ok(response.status < 500 || response.status === 503, `${path}: ${text}`);
    assert.doesNotMatch(text, /node_modules|\.ts:\d|\/tmp\//);
    assert.ok(!text.includes(process.cwd()), text);
    assert.ok(!text.includes(TOKEN) && !text.includes(served.token));
    return response.status;
  };

  it('tells which insight types there are, and that either keywords or a list are wanted', async () => {
    const path = '/api/lexybrain/generate';
    const schema = document.paths[path]?.['post']?.requestBody?.content['application/json']?.schema ?? {};
    const keywords = ['soy candle', 'beeswax candle'];
    for (const [body, sound] of [
      [{ type: 'market_brief', market: 'etsy', keywords }, true],
      [{ type: 'radar', market: 'etsy', keywords }, true],
      [{ type: 'brief', market: 'etsy', keywords }, false],
      [{ type: 'radar', market: 'etsy' }, false],
      [{ type: 'radar', market: 'etsy', keywords, list: 'candles.csv' }, false],
    ] as const) {
      assert.equal(ajv.validate(schema, body), sound, JSON.stringify(body));
      assert.equal((await served.call(path, { json: body })).status, sound ? 200 : 422);
    }
    const metrics = '/api/lexybrain/metrics';
    const parameters = document.paths[metrics]?.['get']?.parameters ?? [];
    const types = parameters.find(({ name }) => name === 'type')?.schema.enum ?? [];
    assert.ok(types.includes('chat_completion'));
    for (const type of types) {
      assert.equal((await served.call(`${metrics}?type=${type}`)).status, 200, type);
    }
  });

  const keyword = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.record(
      {
        term: fc.string({ maxLength: 30 }),
        demand: fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constant(null)),
        competition_score: fc.double({ min: -1, max: 200, noNaN: true }),
        trend: fc.double({ noNaN: true }),
        cpc: fc.constantFrom(0.1, -5, 1e300, null),
      },
      { requiredKeys: ['term'] },
    ),
    fc.jsonValue(),
  );
  const anything = fc.jsonValue({ maxDepth: 3 });
  const bodies: Record<string, fc.Arbitrary<unknown>> = {
    '/api/lexybrain/generate': fc.record(
      {
        type: fc.oneof(
          fc.constantFrom('market_brief', 'radar', 'risk', 'ad_insight', '__proto__'),
          fc.string(),
        ),
        market: fc.oneof(fc.constantFrom('etsy', ''), fc.string(), fc.constant(null)),
        niche_terms: fc.oneof(fc.array(fc.string()), anything),
        budget_cents: fc.oneof(fc.constantFrom(2000, 0, -1, 0.4), anything),
        keywords: fc.oneof(fc.array(keyword, { minLength: 1, maxLength: 12 }), anything),
        list: fc.oneof(fc.string(), fc.constantFrom('../../etc/passwd', 'x.csv', '')),
        product: fc.oneof(fc.string(), fc.constant(null)),
        language: fc.constantFrom('en', 'xx', '🙂', null),
        currency: fc.constantFrom('USD', 'usd', 'dollars', null),
        model: fc.constantFrom('builtin', 'nobody/x', 'vscode/x', ''),
        stream: fc.constantFrom(true, false, 'yes'),
      },
      { requiredKeys: ['type'] },
    ),
    '/api/lexybrain/feedback': fc.record(
      {
        responseId: fc.oneof(fc.uuid(), fc.string()),
        feedback: fc.oneof(fc.constantFrom('positive', 'negative', null), anything),
        notes: fc.oneof(fc.string(), anything),
      },
      { requiredKeys: [] },
    ),
    '/v1/chat/completions': fc.record(
      {
        model: fc.oneof(
          fc.constantFrom(`huggingface/${MODEL}`, 'builtin', 'openai/x', 'huggingface/'),
          fc.string(),
          anything,
        ),
        messages: fc.oneof(
          fc.array(fc.record({ role: fc.constantFrom('user', 'system', 'x'), content: anything }), {
            maxLength: 3,
          }),
          anything,
        ),
        tools: anything,
        stream: fc.oneof(fc.boolean(), anything),
        stream_options: anything,
        max_tokens: anything,
      },
      { requiredKeys: ['messages'] },
    ),
  };

  /** Sound bodies, so that not only refusals are met whatever chance brings. */
  const sound: Record<string, unknown> = {
    '/api/lexybrain/generate': { type: 'radar', market: 'etsy', keywords: ['soy candle', 'beeswax candle'] },
    '/api/lexybrain/feedback': { responseId: '019a0000-0000-7000-8000-000000000001', feedback: 'positive' },
    '/v1/chat/completions': { model: `huggingface/${MODEL}`, messages: [{ role: 'user', content: 'Hello' }] },
  };

  for (const [path, body] of Object.entries(bodies)) {
    it(`is kept by ${path} whatever is sent`, async () => {
      const statuses = new Set<number>();
      const sent = fc.oneof({ weight: 5, arbitrary: body }, { weight: 1, arbitrary: anything });
      await fc.assert(
        fc.asyncProperty(sent, async (value) => {
          const init = { body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
          statuses.add(await holds(path, 'post', init));
        }),
        { numRuns: 120, examples: [[sound[path]], [{}]] },
      );
      assert.ok(statuses.size > 1, 'only one kind of answer was met');
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.string(),
            fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
          ),
          async (text) => {
            await holds(path, 'post', { body: text, headers: { 'content-type': 'application/json' } });
          },
        ),
        { numRuns: 30 },
      );
    });
  }

  it('is kept by what is read, whatever the query', async () => {
    const value = fc.oneof(
      fc.constantFrom(
        '7d',
        '30d',
        '1',
        '-1',
        'radar',
        'chat_completion',
        '2026-01-01',
        '2026-13-45',
        '2026-01-01T00:00:00Z',
        '1e9',
      ),
      fc.string(),
    );
    const query = fc.array(
      fc.tuple(fc.constantFrom('period', 'type', 'from', 'to', 'limit', '__proto__', 'x'), value),
      {
        maxLength: 4,
      },
    );
    const reads = ENDPOINTS.filter(({ method }) => method === 'get').map(({ path }) => path);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...reads), query, async (path, pairs) => {
        const search = pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&');
        await holds(path, 'get', {}, search === '' ? '' : `?${search}`);
      }),
      { numRuns: 80 },
    );
  });
});
