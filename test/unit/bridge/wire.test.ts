import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { after, before, describe, it } from 'mocha';
import { ENDPOINTS } from '../../../src/bridge/openapi.ts';
import { MAX_BODY_BYTES } from '../../../src/bridge/context.ts';
import { Served } from '../../fakes/bridge.ts';

const GENERATE = '/api/lexybrain/generate';
const CHAT = '/v1/chat/completions';
const BODY = JSON.stringify({ type: 'radar', market: 'etsy', keywords: ['soy candle', 'beeswax candle'] });

/** What HTTP allows and some programs do: everything beside a plain request with its length announced. */
describe('Requests as other programs send them', () => {
  let served: Served;
  before(async () => {
    served = await Served.start();
    served.world.settings['provider'] = 'builtin';
  });
  after(() => served.stop());

  const head = (method: string, target: string, headers: readonly string[], version = '1.1'): string =>
    [
      `${method} ${target} HTTP/${version}`,
      'Host: localhost',
      `Authorization: Bearer ${served.token}`,
      ...headers,
      '\r\n',
    ].join('\r\n');
  const post = (headers: readonly string[], version = '1.1'): string =>
    head('POST', GENERATE, ['Content-Type: application/json', 'Connection: close', ...headers], version);
  const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
  const json = { 'content-type': 'application/json' };

  it('may come in chunks, their length not announced', async () => {
    const pieces = [BODY.slice(0, 20), BODY.slice(20)];
    const chunks = [...pieces, ''].map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
    const answer = await served.raw(post(['Transfer-Encoding: chunked']) + chunks.join(''));
    assert.equal(statusOf(answer), 200, answer.slice(0, 400));
    assert.match(answer, /soy candle/);
  });

  it('may have a body in chunks up to the limit, and not a byte more', async () => {
    for (const [spaces, status] of [
      [MAX_BODY_BYTES - BODY.length, 200],
      [MAX_BODY_BYTES - BODY.length + 1, 413],
    ] as const) {
      const sent = request(`${served.url}${GENERATE}`, {
        method: 'POST',
        headers: { ...json, authorization: `Bearer ${served.token}`, 'transfer-encoding': 'chunked' },
      });
      sent.write(' '.repeat(spaces));
      sent.end(BODY);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      assert.equal(response.statusCode, status);
    }
  });

  it('are told what is wrong when they have no body', async () => {
    for (const [target, status] of [
      [GENERATE, 422],
      ['/api/lexybrain/feedback', 422],
      [CHAT, 400],
    ] as const) {
      const response = await served.call(target, { method: 'POST', headers: json });
      assert.equal(response.status, status);
      assert.match(await response.text(), /The body is not JSON/);
    }
  });

  it('hear which methods an endpoint has', async () => {
    for (const { path, method } of ENDPOINTS) {
      const target = path.replace('{model}', 'x');
      for (const wrong of ['PUT', 'DELETE', 'OPTIONS', method === 'get' ? 'POST' : 'GET']) {
        const response = await served.call(target, { method: wrong });
        assert.equal(response.status, 405, `${wrong} ${target}`);
        assert.equal(response.headers.get('allow'), method === 'get' ? 'GET, HEAD' : 'POST');
        assert.match(await response.text(), /method_not_allowed/);
      }
    }
    assert.equal((await served.call('/nowhere', { method: 'PUT' })).status, 404);
  });

  it('may offer another protocol, which is not taken up', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    // Java's own client does so with every request.
    const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' };
    const ask = async (method: string, target: string, body = ''): Promise<string> => {
      const headers = { ...json, ...offer, authorization: `Bearer ${served.token}` };
      const sent = request(`${served.url}${target}`, { method, agent, headers }).end(body);
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      return `${response.statusCode ?? 0} ${await text(response)}`;
    };
    try {
      assert.match(await ask('GET', '/v1/models'), /^200 .*"object":"list"/);
      assert.match(await ask('POST', GENERATE, BODY), /^200 .*soy candle/);
      assert.match(await ask('GET', '/'), /^200 <!doctype html>/);
    } finally {
      agent.destroy();
    }
  });

  it('are not unpacked', async () => {
    const response = await served.call(GENERATE, {
      method: 'POST',
      body: gzipSync(BODY),
      headers: { ...json, 'content-encoding': 'gzip' },
    });
    assert.equal(response.status, 415);
    assert.match(await response.text(), /content-encoding/);
  });

  it('may be of HTTP/1.0, or wait to be told to go on', async () => {
    const length = `Content-Length: ${BODY.length}`;
    assert.equal(statusOf(await served.raw(post([length], '1.0') + BODY)), 200);
    const waited = await served.raw(post([length, 'Expect: 100-continue']) + BODY);
    assert.match(waited, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  });
});
