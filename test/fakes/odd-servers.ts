import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { ErrorReason } from '../../src/errors.ts';
import { chatEvents, refusing, USAGE } from './chat-wire.ts';
import { endless, json, raw, redirect, stream, type Responder } from './http-server.ts';
import { messagesEvents } from './messages-wire.ts';
import { briefDraft } from './world.ts';

/** Servers as they are met: each of these was seen in the documentation, the source or the issues of a real one. */
const GOOD = JSON.stringify(briefDraft());
const PIECES = [GOOD.slice(0, 80), GOOD.slice(80)];
const BEGUN = GOOD.slice(0, 60);

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: object, finish: string | null = null, extra: object = {}): string =>
  event({ model: 'm', choices: [{ index: 0, delta, finish_reason: finish }], ...extra });
const DONE = 'data: [DONE]\n\n';
const WHOLE = {
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: GOOD }, finish_reason: 'stop' }],
  usage: USAGE,
};
const PLAIN = chatEvents({ pieces: PIECES, model: 'm' })
  .map((each) => `${each}\n\n`)
  .join('');

/** Names the date when it is asked, not when this file is read. */
function untilInTwoHours(): Responder {
  return (response, request) => {
    const date = new Date(Date.now() + 7_200_000).toUTCString();
    return json(429, { error: 'Slow down' }, { 'retry-after': date })(response, request);
  };
}

function encoded(encoding: string, body: Buffer): Responder {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding });
    response.end(body);
  };
}

/** Chat completions of which each is a good insight, with usage unless told otherwise. */
export const GOOD_CHATS: Readonly<Record<string, Responder>> = {
  'comments before and between (OpenRouter)': stream([
    ': OPENROUTER PROCESSING\n\n',
    PLAIN.replaceAll('\n\n', '\n\n: OPENROUTER PROCESSING\n\n'),
  ]),
  'usage below x_groq in the last chunk': stream([
    ...PIECES.map((content) => chunk({ content })),
    chunk({}, 'stop', { x_groq: { id: 'req_1', usage: { queue_time: 0.1, ...USAGE } } }),
    DONE,
  ]),
  'no space after data:': stream([PLAIN.replaceAll('data: ', 'data:')]),
  CRLF: stream([PLAIN.replaceAll('\n', '\r\n')]),
  'lone CR': stream([PLAIN.replaceAll('\n', '\r')]),
  'a byte order mark': stream([`\ufeff${PLAIN}`]),
  'names, numbers and pauses of events': stream([
    PLAIN.replaceAll('data: ', 'event: completion.chunk\nid: 7\nretry: 10\ndata: '),
  ]),
  'thought first, content null meanwhile': stream([
    chunk({ role: 'assistant', content: null, reasoning_content: 'Let me think.' }),
    ...PIECES.map((content) => chunk({ content, reasoning_content: null })),
    chunk({}, 'stop', { usage: USAGE }),
    DONE,
  ]),
  'content in parts': stream([
    chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] }),
    ...PIECES.map((text) => chunk({ content: [{ type: 'text', text }] })),
    chunk({}, 'stop', { usage: USAGE }),
    DONE,
  ]),
  'thoughts in tags, and a code fence': stream([
    chunk({ content: '<think>\nA brief {"niche": …}?\n</think>\n\nHere it is:\n```json\n' }),
    ...PIECES.map((content) => chunk({ content })),
    chunk({ content: '\n```\n' }, 'stop', { usage: USAGE }),
    DONE,
  ]),
  'a whole document where events were promised': raw(200, 'text/event-stream', JSON.stringify(WHOLE)),
  'a whole document as plain text': raw(200, 'text/plain', JSON.stringify(WHOLE, null, 2)),
  'events without a type': raw(200, 'application/octet-stream', PLAIN),
  gzip: encoded('gzip', gzipSync(PLAIN)),
  brotli: encoded('br', brotliCompressSync(PLAIN)),
  'early hints': (response, request) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    return stream([PLAIN])(response, request);
  },
  'a schema it has no grammar for (vLLM)': (response, request) =>
    JSON.stringify(request.body).includes('json_schema')
      ? json(400, {
          object: 'error',
          message: 'The provided JSON schema contains features not supported by xgrammar.',
          type: 'BadRequestError',
          code: 400,
        })(response, request)
      : stream([PLAIN])(response, request),
  'no system message (Gemma)': refusing(
    ({ messages }) =>
      (messages as { role: string }[])[0]?.role === 'system'
        ? { message: 'System role not supported' }
        : null,
    stream([PLAIN]),
  ),
};

/** What is no insight: reason, words and next step. */
export type Odd = readonly [Responder, ErrorReason, RegExp, RegExp?];

const PAGE = '<!doctype html><html><title>Sign in</title><body>…</body></html>';
const BASE_URL = /Check the base URL/;

