import * as vscode from 'vscode';
import { LexyBrainError } from '../../errors.ts';
import type { InsightResult, ModelPick } from '../../generation/types.ts';
import { INSIGHT_CATALOGUE, type InsightTypeId } from '../../insights/catalogue.ts';
import type { Documents } from '../documents.ts';
import type { PanelAction, PanelState } from '../../protocol/messages.ts';
import { providerEntry } from '../../providers/index.ts';
import { PROVIDER_IDS, type ProviderId } from '../../providers/types.ts';
import type { Rating } from '../../store/types.ts';
import { adviceFor } from '../advice.ts';
import { existingLogFolders } from '../log-folder.ts';
import { describeError, type Notifications } from '../notifications.ts';
import type { Told } from '../questions.ts';
import { fileSource, wholeFiles, type Source } from '../sources/source.ts';
import { pickOf, runComparison } from './comparison.ts';
import { EditorTarget } from './editor-target.ts';
import { HiddenProgress } from './hidden-progress.ts';
import { History } from './history.ts';
import { InsightMaker, type MakeOptions, type MakerPorts } from './maker.ts';
import { PanelRequests } from './requests.ts';
import { Panel } from './panel.ts';
import { panelState } from './state.ts';
import { Subject, type OpenList, type Tab } from './subject.ts';

export interface ControllerPorts extends MakerPorts {
  readonly notifications: Notifications;
  readonly documents: Documents;
  /** Does what a button says where that is a matter of the whole extension. */
  readonly perform: (action: PanelAction, provider: ProviderId) => Promise<void>;
  readonly hasAction: (action: PanelAction, provider: ProviderId) => boolean;
  /** Shows the row of a term in the preview of the file that has it; false when none has. */
  readonly showInPreview: (sources: readonly Source[], term: string) => Promise<boolean>;
}

/** Owns what the panel shows: the subject with its four tabs, and the past insights. */
export class Controller implements vscode.Disposable {
  readonly #ports: ControllerPorts;
  readonly #panel: Panel;
  readonly #maker: InsightMaker;
  readonly #history: History;
  readonly #editors: EditorTarget;
  readonly #requests: PanelRequests;
  readonly #hidden = new HiddenProgress();
  #subject: Subject | null = null;
  #type: InsightTypeId = 'market_brief';
  /** How each tab was last asked for. */
  readonly #last = new Map<InsightTypeId, MakeOptions>();

