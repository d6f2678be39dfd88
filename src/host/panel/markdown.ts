import * as vscode from 'vscode';
import type { InsightResult } from '../../generation/types.ts';
import { insightType, type AnyInsightType } from '../../insights/index.ts';
import { termKey } from '../../keywords/term-key.ts';

/** An insight as a section of a document: what it is of, its body, who answered and when. */
export function resultMarkdown(result: InsightResult): string {
  const { list, input, model } = result;
  const type: AnyInsightType = insightType(result.type);
  const rows = new Map(result.rows.map((row) => [termKey(row.term), row]));
  const of = [input.market, input.product, list.name].filter((part) => part !== null).join(' · ');
  const who = model.computed
    ? vscode.l10n.t('computed by the built-in analyst')
    : vscode.l10n.t('by {0}', `${model.provider}/${model.id}`);
  const body = type.markdown(result.insight, rows).trim();
  return `## ${type.title}\n\n${of}\n\n${body}\n\n_LexyBrain, ${who}, ${result.generatedAt.slice(0, 10)}_\n`;
}

/** The terms of an insight that make good tags, best first. */
export function tagsOf(result: InsightResult): readonly string[] {
  const type: AnyInsightType = insightType(result.type);
  return type.tags(result.insight);
}