/** Whatever wire is spoken. */
export const BAD_ANYWHERE: Readonly<Record<string, Odd>> = {
  'a web page': [raw(200, 'text/html', PAGE), 'provider-answer', /web page/, BASE_URL],
  'a web page that says it is a stream': [
    raw(200, 'text/event-stream', PAGE),
    'provider-answer',
    /web page/,
    BASE_URL,
  ],
  'a page of its own for unknown paths': [
    raw(404, 'text/plain', '404 page not found'),
    'provider-bad-request',
    /HTTP 404/,
    BASE_URL,
  ],
  'another method wanted': [
    raw(405, 'text/html', '<title>405 Not Allowed</title>'),
    'provider-bad-request',
    /HTTP 405/,
    BASE_URL,
  ],
  'too large for it': [
    raw(413, 'text/html', '<title>413 Request Entity Too Large</title>'),
    'provider-bad-request',
    /HTTP 413/,
    /larger context/,
  ],
  'come back in an hour': [
    json(429, { error: { message: 'Rate limit reached' } }, { 'retry-after': '3600' }),
    'provider-rate-limited',
    /Rate limit/,
    /Wait 60 minutes/,
  ],
  'come back at a date': [untilInTwoHours(), 'provider-rate-limited', /Slow down/, /Wait 1(?:19|20) minutes/],
  'an empty account, as a 400': [
    json(400, { error: { type: 'invalid_request_error', message: 'Your credit balance is too low.' } }),
    'provider-payment',
    /credit balance/,
    /credit/i,
  ],
  'fields of FastAPI': [
    json(422, { detail: [{ loc: ['body', 'seed'], msg: 'Field required', type: 'missing' }] }),
    'provider-bad-request',
    /body\.seed: Field required/,
  ],
  'another host': [redirect(307, 'http://localhost:9/v1'), 'provider-network', /redirect/, /base URL/],
  'a broken encoding': [encoded('gzip', Buffer.from(PLAIN)), 'provider-network', /broke off/],
  'a bomb': [
    encoded('gzip', gzipSync(Buffer.alloc(100_000_000, 'data: {}\n\n'))),
    'provider-answer',
    /longer than 32 MB/,
  ],
  'one comment without end': [
    endless('text/event-stream', ': hi'.repeat(20_000), 1e10),
    'provider-answer',
    /longer than 32 MB/,
  ],
};

export const BAD_CHATS: Readonly<Record<string, Odd>> = {
  'stopped by a filter in the middle': [
    stream([chunk({ content: BEGUN }), chunk({}, 'content_filter', { usage: USAGE }), DONE]),
    'provider-refused',
    /filter/,
  ],
  'an error inside a choice (OpenRouter)': [
    stream([
      chunk({ content: BEGUN }),
      event({
        choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 502, message: 'Idle' } }],
      }),
      DONE,
    ]),
    'provider-unavailable',
    /HTTP 502: Idle/,
  ],
  'a choice that ends in an error': [stream([chunk({}, 'error'), DONE]), 'provider-unavailable', /gave up/],
  'overloaded, as a text in the stream': [
    stream([event({ error: 'Model overloaded, try later' })]),
    'provider-unavailable',
    /overloaded/,
  ],
  'an error of vLLM in the stream': [
    stream([event({ object: 'error', message: 'boom', type: 'InternalServerError', code: 500 }), DONE]),
    'provider-unavailable',
    /boom/,
  ],
  'an error event': [
    stream(['event: error\ndata: {"message": "upstream boom"}\n\n']),
    'provider-unavailable',
    /upstream boom/,
  ],
  'an error that forgot to be an event': [
    raw(200, 'text/event-stream', '{"error": {"message": "Invalid key", "type": "authentication_error"}}'),
    'provider-unauthorized',
    /Invalid key/,
  ],
  'an error with a 200': [
    json(200, { error: { message: 'No auth credentials found', code: 401 } }),
    'provider-unauthorized',
    /No auth credentials/,
  ],
  'words with a 200': [json(200, { detail: 'Not authenticated' }), 'provider-answer', /Not authenticated/],
  'a model that is still loading': [
    json(
      503,
      { error: 'Model o/m is currently loading', estimated_time: 41.2 },
      { 'x-should-retry': 'false' },
    ),
    'provider-loading',
    /loading/,
    /in about 42 seconds/,
  ],
};

const message = (type: string, rest: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
const MESSAGES = messagesEvents({ pieces: PIECES }).join('');
const [START = ''] = messagesEvents({ pieces: [] });
const TEXT = message('content_block_delta', { index: 0, delta: { type: 'text_delta', text: BEGUN } });
const WHOLE_MESSAGE = {
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: GOOD }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 100, output_tokens: 20 },
};

export const GOOD_MESSAGES: Readonly<Record<string, Responder>> = {
  CRLF: stream([MESSAGES.replaceAll('\n', '\r\n')]),
  'no names of events': stream([MESSAGES.replaceAll(/event: .*\n/g, '')]),
  'events of tomorrow': stream([message('brand_new', { x: 1 }), MESSAGES]),
  'a whole document where events were promised': raw(200, 'text/event-stream', JSON.stringify(WHOLE_MESSAGE)),
};

export const BAD_MESSAGES: Readonly<Record<string, Odd>> = {
  'overloaded in the middle': [
    stream([START, TEXT, message('error', { error: { type: 'overloaded_error', message: 'Overloaded' } })]),
    'provider-unavailable',
    /Overloaded/,
  ],
  'overloaded with a 200': [
    json(200, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    'provider-unavailable',
    /Overloaded/,
  ],
  'a refusal in the middle': [
    stream([
      START,
      TEXT,
      message('message_delta', { delta: { stop_reason: 'refusal' }, usage: { output_tokens: 20 } }),
      message('message_stop', {}),
    ]),
    'provider-refused',
    /filter/,
  ],
  'a limit of the organisation': [
    json(429, {
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: 'x',
        details: { error_code: 'enforced_spend_limit_reached' },
      },
    }),
    'provider-quota',
    /HTTP 429/,
    /spend limit/,
  ],
};