  constructor(ports: ControllerPorts) {
    this.#ports = ports;
    this.#maker = new InsightMaker(ports);
    this.#panel = new Panel(ports.context.extensionUri, ports.log, {
      receive: (message) => void this.#requests.receive(message),
      viewChanged: () => this.#viewChanged(),
    });
    this.#history = new History({
      engine: ports.engine,
      folders: () => existingLogFolders(ports.context),
      log: ports.log,
      changed: () => void this.refreshHistory(false),
    });
    this.#editors = new EditorTarget(ports.memory, () => this.#post());
    this.#requests = new PanelRequests(this, this.#editors, ports);
  }

  get state(): PanelState | undefined {
    return this.#panel.latest;
  }

  /** The panel has the focus and shows a list. */
  get hasListInFocus(): boolean {
    return this.#panel.isActive && this.#subject !== null;
  }

  get subject(): Subject | null {
    return this.#subject;
  }

  get type(): InsightTypeId {
    return this.#type;
  }

  isOwnSelection(editor: vscode.TextEditor): boolean {
    return this.#editors.isOwnSelection(editor);
  }

  /** Shows the panel as it is, with the past insights. */
  async open(): Promise<void> {
    this.#post();
    this.#panel.show();
    await this.refreshHistory(false);
  }

  /** Makes a list the subject. The same list described in the same way keeps its tabs. */
  present(open: OpenList, told: Told & { market: string }, nicheTerms: readonly string[]): void {
    const { summary } = open.handle;
    const current = this.#subject;
    if (current?.isSameAs(summary, told, nicheTerms) === true) {
      current.told = told;
      if (current.open === null) current.open = open;
      else if (current.open !== open) open.handle.dispose();
      return;
    }
    const { name, tool, toolLabel, market, currency, hash, rows, dropped, notes } = summary;
    const list = {
      name,
      tool,
      toolLabel,
      market,
      currency,
      hash,
      rows,
      dropped: [...dropped],
      notes: [...notes],
    };
    this.#replaceSubject(new Subject(list, told, nicheTerms, open));
  }

  /** Makes one insight of the subject and shows how it goes. Undefined when it failed or was cancelled. */
  async run(type: InsightTypeId, options: MakeOptions): Promise<InsightResult | undefined> {
    const subject = this.#subject;
    if (subject === null) return undefined;
    this.#type = type;
    const before = subject.tab(type);
    if (before.kind === 'running') {
      this.#panel.show();
      return undefined;
    }
    this.#last.set(type, options);
    const controller = new AbortController();
    let tab: Tab = { kind: 'running', stage: 'reading', model: '', partial: null, controller };
    let provider = this.configuredProvider;
    let asked: string | null = null;
    const recording = { failed: false };
    const show = (next: Tab): void => {
      tab = next;
      subject.set(type, next);
      this.#post();
    };
    const update = (change: Partial<Extract<Tab, { kind: 'running' }>>): void => {
      if (tab.kind === 'running') show({ ...tab, ...change });
    };
    show(tab);
    this.#panel.show();

    const work = this.#maker.make(subject, type, options, {
      signal: controller.signal,
      onRoute: (route) => {
        provider = route.provider;
        asked = route.model;
        const model = route.provider === 'builtin' ? '' : ` · ${route.model}`;
        update({ model: `${route.providerLabel}${model}`, stage: 'waiting' });
      },
      onRecorded: (recorded) => {
        recording.failed = !recorded;
        // It may become known only after the insight is shown.
        const now = subject.tab(type);
        if (!recorded && now.kind === 'result' && now === tab) show({ ...now, logFolder: null });
        if (recorded) void this.refreshHistory(false);
      },
      onStage: (stage) => update({ stage }),
      onPartial: (partial) => update({ partial }),
    });
    subject.keepFor(work);
    try {
      const made = await work;
      show(recording.failed ? { ...made, logFolder: null } : made);
      return made.result;
    } catch (error) {
      show(this.#failed(error, before, provider, controller.signal, asked));
      return undefined;
    } finally {
      this.#hidden.end();
    }
  }

  /** Asks two models the same and shows their answers side by side, unnamed until the user has picked. */
  async compare(type: InsightTypeId, picks: readonly [ModelPick, ModelPick]): Promise<void> {
    const subject = this.#subject;
    if (subject === null) return;
    this.#type = type;
    const before = subject.tab(type);
    this.#panel.show();
    if (before.kind === 'running') return;
    const work = runComparison({
      maker: this.#maker,
      subject,
      type,
      picks,
      show: (tab) => {
        subject.set(type, tab);
        this.#post();
      },
    });
    subject.keepFor(work);
    try {
      await work;
    } catch (error) {
      const { signal } = new AbortController();
      subject.set(type, this.#failed(error, before, this.configuredProvider, signal));
      this.#post();
    }
  }

  /** Records which of the two answers on screen is the better one, and shows who gave them. */
  async prefer(better: 0 | 1): Promise<void> {
    const { tab } = this;
    const subject = this.#subject;
    const pick = tab.kind === 'comparison' ? pickOf(tab, better) : null;
    if (subject === null || tab.kind !== 'comparison' || pick === null) return;
    const { folder, ...preference } = pick;
    await this.#ports.engine().prefer(folder, preference);
    subject.set(this.#type, { ...tab, picked: better });
    this.#post();
    await this.refreshHistory(false);
  }

  /** A panel that VS Code kept over a reload gets back the insight it showed, if the log still has it. */
  async restore(panel: vscode.WebviewPanel, saved: unknown): Promise<void> {
    const identity = this.#panel.restore(panel, saved);
    const id = identity?.insightId ?? null;
    if (id !== null && this.#subject === null) await this.showPast(id);
    this.#post();
    await this.refreshHistory(false);
  }

  /** Keys changed, here or in another window: what was said for want of one may not hold any more. */
  async keysChanged(): Promise<void> {
    const subject = this.#subject;
    if (subject === null) return;
    for (const { type, tab } of subject.tabs()) {
      if (tab.kind !== 'result' || !tab.forWantOfToken) continue;
      const route = await this.#ports
        .engine()
        .route()
        .catch(() => undefined);
      if (route !== undefined && subject.tab(type) === tab) {
        subject.set(type, { ...tab, forWantOfToken: route.forWantOfToken });
      }
    }
    this.#post();
  }

  dispose(): void {
    for (const { tab } of this.#subject?.tabs() ?? []) {
      if (tab.kind === 'running' || tab.kind === 'comparison') tab.controller.abort();
    }
    this.#hidden.end();
    this.#history.dispose();
    this.#editors.dispose();
    this.#panel.dispose();
  }

  /** The panel itself, for tests of what a page may send. */
  get panel(): Panel {
    return this.#panel;
  }

  /** The tab on screen. */
  get tab(): Tab {
    return this.#subject?.tab(this.#type) ?? { kind: 'not-run' };
  }

  /** Where the list on screen was read from, as far as that is known. */
  sources(): readonly Source[] {
    const subject = this.#subject;
    if (subject === null) return [];
    if (subject.open !== null) return subject.open.sources;
    const uris = this.#ports.memory.answersByHash(subject.list.hash)?.uris ?? [];
    return uris.map((uri) => fileSource(vscode.Uri.parse(uri)));
  }

  /** How the tab on screen was last asked for. */
  get lastOptions(): MakeOptions {
    return this.#last.get(this.#type) ?? {};
  }

  show(type: InsightTypeId): void {
    this.#type = type;
    this.#post();
  }

  /** Shows an insight of the past; false when no log has it in a usable form. */
  async showPast(id: string): Promise<boolean> {
    const past = await this.#history.find(id);
    if (past === null) return false;
    const { result, rating, note, logFolder } = past;
    const { input } = result;
    const told = {
      market: input.market,
      product: input.product,
      budgetCents: input.budgetCents,
      currency: input.currency,
      assumedCpcCents: input.assumedCpcCents,
    };
    if (this.#subject?.isSameAs(result.list, told, input.nicheTerms) !== true) {
      this.#replaceSubject(new Subject(result.list, told, input.nicheTerms, null));
    }
    this.#subject?.set(result.type, {
      kind: 'result',
      result,
      rating,
      note,
      logFolder,
      forWantOfToken: false,
    });
    this.#type = result.type;
    this.#post();
    return true;
  }

  async rate(id: string, rating: Rating | null, note: string | null): Promise<void> {
    const subject = this.#subject;
    const found = subject?.tabs().find(({ tab }) => tab.kind === 'result' && tab.result.id === id);
    if (subject === null || found?.tab.kind !== 'result' || found.tab.logFolder === null) return;
    await this.#ports.engine().rate(found.tab.logFolder, id, rating, note);
    subject.set(found.type, { ...found.tab, rating, note });
    this.#post();
    await this.refreshHistory(false);
  }

  async refreshHistory(more: boolean): Promise<void> {
    if (!this.#panel.isOpen) return;
    await this.#history.load(more);
    this.#post();
  }

  #replaceSubject(subject: Subject): void {
    const before = this.#subject;
    this.#subject = subject;
    this.#last.clear();
    if (before !== null && before.open === subject.open) subject.takeOver(before);
    // What is still being made of the old list is finished and logged: it may have been paid for.
    void before?.release();
  }

  /** `asked` is the model that failed, where one was asked. */
  #failed(
    error: unknown,
    before: Tab,
    provider: ProviderId,
    signal: AbortSignal,
    asked: string | null = null,
  ): Tab {
    if (
      signal.aborted ||
      LexyBrainError.is(error, 'cancelled') ||
      error instanceof vscode.CancellationError
    ) {
      return before;
    }
    this.#ports.log.error(describeError(error));
    const { defaultModel } = providerEntry(provider);
    const advice = adviceFor(
      error,
      (wanted) =>
        this.#ports.hasAction(wanted, provider) &&
        // It is the one that failed.
        !(wanted === 'useDefaultModel' && asked === defaultModel),
    );
    if (!this.#panel.isVisible) this.#ports.notifications.failure(error, provider);
    return { kind: 'error', error, advice, provider };
  }

  /** Whose key, pages and models are meant where no request has shown it. */
  get configuredProvider(): ProviderId {
    const chosen = this.#ports.settings.read().provider.value;
    return PROVIDER_IDS.find((id) => id === chosen) ?? 'huggingface';
  }

  #viewChanged(): void {
    const running = this.tab;
    if (running.kind !== 'running' || this.#panel.isVisible) this.#hidden.end();
    else this.#hidden.begin(INSIGHT_CATALOGUE[this.#type].title, () => running.controller.abort());
  }

  #post(): void {
    const subject = this.#subject;
    const state = panelState({
      type: this.#type,
      subject,
      history: this.#history,
      canInsert: this.#editors.canInsert(wholeFiles(this.sources())),
    });
    this.#panel.update(state, subject === null ? 'LexyBrain' : `LexyBrain: ${subject.list.name}`);
  }
}
