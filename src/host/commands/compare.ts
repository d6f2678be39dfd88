import * as vscode from 'vscode';
import type { ModelPick } from '../../generation/types.ts';
import { INSIGHT_CATALOGUE, INSIGHT_TYPES, type InsightTypeId } from '../../insights/catalogue.ts';
import { readCall } from '../sources/call.ts';
import type { CommandPorts, Handler } from './handler.ts';
import { presentList } from './insights.ts';
import { askModel } from './models.ts';

/** Asks two models the same, and shows their answers side by side in the panel, unnamed until the user has picked. */
export function compareModels(ports: CommandPorts): Handler {
  return async (first, second) => {
    const title = vscode.l10n.t('Compare Models');
    const type = await ports.dialogs().pickOne<InsightTypeId>({
      title,
      placeholder: vscode.l10n.t('Which insight shall both of them make?'),
      choices: INSIGHT_TYPES.map((value) => ({ label: INSIGHT_CATALOGUE[value].title, value })),
    });
    if (type.kind !== 'answer') return;
    const one = await askPick(ports, title, vscode.l10n.t('Who is the first?'));
    if (one === undefined) return;
    const other = await askPick(ports, title, vscode.l10n.t('Who is the second?'), one);
    if (other === undefined) return;
    if (!(await presentList(ports, readCall(first, second), type.value))) return;
    await ports.controller().compare(type.value, [one, other]);
  };
}

async function askPick(
  ports: CommandPorts,
  title: string,
  placeholder: string,
  besides?: ModelPick,
): Promise<ModelPick | undefined> {
  const chosen = await askModel(ports, { title, placeholder, besides });
  if (chosen === undefined) return undefined;
  return { provider: chosen.provider.id, ...(chosen.model === '' ? {} : { model: chosen.model }) };
}
