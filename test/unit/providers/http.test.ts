import assert from 'node:assert/strict';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { fetch as undiciFetch } from 'undici';
import { LexyBrainError } from '../../../src/errors.ts';
import { failureOf } from '../../../src/providers/failure.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { request, type HttpCall } from '../../../src/providers/http.ts';
import type { Fetch, LexyBrainProvider, ProviderPorts } from '../../../src/providers/types.ts';
import { chatEvents, chatStream } from '../../fakes/chat-wire.ts';
import {
  endless,
  FakeServer,
  json,
  redirect,
  silence,
  silentAfter,
  stream,
  type Responder,
} from '../../fakes/http-server.ts';
import { FakeTime, MemoryLog, platformFetch } from '../../fakes/ports.ts';

const CHAT = 'POST /v1/chat/completions';
const TOKEN = 'hf_aVerySecretTokenOfTheTests42';
const npmFetch = undiciFetch as unknown as Fetch;

describe('The HTTP client', () => {
  let server: FakeServer;
  let log: MemoryLog;
  let time: FakeTime;

  const provider = (ports: Partial<ProviderPorts> = {}): LexyBrainProvider =>
    createProvider('huggingface', {
      fetch: platformFetch,
      log,
      time,
      key: () => Promise.resolve(TOKEN),
      baseUrl: `${server.origin}/v1`,
      ...ports,
    });
  const failing = async (promise: Promise<unknown>): Promise<LexyBrainError> => {
    try {
      await promise;
    } catch (error) {
      assert.ok(LexyBrainError.is(error), `not a LexyBrainError: ${String(error)}`);
      return error;
    }
    throw new assert.AssertionError({ message: 'it did not fail' });
  };
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  beforeEach(async () => {
    server = await FakeServer.start();
    log = new MemoryLog();
    time = new FakeTime();
  });
  afterEach(() => server.stop());

  describe('retries', () => {
    it('tries again after 503 and 429, waits longer each time, and logs a line for each', async () => {
      server.on(
        CHAT,
        json(503, { error: 'busy' }),
        json(429, { error: 'slow down' }),
        chatStream({ pieces: ['ok'] }),
      );
      const answer = await provider().generate({ prompt: 'x' });
      assert.equal(answer.attempts, 3);
      assert.deepEqual(time.pauses, [500, 1000]);
      assert.deepEqual(
        log.lines.map((line) => /attempt (\d), (HTTP \d+)/.exec(line)?.slice(1).join(' ')),
        ['1 HTTP 503', '2 HTTP 429', '3 HTTP 200'],
      );
    });

    it('gives up after three', async () => {
      server.on(CHAT, json(500, { error: 'no' }));
      assert.equal((await failing(provider().generate({ prompt: 'x' }))).status, 500);
      assert.equal(server.requests.length, 3);
    });

    const pauses: readonly [string, Record<string, string>, number][] = [
      ['seconds', { 'retry-after': '7' }, 7_000],
      ['milliseconds', { 'retry-after-ms': '1234', 'retry-after': '9' }, 1_234],
      ['a date', { 'retry-after': 'Mon, 23 Nov 2026 10:00:05 GMT' }, 5_000],
      ['nonsense', { 'retry-after': 'soon' }, 500],
    ];
    for (const [name, headers, pause] of pauses) {
      it(`heeds Retry-After in ${name}`, async () => {
        server.on(CHAT, json(429, { error: 'x' }, headers), chatStream({ pieces: ['ok'] }));
        await provider().generate({ prompt: 'x' });
        assert.deepEqual(time.pauses, [pause]);
      });
    }

    const hopeless: readonly [string, Responder][] = [
      ['a pause of an hour', json(429, { error: 'x' }, { 'retry-after': '3600' })],
      [
        'a spent quota',
        json(429, { error: { message: 'x', type: 'insufficient_quota', code: 'insufficient_quota' } }),
      ],
      ['x-should-retry: false', json(503, { error: 'x' }, { 'x-should-retry': 'false' })],
      ['a wrong key', json(401, { error: 'x' })],
    ];
    for (const [name, responder] of hopeless) {
      it(`does not for ${name}`, async () => {
        server.on(CHAT, responder);
        await failing(provider().generate({ prompt: 'x' }));
        assert.equal(server.requests.length, 1);
      });
    }

    it('tries a refused connection again, and says that nothing answers', async () => {
      const { origin } = server;
      await server.stop();
      const error = await failing(provider({ baseUrl: `${origin}/v1` }).generate({ prompt: 'x' }));
      assert.equal(error.reason, 'provider-network');
      assert.match(error.message, /^Nothing answers at 127\.0\.0\.1:\d+\.$/);
      assert.equal(log.lines.length, 3);
      server = await FakeServer.start();
    });

    it('asks for leave before each attempt, and stops when it is denied', async () => {
      server.on(CHAT, json(503, { error: 'busy' }));
      const error = await failing(
        provider().generate(
          { prompt: 'x' },
          {
            beforeAttempt: (attempt) => {
              if (attempt === 2) throw new LexyBrainError('cost-cap', 'No room.');
            },
          },
        ),
      );
      assert.equal(error.reason, 'cost-cap');
      assert.equal(server.requests.length, 1);
    });
  });

  describe('cancel and deadlines', () => {
    for (const [name, fetch] of [
      ['the platform', platformFetch],
      ['undici', npmFetch],
    ] as const) {
      it(`a cancel reaches the socket with the fetch of ${name}`, async () => {
        server.on(
          CHAT,
          silentAfter(
            chatEvents({ pieces: ['{"a'] })
              .slice(0, 2)
              .map((e) => `${e}\n\n`),
          ),
        );
        const controller = new AbortController();
        const error = await failing(
          provider({ fetch }).generate(
            { prompt: 'x' },
            { signal: controller.signal, onText: () => controller.abort() },
          ),
        );
        assert.equal(error.reason, 'cancelled');
        assert.equal(error.rawAnswer, '{"a');
        await server.requests[0]!.cut;
        assert.equal(time.waiting, 0, 'no timer stays behind');
      });
    }

    it('a cancel before the headers reaches the socket too', async () => {
      server.on(CHAT, silence());
      const controller = new AbortController();
      const pending = failing(provider().generate({ prompt: 'x' }, { signal: controller.signal }));
      await until(() => server.requests.length === 1);
      controller.abort();
      assert.equal((await pending).reason, 'cancelled');
      await server.requests[0]!.cut;
    });

    it('a request that is cancelled already is not made', async () => {
      const error = await failing(provider().generate({ prompt: 'x' }, { signal: AbortSignal.abort() }));
      assert.equal(error.reason, 'cancelled');
      assert.equal(server.requests.length, 0);
    });

    it('a fetch that pays no heed to its signal is left behind, and closed when it delivers', async () => {
      let deliver: (response: Response) => void = () => undefined;
      const deaf: Fetch = () => new Promise((resolve) => (deliver = resolve));
      const controller = new AbortController();
      const pending = failing(
        provider({ fetch: deaf }).generate({ prompt: 'x' }, { signal: controller.signal }),
      );
      await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      assert.equal((await pending).reason, 'cancelled');
      const closed = new Promise<void>((resolve) => {
        deliver(new Response(new ReadableStream({ cancel: () => resolve() })));
      });
      await closed;
    });

    const deadlines = { connect: 10_000, firstToken: 20_000, whole: 60_000 };
    const silences: readonly [string, Responder, number, RegExp][] = [
      ['no headers', silence(), 10_000, /no answer from 127\.0\.0\.1:\d+ within 10 seconds/],
      [
        'headers and then comments only',
        silentAfter([': ping\n\n']),
        20_000,
        /The answer of .* did not begin within 20 seconds/,
      ],
      [
        'a beginning and then silence',
        silentAfter(
          chatEvents({ pieces: ['{"a'] })
            .slice(0, 2)
            .map((e) => `${e}\n\n`),
        ),
        60_000,
        /The answer of .* was not complete within 60 seconds/,
      ],
    ];
    for (const [name, responder, ms, message] of silences) {
      it(`${name}: ends in time, says so, and closes the socket`, async () => {
        server.on(CHAT, responder);
        const began = new Promise<void>((resolve) => {
          if (ms === 60_000) return;
          resolve();
        });
        let onText: () => void = () => undefined;
        const text = new Promise<void>((resolve) => (onText = resolve));
        const pending = failing(
          provider({ deadlines }).generate({ prompt: 'x' }, { onText: () => onText() }),
        );
        await until(() => server.requests.length === 1);
        // The connect deadline is lifted by the headers; until then it is the nearest.
        if (ms === 20_000) await until(() => time.waiting === 2);
        await (ms === 60_000 ? text : began);
        time.pass(ms);
        const error = await pending;
        assert.equal(error.reason, 'provider-timeout');
        assert.match(error.message, message);
        await server.requests[0]!.cut;
        assert.equal(server.requests.length, 1, 'a deadline is not worth a retry');
        assert.equal(time.waiting, 0);
      });
    }
  });

  describe('redirects', () => {
    for (const status of [301, 302, 307, 308]) {
      it(`${status}: the key does not follow`, async () => {
        const other = await FakeServer.start();
        try {
          other.on(CHAT, chatStream({ pieces: ['stolen'] }));
          server.on(CHAT, redirect(status, `${other.origin}/v1/chat/completions`));
          for (const fetch of [platformFetch, npmFetch]) {
            const error = await failing(provider({ fetch }).generate({ prompt: 'x' }));
            assert.equal(error.reason, 'provider-network');
            assert.match(error.message, /redirect/);
          }
          assert.equal(other.requests.length, 0);
          assert.equal(server.requests.length, 2);
        } finally {
          await other.stop();
        }
      });
    }

    it('refuses the answer of a fetch that followed one all the same', async () => {
      const follows: Fetch = (url, init) => fetch(url, { ...init, redirect: 'follow' });
      server.on(CHAT, redirect(307, '/v1/elsewhere')).on('POST /v1/elsewhere', chatStream({ pieces: ['x'] }));
      assert.match(
        (await failing(provider({ fetch: follows }).generate({ prompt: 'x' }))).message,
        /redirect/,
      );
    });
  });

  describe('bodies', () => {
    const TEN_GB = 10 * 1024 ** 3;
    const bodies: readonly [string, string, string][] = [
      ['a line without an end', 'text/event-stream', 'data: '.padEnd(65_536, 'x')],
      ['comments without an end', 'text/event-stream', `: ${'x'.repeat(65_534)}\n`],
      ['JSON without an end', 'application/json', '['.repeat(65_536)],
    ];
    for (const [name, type, piece] of bodies) {
      it(`10 GB of ${name} is not swallowed`, async () => {
        const responder = endless(type, piece, TEN_GB);
        server.on(CHAT, responder);
        const error = await failing(provider().generate({ prompt: 'x' }));
        assert.equal(error.reason, 'provider-answer');
        assert.match(error.message, /longer than 32 MB/);
        await server.requests[0]!.cut;
        assert.ok(responder.sent() < 200 * 1024 ** 2, `${responder.sent()} bytes were taken`);
      });
    }

    it('of an endless error only the beginning is read', async () => {
      server.on(CHAT, (response) => {
        response.writeHead(400, { 'content-type': 'text/plain' });
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      });
      const error = await failing(provider().generate({ prompt: 'x' }));
      assert.match(error.message, /^HF router HTTP 400: x+…$/);
      assert.ok(error.message.length < 600);
      await server.requests[0]!.cut;
    });

    it('reads a stream cut anywhere, in UTF-8 characters too, with CRLF, CR, comments and several lines', async () => {
      const text = 'Größe ☕ 蜡烛 👩‍🎨 "x"';
      const events = chatEvents({ pieces: [text.slice(0, 9), text.slice(9)] });
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('\n', '\r\n', '\r'),
          fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 12 }),
          fc.boolean(),
          async (eol, cuts, comments) => {
            const wire = Buffer.from(
              events.map((e) => `${comments ? `: hello${eol}` : ''}id: 7${eol}${e}${eol}${eol}`).join(''),
            );
            const points = [0, ...cuts.map((cut) => cut % wire.length).sort((a, b) => a - b), wire.length];
            const pieces = points.slice(1).map((end, i) => new Uint8Array(wire.subarray(points[i], end)));
            const chunked: Fetch = () =>
              Promise.resolve(
                new Response(
                  new ReadableStream({
                    start(controller) {
                      for (const piece of pieces) controller.enqueue(piece);
                      controller.close();
                    },
                  }),
                  { headers: { 'content-type': 'text/event-stream' } },
                ),
              );
            const answer = await provider({ fetch: chunked }).generate({ prompt: 'x' });
            assert.equal(answer.completion, text);
            assert.equal(answer.usage?.out, 20);
          },
        ),
        { numRuns: 200 },
      );
    });

    it('takes an answer from a fetch that delivers only when all is there', async () => {
      server.on(CHAT, chatStream({ pieces: ['{"a":', '1}'] }));
      const buffering: Fetch = async (url, init) => {
        const response = await fetch(url, init);
        return new Response(await response.arrayBuffer(), {
          status: response.status,
          headers: response.headers,
        });
      };
      const answer = await provider({ fetch: buffering }).generate({ prompt: 'x' });
      assert.equal(answer.completion, '{"a":1}');
    });

    it('ends at [DONE] even if the server keeps the connection open', async () => {
      server.on(CHAT, silentAfter(chatEvents({ pieces: ['ok'] }).map((e) => `${e}\n\n`)));
      assert.equal((await provider().generate({ prompt: 'x' })).completion, 'ok');
      time.pass(1_000);
      await server.requests[0]!.cut;
    });

    it('reads a last event that no empty line follows', async () => {
      const events = chatEvents({ pieces: ['ok'], done: false });
      server.on(CHAT, stream([events.join('\n\n')]));
      assert.equal((await provider().generate({ prompt: 'x' })).usage?.out, 20);
    });

    it('names what is not JSON', async () => {
      server.on(CHAT, stream(['data: {"choices": oops\n\n']));
      const error = await failing(provider().generate({ prompt: 'x' }));
      assert.equal(error.reason, 'provider-answer');
      assert.match(error.message, /not JSON/);
    });
  });

  describe('keys', () => {
    it('never get into a message, a log, a cause or an answer, whatever the server says', async () => {
      const echo = `your key ${TOKEN} and Bearer ${TOKEN} and ${encodeURIComponent(TOKEN)} and sk-abcdefgh12345678`;
      const echoes: readonly Responder[] = [
        json(401, { error: echo }, { 'x-request-id': TOKEN }),
        json(400, { error: { message: echo, code: TOKEN, type: TOKEN } }),
        json(200, { error: echo }),
        json(200, { nothing: echo }),
        stream([`data: {"error":${JSON.stringify(echo)}}\n\n`]),
        stream([`data: ${echo}\n\n`]),
        stream([`event: error\ndata: ${echo}\n\n`]),
        (response) => {
          response.writeHead(500, TOKEN, { 'content-type': 'text/html' });
          response.end(`<title>${echo}</title>`);
        },
        chatStream({
          pieces: [TOKEN.slice(0, 7), TOKEN.slice(7)],
          model: TOKEN,
          finish: 'stop',
          usage: { prompt_tokens: 1, completion_tokens: 2, [TOKEN]: TOKEN },
          headers: { 'x-inference-provider': TOKEN },
        }),
        stream([
          ...chatEvents({ pieces: [TOKEN, 'x'] })
            .slice(0, 3)
            .map((e) => `${e}\n\n`),
        ]),
      ];
      const seen: string[] = [];
      for (const responder of echoes) {
        server.on(CHAT, responder);
        try {
          seen.push(JSON.stringify(await provider().generate({ prompt: 'x' })));
        } catch (error) {
          seen.push(everything(error));
        }
      }
      seen.push(...log.lines);
      assert.ok(seen.length > echoes.length);
      for (const text of seen) {
        assert.ok(!text.includes(TOKEN), text);
        assert.ok(!text.includes('sk-abcdefgh12345678'), text);
      }
    });

    it('never get into the error of a header that cannot be sent', async () => {
      for (const key of [`${TOKEN}\nx`, `${TOKEN}é`, `${TOKEN} inside`]) {
        const error = await failing(provider({ key: () => Promise.resolve(key) }).generate({ prompt: 'x' }));
        assert.equal(error.reason, 'provider-unauthorized');
        assert.ok(!everything(error).includes(TOKEN));
      }
      const billed = await failing(provider({ billTo: `line\nbreak` }).generate({ prompt: 'x' }));
      assert.ok(!everything(billed).includes(TOKEN));
    });

    it('are kept out of a bare call of the client too', async () => {
      server.on('GET /x', json(418, { message: `teapot ${TOKEN}` }));
      const call: HttpCall = {
        name: 'test',
        method: 'GET',
        url: `${server.origin}/x?key=${TOKEN}`,
        headers: {},
        secrets: [TOKEN],
        deadlines: { connect: 1_000, firstToken: 1_000, whole: 1_000 },
        explain: (answer) => failureOf(answer, { prefix: 'Test' }, [TOKEN]),
      };
      const error = await failing(
        request({ fetch: platformFetch, log, time }, call, (answer) => answer.json()),
      );
      assert.ok(![everything(error), ...log.lines].join('').includes(TOKEN));
    });
  });
});

/** All that can be read of an error, its causes and its stack. */
function everything(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error);
  const own = Object.getOwnPropertyNames(error).map((name) => {
    const value: unknown = Reflect.get(error, name);
    return value instanceof Error ? everything(value) : `${name} ${JSON.stringify(value)}`;
  });
  return [String(error), ...own].join('\n');
}
