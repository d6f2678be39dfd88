import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { LexyBrainError, type ErrorReason } from '../../../src/errors.ts';
import type { PartialResult, Stage } from '../../../src/generation/types.ts';
import { insightType } from '../../../src/insights/index.ts';
import { INSIGHT_TYPES } from '../../../src/insights/catalogue.ts';
import { marketBriefSchema } from '../../../src/insights/market-brief/schema.ts';
import { chatEvents, chatStream, chatWhole, refusing } from '../../fakes/chat-wire.ts';
import { cutStream, json, raw, redirect, silence, stream, type Responder } from '../../fakes/http-server.ts';
import { briefDraft, CHAT, MODEL, World, type Ask } from '../../fakes/world.ts';

const GOOD = JSON.stringify(briefDraft());
const answers = (...completions: string[]): Responder[] =>
  completions.map((completion) => chatStream({ pieces: [completion], model: MODEL }));
/** Refuses without a pause before the next attempt. */
const refuses =
  (status: number, body: unknown, type = 'application/json'): Responder =>
  (response) => {
    response.writeHead(status, { 'content-type': type, 'retry-after-ms': '1' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

describe('generating an insight', () => {
  let world: World;
  beforeEach(async () => (world = await World.start()));
  afterEach(() => world.stop());

  const failure = async (ask: Ask = {}, signal?: AbortSignal): Promise<LexyBrainError> => {
    try {
      await world.engine.generate(world.request(ask), { signal });
    } catch (error) {
      assert.ok(LexyBrainError.is(error), String(error));
      return error;
    }
    throw new Error('It did not fail.');
  };

  describe('by a model', () => {
    it('gives the answer with the list’s figures and the engine’s numbers', async () => {
      world.server.on(
        CHAT,
        chatStream({ pieces: [GOOD], model: MODEL, headers: { 'x-inference-provider': 'novita' } }),
      );
      const result = await world.ask();
      const brief = marketBriefSchema.parse(result.insight);
      assert.deepEqual(
        brief.top_opportunities.map(({ term }) => term),
        ['wooden nativity set', 'hand carved nativity set'],
      );
      assert.ok(brief.key_metrics.length > 0);
      assert.deepEqual(
        result.rows.map(({ term, demand }) => [term, demand?.value]),
        [
          ['wooden nativity set', 1284],
          ['hand carved nativity set', 366],
          ['nativity set', 4310],
        ],
      );
      assert.deepEqual(result.model, {
        provider: 'huggingface',
        id: MODEL,
        servedBy: 'novita',
        computed: false,
      });
      assert.deepEqual(result.grounding, { claimed: 3, grounded: 3, dropped: [], foreignNumbers: [] });
      // 100 in at $1 and 20 out at $2 a million.
      assert.deepEqual(
        { ...result.usage, priceSource: null },
        { tokensIn: 100, tokensOut: 20, estimated: false, costNanoUsd: 140_000, priceSource: null },
      );
      assert.equal(result.structure, 'schema');
      assert.equal(result.attempts, 1);
      assert.deepEqual(result.notes, []);
    });

    it('shows the model how an answer to this list may begin, and nothing of another shop', async () => {
      world.server.on(CHAT, chatStream({ pieces: [GOOD], model: MODEL }));
      await world.ask();
      const { messages } = world.chats[0]!.body as { messages: { content: string }[] };
      const prompt = messages.at(-1)!.content;
      assert.match(prompt, /A beginning, made of this very list[^]*\{"niche":"[^"]*nativity/i);
      assert.doesNotMatch(prompt, /dachshund sweater|In this form/);
    });

    it('tells its stages, and shows only whole items that stand in the list while it streams', async () => {
      const text = JSON.stringify(
        briefDraft(['wooden nativity set', 'unheard-of nativity', 'nativity scene']),
      );
      world.server.on(
        CHAT,
        async (response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          const pieces = text.match(/.{1,40}/gs) ?? [];
          for (const event of chatEvents({ pieces })) {
            response.write(`${event}\n\n`);
            // Slower than partial answers are parsed.
            await new Promise((resolve) => setTimeout(resolve, 30));
          }
          response.end();
        },
        ...answers(GOOD),
      );
      const stages: Stage[] = [];
      const partials: PartialResult[] = [];
      await world.ask(
        {},
        { onStage: (stage) => stages.push(stage), onPartial: (partial) => partials.push(partial) },
      );
      assert.deepEqual(stages, ['reading', 'waiting', 'answering', 'checking', 'asking-again', 'checking']);
      assert.ok(partials.length > 1, `${partials.length} partials`);
      const allowed = new Set(['wooden nativity set', 'nativity scene']);
      for (const { insight, rows } of partials) {
        const { top_opportunities } = marketBriefSchema.parse(insight);
        for (const { term, why } of top_opportunities) {
          assert.ok(allowed.has(term), term);
          assert.equal(why, 'It fits.');
          assert.ok(rows.some((row) => row.term === term));
        }
      }
      assert.ok(partials.some(({ rows }) => rows.length > 0));
    });

    it('asks once more, stricter, when a term is not in the list', async () => {
      world.server.on(
        CHAT,
        ...answers(JSON.stringify(briefDraft(['wooden nativity set', 'dancing nativity'])), GOOD),
      );
      const result = await world.ask();
      assert.equal(result.attempts, 2);
      assert.deepEqual(result.grounding.dropped, []);
      const [first, second] = world.chats.map(({ body }) => body);
      assert.equal(first?.['temperature'], 0.3);
      assert.equal(second?.['temperature'], 0.1);
      assert.match(JSON.stringify(second['messages']), /not in the list: \\\\?"dancing nativity/);
      assert.equal(result.usage.tokensIn, 200);
    });

    it('drops and counts what it invents twice, and takes the better of the two answers', async () => {
      const better = JSON.stringify(
        briefDraft(['wooden nativity set', 'dancing nativity', 'nativity scene']),
      );
      const worse = JSON.stringify(briefDraft(['singing nativity', 'nativity scene']));
      world.server.on(CHAT, ...answers(better, worse));
      const result = await world.ask();
      assert.equal(world.chats.length, 2);
      assert.deepEqual(result.grounding.dropped, ['dancing nativity']);
      assert.equal(result.grounding.claimed, 4);
      assert.equal(result.grounding.grounded, 3);
      // It is said where the term is named, and once.
      assert.deepEqual(result.notes, []);
      assert.doesNotMatch(JSON.stringify(result.insight), /dancing|singing/);
      // A rating refers to the answer that is shown, which the log must know as the one that counts.
      const [record] = world.logOf().logged;
      assert.deepEqual(
        record?.responses.map(({ id, success }) => [id === result.id, success]),
        [
          [true, true],
          [false, false],
        ],
      );
    });

    it('fails when nothing it names is in the list, and keeps what it said', async () => {
      const strangers = JSON.stringify({ ...briefDraft(['dancing nativity']), risks: [] });
      world.server.on(CHAT, ...answers(strangers));
      const error = await failure();
      assert.equal(error.reason, 'provider-answer');
      assert.equal(error.rawAnswer, strangers);
      assert.equal(world.chats.length, 2);
    });

    it('keeps the raw answer that could not be used, here and in the log', async () => {
      world.server.on(CHAT, ...answers('I would rather talk about the weather.'));
      const error = await failure();
      assert.equal(error.reason, 'provider-answer');
      assert.equal(error.rawAnswer, 'I would rather talk about the weather.');
      await world.engine.close();
      const [record] = world.logOf().logged;
      assert.deepEqual(
        record?.responses.map(({ output_json }) => output_json),
        [
          { raw: 'I would rather talk about the weather.' },
          { raw: 'I would rather talk about the weather.' },
        ],
      );
      assert.equal(record.failure?.error_code, 'provider-answer');
      assert.equal(record.insight, null);
    });

    it('mends an answer that is almost JSON without asking again', async () => {
      world.server.on(CHAT, ...answers(`Here you are:\n\`\`\`json\n${GOOD.replace(/\}$/, ',}')}\n\`\`\``));
      const result = await world.ask();
      assert.equal(result.attempts, 1);
    });

    it('leaves out the unfinished item of an answer that was cut at its length, and says so', async () => {
      const text = JSON.stringify({
        ...briefDraft(['wooden nativity set', 'nativity scene']),
        risks: undefined,
      });
      const cut = text.slice(0, text.indexOf('nativity scene') + 5);
      world.server.on(CHAT, chatStream({ pieces: [cut], finish: 'length' }));
      const result = await world.ask();
      assert.deepEqual(
        marketBriefSchema.parse(result.insight).top_opportunities.map(({ term }) => term),
        ['wooden nativity set'],
      );
      assert.match(result.notes.join(), /cut at its length limit/);
    });

    it('does not speak of a cut when a complete answer just filled its length', async () => {
      world.server.on(CHAT, chatStream({ pieces: [GOOD], finish: 'length' }));
      assert.deepEqual((await world.ask()).notes, []);
    });

    it('marks numbers that are not from the list, and no others', async () => {
      const draft = briefDraft();
      const summary = 'About 98,765 people search; 1,284 for wooden sets, and $87.65 a day buys clicks.';
      world.server.on(
        CHAT,
        ...answers(
          JSON.stringify({
            ...draft,
            summary,
            top_opportunities: [{ term: 'wooden nativity set', why: '1,284 searches.' }],
          }),
        ),
      );
      const { grounding } = await world.ask();
      assert.deepEqual(
        grounding.foreignNumbers.map(({ path, text }) => `${path} ${text}`),
        ['summary 98,765', 'summary 87.65'],
      );
    });

    it('takes the user’s own budget for no foreign number', async () => {
      const terms = [{ term: 'wooden nativity set', priority: 'high', why: 'It fits.' }];
      world.server.on(
        CHAT,
        ...answers(JSON.stringify({ terms, notes: 'A budget of $87.65 a day, not $76.54.' })),
      );
      const input = { budgetCents: 8765, currency: 'USD', assumedCpcCents: 50 };
      const { grounding } = await world.ask({ type: 'ad_insight', input });
      assert.deepEqual(
        grounding.foreignNumbers.map(({ text }) => text),
        ['76.54'],
      );
    });
  });

  describe('whatever goes wrong', () => {
    const html = '<html><head><title>502 Bad Gateway</title></head></html>';
    const faults: Record<string, [Responder[], ErrorReason, RegExp?]> = {
      '401, nested error': [
        [refuses(401, { error: { message: 'Invalid token' } })],
        'provider-unauthorized',
        /HF router HTTP 401: Invalid token/,
      ],
      '401, flat error': [
        [refuses(401, { error: 'Invalid credentials' })],
        'provider-unauthorized',
        /HF router HTTP 401/,
      ],
      '402': [[refuses(402, { error: 'You have exceeded your monthly credits' })], 'provider-payment'],
      '403': [[refuses(403, { error: 'no permission' })], 'provider-forbidden', /HF router HTTP 403/],
      '400, model unknown': [
        [refuses(400, { error: { message: 'not supported', code: 'model_not_supported' } })],
        'provider-model-unknown',
      ],
      '429, without end': [[refuses(429, { error: 'slow down' })], 'provider-rate-limited'],
      '500': [[refuses(500, { error: 'oh' })], 'provider-unavailable'],
      '502 with HTML': [[refuses(502, html, 'text/html')], 'provider-unavailable', /502 Bad Gateway/],
      'a web page in place of an answer': [[raw(200, 'text/html', html)], 'provider-answer'],
      'no JSON': [[raw(200, 'application/json', '{"choices": [')], 'provider-answer'],
      'another JSON': [[json(200, { hello: 'world' })], 'provider-answer'],
      'an empty completion': [[chatStream({ pieces: [] })], 'provider-answer', /empty completion/],
      'a filtered completion': [[chatStream({ pieces: [], finish: 'content_filter' })], 'provider-refused'],
      'an empty stream': [[stream([])], 'provider-network'],
      'a cut before the first word': [[cutStream(['data: {"choices":[]}\n\n'])], 'provider-network'],
      'a cut in the middle': [
        [
          cutStream(
            chatEvents({ pieces: [GOOD.slice(0, 200)], done: false })
              .slice(0, 2)
              .map((event) => `${event}\n\n`),
          ),
        ],
        'provider-network',
      ],
      'an error inside the stream': [
        [
          stream([
            ...chatEvents({ pieces: ['{"ni'], done: false, finish: null }).map((event) => `${event}\n\n`),
            'data: {"error":{"message":"boom"}}\n\n',
          ]),
        ],
        'provider-unavailable',
        /boom/,
      ],
      'garbage events': [[stream(['data: {"choi\n\n'])], 'provider-answer'],
      'a redirect': [[redirect(302, 'https://elsewhere.invalid/v1')], 'provider-network', /redirect/],
    };
    for (const [name, [responders, reason, words]] of Object.entries(faults)) {
      it(`${name}: one error with words and a next step, and the cause in the log`, async () => {
        world.server.on(CHAT, ...responders);
        const error = await failure();
        assert.equal(error.reason, reason, error.message);
        if (words !== undefined) assert.match(error.message, words);
        assert.ok((error.advice ?? '').length > 5, 'no advice');
        await world.engine.close();
        const [record, ...others] = world.logOf().logged;
        assert.deepEqual(others, []);
        assert.equal(record?.failure?.error_code, reason);
        assert.equal(record.insight, null);
        assert.deepEqual(
          record.responses.map(({ success, provider }) => [success, provider]),
          [[false, 'huggingface']],
        );
      });
    }

    it('an answer that does not begin in time', async () => {
      world.settings['timeout.firstToken'] = 1;
      world.server.on(CHAT, silence());
      assert.equal((await failure()).reason, 'provider-timeout');
    });

    it('goes on after what passes: 503, a refused schema', async () => {
      world.server.on(
        CHAT,
        refuses(503, { error: 'busy' }),
        refusing(
          (body) =>
            'response_format' in body
              ? { message: 'response_format is not supported', param: 'response_format' }
              : null,
          chatWhole(GOOD),
        ),
      );
      const result = await world.ask();
      assert.equal(result.structure, 'instructions');
      assert.equal(result.attempts, 1);
    });

    it('never lets another provider answer', async () => {
      world.server.on(CHAT, refuses(500, { error: 'down' }));
      for (const type of INSIGHT_TYPES) {
        const error = await failure({ type, input: { budgetCents: 2000, assumedCpcCents: 40 } });
        assert.equal(error.reason, 'provider-unavailable');
      }
    });

    it('makes a LexyBrainError of whatever is thrown', async () => {
      const broken = Object.assign(Object.create(world.list) as typeof world.list, {
        summary: world.list.summary,
        figures: () => Promise.reject(new TypeError('of a kind nobody thought of')),
      });
      await assert.rejects(
        world.engine.generate({ ...world.request(), list: broken }),
        (error) => LexyBrainError.is(error, 'provider-answer') && error.message.includes('nobody thought of'),
      );
    });

    it('says what a budget is needed for', async () => {
      for (const budgetCents of [null, 0, -5, Number.NaN, Number.POSITIVE_INFINITY, 0.4]) {
        assert.equal(
          (await failure({ type: 'ad_insight', input: { budgetCents } })).reason,
          'budget-missing',
        );
      }
      assert.equal(world.server.requests.length, 0);
    });
  });

  describe('cancelled', () => {
    it('before: nothing is sent, spent or recorded', async () => {
      world.server.on(CHAT, ...answers(GOOD));
      const error = await failure({}, AbortSignal.abort());
      assert.equal(error.reason, 'cancelled');
      assert.equal(world.server.requests.length, 0);
      assert.deepEqual(await world.ledger(), []);
    });

    it('while it answers: the socket is closed, and what was said until then is logged and paid for', async () => {
      const begun = Promise.withResolvers<undefined>();
      world.server.on(CHAT, (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of chatEvents({ pieces: ['{"niche": "Nativity'], done: false, finish: null }))
          response.write(`${event}\n\n`);
      });
      const cancel = new AbortController();
      const asking = world.engine.generate(world.request(), {
        signal: cancel.signal,
        onStage: (stage) => {
          if (stage === 'answering') begun.resolve(undefined);
        },
      });
      await begun.promise;
      cancel.abort();
      await assert.rejects(asking, (error) => LexyBrainError.is(error, 'cancelled'));
      await world.chats[0]!.cut;
      await world.engine.close();
      const [record] = world.logOf().logged;
      assert.equal(record?.failure?.error_code, 'cancelled');
      const [response] = record.responses;
      assert.deepEqual(response?.output_json, { raw: '{"niche": "Nativity' });
      assert.ok((response.cost_nano_usd ?? 0) > 0);
      const settled = (await world.ledger()).filter(({ entry }) => entry === 'settle');
      assert.deepEqual(
        settled.map(({ nano }) => nano),
        [response.cost_nano_usd],
      );
    });

    it('after: the insight stands', async () => {
      world.server.on(CHAT, ...answers(GOOD));
      const cancel = new AbortController();
      const result = await world.ask({}, { signal: cancel.signal });
      cancel.abort();
      await world.engine.close();
      assert.equal(result.attempts, 1);
      assert.equal(world.logOf().logged[0]?.insight?.id, result.id);
    });

    it('by closing the engine, which waits for the record', async () => {
      world.server.on(CHAT, silence());
      const waiting = Promise.withResolvers<undefined>();
      const asking = failure();
      world.server.on(CHAT, () => waiting.resolve(undefined));
      await waiting.promise;
      await world.engine.close();
      assert.equal((await asking).reason, 'cancelled');
      assert.equal(world.logOf().logged[0]?.failure?.error_code, 'cancelled');
    });
  });

  describe('by the built-in analyst', () => {
    beforeEach(() => (world.settings['provider'] = 'builtin'));

    for (const type of INSIGHT_TYPES) {
      it(`${type}: sends nothing, spends nothing, and says that it is computed`, async () => {
        const result = await world.ask({ type, input: { budgetCents: 2000, assumedCpcCents: 40 } });
        insightType(type).insightSchema.parse(result.insight);
        assert.deepEqual(result.model, {
          provider: 'builtin',
          id: 'builtin',
          servedBy: null,
          computed: true,
        });
        assert.equal(result.structure, 'computed');
        assert.deepEqual(result.usage, {
          tokensIn: 0,
          tokensOut: 0,
          estimated: false,
          costNanoUsd: 0,
          priceSource: null,
        });
        assert.equal(result.grounding.claimed, result.grounding.grounded);
        assert.equal(world.server.requests.length, 0);
        assert.deepEqual(await world.ledger(), []);
      });
    }
  });

  it('shares one call among those who ask the same at the same time', async () => {
    const release = Promise.withResolvers<undefined>();
    world.server.on(CHAT, async (response, request) => {
      await release.promise;
      await answers(GOOD)[0]!(response, request);
    });
    const asked = [world.ask(), world.ask(), world.ask({ input: { market: ' ETSY ' } })];
    while (world.chats.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    release.resolve(undefined);
    const ids = (await Promise.all(asked)).map(({ id }) => id);
    assert.equal(new Set(ids).size, 1);
    assert.equal(world.chats.length, 1);
    assert.equal(world.logOf().logged.length, 1);
  });
});
