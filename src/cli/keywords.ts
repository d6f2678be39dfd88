import {
  formatChange,
  formatDemand,
  formatMeasure,
  formatMoney,
  formatNumber,
  formatPercent,
} from '../insights/format.ts';
import { escapeMarkdown, table } from '../insights/markdown-text.ts';
import { measureAt, numberAt } from '../keywords/columns.ts';
import { droppedText } from '../keywords/drops.ts';
import { mergeKeywordLists, readKeywordList } from '../keywords/read.ts';
import type { KeywordList } from '../keywords/types.ts';
import { parseOptions, positiveNumber, UsageError } from './arguments.ts';
import { columnsOf } from './columns.ts';
import type { Command } from './command.ts';
import { readListFile } from './read-list.ts';
import { renderMarkdown, styleOf } from './terminal-markdown.ts';

const HELP = `lexybrain keywords FILE…: what is read from a keyword list

Several files are read as one list; - is standard input.

  --columns A=B,…    which columns hold what, by name or number: term=Phrase,demand=3,competition="Rivals, all";
                     also trend, cpc, clicks, engagement, demandKind, competitionKind
  --rows N           how many rows to print (default 20; --json prints all)
  --json             one JSON document: tool, encoding, delimiter, market, currency, rows, dropped, keywords
  --help
`;

const OPTIONS = {
  columns: { type: 'string' },
  rows: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const ROWS_SHOWN = 20;

export const keywords: Command = {
  name: 'keywords',
  summary: 'what is read from a keyword list',
  help: HELP,
  run: async (words, signal) => {
    const { values, positionals } = parseOptions(words, OPTIONS, 'keywords');
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    if (positionals.length === 0)
      throw new UsageError('Which file?', 'For example: lexybrain keywords list.csv');
    const columns = values.columns === undefined ? {} : { columns: columnsOf(values.columns) };
    const lists: KeywordList[] = [];
    for (const file of positionals) {
      const { bytes, name } = await readListFile(file, signal);
      lists.push(await readKeywordList(bytes, { name, ...columns }));
    }
    const list = mergeKeywordLists(lists);
    const shown = values.rows === undefined ? ROWS_SHOWN : positiveNumber(values.rows, '--rows');
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify(documentOf(list), null, 2)}\n`
        : renderMarkdown(markdownOf(list, shown), styleOf(process.stdout)),
    );
    return 0;
  },
};

function documentOf(list: KeywordList): unknown {
  const { tool, encoding, delimiter, market, currency, terms, dropped, notes } = list;
  return {
    tool,
    encoding,
    delimiter,
    market,
    currency,
    rows: terms.length,
    dropped,
    notes,
    keywords: terms.map((term, row) => ({
      term,
      demand: measureAt(list.demand, row),
      competition: measureAt(list.competition, row),
      trend: numberAt(list.trend, row),
      cpc: numberAt(list.cpc, row),
      clicks: numberAt(list.clicks, row),
      engagement: numberAt(list.engagement, row),
    })),
  };
}

function markdownOf(list: KeywordList, most: number): string {
  const { terms, dropped, notes } = list;
  const facts = [
    list.toolLabel,
    `${formatNumber(terms.length)} keywords`,
    list.market === null ? 'market not known' : `market ${list.market}`,
    list.currency === null ? 'currency not known' : `currency ${list.currency}`,
    list.encoding,
  ];
  const shown = terms.slice(0, most).map((term, row) => [escapeMarkdown(term), figuresAt(list, row)]);
  return [
    `## ${escapeMarkdown(list.name)}`,
    facts.map(escapeMarkdown).join(' · '),
    dropped.length === 0 ? '' : `Left out: ${escapeMarkdown(droppedText(dropped, formatNumber))}.`,
    ...notes.map(escapeMarkdown),
    table(['Keyword', 'Figures'], shown),
    terms.length > most ? `${formatNumber(terms.length - most)} more; --rows N shows more of them.` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function figuresAt(list: KeywordList, row: number): string {
  const demand = measureAt(list.demand, row);
  const competition = measureAt(list.competition, row);
  const trend = numberAt(list.trend, row);
  const cpc = numberAt(list.cpc, row);
  const clicks = numberAt(list.clicks, row);
  const engagement = numberAt(list.engagement, row);
  const parts = [
    demand === null ? null : formatDemand(demand),
    competition === null ? null : formatMeasure(competition),
    trend === null ? null : `trend ${formatChange(trend)}`,
    cpc === null ? null : `CPC ${formatMoney(cpc * 100, list.currency)}`,
    clicks === null ? null : `${formatNumber(clicks)} clicks`,
    engagement === null ? null : `click rate ${formatPercent(engagement)}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? '–' : escapeMarkdown(parts.join(' · '));
}
