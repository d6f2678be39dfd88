import * as vscode from 'vscode';
import { PROVIDERS } from '../../providers/index.ts';
import type { ModelPick } from '../../generation/types.ts';
import type { ModelInfo, ProviderEntry } from '../../providers/types.ts';
import type { Choice } from '../dialogs.ts';
import { withProgress } from '../progress.ts';
import type { CommandPorts, Handler } from './handler.ts';

/** Picks provider and model, and writes them to the user's settings. */
export function selectModel(ports: CommandPorts): Handler {
  return async () => {
    const chosen = await askModel(ports, { title: vscode.l10n.t('Select Model') });
    if (chosen !== undefined) await save(ports, chosen.provider, chosen.model);
  };
}

export interface ChosenModel {
  readonly provider: ProviderEntry;
  /** Empty: the built-in analyst, which has none. */
  readonly model: string;
}

/** Asks for a provider and one of its models, which is another one than `besides`; undefined when the user left. */
export async function askModel(
  ports: CommandPorts,
  question: {
    readonly title: string;
    readonly placeholder?: string;
    readonly besides?: ModelPick | undefined;
  },
): Promise<ChosenModel | undefined> {
  const dialogs = ports.dialogs();
  const { title, placeholder = vscode.l10n.t('Who writes the insights?'), besides } = question;
  for (;;) {
    const picked = await dialogs.pickOne<ProviderEntry>({
      title,
      step: 1,
      totalSteps: 2,
      placeholder,
      choices: PROVIDERS.filter(({ id }) => id !== 'builtin' || besides?.provider !== id).map((value) => ({
        label: value.label,
        description: value.id,
        value,
      })),
    });
    if (picked.kind !== 'answer') return undefined;
    const provider = picked.value;
    if (provider.id === 'builtin') return { provider, model: '' };
    const models = await withProgress(vscode.l10n.t('Asking {0} for its models', provider.label), (signal) =>
      ports.engine().listModels(provider.id, signal),
    );
    const chosen = await dialogs.pickOne<string>({
      title,
      step: 2,
      totalSteps: 2,
      canGoBack: true,
      placeholder: vscode.l10n.t('Which model of {0}?', provider.label),
      choices: modelChoices(provider, models).filter(
        ({ value }) => provider.id !== besides?.provider || value !== besides.model,
      ),
    });
    if (chosen.kind === 'back') continue;
    return chosen.kind === 'answer' ? { provider, model: chosen.value } : undefined;
  }
}

/** The provider's default first, then recommended models, then the others; what is not live last and said. */
function modelChoices(provider: ProviderEntry, models: readonly ModelInfo[]): Choice<string>[] {
  const rank = (model: ModelInfo): number =>
    (model.live ? 0 : 4) +
    (model.id === provider.defaultModel ? 0 : provider.recommended.includes(model.id) ? 1 : 2);
  const listed = [...models].sort((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id));
  const choices = listed.map((model): Choice<string> => ({
    label: model.id,
    description: [
      model.id === provider.defaultModel ? vscode.l10n.t('default') : '',
      provider.recommended.includes(model.id) ? vscode.l10n.t('recommended') : '',
      model.live ? '' : vscode.l10n.t('not available now'),
    ]
      .filter(Boolean)
      .join(', '),
    detail: details(model, provider.priced).join(' · '),
    value: model.id,
  }));
  if (listed.some(({ id }) => id === provider.defaultModel) || provider.defaultModel === null) return choices;
  return [
    { label: provider.defaultModel, description: vscode.l10n.t('default'), value: provider.defaultModel },
    ...choices,
  ];
}

function details(model: ModelInfo, priced: boolean): string[] {
  const parts: string[] = [];
  const dollars = (value: number): string => `$${value.toFixed(2)}`;
  if (model.price !== null) {
    const { lowest, highest } = model.price;
    const range = (low: number, high: number): string =>
      low === high ? dollars(low) : `${dollars(low)}–${dollars(high)}`;
    parts.push(
      vscode.l10n.t(
        '{0} in, {1} out per million tokens',
        range(lowest.input, highest.input),
        range(lowest.output, highest.output),
      ),
    );
  } else if (priced) parts.push(vscode.l10n.t('price unknown'));
  if (model.contextTokens !== null) {
    parts.push(vscode.l10n.t('context {0} tokens', model.contextTokens.toLocaleString(vscode.env.language)));
  }
  if (model.endsOn !== undefined) parts.push(vscode.l10n.t('ends on {0}', model.endsOn));
  return parts;
}

async function save(ports: CommandPorts, provider: ProviderEntry, model: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('lexybrain');
  await settings.update('provider', provider.id, vscode.ConfigurationTarget.Global);
  const value = model === provider.defaultModel || model === '' ? undefined : model;
  await settings.update('model', value, vscode.ConfigurationTarget.Global);
  const overridden = ports.settings.isSetByWorkspace('provider') || ports.settings.isSetByWorkspace('model');
  if (overridden) {
    ports.notifications.say(
      vscode.l10n.t('The settings of this workspace choose another provider or model and go first.'),
      'warning',
    );
  }
}
