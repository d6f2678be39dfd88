import { LexyBrainError } from '../errors.ts';
import type { FailureStyle } from './failure.ts';
import { asArray, asObject, asText } from './json.ts';
import { getJson } from './model-list.ts';
import type { ProviderPorts } from './types.ts';

/** What a fine-grained token needs so that it may generate. */
const INFERENCE_PERMISSION = 'inference.serverless.write';

export interface TokenIdentity {
  readonly name: string;
  /** `fineGrained`, `read`, `write`, … as the Hub calls it. */
  readonly tokenKind: string;
  /** What a fine-grained token may do, wherever it may; null for other kinds, which do not tell. */
  readonly permissions: readonly string[] | null;
}

/**
 * Who the token belongs to. The Hub is asked; behind a base URL of another host, that host, so that the token goes nowhere
 * else. Null where there is no such page.
 */
export async function whoAmI(
  ports: ProviderPorts,
  baseUrl: string,
  token: string,
  style: FailureStyle,
  signal: AbortSignal | undefined,
): Promise<TokenIdentity | null> {
  const { hostname, origin } = new URL(baseUrl);
  const hub = hostname === 'router.huggingface.co' ? 'https://huggingface.co' : origin;
  try {
    const body = await getJson(ports, {
      name: 'huggingface whoami',
      url: `${hub}/api/whoami-v2`,
      headers: { authorization: `Bearer ${token}` },
      secrets: [token],
      style,
      signal,
    });
    return identityOf(body);
  } catch (error) {
    if (LexyBrainError.is(error) && (error.status === 404 || error.status === 405)) return null;
    if (hub === origin && LexyBrainError.is(error, 'provider-answer', 'provider-bad-request')) return null;
    throw error;
  }
}

/** Reads `whoami-v2`. A fine-grained token lists its permissions per entity and globally. */
export function identityOf(body: unknown): TokenIdentity {
  const who = asObject(body);
  const accessToken = asObject(asObject(who['auth'])['accessToken']);
  const tokenKind = asText(accessToken['role']) || 'unknown';
  const { fineGrained } = accessToken;
  const grants = asObject(fineGrained);
  const scoped = asArray(grants['scoped']).flatMap((scope) => asArray(asObject(scope)['permissions']));
  const permissions = [...asArray(grants['global']), ...scoped].map(asText).filter((text) => text !== '');
  return {
    name: asText(who['name']) || 'unknown',
    tokenKind,
    permissions: fineGrained === undefined ? null : permissions,
  };
}

/** Whether the token may generate: `unknown` where only an attempt can tell. */
export function inferencePermission(token: TokenIdentity | null): 'granted' | 'missing' | 'unknown' {
  if (token?.permissions === null || token === null) return 'unknown';
  return token.permissions.includes(INFERENCE_PERMISSION) ? 'granted' : 'missing';
}
