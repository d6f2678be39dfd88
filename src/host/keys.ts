import * as vscode from 'vscode';
import { LexyBrainError, messageOf } from '../errors.ts';
import type { ProviderId } from '../providers/types.ts';

const secretName = (provider: ProviderId): string => `lexybrain.${provider}.apiKey`;

/** How long a stored key lasts: `kept`, or only until this window closes because the storage did not hold it. */
export type Stored = { readonly lasts: true } | { readonly lasts: false; readonly why: string };

/**
 * The keys of providers, in VS Code's secret storage and nowhere else. The storage may be empty, forgetful or
 * throw: on Linux without a keyring, in CI, in web servers. A key it does not hold lives in this window only.
 */
export class KeyStore {
  readonly #secrets: () => vscode.SecretStorage;
  readonly #session = new Map<ProviderId, string>();

  constructor(secrets: () => vscode.SecretStorage) {
    this.#secrets = secrets;
  }

  /** The key; undefined when there is none. Throws what the storage throws: then it cannot be known. */
  async get(provider: ProviderId): Promise<string | undefined> {
    const session = this.#session.get(provider);
    if (session !== undefined) return session;
    const key = (await this.#secrets().get(secretName(provider)))?.trim();
    return key === '' ? undefined : key;
  }

  /** Keeps a key, reads it back, and says whether it will last. */
  async set(provider: ProviderId, key: string): Promise<Stored> {
    this.#session.delete(provider);
    try {
      await this.#secrets().store(secretName(provider), key);
      if ((await this.#secrets().get(secretName(provider))) === key) return { lasts: true };
    } catch (error) {
      this.#session.set(provider, key);
      return { lasts: false, why: messageOf(error) };
    }
    this.#session.set(provider, key);
    return { lasts: false, why: vscode.l10n.t('It could not be read back.') };
  }

  /** Forgets the key; resolves to whether there was one. Throws `secrets-unavailable` when it cannot be removed. */
  async remove(provider: ProviderId): Promise<boolean> {
    const hadSession = this.#session.delete(provider);
    const stored = await this.#ask('read', () => this.#secrets().get(secretName(provider)));
    if (stored === undefined) return hadSession;
    await this.#ask('change', () => this.#secrets().delete(secretName(provider)));
    return true;
  }

  async #ask<T>(doing: 'read' | 'change', question: () => Thenable<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      const what =
        doing === 'read'
          ? vscode.l10n.t('VS Code’s secret storage could not be read: {0}', messageOf(cause))
          : vscode.l10n.t('VS Code’s secret storage could not be changed: {0}', messageOf(cause));
      throw new LexyBrainError('secrets-unavailable', what, {
        advice: vscode.l10n.t(
          'The key in it was left as it is. A keyring service may be missing on this machine; until it works you can set the key in the environment.',
        ),
        cause,
      });
    }
  }
}
