import { join, resolve } from 'node:path';
import { SETTINGS } from '../configuration.ts';
import type { Engine } from '../engine.ts';
import type { InsightResult, ListHandle, ModelPick } from '../generation/types.ts';
import { INSIGHT_CATALOGUE, INSIGHT_TYPES } from '../insights/catalogue.ts';
import { insightType, parseInsightType } from '../insights/index.ts';
import { resultMarkdown } from '../insights/markdown.ts';
import type { InsightInput } from '../insights/types.ts';
import { providerEntry } from '../providers/index.ts';
import { parseOptions, positiveNumber, UsageError } from './arguments.ts';
import { columnsOf } from './columns.ts';
import type { Command } from './command.ts';
import { readInstructions } from './instructions.ts';
import { createTerminalEngine, SAMPLE_LIST } from './ports.ts';
import { provenanceOf } from './provenance.ts';
import { readListFile } from './read-list.ts';
import { faint, renderMarkdown, styleOf } from './terminal-markdown.ts';

const HELP = `lexybrain brief [FILE…]: an insight on a keyword list

Without FILE it shows what it does: a Market Brief of the list that ships with LexyBrain, by the built-in
analyst, whatever the environment holds. Several files are read as one list; - is standard input.

  --type TYPE        ${INSIGHT_TYPES.join(', ')}; the first unless given
  --market NAME      etsy, amazon, google, …; the list's own when it tells
  --product "TEXT"   what you sell, one line; relevance is judged by it
  --niche A,B        niche terms
  --budget AMOUNT    daily ad budget, needed by ad_insight
  --currency CODE    of the budget, e.g. USD; the list's own when it tells
  --cpc AMOUNT       cost per click to assume where the list has none
  --language CODE    language of the answer, e.g. de
  --provider NAME    builtin, huggingface, openai, anthropic, local
  --model ID         model, as its provider names it
  --base-url URL     address of the provider
  --columns A=B,…    which columns of an unknown table hold what: term=Phrase,demand=Volume
  --workspace DIR    folder whose .lexybrain logs it (default: the current folder)
  --instructions     follow the team's lexybrain/instructions/<type>.md of the workspace
  --no-cache         ask again although the answer is known
  --json             one JSON document with the insight and its metadata, nothing else
  --help

Keys are read from the environment: HF_TOKEN, OPENAI_API_KEY, ANTHROPIC_API_KEY.
With npm, put the options behind --: npm run --silent brief -- list.csv --json
`;

const OPTIONS = {
  type: { type: 'string' },
  market: { type: 'string' },
  product: { type: 'string' },
  niche: { type: 'string' },
  budget: { type: 'string' },
  currency: { type: 'string' },
  cpc: { type: 'string' },
  language: { type: 'string' },
  provider: { type: 'string' },
  model: { type: 'string' },
  'base-url': { type: 'string' },
  columns: { type: 'string' },
  workspace: { type: 'string' },
  instructions: { type: 'boolean' },
  'no-cache': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

/** What the sample list is about. */
const SAMPLE_PRODUCT = 'hand-carved wooden nativity sets';

const NEXT =
  '\nYour own list: npm run brief -- FILE --market etsy --product "what you sell" (--help for more)\n';

export const brief: Command = {
  name: 'brief',
  summary: 'an insight on a keyword list (Market Brief and the other three)',
  help: HELP,
  run: async (words, signal) => {
    const { values, positionals } = parseOptions(words, OPTIONS, 'brief');
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    const type = insightType(parseInsightType(values.type ?? 'market_brief'));
    if (type.needsBudget && values.budget === undefined) {
      throw new UsageError(
        `${INSIGHT_CATALOGUE[type.id].title} needs a daily budget.`,
        'Add one, for example --budget 20.',
      );
    }
    const isSample = positionals.length === 0;
    const pick = pickOf(values);
    // The sample shows the product itself, not what is set up on this machine.
    const plain = isSample && pick === undefined;
    const engine = createTerminalEngine({
      settings: { ...baseUrlOf(values), ...(plain ? { provider: 'builtin' } : {}) },
      environment: plain ? {} : process.env,
    });
    const workspace = resolve(values.workspace ?? '.');
    try {
      const instructions = isSample
        ? null
        : await readInstructions(workspace, type.id, values.instructions === true);
      const list = await openLists(engine, isSample ? [SAMPLE_LIST] : positionals, values, signal);
      const result = await engine.generate(
        {
          type: type.id,
          list,
          input: inputOf(values, list, isSample, instructions),
          source: 'cli',
          ...(pick === undefined ? {} : { pick }),
          fresh: values['no-cache'] === true,
          logFolder: join(workspace, '.lexybrain'),
        },
        { signal },
      );
      process.stdout.write(
        values.json === true ? `${JSON.stringify(documentOf(result), null, 2)}\n` : textOf(result),
      );
      if (isSample && values.json !== true) process.stderr.write(NEXT);
    } finally {
      await engine.close();
    }
    return 0;
  },
};

/** Who shall answer, as the options say. A model setting of the environment is then for its own provider only. */
function pickOf({ provider, model }: Values): ModelPick | undefined {
  if (provider === undefined && model === undefined) return undefined;
  return { provider: provider?.trim().toLowerCase(), model: model?.trim() };
}

/** `--base-url` as the setting of the provider it goes with. */
function baseUrlOf({ provider, 'base-url': address }: Values): Record<string, string> {
  if (address === undefined) return {};
  const key = `${provider === undefined ? '' : providerEntry(provider).id}.baseUrl`;
  if (!Object.values(SETTINGS).some((setting) => setting.key === key)) {
    throw new UsageError(
      '--base-url needs a --provider that has an address.',
      'For example --provider local --base-url http://127.0.0.1:8080/v1.',
    );
  }
  return { [key]: address };
}

async function openLists(
  engine: Engine,
  files: readonly string[],
  values: Values,
  signal: AbortSignal,
): Promise<ListHandle> {
  const columns = values.columns === undefined ? {} : { columns: columnsOf(values.columns) };
  const lists: ListHandle[] = [];
  for (const file of files) {
    const { bytes, name } = await readListFile(file, signal);
    lists.push(await engine.lists.open(bytes, { name, ...columns }));
  }
  const [only] = lists;
  return only !== undefined && lists.length === 1 ? only : engine.lists.merge(lists);
}

function inputOf(
  values: Values,
  list: ListHandle,
  isSample: boolean,
  instructions: string | null,
): InsightInput {
  const { summary } = list;
  return {
    market: values.market?.trim().toLowerCase() ?? summary.market ?? 'other',
    product: values.product?.trim() ?? (isSample ? SAMPLE_PRODUCT : null),
    nicheTerms: (values.niche ?? '')
      .split(',')
      .map((term) => term.trim())
      .filter((term) => term !== ''),
    budgetCents:
      values.budget === undefined ? null : Math.round(positiveNumber(values.budget, '--budget') * 100),
    currency: values.currency?.trim().toUpperCase() ?? summary.currency,
    assumedCpcCents: values.cpc === undefined ? null : positiveNumber(values.cpc, '--cpc') * 100,
    language: values.language?.trim() ?? null,
    today: new Date().toISOString().slice(0, 10),
    instructions,
  };
}

/** What `--json` prints: the insight itself, and everything about it. */
function documentOf({ insight, ...meta }: InsightResult): unknown {
  return { insight, meta };
}

function textOf(result: InsightResult): string {
  const style = styleOf(process.stdout);
  return `${renderMarkdown(resultMarkdown(result), style)}\n${faint(provenanceOf(result), style)}\n`;
}
