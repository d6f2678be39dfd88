import * as vscode from 'vscode';
import type { InsightTypeId } from '../../insights/catalogue.ts';
import type { HistoryItem, PanelState, PanelView } from '../../protocol/messages.ts';
import { action } from '../advice.ts';
import { marketLabel } from '../questions.ts';
import { comparisonView, hiddenAnswers } from './comparison.ts';
import type { Subject, Tab } from './subject.ts';

/** The snapshot of everything the panel shows. */
export function panelState(shown: {
  readonly type: InsightTypeId;
  readonly subject: Subject | null;
  readonly history: { readonly items: readonly HistoryItem[]; readonly more: boolean };
  readonly canInsert: boolean;
}): PanelState {
  const { type, subject, history, canInsert } = shown;
  const tab: Tab = subject?.tab(type) ?? { kind: 'not-run' };
  // The past insights name their models.
  const hidden = tab.kind === 'comparison' ? hiddenAnswers(tab) : new Set<string>();
  return {
    type,
    subject: subject && subjectView(subject),
    view: subject === null ? { kind: 'empty' } : viewOf(tab),
    notice: noticeOf(tab),
    history: {
      items: history.items.filter(({ id }) => !hidden.has(id)),
      more: history.more,
      selected: tab.kind === 'result' ? tab.result.id : null,
    },
    canInsert,
  };
}

function noticeOf(tab: Tab): PanelState['notice'] {
  if (tab.kind !== 'result' || !tab.forWantOfToken) return null;
  return {
    text: vscode.l10n.t(
      'Computed from the list’s figures by the built-in analyst, without a language model. Set a Hugging Face token to have a model write it.',
    ),
    actions: [action('setToken'), action('openTokenPage')],
  };
}

/** A tab as the panel shows it. */
function viewOf(tab: Tab): PanelView {
  switch (tab.kind) {
    case 'not-run':
      return { kind: 'not-run' };
    case 'running': {
      const { stage, model, partial } = tab;
      return {
        kind: 'running',
        stage,
        model,
        partial: partial && { type: partial.type, insight: partial.insight, rows: [...partial.rows] },
      };
    }
    case 'result': {
      const { result, rating, note, logFolder } = tab;
      return { kind: 'result', result, rating, note, rateable: logFolder !== null };
    }
    case 'comparison':
      return comparisonView(tab);
    case 'error': {
      const { message, advice, actions } = tab.advice;
      return { kind: 'error', message, advice, actions: [...actions] };
    }
  }
}

function subjectView(subject: Subject): PanelState['subject'] {
  const { list, told } = subject;
  return {
    listName: list.name,
    toolLabel: list.toolLabel,
    rows: list.rows,
    market: marketLabel(told.market),
    product: told.product ?? null,
  };
}
