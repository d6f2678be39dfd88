import { join, resolve } from 'node:path';
import { metricsOf, PERIODS, type PeriodName } from '../bridge/metrics.ts';
import { usageMarkdown } from '../generation/usage-text.ts';
import { parseInsightType } from '../insights/index.ts';
import { parseOptions, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { createTerminalEngine } from './ports.ts';
import { renderMarkdown, styleOf } from './terminal-markdown.ts';

const HELP = `lexybrain usage: what was asked, spent and rated, as the log has it

By day (UTC), model and insight: requests, share answered from the cache, tokens, cost, latency, failures, ratings;
then experiments and comparisons, as far as there are any.

  --period 7d|30d|90d  how far back (default 30d)
  --type TYPE          one insight type, or chat_completion
  --workspace DIR      folder whose .lexybrain is read (default: the current folder)
  --json               one JSON document: the metrics, and everything above under \`report\`
  --help
`;

const OPTIONS = {
  period: { type: 'string' },
  type: { type: 'string' },
  workspace: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;

export const usage: Command = {
  name: 'usage',
  summary: 'what was asked, spent and rated',
  help: HELP,
  run: async (words) => {
    const { values, positionals } = parseOptions(words, OPTIONS, 'usage');
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    const [odd] = positionals;
    if (odd !== undefined) throw new UsageError(`usage takes no “${odd}”.`, 'lexybrain usage --help');
    const days = PERIODS[periodOf(values.period ?? '30d')];
    const type = values.type === undefined ? {} : { type: typeOf(values.type) };
    const query = { from: new Date(Date.now() - days * DAY_MS).toISOString(), ...type };
    const folder = join(resolve(values.workspace ?? '.'), '.lexybrain');
    const engine = createTerminalEngine({ settings: {}, environment: process.env });
    try {
      const report = await engine.usage(folder, query);
      if (values.json === true) {
        const metrics = metricsOf(
          await engine.workspaceLog(folder).usage(query),
          await engine.cachedAnswers(),
        );
        process.stdout.write(`${JSON.stringify({ ...metrics, report }, null, 2)}\n`);
      } else {
        const text = usageMarkdown(report, `the last ${days} days`);
        process.stdout.write(renderMarkdown(text, styleOf(process.stdout)));
      }
    } finally {
      await engine.close();
    }
    return 0;
  },
};

function periodOf(text: string): PeriodName {
  const found = (Object.keys(PERIODS) as PeriodName[]).find((name) => name === text.trim());
  if (found !== undefined) return found;
  throw new UsageError(
    `--period is one of ${Object.keys(PERIODS).join(', ')}, not “${text}”.`,
    'For example --period 7d.',
  );
}

/** Chats of other programs are logged as a type of their own. */
function typeOf(text: string): string {
  return text.trim() === 'chat_completion' ? 'chat_completion' : parseInsightType(text);
}
