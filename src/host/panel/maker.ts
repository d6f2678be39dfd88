import * as vscode from 'vscode';
import type { Engine } from '../../engine.ts';
import { LexyBrainError, messageOf } from '../../errors.ts';
import type { Route } from '../../generation/routing.ts';
import type { GenerateHooks, InsightRequest, ModelPick } from '../../generation/types.ts';
import { INSIGHT_CATALOGUE, type InsightTypeId } from '../../insights/catalogue.ts';
import { insightType } from '../../insights/index.ts';
import { askConsent } from '../consent.ts';
import type { Dialogs } from '../dialogs.ts';
import { readInstructions } from '../instructions.ts';
import type { EditorLog } from '../log.ts';
import { logFolderOf } from '../log-folder.ts';
import type { Memory } from '../memory.ts';
import { askAbout } from '../questions.ts';
import type { Settings } from '../settings.ts';
import type { Columns } from '../sources/columns.ts';
import { fileSource, listKey, openSources } from '../sources/source.ts';
import type { OpenList, ShownResult, Subject } from './subject.ts';

export interface MakerPorts {
  readonly context: vscode.ExtensionContext;
  readonly engine: () => Engine;
  readonly dialogs: () => Dialogs;
  readonly settings: Settings;
  readonly memory: Memory;
  readonly columns: Columns;
  readonly log: EditorLog;
}

export interface MakeOptions {
  /** Who shall answer, for this request only. */
  readonly pick?: ModelPick | undefined;
  readonly fresh?: boolean | undefined;
  /** One of several answers that the user compares. */
  readonly comparisonId?: string | undefined;
}

/** A request that may be sent. */
export interface Prepared {
  readonly request: InsightRequest;
  readonly route: Route;
  readonly logFolder: string;
}

export interface MakeHooks extends GenerateHooks {
  /** Who is going to answer. */
  readonly onRoute: (route: Route) => void;
}

/** The way of one insight in the editor: list, questions, who answers, the user's consent, the engine. */
export class InsightMaker {
  readonly #ports: MakerPorts;

  constructor(ports: MakerPorts) {
    this.#ports = ports;
  }

  async make(
    subject: Subject,
    type: InsightTypeId,
    options: MakeOptions,
    hooks: MakeHooks,
  ): Promise<ShownResult> {
    return this.answer(await this.prepare(subject, type, options, hooks), hooks);
  }

  /** Everything that comes before somebody is asked: the list, what is not known of it, who answers, the user's consent. */
  async prepare(
    subject: Subject,
    type: InsightTypeId,
    options: MakeOptions,
    hooks: Pick<MakeHooks, 'onRoute' | 'signal'>,
  ): Promise<Prepared> {
    const { engine, settings } = this.#ports;
    const open =
      subject.open === null || subject.open.handle.isGone ? await this.#reopen(subject) : subject.open;
    subject.open = open;
    settings.about(open.resource);
    await this.#askForBudget(subject, open, type);
    const instructions = await readInstructions(type, open.resource);

    const { told, nicheTerms } = subject;
    const request: InsightRequest = {
      type,
      list: open.handle,
      input: {
        market: told.market,
        product: told.product ?? null,
        nicheTerms,
        budgetCents: type === 'ad_insight' ? told.budgetCents : null,
        currency: type === 'ad_insight' ? told.currency : open.handle.summary.currency,
        assumedCpcCents: type === 'ad_insight' ? (told.assumedCpcCents ?? null) : null,
        language: settings.read().language.value || null,
        today: today(),
        instructions: instructions?.text ?? null,
      },
      source: 'panel',
      ...(options.pick === undefined ? {} : { pick: options.pick }),
      ...(options.comparisonId === undefined ? {} : { comparisonId: options.comparisonId }),
      fresh: options.fresh === true,
      logFolder: open.logFolder,
    };
    const { route, fallbacks } = await engine().plan(request);
    hooks.onRoute(route);
    const mark = instructions?.mark ?? null;
    const consent = await this.#consent(route, options.pick, open, mark);
    if (consent === 'cancel') throw new LexyBrainError('cancelled', vscode.l10n.t('Nothing was sent.'));
    if (consent === 'builtin') {
      const pick = { provider: 'builtin' };
      const builtin = await engine().route(pick);
      hooks.onRoute(builtin);
      return { request: { ...request, pick }, route: builtin, logFolder: open.logFolder };
    }
    const refused: string[] = [];
    for (const fallback of fallbacks) {
      // Asked now: when one is needed, nobody may be there to agree.
      const agreed = await this.#consent(fallback, options.pick, open, mark);
      if (agreed !== 'continue') refused.push(`${fallback.provider}/${fallback.model}`);
    }
    return { request: { ...request, refused }, route, logFolder: open.logFolder };
  }

