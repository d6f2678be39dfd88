import { LexyBrainError, messageOf } from '../errors.ts';
import { providerEntry } from '../providers/index.ts';
import { analyseToken } from '../providers/token-check.ts';
import type { ProviderId } from '../providers/types.ts';

export interface Key {
  /** As it is stored, with whatever was pasted around it. */
  readonly given: string;
  /** The name of the environment variable it is from; null: the secret storage. */
  readonly variable: string | null;
}

export interface KeyPorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** May throw when the secret storage cannot be read. */
  readonly storedKey: (provider: ProviderId) => Promise<string | undefined>;
}

/**
 * The key of a provider: the stored one, else the environment's; null when there is none. When the secret storage
 * cannot be read and the environment has none it throws `secrets-unavailable`: "no key" would be a guess.
 */
export async function findKey(provider: ProviderId, ports: KeyPorts): Promise<Key | null> {
  const { keyName } = providerEntry(provider);
  if (keyName === null) return null;
  const fromEnvironment = usable(ports.environment[keyName], keyName);
  let stored: string | undefined;
  try {
    stored = await ports.storedKey(provider);
  } catch (error) {
    if (fromEnvironment !== null) return fromEnvironment;
    throw new LexyBrainError(
      'secrets-unavailable',
      `The stored ${keyName} cannot be read: ${messageOf(error)}.`,
      {
        advice: `Unlock or install a keyring for your system, set ${keyName} in the environment, or choose the built-in analyst.`,
        cause: error,
      },
    );
  }
  return usable(stored, null) ?? fromEnvironment;
}

function usable(given: string | undefined, variable: string | null): Key | null {
  return given !== undefined && analyseToken(given, null).token !== null ? { given, variable } : null;
}
