import * as vscode from 'vscode';
import { LexyBrainError } from '../../errors.ts';
import type { InsightResult } from '../../generation/types.ts';
import { formatFigures } from '../../insights/format.ts';
import { tagLine } from '../../insights/analyst/placing.ts';
import { insightType, type AnyInsightType } from '../../insights/index.ts';
import { resultMarkdown } from '../../insights/markdown.ts';
import { marketRules } from '../../insights/markets.ts';
import type { FromPanel, PanelAction } from '../../protocol/messages.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { insightCommandId } from '../manifest/commands.ts';
import { wholeFiles } from '../sources/source.ts';
import type { Controller, ControllerPorts } from './controller.ts';
import type { EditorTarget } from './editor-target.ts';
import { findRow } from './rows.ts';
import type { Tab } from './subject.ts';

/** Does what the panel asks for. */
export class PanelRequests {
  readonly #controller: Controller;
  readonly #editors: EditorTarget;
  readonly #ports: ControllerPorts;

  constructor(controller: Controller, editors: EditorTarget, ports: ControllerPorts) {
    this.#controller = controller;
    this.#editors = editors;
    this.#ports = ports;
  }

  /** Every failure ends here, in a message. */
  async receive(message: FromPanel): Promise<void> {
    try {
      await this.#handle(message);
    } catch (error) {
      this.#ports.notifications.failure(error, this.#controller.configuredProvider);
    }
  }

  async #handle(message: FromPanel): Promise<void> {
    const controller = this.#controller;
    const { tab, type } = controller;
    const shown = tab.kind === 'result' ? tab.result : null;
    switch (message.type) {
      case 'ready':
        return;
      case 'tab':
        controller.show(message.insightType);
        return;
      case 'run':
        await controller.run(type, {});
        return;
      case 'askAgain':
        await controller.run(type, { ...controller.lastOptions, fresh: true });
        return;
      case 'cancel':
        if (tab.kind === 'running' || tab.kind === 'comparison') tab.controller.abort();
        return;
      case 'prefer':
        await controller.prefer(message.side);
        return;
      case 'rate':
        await controller.rate(message.id, message.rating, message.note);
        return;
      case 'insert':
        if (shown) await this.#insert(shown);
        return;
      case 'copyMarkdown':
        if (shown) await this.#copy(resultMarkdown(shown), vscode.l10n.t('Copied as Markdown.'));
        return;
      case 'copyTags':
        if (shown) await this.#copyTags(shown);
        return;
      case 'openRow':
        await this.#openRow(message.term, tab);
        return;
      case 'openHistory':
        if (await controller.showPast(message.id)) return;
        throw new LexyBrainError('store', vscode.l10n.t('This insight is not in the log any more.'));
      case 'moreHistory':
        await controller.refreshHistory(true);
        return;
      case 'action':
        await this.#perform(message.action, tab);
        return;
    }
  }

  async #perform(wanted: PanelAction, tab: Tab): Promise<void> {
    const controller = this.#controller;
    const { type, lastOptions } = controller;
    const provider = tab.kind === 'error' ? tab.provider : controller.configuredProvider;
    switch (wanted) {
      case 'retry':
        await controller.run(type, lastOptions);
        return;
      case 'useBuiltin':
        await controller.run(type, { ...lastOptions, pick: { provider: 'builtin' } });
        return;
      case 'useDefaultModel': {
        const model = PROVIDERS.find(({ id }) => id === provider)?.defaultModel ?? null;
        if (model !== null) {
          await controller.run(type, { ...lastOptions, pick: { provider, model } });
        }
        return;
      }
      case 'showRawAnswer':
        if (tab.kind === 'error' && LexyBrainError.is(tab.error) && tab.error.rawAnswer !== undefined) {
          await this.#ports.documents.show(vscode.l10n.t('Answer as It Came'), tab.error.rawAnswer, 'txt');
        }
        return;
      case 'pickList':
        await vscode.commands.executeCommand(insightCommandId(type), { pick: true });
        return;
      case 'setToken':
      case 'removeToken':
      case 'selectModel':
      case 'showLog':
      case 'showConfiguration':
      case 'openStatusPage':
      case 'openTokenPage':
      case 'openSettings':
        await this.#ports.perform(wanted, provider);
        return;
    }
  }

  async #insert(result: InsightResult): Promise<void> {
    const lists = wholeFiles(this.#controller.sources());
    if (await this.#editors.insert(resultMarkdown(result), lists)) return;
    this.#ports.notifications.say(vscode.l10n.t('Open the text to insert into, and try again.'));
  }

  async #copyTags(result: InsightResult): Promise<void> {
    const type: AnyInsightType = insightType(result.type);
    const { label, tags: limits } = marketRules(result.input.market);
    const terms = type.tags(result.insight);
    const line = tagLine(terms, limits);
    if (line === '') {
      this.#ports.notifications.say(
        terms.length === 0 || limits === null
          ? vscode.l10n.t('This insight names no terms to use as tags.')
          : vscode.l10n.t(
              'None of its terms fits a tag of {0}, which has {1} characters at most.',
              label,
              limits.length,
            ),
      );
      return;
    }
    const copied = line.split(', ').length;
    const left = terms.length - copied;
    await this.#copy(
      line,
      left === 0 || limits === null
        ? vscode.l10n.t('Copied {0} terms.', copied)
        : vscode.l10n.t(
            'Copied {0} of {1} terms: {2} takes {3} tags of {4} characters.',
            copied,
            terms.length,
            label,
            limits.count,
            limits.length,
          ),
    );
  }

  async #copy(text: string, done: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(done, 4000);
  }

  /** Opens the list at the row of a term: its text, else its preview; with neither it says the row's figures. */
  async #openRow(term: string, tab: Tab): Promise<void> {
    const rows =
      tab.kind === 'result' ? tab.result.rows : tab.kind === 'running' ? (tab.partial?.rows ?? []) : [];
    const row = rows.find((candidate) => candidate.term === term);
    if (row === undefined) return;
    const sources = this.#controller.sources();
    const found = await findRow(sources, row);
    if (found !== null) await this.#editors.reveal(found.document, found.range);
    else if (!(await this.#ports.showInPreview(sources, row.term)))
      this.#ports.notifications.say(
        vscode.l10n.t('{0} is row {1} of the list: {2}', row.term, row.sourceRow, formatFigures(row)),
      );
  }
}
