import { LexyBrainError } from '../errors.ts';
import { analyseToken } from './token-check.ts';
import type { Deadlines, ProviderPorts } from './types.ts';

/** The key, cleaned of what was pasted with it; null when there is none. Throws for one that no header can carry. */
export async function keyOf(ports: ProviderPorts, keyName: string): Promise<string | null> {
  const { token } = analyseToken(await ports.key?.(), null);
  if (token !== null && !/^[\x21-\x7e]+$/.test(token)) {
    throw new LexyBrainError('provider-unauthorized', `${keyName} holds characters that no key has.`, {
      advice: 'Copy the key again, in one piece, and set it anew.',
    });
  }
  return token;
}

/** The key, or the error that says that it is not set. */
export async function needKey(ports: ProviderPorts, keyName: string, advice: string): Promise<string> {
  const key = await keyOf(ports, keyName);
  if (key === null) throw new LexyBrainError('token-missing', `${keyName} is not set`, { advice });
  return key;
}

/** The given base URL or the default, without slashes at its end. Throws for what is no http(s) address. */
export function baseUrlOf(given: string | undefined, fallback: string): string {
  const text = given?.trim() ?? '';
  const url = (text === '' ? fallback : text).replace(/\/+$/, '');
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username + parsed.password !== '') {
    throw new LexyBrainError('invalid-request', 'The base URL in the settings is not an http(s) address.', {
      advice: `Set it to something like ${fallback}, with no user name in it.`,
    });
  }
  return url;
}

export function deadlinesOf(ports: ProviderPorts, defaults: Deadlines): Deadlines {
  return { ...defaults, ...ports.deadlines };
}
