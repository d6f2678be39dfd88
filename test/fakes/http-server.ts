import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; undefined when there was none. */
  readonly body: Record<string, unknown> | undefined;
  /** Resolves when the client has closed the connection before the answer was complete. */
  readonly cut: Promise<void>;
}

export type Responder = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/** A loopback HTTP server that answers as it is told, in the order told, and remembers what it was asked. */
export class FakeServer {
  readonly requests: SeenRequest[] = [];
  origin = '';
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #routes: { readonly match: string; readonly queue: Responder[]; always?: Responder }[] = [];

  static async start(): Promise<FakeServer> {
    const fake = new FakeServer();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    fake.origin = `http://127.0.0.1:${(fake.#server.address() as AddressInfo).port}`;
    return fake;
  }

  /** `route` is `METHOD /path`. Each responder answers once; the last one answers from then on. */
  on(route: string, ...responders: Responder[]): this {
    const always = responders.at(-1);
    this.#routes.unshift({ match: route, queue: responders.slice(0, -1), ...(always ? { always } : {}) });
    return this;
  }

  asked(path: string): SeenRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const path = request.url ?? '/';
    const seen: SeenRequest = {
      method: request.method ?? 'GET',
      path,
      headers: request.headers,
      body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
      cut: new Promise((resolve) =>
        response.on('close', () => {
          if (!response.writableFinished) resolve();
        }),
      ),
    };
    this.requests.push(seen);
    const route = this.#routes.find(({ match }) => match === `${seen.method} ${path}`);
    const responder = route?.queue.shift() ?? route?.always;
    if (responder) await responder(response, seen);
    else await json(404, { detail: 'Not Found' })(response, seen);
  }
}

/** One JSON document. */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): Responder {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
}

/** A body as it is. */
export function raw(status: number, contentType: string, body: string | Buffer): Responder {
  return (response) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  };
}

/** A stream of the given pieces, each written by itself; ends cleanly. */
export function stream(
  pieces: readonly (string | Buffer)[],
  headers: Record<string, string> = {},
): Responder {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    for (const piece of pieces) await written(response, piece);
    response.end();
  };
}

/** A stream whose socket is destroyed after the pieces. */
export function cutStream(pieces: readonly (string | Buffer)[]): Responder {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) await written(response, piece);
    response.destroy();
  };
}

/** The pieces, and then silence until the client goes away. */
export function silentAfter(pieces: readonly string[]): Responder {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const piece of pieces) await written(response, piece);
  };
}

/** Never answers. */
export function silence(): Responder {
  return () => undefined;
}

/** Writes the same piece until the client goes away or `bytes` were written; resolves to how many were. */
export function endless(
  contentType: string,
  piece: string,
  bytes: number,
): Responder & { sent: () => number } {
  let sent = 0;
  const chunk = Buffer.from(piece);
  const responder: Responder = async (response) => {
    response.writeHead(200, { 'content-type': contentType });
    while (sent < bytes && !response.destroyed) {
      sent += chunk.length;
      if (!response.write(chunk)) await drained(response);
    }
    response.end();
  };
  return Object.assign(responder, { sent: () => sent });
}

export function redirect(status: number, location: string): Responder {
  return (response) => {
    response.writeHead(status, { location });
    response.end();
  };
}

async function written(response: ServerResponse, piece: string | Buffer): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => response.write(piece, () => resolve()));
  // Lets the piece leave by itself instead of being joined with the next.
  await new Promise((resolve) => setImmediate(resolve));
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}
