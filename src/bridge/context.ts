import { setImmediate } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type * as z from 'zod';
import { RequestError } from './answers.ts';
import { parseInParts, type LongList } from './json-parts.ts';

/** What every handler is given beside the request. */
export interface BridgeEnv {
  Bindings: HttpBindings;
  Variables: {
    /** Aborts when the client goes away or the bridge stops. */
    signal: AbortSignal;
  };
}

export type BridgeContext = Context<BridgeEnv>;

/** Bytes of a request's body: 20,000 keywords with every metric are about 3 MB. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * The JSON of a body: as it came, and as its schema has it. A long list may be as long as the body allows.
 * Throws a RequestError for anything else.
 */
export async function readBody<T>(
  c: BridgeContext,
  schema: z.ZodType<T>,
  longList?: LongList,
): Promise<{ readonly raw: unknown; readonly value: T }> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(type)) {
    throw new RequestError(415, 'unsupported_media_type', 'Send JSON, with content-type: application/json.');
  }
  const packed = c.req.header('content-encoding') ?? 'identity';
  if (packed.toLowerCase() !== 'identity') {
    throw new RequestError(
      415,
      'unsupported_media_type',
      'Send the body as it is, without content-encoding.',
    );
  }
  const bytes = await bytesOf(c);
  await setImmediate();
  const raw = await parseInParts(bytes, longList);
  await setImmediate();
  return { raw, value: checked(schema, raw) };
}

/**
 * The bytes of a body. hono's own limit makes a new Request of a body whose length is not announced, which works only where
 * the global classes are replaced; so it is read here.
 */
async function bytesOf({ env: { incoming } }: BridgeContext): Promise<Uint8Array> {
  const announced = Number(incoming.headers['content-length'] ?? 0);
  if (announced > MAX_BODY_BYTES) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let size = 0;
  // What is left of a refused body is let run dry after the answer.
  for await (const piece of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function tooLarge(): RequestError {
  return new RequestError(413, 'too_large', `A body may have ${MAX_BODY_BYTES / 1024 / 1024} MB at most.`);
}

/** The query of a request. A name given twice counts once. */
export function readQuery<T>(c: BridgeContext, schema: z.ZodType<T>): T {
  return checked(schema, c.req.query());
}

/** A value as its schema has it; `at` is where it stands in the request. Throws a RequestError. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, at: readonly PropertyKey[] = []): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => ({
    path: [...at, ...path].map(String).join('.').slice(0, 200),
    message: message.slice(0, 300),
  }));
  const [first] = issues;
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  throw new RequestError(422, 'invalid_request', `${where}${first?.message ?? 'not as it should be'}`, {
    issues,
  });
}
