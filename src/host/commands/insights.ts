import * as vscode from 'vscode';
import { LexyBrainError } from '../../errors.ts';
import type { InsightResult } from '../../generation/types.ts';
import { INSIGHT_CATALOGUE, type InsightTypeId } from '../../insights/catalogue.ts';
import type { ColumnMapping } from '../../keywords/types.ts';
import { parseModelReference } from '../../providers/index.ts';
import { action } from '../advice.ts';
import { logFolderOf } from '../log-folder.ts';
import { insightCommandId } from '../manifest/commands.ts';
import { withProgress } from '../progress.ts';
import { askAbout, type Told } from '../questions.ts';
import { readCall, type Call, type CallOptions } from '../sources/call.ts';
import { chooseSources, type Chosen } from '../sources/choose.ts';
import { listKey, openSources, wholeFiles } from '../sources/source.ts';
import type { OpenList } from '../panel/subject.ts';
import type { CommandPorts, Handler } from './handler.ts';

/** Market Brief, Opportunity Radar, Ad Insight, Risk Sentinel: resolves to the insight, undefined when there is none. */
export function makeInsight(ports: CommandPorts, type: InsightTypeId): Handler {
  return async (first, second): Promise<InsightResult | undefined> => {
    const call = readCall(first, second);
    if (!(await presentList(ports, call, type))) return undefined;
    const pick = call.options.model === undefined ? undefined : parseModelReference(call.options.model);
    return ports.controller().run(type, {
      fresh: call.options.fresh,
      ...(pick === undefined ? {} : { pick: { provider: pick.provider, model: pick.model ?? undefined } }),
    });
  };
}

/** Makes the list that is meant what the panel is about. False: the user left. */
export async function presentList(ports: CommandPorts, call: Call, type: InsightTypeId): Promise<boolean> {
  const chosen = await chooseSources(call, {
    dialogs: ports.dialogs(),
    memory: ports.memory,
    panelHasList: () => ports.controller().hasListInFocus,
    isOwnSelection: (editor) => ports.controller().isOwnSelection(editor),
  });
  if (chosen === undefined) return false;
  const open = await openChosen(ports, chosen, type, call.options.columns);
  return open !== undefined && describe(ports, open, call, type, false);
}

/** Asks again what the list on screen is for, and shows it so described. */
export function changeMarketAndProduct(ports: CommandPorts): Handler {
  return async () => {
    const controller = ports.controller();
    const open = controller.subject?.open ?? null;
    if (open === null) {
      throw new LexyBrainError(
        'list-missing',
        vscode.l10n.t('No keyword list is open in the insights panel.'),
        {
          advice: vscode.l10n.t('Make an insight of a list first.'),
        },
      );
    }
    const call: Call = { uris: [], editor: undefined, options: {} };
    if (!(await describe(ports, open, call, null, true))) return;
    controller.show(controller.type);
  };
}

/** The list that was chosen, opened; a list that cannot be read offers to choose another. */
async function openChosen(
  ports: CommandPorts,
  chosen: Chosen,
  type: InsightTypeId,
  told: CallOptions['columns'],
): Promise<OpenList | undefined> {
  const { subject } = ports.controller();
  const sources = chosen.kind === 'sources' ? chosen.sources : ports.controller().sources();
  if (chosen.kind === 'shown' && subject !== null && subject.open !== null) return subject.open;
  const resource = sources.find(({ uri }) => uri !== undefined)?.uri;
  ports.settings.about(resource);
  try {
    const handle = await openSources(sources, ports.engine().lists, {
      columns: async (guess, name) => {
        if (told === undefined) return ports.columns.decide(guess, name);
        // Zod's optional fields may be undefined, ours are absent.
        return (told as ColumnMapping | null) ?? guess.mapping;
      },
      whileReading: (work) => withProgress(vscode.l10n.t('Reading the keyword list'), work),
    });
    return {
      handle,
      sources,
      key: listKey(sources, handle.summary.hash),
      resource,
      logFolder: await logFolderOf(ports.context, resource),
    };
  } catch (error) {
    if (!LexyBrainError.is(error) || !error.reason.startsWith('list-')) throw error;
    ports.notifications.failure(error, 'builtin', [
      {
        label: action('pickList').label,
        run: async () => {
          await vscode.commands.executeCommand(insightCommandId(type), { pick: true });
        },
      },
    ]);
    return undefined;
  }
}

/** Asks what is not known of the list, remembers it, and makes the list what the panel is about. False: the user left. */
async function describe(
  ports: CommandPorts,
  open: OpenList,
  call: Call,
  type: InsightTypeId | null,
  again: boolean,
): Promise<boolean> {
  const { memory } = ports;
  const { summary } = open.handle;
  const known = memory.answers(open.key);
  const shown = ports.controller().subject;
  let told: (Told & { market: string }) | undefined;
  try {
    told = await askAbout({
      dialogs: ports.dialogs(),
      title: type === null ? vscode.l10n.t('Market and Product') : INSIGHT_CATALOGUE[type].title,
      summary,
      known,
      options: call.options,
      again,
      type,
    });
  } finally {
    if (told === undefined && shown?.open !== open) open.handle.dispose();
  }
  if (told === undefined) return false;
  await memory.remember(open.key, {
    ...told,
    uris: wholeFiles(open.sources),
    hash: summary.hash,
    usedAt: Date.now(),
  });
  ports.controller().present(open, told, call.options.nicheTerms ?? []);
  return true;
}
