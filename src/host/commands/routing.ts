import * as vscode from 'vscode';
import { INSIGHT_CATALOGUE, INSIGHT_TYPES, type InsightTypeId } from '../../insights/catalogue.ts';
import { formatModelReference } from '../../providers/index.ts';
import type { CommandPorts, Handler } from './handler.ts';
import { askModel } from './models.ts';

/** Gives one insight type a model of its own, or takes it back; written to the user's settings. */
export function selectModelForInsight(ports: CommandPorts): Handler {
  return async () => {
    const title = vscode.l10n.t('Select Model for an Insight');
    const routing = ports.settings.read().routing.value;
    const type = await ports.dialogs().pickOne<InsightTypeId>({
      title,
      placeholder: vscode.l10n.t('Which insight shall have a model of its own?'),
      choices: INSIGHT_TYPES.map((value) => ({
        label: INSIGHT_CATALOGUE[value].title,
        description: routing[value] ?? vscode.l10n.t('the model of all insights'),
        value,
      })),
    });
    if (type.kind !== 'answer') return;
    const own = vscode.l10n.t('A model of its own…');
    const common = vscode.l10n.t('The model of all insights');
    const which =
      routing[type.value] === undefined
        ? ({ kind: 'answer', value: 'own' } as const)
        : await ports.dialogs().pickOne<'own' | 'common'>({
            title,
            placeholder: INSIGHT_CATALOGUE[type.value].title,
            choices: [
              { label: own, value: 'own' },
              { label: common, value: 'common' },
            ],
          });
    if (which.kind !== 'answer') return;
    const reference = which.value === 'common' ? undefined : await askReference(ports, title);
    if (reference === undefined && which.value === 'own') return;
    const next = Object.fromEntries(
      Object.entries({ ...routing, [type.value]: reference }).filter(([, model]) => model !== undefined),
    );
    await vscode.workspace
      .getConfiguration('lexybrain')
      .update(
        'routing',
        Object.keys(next).length === 0 ? undefined : next,
        vscode.ConfigurationTarget.Global,
      );
  };
}

async function askReference(ports: CommandPorts, title: string): Promise<string | undefined> {
  const chosen = await askModel(ports, { title });
  if (chosen === undefined) return undefined;
  const { provider, model } = chosen;
  return formatModelReference({ provider: provider.id, model: model === '' ? null : model });
}
