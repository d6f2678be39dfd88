import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RequestError } from './answers.ts';

/** A new bearer token: 256 bits. */
export function newToken(): string {
  return `lexy_${randomBytes(32).toString('base64url')}`;
}

/** Whether a request shows the token. Digests are compared, so that the time taken tells neither length nor place. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return token !== '' && timingSafeEqual(digest(given), digest(token));
}

/** By which names this machine may be called; a port may be another one where it is forwarded. */
const HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Refuses what no program on this machine sends: another host name (DNS rebinding), anything a web page asked for, targets
 * that are no path, more headers than were read.
 */
export function checkCaller(request: IncomingMessage, mostHeaders: number): RequestError | null {
  const { headers, url = '' } = request;
  // Node leaves out what is beyond its limit, and so perhaps the very header that matters.
  if (request.rawHeaders.length >= 2 * mostHeaders) {
    return new RequestError(431, 'invalid_request', 'The request has too many headers.');
  }
  const hosts = request.headersDistinct['host'] ?? [];
  if (hosts.length !== 1 || !HOST.test(hosts[0] ?? '')) {
    return new RequestError(403, 'forbidden_host', 'Call this server 127.0.0.1, [::1] or localhost.');
  }
  if (headers.origin !== undefined) {
    return new RequestError(403, 'forbidden_origin', 'Web pages may not use this server.');
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'none' && site !== 'same-origin') {
    return new RequestError(403, 'forbidden_origin', 'Web pages may not use this server.');
  }
  if (!url.startsWith('/') || url.includes('\\')) {
    return new RequestError(400, 'invalid_request', 'The target of the request is not a path.');
  }
  return null;
}