  async answer({ request, route, logFolder }: Prepared, hooks: GenerateHooks): Promise<ShownResult> {
    hooks.signal?.throwIfAborted();
    const result = await this.#ports.engine().generate(request, hooks);
    const rated = result.cache.hit ? await this.#ratingOf(logFolder, result.id) : null;
    return {
      kind: 'result',
      result,
      rating: rated?.feedback ?? null,
      note: rated?.notes ?? null,
      logFolder,
      forWantOfToken: route.forWantOfToken,
    };
  }

  /** A list that is not held any more, or of an insight of the past, read again from where it was read. */
  async #reopen(subject: Subject): Promise<OpenList> {
    const { engine, memory, context, columns } = this.#ports;
    const uris = memory.answersByHash(subject.list.hash)?.uris ?? [];
    const sources = subject.open?.sources ?? uris.map((uri) => fileSource(vscode.Uri.parse(uri)));
    if (sources.length === 0) {
      throw new LexyBrainError(
        'list-missing',
        vscode.l10n.t('Where {0} was read from is not known any more.', subject.list.name),
        { advice: vscode.l10n.t('Choose the list again to ask about it.') },
      );
    }
    const handle = await openSources(sources, engine().lists, {
      columns: (guess, name) => columns.decide(guess, name),
    });
    const resource = subject.open?.resource ?? sources[0]?.uri;
    return {
      handle,
      sources,
      key: listKey(sources, handle.summary.hash),
      resource,
      logFolder: await logFolderOf(context, resource),
    };
  }

  async #askForBudget(subject: Subject, open: OpenList, type: InsightTypeId): Promise<void> {
    if (!insightType(type).needsBudget || subject.told.budgetCents !== null) return;
    const told = await askAbout({
      dialogs: this.#ports.dialogs(),
      title: INSIGHT_CATALOGUE[type].title,
      summary: open.handle.summary,
      known: subject.told,
      options: {},
      again: false,
      type,
    });
    if (told === undefined) throw new LexyBrainError('cancelled', vscode.l10n.t('No budget was given.'));
    subject.told = told;
    const known = this.#ports.memory.answers(open.key);
    if (known !== undefined) await this.#ports.memory.remember(open.key, { ...known, ...told });
  }

  async #consent(
    route: Route,
    picked: ModelPick | undefined,
    open: OpenList,
    instructionsMark: string | null,
  ): Promise<'continue' | 'builtin' | 'cancel'> {
    const { dialogs, memory, settings } = this.#ports;
    const chosenByWorkspace =
      picked === undefined &&
      (route.chosenBy === 'routing'
        ? settings.isSetByWorkspace('routing')
        : // Experiments and fallbacks are the user's own.
          !['experiment', 'fallback'].includes(route.chosenBy) &&
          (settings.isSetByWorkspace('provider') || settings.isSetByWorkspace('model')));
    return askConsent(
      { route, chosenByWorkspace, instructionsMark, logFolder: open.logFolder },
      { dialogs: dialogs(), memory },
    );
  }

  async #ratingOf(
    folder: string,
    id: string,
  ): Promise<{ feedback: ShownResult['rating']; notes: string | null } | null> {
    try {
      return await this.#ports.engine().workspaceLog(folder).insight(id);
    } catch (error) {
      this.#ports.log.warn(`The rating of a cached insight could not be read: ${messageOf(error)}`);
      return null;
    }
  }
}

/** The user's own day, YYYY-MM-DD. */
export function today(now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
