import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { isAuthorized, newToken } from '../../../src/bridge/guard.ts';
import { publicText } from '../../../src/bridge/answers.ts';
import { LexyBrainError } from '../../../src/errors.ts';
import { Served, until } from '../../fakes/bridge.ts';
import { silence } from '../../fakes/http-server.ts';
import { CHAT, MODEL, TOKEN } from '../../fakes/world.ts';

const KEYWORDS = ['soy candle', 'beeswax candle', 'candle gift set'];
const GENERATE = '/api/lexybrain/generate';

describe('The bridge under attack', () => {
  let served: Served;
  before(async () => {
    served = await Served.start({
      limits: { headersMs: 300, requestMs: 600, idleMs: 300, connections: 40, headers: 32 },
    });
    served.world.settings['provider'] = 'builtin';
  });
  after(() => served.stop());

  const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
  const head = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
  const ask = (headers: readonly string[], target = '/api/lexybrain/quota'): Promise<string> =>
    served.raw(
      head([
        `GET ${target} HTTP/1.1`,
        ...headers,
        `Authorization: Bearer ${served.token}`,
        'Connection: close',
      ]),
    );

  describe('callers', () => {
    it('need the bearer for everything but the page and the state', async () => {
      const targets = [
        ['GET', '/openapi.json'],
        ['POST', GENERATE],
        ['POST', '/api/lexybrain/feedback'],
        ['GET', '/api/lexybrain/quota'],
        ['GET', '/api/lexybrain/metrics'],
        ['GET', '/api/admin/lexybrain/metrics'],
        ['GET', '/api/lexybrain/training-data'],
        ['GET', '/v1/models'],
        ['POST', '/v1/chat/completions'],
        ['GET', '/nowhere'],
        ['DELETE', '/'],
      ];
      const wrong = [
        undefined,
        '',
        'Bearer',
        'Bearer ',
        `Basic ${served.token}`,
        `Bearer ${served.token}x`,
        `Bearer ${served.token.slice(0, -1)}`,
        `Bearer ${served.token} ${served.token}`,
        `Bearer ${newToken()}`,
      ];
      for (const [method = '', target = ''] of targets) {
        for (const authorization of wrong) {
          const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
          const response = await fetch(`${served.url}${target}`, { method, headers });
          assert.equal(response.status, 401, `${method} ${target} ${String(authorization)}`);
          assert.equal(response.headers.get('www-authenticate'), 'Bearer');
          assert.ok(!(await response.text()).includes(served.token));
        }
      }
      assert.equal((await fetch(`${served.url}/`)).status, 200);
      assert.equal((await served.call('/api/lexybrain/quota')).status, 200);
    });

    it('are compared by digests of one length', () => {
      const token = newToken();
      assert.match(token, /^lexy_[\w-]{43}$/);
      assert.ok(isAuthorized(`Bearer ${token}`, token));
      assert.ok(isAuthorized(`bearer  ${token}`, token));
      for (const header of [undefined, '', token, `Bearer ${token.toUpperCase()}`, 'Bearer undefined']) {
        assert.ok(!isAuthorized(header, token), String(header));
      }
      assert.ok(!isAuthorized('Bearer ', ''), 'no token lets nobody in');
    });

    it('must use a renewed token at once', async () => {
      const old = served.token;
      served.token = newToken();
      assert.equal(
        (await fetch(`${served.url}/v1/models`, { headers: { authorization: `Bearer ${old}` } })).status,
        401,
      );
      assert.equal((await served.call('/v1/models')).status, 200);
    });

    it('must call this machine by its own name (DNS rebinding)', async () => {
      const { port } = served.bridge;
      for (const host of [
        '127.0.0.1',
        'localhost',
        'LOCALHOST',
        '[::1]',
        `127.0.0.1:${port}`,
        'localhost:1',
      ]) {
        assert.equal(statusOf(await ask([`Host: ${host}`])), 200, host);
      }
      const strangers = [
        'evil.example',
        `evil.example:${port}`,
        'localhost.evil.example',
        '127.0.0.1.nip.io',
        '127.0.0.1@evil.example',
        '0.0.0.0',
        '127.1',
        '2130706433',
        '[::ffff:127.0.0.1]',
        '127.0.0.1:',
        '',
      ];
      for (const host of strangers) {
        const answer = await ask([`Host: ${host}`]);
        assert.ok([400, 403].includes(statusOf(answer)), `${host}: ${answer.slice(0, 40)}`);
      }
      assert.ok([400, 403].includes(statusOf(await ask(['Host: localhost', 'Host: evil.example']))));
      assert.ok([400, 403].includes(statusOf(await ask([]))), 'no host at all');
    });

    it('cannot name a target that is no path', async () => {
      for (const target of [
        'http://evil.example/v1/models',
        'http://127.0.0.1/v1/models',
        '*',
        '\\v1\\models',
      ]) {
        assert.ok([400, 403].includes(statusOf(await ask(['Host: localhost'], target))), target);
      }
    });

    it('cannot be web pages, and nothing of CORS is answered', async () => {
      const page = { origin: 'https://evil.example' };
      for (const headers of [
        page,
        { origin: 'null' },
        { origin: served.url },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        for (const target of ['/', '/api/lexybrain/debug', '/v1/models']) {
          const response = await served.call(target, { headers });
          assert.equal(response.status, 403, JSON.stringify(headers));
        }
      }
      const preflight = await fetch(`${served.url}${GENERATE}`, {
        method: 'OPTIONS',
        headers: { ...page, 'access-control-request-method': 'POST' },
      });
      assert.equal(preflight.status, 403);
      for (const response of [preflight, await served.call('/v1/models')]) {
        for (const [name] of response.headers) assert.doesNotMatch(name, /^access-control/);
      }
    });

    it('cannot send a form in place of JSON', async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
        const response = await served.call(GENERATE, {
          method: 'POST',
          body: JSON.stringify({ type: 'radar', keywords: KEYWORDS }),
          headers: { 'content-type': type },
        });
        assert.equal(response.status, 415, type);
      }
    });

    it('find it on loopback only', async () => {
      const others = Object.values(networkInterfaces())
        .flat()
        .filter((each) => each !== undefined && !each.internal && each.family === 'IPv4');
      for (const other of others) {
        const socket = connect(served.bridge.port, other?.address);
        const failed = await new Promise((resolve) => {
          socket.on('error', () => resolve(true));
          socket.on('connect', () => resolve(false));
        });
        socket.destroy();
        assert.ok(failed, `it answers at ${other?.address ?? ''}`);
      }
      assert.equal((await served.call('/')).status, 200);
    });
  });

  describe('limits', () => {
    it('refuse a body of more than 4 MB, announced or not', async () => {
      const big = JSON.stringify({ type: 'radar', keywords: ['x'.repeat(5 * 1024 * 1024)] });
      const announced = await served.call(GENERATE, {
        method: 'POST',
        body: big,
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(announced.status, 413);
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(0x20)),
      });
      const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } };
      const endless = await served.call(GENERATE, init as RequestInit).then(
        ({ status }) => status,
        // The connection may be closed while the rest is still being sent.
        () => 413,
      );
      assert.equal(endless, 413);
    });

    it('refuse what is nested without end', async () => {
      const nested = (levels: number): string => `${'[{"a":'.repeat(levels)}1${'}]'.repeat(levels)}`;
      const chat = (body: string): Promise<Response> =>
        served.call('/v1/chat/completions', {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        });
      for (const body of [
        `{"messages":[{"role":"user","content":${nested(100_000)}}]}`,
        `{"messages":[{"role":"user","content":"Hello"}],"metadata":${nested(300)}}`,
      ]) {
        const refused = await chat(body);
        assert.equal(refused.status, 400);
        assert.match(await refused.text(), /nested/);
      }
      const sound = `{"model":"builtin","messages":[{"role":"user","content":"Hello"}],"tools":${nested(50)}}`;
      assert.equal((await chat(sound)).status, 404, 'it came as far as its model');
    });

    it('refuse more values than are parsed at once, but for keywords', async () => {
      const numbers = `[${'1,'.repeat(60_000)}1]`;
      for (const [path, body, status] of [
        ['/v1/chat/completions', `{"messages":[{"role":"user","content":"x"}],"x":${numbers}}`, 413],
        [GENERATE, `{"type":"radar","keywords":["x"],"x":${numbers}}`, 413],
        ['/api/lexybrain/feedback', `{"responseId":"x","x":${numbers}}`, 413],
        // The first that is no keyword is named.
        [GENERATE, `{"type":"radar","keywords":${numbers}}`, 422],
      ] as const) {
        const headers = { 'content-type': 'application/json' };
        const refused = await served.call(path, { method: 'POST', body, headers });
        assert.equal(refused.status, status, path);
        assert.match(await refused.text(), status === 413 ? /50,000 values/ : /keywords\.0/);
      }
    });

    it('refuse too many and too large headers', async () => {
      const many = Array.from({ length: 40 }, (_, n) => `X-${n}: 1`);
      assert.equal(statusOf(await ask([...many, 'Host: localhost'])), 431);
      assert.equal(statusOf(await ask(['Host: localhost', ...many])), 431);
      assert.equal(statusOf(await ask(['Host: localhost', `X-Long: ${'x'.repeat(20_000)}`])), 431);
    });

    it('end connections that send nothing, headers without end, or a body drop by drop', async () => {
      const slow = async (start: string, drop: string): Promise<string> => {
        const socket = connect(served.bridge.port, '127.0.0.1');
        let answer = '';
        socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
        socket.on('error', () => undefined);
        socket.write(start);
        const drip = setInterval(() => socket.write(drop), 50);
        await new Promise((resolve) => socket.on('close', resolve));
        clearInterval(drip);
        return answer;
      };
      assert.equal(statusOf(await slow('GET / HTTP/1.1\r\nHost: localhost\r\n', 'X-A: b\r\n')), 408);
      const body = await slow(
        head([
          `POST ${GENERATE} HTTP/1.1`,
          'Host: localhost',
          `Authorization: Bearer ${served.token}`,
          'Content-Type: application/json',
          'Content-Length: 1000000',
        ]),
        ' ',
      );
      assert.ok([0, 408].includes(statusOf(body)), body.slice(0, 60));
      assert.ok([0, 408].includes(statusOf(await served.raw(''))));
      assert.equal((await served.call('/')).status, 200);
    });

    it('keep others served while connections are held open', async () => {
      // One that is being answered, and more than there may be that ask nothing.
      served.world.server.on(CHAT, silence());
      const leave = new AbortController();
      const asked = { model: `huggingface/${MODEL}`, messages: [{ role: 'user', content: 'Hello' }] };
      const waiting = served.call('/v1/chat/completions', { json: asked, signal: leave.signal });
      let left = false;
      waiting.catch(() => (left = true));
      await until(() => served.world.chats.length === 1);
      const held = Array.from({ length: 100 }, () => connect(served.bridge.port, '127.0.0.1'));
      for (const socket of held) socket.on('error', () => undefined);
      await Promise.all(held.map((socket) => new Promise((resolve) => socket.on('connect', resolve))));
      assert.equal(statusOf(await ask(['Host: localhost'])), 200);
      await until(() => held.filter(({ closed }) => closed).length >= 60);
      assert.ok(!left, 'what is being answered is not cut');
      for (const socket of held) socket.destroy();
      leave.abort();
      await assert.rejects(waiting);
    });

    it('become no other protocol', async () => {
      const offer = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
      const page = head(['GET / HTTP/1.1', 'Host: localhost', ...offer, 'Origin: https://evil.example']);
      assert.equal(statusOf(await served.raw(page)), 403);
      assert.equal(
        statusOf(await served.raw(head(['GET /v1/models HTTP/1.1', 'Host: localhost', ...offer]))),
        401,
      );
      assert.doesNotMatch(
        await served.raw(head(['CONNECT evil.example:443 HTTP/1.1', 'Host: localhost'])),
        / 200 /,
      );
    });

    it('refuse smuggled requests', async () => {
      const answer = await served.raw(
        head(['POST / HTTP/1.1', 'Host: localhost', 'Content-Length: 4', 'Transfer-Encoding: chunked']) +
          '0\r\n\r\nGET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n',
      );
      assert.equal(statusOf(answer), 400);
      assert.equal(answer.match(/HTTP\/1\.1/g)?.length, 1);
    });
  });

  describe('files', () => {
    it('cannot be read by a path', async () => {
      await writeFile(join(served.workspace, 'lists', 'mine.csv'), 'Keyword,Search volume\nsoy candle,100\n');
      await writeFile(join(served.workspace, 'secret.env'), 'HF_TOKEN=hf_secretsecretsecret\n');
      await symlink('/etc/passwd', join(served.workspace, 'link.csv'));
      const tried = [
        '/etc/passwd',
        '../secret.env',
        'lists/mine.csv',
        'lists\\mine.csv',
        '..',
        '.',
        'C:mine.csv',
        'file:///etc/passwd',
        'mine.csv\u0000.png',
      ];
      for (const list of tried) {
        const response = await served.call(GENERATE, { json: { type: 'radar', list } });
        assert.equal(response.status, 422, list);
      }
      for (const list of ['passwd', 'link.csv', 'secret.env', 'MINE.csv', '%2e%2e', '.env']) {
        const response = await served.call(GENERATE, { json: { type: 'radar', list } });
        assert.equal(response.status, 404, list);
        assert.equal(((await response.json()) as { error: string }).error, 'not_found');
      }
      const found = await served.call(GENERATE, { json: { type: 'radar', list: 'mine.csv' } });
      assert.equal(found.status, 200);
    });

    it('are not behind the URL either', async () => {
      for (const target of [
        '/../../etc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/.env',
        '//etc/passwd',
        '/media/icon.png',
      ]) {
        const answer = await ask(['Host: localhost'], target);
        assert.equal(statusOf(answer), 404, target);
        assert.doesNotMatch(answer, /root:/);
      }
    });
  });

  describe('errors', () => {
    const KEY = 'sk-abcdefghijklmnop1234';
    const thrown = [
      new Error(`ENOENT: no such file or directory, open '/home/jo smith/.local/share/lexybrain/x'`),
      new TypeError(`cannot read ${KEY} of undefined at /opt/app/dist/extension.cjs:12:5`),
      new LexyBrainError('ledger', `The ledger cannot be written: open '/home/jo/.local/ledger'. ${KEY}`, {
        advice: String.raw`See C:\Users\Jo Smith\AppData or C:/Users/jo/x, \\server\share and file:///home/jo.`,
        rawAnswer: 'something the model said',
        cause: new Error('deep'),
      }),
      'a string',
      null,
    ];
    it('tell no key, no path and no stack', async () => {
      for (const error of thrown) {
        // Throws whatever it is, an Error or not.
        const fail = async (): Promise<never> => {
          AbortSignal.abort(error).throwIfAborted();
          throw new Error('not reached');
        };
        const broken = await Served.start({
          ports: {
            engine: {
              ...served.world.engine,
              generate: fail,
              chat: fail,
              quota: fail,
              describe: fail,
              chatModels: fail,
            },
            metrics: fail,
            trainingData: async function* () {
              yield await fail();
            },
          },
        });
        try {
          const answers = await Promise.all([
            broken.call(GENERATE, { json: { type: 'radar', keywords: KEYWORDS } }),
            broken.call(GENERATE, { json: { type: 'radar', keywords: KEYWORDS, stream: true } }),
            broken.call('/v1/chat/completions', { json: { messages: [{ role: 'user', content: 'x' }] } }),
            broken.call('/v1/models'),
            broken.call('/api/lexybrain/quota'),
            broken.call('/api/lexybrain/metrics'),
            broken.call('/api/lexybrain/debug'),
            broken.call('/api/lexybrain/training-data'),
          ]);
          for (const answer of answers) {
            const text = await answer.text();
            assert.equal(answer.status, 500, text);
            assert.doesNotMatch(
              text,
              /home|jo|Smith|Users|share|opt|\.cjs|ENOENT.*\/|sk-abc|at .*:\d+:\d+|stack|model said|deep/,
            );
            assert.match(answer.headers.get('content-type') ?? '', /json/);
          }
        } finally {
          await broken.stop();
        }
      }
    });

    it('keep addresses of the web, and lose paths', () => {
      const advice =
        'Make one at https://huggingface.co/settings/tokens?x=1 (see 1/2 or and/or), pick meta-llama/Llama-3.1-8B.';
      assert.equal(publicText(advice), advice);
      assert.equal(publicText("open '/home/a b/c.json'."), 'open [path].');
      assert.equal(publicText('at /usr/lib/x.js:1'), 'at [path]:1');
      assert.equal(publicText('in ~/.config/x and C:\\a\\b'), 'in [path] and [path]');
    });
  });

  describe('the state', () => {
    it('is told to anybody on this machine in words, and nothing of the token', async () => {
      served.world.environment['HF_TOKEN'] = TOKEN;
      const open = await fetch(`${served.url}/api/lexybrain/debug`);
      assert.equal(open.status, 200);
      assert.deepEqual(await open.json(), {
        enabled: true,
        provider: 'builtin',
        modelVersion: 'builtin',
        huggingface: {
          hasToken: true,
          modelId: 'meta-llama/Llama-3.1-8B-Instruct',
          tokenAnalysis: { issue: '✅ OK: Token is set and trimmed' },
        },
      });
      const whole = await (await served.call('/api/lexybrain/debug')).text();
      assert.ok(!whole.includes(TOKEN));
      assert.match(whole, /"general"/);
      const wrong = await fetch(`${served.url}/api/lexybrain/debug`, {
        headers: { authorization: 'Bearer x' },
      });
      assert.equal(wrong.status, 401);
    });

    it('and the log hold no token and no body', () => {
      const lines = served.world.log.lines.join('\n');
      assert.match(lines, /Bridge: POST \/api\/lexybrain\/generate 200/);
      assert.ok(!lines.includes(served.token));
      assert.doesNotMatch(lines, /soy candle/);
    });
  });
});
