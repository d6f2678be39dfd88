import { droppedText } from '../keywords/drops.ts';
import { termKey } from '../keywords/term-key.ts';
import type { KeywordFigures } from '../keywords/types.ts';
import { formatNumber } from './format.ts';
import { insightType } from './index.ts';
import { bullets, escapeMarkdown, paragraphs, section } from './markdown-text.ts';
import { plural } from './text.ts';
import { INSIGHT_CATALOGUE, type InsightTypeId } from './catalogue.ts';

/** The parts of a finished insight that its Markdown is made of. */
export interface MarkdownSource {
  readonly type: InsightTypeId;
  readonly insight: unknown;
  readonly rows: readonly KeywordFigures[];
  readonly list: {
    readonly name: string;
    readonly toolLabel: string;
    readonly rows: number;
    readonly currency: string | null;
    readonly dropped: readonly { readonly reason: string; readonly count: number }[];
    readonly notes: readonly string[];
  };
  readonly input: { readonly market: string; readonly product: string | null };
  readonly model: {
    readonly provider: string;
    readonly id: string;
    readonly servedBy: string | null;
    readonly computed: boolean;
  };
  readonly grounding: {
    readonly dropped: readonly string[];
    readonly foreignNumbers: readonly { readonly text: string }[];
  };
  readonly notes: readonly string[];
  readonly cache: { readonly hit: boolean };
  readonly generatedAt: string;
}

/**
 * A whole insight as Markdown: title, list, the insight with the list's figures beside its terms, and notes on who
 * answered and what was left out. Whatever comes from lists, models or the user is escaped.
 */
export function resultMarkdown(result: MarkdownSource, options: { readonly locale?: string } = {}): string {
  const type = insightType(result.type);
  const rows = new Map(result.rows.map((row) => [termKey(row.term), row]));
  const format = { currency: result.list.currency, ...options };
  const { list, input } = result;
  const subject = [
    `**List:** ${escapeMarkdown(list.name)} (${escapeMarkdown(list.toolLabel)}, ${plural(list.rows, 'keyword')})`,
    input.market === '' ? '' : `**Market:** ${escapeMarkdown(input.market)}`,
    input.product === null ? '' : `**Product:** ${escapeMarkdown(input.product)}`,
  ];
  return `${paragraphs(
    `## ${INSIGHT_CATALOGUE[type.id].title}`,
    subject.filter((line) => line !== '').join(' · '),
    type.markdown(result.insight, rows, format),
    section('Notes', bullets(notesOf(result).map(escapeMarkdown))),
  )}\n`;
}

function notesOf(result: MarkdownSource): readonly string[] {
  const { model, grounding, list, cache, generatedAt } = result;
  const by = model.servedBy === null ? '' : `, served by ${model.servedBy}`;
  const who = model.computed
    ? 'Computed by the built-in analyst, no language model'
    : `Answered by ${model.provider}/${model.id}${by}`;
  const strangers = grounding.dropped;
  const foreign = [...new Set(grounding.foreignNumbers.map(({ text }) => text))];
  const droppedRows = droppedText(list.dropped, formatNumber);
  const notes = [
    `${who}, ${generatedAt.slice(0, 10)}${cache.hit ? ', from the cache' : ''}.`,
    strangers.length === 0
      ? ''
      : `Left out, because ${strangers.length === 1 ? 'it is' : 'they are'} not in the list: ${strangers.slice(0, 10).join(', ')}.`,
    foreign.length === 0 ? '' : `Numbers that are not from the list: ${foreign.slice(0, 10).join(', ')}.`,
    droppedRows === '' ? '' : `Left out of the file: ${droppedRows}.`,
    ...result.notes,
    ...list.notes,
  ];
  return [...new Set(notes.filter((note) => note !== ''))];
}
