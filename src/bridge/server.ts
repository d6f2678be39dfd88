import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError as TargetError } from '@hono/node-server';
import { LexyBrainError } from '../errors.ts';
import { logLine, plainFailure, RequestError } from './answers.ts';
import { createApp } from './app.ts';
import { limitConnections } from './connections.ts';
import { checkCaller } from './guard.ts';
import type { BridgePorts } from './ports.ts';

/** A bridge that listens. */
export interface Bridge {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends what is under way with a word about it, then every connection. */
  close(): Promise<void>;
}

export interface BridgeOptions {
  /** The first port that is tried; 0: any. */
  readonly port: number;
  readonly limits?: Partial<BridgeLimits>;
}

export interface BridgeLimits {
  /** For the request line and the headers, ms. */
  readonly headersMs: number;
  /** For the whole request, its body included, ms. */
  readonly requestMs: number;
  /** How long a connection may wait for its next request, ms. */
  readonly idleMs: number;
  readonly headerBytes: number;
  readonly headers: number;
  /** Open connections per address. */
  readonly connections: number;
  /** What streams get to end when the bridge stops, ms. */
  readonly stopMs: number;
}

const LIMITS: BridgeLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 15_000,
  headerBytes: 16 * 1024,
  headers: 64,
  connections: 512,
  stopMs: 2_000,
};

/** How many ports are tried from the first one on. */
const PORTS_TRIED = 20;
const ADDRESSES = ['127.0.0.1', '::1'] as const;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Starts the bridge on 127.0.0.1 and, where this machine has it, ::1: at the wanted port, or the next one that is free on
 * both. Throws when none is.
 */
export async function startBridge(ports: BridgePorts, options: BridgeOptions): Promise<Bridge> {
  const limits = { ...LIMITS, ...options.limits };
  const running = new Set<AbortController>();
  const handle = getRequestListener(createApp(ports, running).fetch, {
    overrideGlobalObjects: false,
    // What is no Error, and what is wrong with the request's target, does not come by the app.
    errorHandler: (error) => {
      ports.log.warn(`Bridge: ${logLine(error)}`);
      const wrong = new RequestError(400, 'invalid_request', 'The target of the request is not a path.');
      const { status, body } = plainFailure(error instanceof TargetError ? wrong : error);
      return Response.json(body, { status });
    },
  });
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const refused = checkCaller(request, limits.headers);
    if (refused === null) {
      void handle(request, response);
      return;
    }
    const { status, body } = plainFailure(refused);
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(body));
  };
  const { servers, port } = await listen(listener, options.port, limits);
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const controller of running) {
      controller.abort(new LexyBrainError('cancelled', 'The bridge was stopped.'));
    }
    for (const server of servers) server.closeIdleConnections();
    const cut = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
    }, limits.stopMs);
    // A connection that has just ended its answer is idle only now.
    const idle = setInterval(() => {
      for (const server of servers) server.closeIdleConnections();
    }, 50);
    await Promise.all(closed);
    clearTimeout(cut);
    clearInterval(idle);
  };
  return { port, url: `http://127.0.0.1:${port}`, close: () => (closing ??= close()) };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(
  listener: Listener,
  first: number,
  limits: BridgeLimits,
): Promise<{ servers: Server[]; port: number }> {
  for (let tried = 0; tried < PORTS_TRIED; tried++) {
    const wanted = first === 0 ? 0 : first + tried;
    if (wanted > 65_535) break;
    const servers: Server[] = [];
    try {
      let port = wanted;
      for (const address of ADDRESSES) {
        const server = await listenAt(listener, address, port, limits);
        if (server === null) continue;
        servers.push(server);
        ({ port } = server.address() as AddressInfo);
      }
      if (servers.length > 0) return { servers, port };
    } catch (error) {
      for (const server of servers) server.close();
      if (codeOf(error) !== 'EADDRINUSE' && codeOf(error) !== 'EACCES') throw error;
    }
  }
  throw new LexyBrainError('invalid-request', `No port from ${first} on is free.`, {
    advice: 'Set lexybrain.bridge.port to another one.',
  });
}

/** Null where the machine has no such address. */
async function listenAt(
  listener: Listener,
  host: string,
  port: number,
  limits: BridgeLimits,
): Promise<Server | null> {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      maxHeaderSize: limits.headerBytes,
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
      insecureHTTPParser: false,
      joinDuplicateHeaders: false,
    },
    listener,
  );
  server.maxHeadersCount = limits.headers;
  limitConnections(server, limits.connections);
  // An offer of another protocol (Java's client makes one with every request) is passed over: there is no listener for it.
  server.on('connect', (_request, socket) => socket.destroy());
  try {
    server.listen({ host, port, ...(host === '::1' ? { ipv6Only: true } : {}) });
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error))) return null;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
