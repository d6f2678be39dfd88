import { dirname } from 'node:path/posix';
import * as vscode from 'vscode';
import { marketRules } from '../../insights/markets.ts';
import { droppedText } from '../../keywords/drops.ts';
import type { ListSummary } from '../../keywords/types.ts';
import { commandId } from '../manifest/commands.ts';
import type { ListNode } from '../sources/list-node.ts';
import { fileName } from '../sources/source.ts';
import type { ListState } from './list-summaries.ts';

const WARNING = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
const ERROR = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));

/** How a list stands in the view. */
export function listItem(node: ListNode, state: ListState): vscode.TreeItem {
  const { uri } = node;
  const name = fileName(uri);
  const item = new vscode.TreeItem(name);
  item.id = uri.toString();
  item.resourceUri = uri;
  item.command = {
    command: commandId('previewList'),
    title: vscode.l10n.t('Preview Keyword List'),
    arguments: [node],
  };
  const { icon, description, lines, readable } = wordsOf(state);
  item.iconPath = icon;
  item.description = description;
  item.contextValue = readable ? 'lexybrain.list' : 'lexybrain.unreadable';
  item.tooltip = tooltipOf(name, folderOf(uri), lines);
  // The description is short for want of room; the first line says the same in full.
  const [first, ...others] = lines;
  const warnings = others.filter(({ warns }) => warns);
  const spoken = [name, first?.text ?? description, ...warnings.map(({ text }) => text)];
  item.accessibilityInformation = { label: spoken.join(', ') };
  return item;
}

interface Line {
  readonly text: string;
  readonly warns: boolean;
}

function wordsOf(state: ListState): {
  readonly icon: vscode.ThemeIcon;
  readonly description: string;
  readonly lines: readonly Line[];
  readonly readable: boolean;
} {
  switch (state.kind) {
    case 'reading':
      return {
        icon: new vscode.ThemeIcon('loading~spin'),
        description: vscode.l10n.t('being read…'),
        lines: [],
        readable: true,
      };
    case 'failed': {
      const text = [state.message, state.advice].filter((part) => part !== undefined).join(' ');
      return {
        icon: ERROR,
        description: vscode.l10n.t('cannot be read'),
        lines: [{ text, warns: true }],
        readable: false,
      };
    }
    case 'read': {
      const { summary, guessed } = state;
      const lines = linesOf(summary, guessed);
      return {
        icon: lines.some(({ warns }) => warns) ? WARNING : vscode.ThemeIcon.File,
        description: [countOf(summary.rows), summary.toolLabel, marketOf(summary)]
          .filter((part) => part !== undefined)
          .join(' · '),
        lines,
        readable: true,
      };
    }
  }
}

function linesOf(summary: ListSummary, guessed: boolean): Line[] {
  const lines: Line[] = [
    {
      text: [keywordCount(summary.rows), summary.toolLabel, marketOf(summary)]
        .filter((part) => part !== undefined)
        .join(' · '),
      warns: false,
    },
  ];
  if (summary.currency !== null) {
    lines.push({ text: vscode.l10n.t('Amounts in {0}', summary.currency), warns: false });
  }
  if (guessed) {
    lines.push({
      text: vscode.l10n.t('The columns were guessed: check them with “Choose Columns…”'),
      warns: true,
    });
  }
  if (summary.dropped.length > 0) lines.push({ text: leftOut(summary.dropped), warns: true });
  // Notes explain the reading; what they say is not missing from the list.
  lines.push(...summary.notes.map((text) => ({ text, warns: false })));
  return lines;
}

/** "Left out: 4 totals rows, 3 duplicates" as the reader counted them. */
export function leftOut(dropped: ListSummary['dropped']): string {
  return vscode.l10n.t('Left out: {0}', droppedText(dropped, countOf));
}

const countOf = (rows: number): string => rows.toLocaleString(vscode.env.language);

function keywordCount(rows: number): string {
  const count = countOf(rows);
  return rows === 1 ? vscode.l10n.t('{0} keyword', count) : vscode.l10n.t('{0} keywords', count);
}

const marketOf = ({ market }: ListSummary): string | undefined =>
  market === null ? undefined : marketRules(market).label;

/** The folder below the workspace's; empty for the top. */
function folderOf(uri: vscode.Uri): string {
  const folder = dirname(vscode.workspace.asRelativePath(uri, false));
  return folder === '.' ? '' : folder;
}

/** Names and notes come from files: they are text, never Markdown. */
function tooltipOf(name: string, folder: string, lines: readonly Line[]): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendMarkdown('**').appendText(name).appendMarkdown('**');
  if (folder !== '') tooltip.appendMarkdown('  \n$(folder) ').appendText(folder);
  for (const { text, warns } of lines) {
    tooltip.appendMarkdown(warns ? '\n\n$(warning) ' : '\n\n').appendText(text);
  }
  return tooltip;
}
