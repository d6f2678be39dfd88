import * as vscode from 'vscode';
import { PROVIDERS } from '../../providers/index.ts';
import { analyseToken } from '../../providers/token-check.ts';
import type { ProviderEntry, ProviderId } from '../../providers/types.ts';
import { LexyBrainError } from '../../errors.ts';
import { commandId } from '../manifest/commands.ts';
import type { CommandPorts, Handler } from './handler.ts';

/** What the keys of a provider begin with; null where any form will do. */
const PREFIXES: Readonly<Partial<Record<ProviderId, string>>> = { huggingface: 'hf_', anthropic: 'sk-ant-' };

/** Storing and changing secret storage in a keyring that asks for a password takes a user's time. */
const TROUBLESHOOTING =
  'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues';

/** Providers that take a key. */
export const keyedProviders = (): readonly ProviderEntry[] =>
  PROVIDERS.filter(({ keyName }) => keyName !== null);

/** Asks for the key of a provider and keeps it; a `key` passed by the caller is not taken: arguments end up in files. */
export function setKey(ports: CommandPorts, fixed: ProviderId | null): Handler {
  return async (first) => {
    const provider = await whichProvider(ports, fixed, first, vscode.l10n.t('Set Provider Key'));
    if (provider === undefined) return;
    const prefix = PREFIXES[provider.id] ?? null;
    const typed = await ports.dialogs().input({
      title:
        provider.id === 'huggingface'
          ? vscode.l10n.t('Set Hugging Face Token')
          : vscode.l10n.t('Set the Key for {0}', provider.label),
      prompt:
        provider.keyUrl === null
          ? vscode.l10n.t('It is kept in VS Code’s secret storage.')
          : vscode.l10n.t('It is kept in VS Code’s secret storage. Get one at {0}', provider.keyUrl),
      ...(prefix === null ? {} : { placeholder: `${prefix}…` }),
      password: true,
      check: (text) => checkKey(text, prefix),
    });
    if (typed.kind !== 'answer') return;
    const { token, note } = analyseToken(typed.value, prefix);
    if (token === null) return;
    const stored = await ports.keys.set(provider.id, token);
    const odd = note === '' ? '' : ` ${note}`;
    const test = {
      label: vscode.l10n.t('Test Connection'),
      run: async () => {
        await vscode.commands.executeCommand(commandId('testConnection'));
      },
    };
    if (stored.lasts) {
      const text = vscode.l10n.t('The key for {0} is set.', provider.label);
      ports.notifications.say(text + odd, note === '' ? 'info' : 'warning', [test]);
      return;
    }
    ports.log.warn(`The key for ${provider.id} could not be kept: ${stored.why}`);
    const text = vscode.l10n.t(
      'The key for {0} works in this window only: VS Code’s secret storage did not keep it. {1}',
      provider.label,
      stored.why,
    );
    ports.notifications.say(text + odd, 'warning', [
      { label: vscode.l10n.t('What to Do'), run: () => openPage(TROUBLESHOOTING) },
      test,
    ]);
  };
}

/** Forgets a provider's key, and says so where an environment variable still has one. */
export function removeKey(ports: CommandPorts, fixed: ProviderId | null): Handler {
  return async (first) => {
    const provider = await whichProvider(ports, fixed, first, vscode.l10n.t('Remove Provider Key'));
    if (provider === undefined) return;
    const had = await ports.keys.remove(provider.id);
    const done = had
      ? vscode.l10n.t('The key for {0} was removed.', provider.label)
      : vscode.l10n.t('No key for {0} was stored.', provider.label);
    const variable = provider.keyName;
    const remains = variable !== null && (process.env[variable] ?? '').trim() !== '';
    const still = remains ? ` ${vscode.l10n.t('{0} is set in the environment and is used.', variable)}` : '';
    ports.notifications.say(done + still, remains ? 'warning' : 'info');
  };
}

async function whichProvider(
  ports: CommandPorts,
  fixed: ProviderId | null,
  argument: unknown,
  title: string,
): Promise<ProviderEntry | undefined> {
  const providers = keyedProviders();
  const named = fixed ?? (isProviderArgument(argument) ? argument.provider : null);
  if (named !== null) {
    const found = providers.find(({ id }) => id === named);
    if (found !== undefined) return found;
    throw new LexyBrainError('provider-unknown', vscode.l10n.t('{0} takes no key.', named));
  }
  const picked = await ports.dialogs().pickOne({
    title,
    placeholder: vscode.l10n.t('Which provider?'),
    choices: providers.map((value) => ({ label: value.label, value })),
  });
  return picked.kind === 'answer' ? picked.value : undefined;
}

function isProviderArgument(value: unknown): value is { provider: string } {
  return (
    typeof value === 'object' && value !== null && 'provider' in value && typeof value.provider === 'string'
  );
}

function checkKey(
  text: string,
  prefix: string | null,
): { severity: 'error' | 'warning'; text: string } | null {
  const { token, note } = analyseToken(text, prefix);
  if (token === null) return { severity: 'error', text: vscode.l10n.t('Paste the key here.') };
  return note === '' ? null : { severity: 'warning', text: note };
}

/** Opens a page of ours in the browser. */
export async function openPage(url: string): Promise<void> {
  const uri = vscode.Uri.parse(url, true);
  if (uri.scheme === 'https') await vscode.env.openExternal(uri);
}
