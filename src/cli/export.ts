import { pipeline } from 'node:stream/promises';
import { resolve } from 'node:path';
import { parseInsightType } from '../insights/index.ts';
import { exportTraining, previewTraining, streamTraining, type LeftOut } from '../training/export.ts';
import { FORMATS, formatOf } from '../training/formats/index.ts';
import { CHAT_TYPE } from '../store/types.ts';
import { timeOf } from '../training/select.ts';
import { EXTRAS, USER_MODES, type TrainingFilter } from '../training/types.ts';
import { parseOptions, positiveNumber, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { counted } from './counted.ts';
import { existingLogFolder, withLog } from './workspace-log.ts';

const SQLITE = 'sqlite';
const HELP = `lexybrain export --format FORMAT --out FILE: the workspace's log as training data

${FORMATS.map(({ id, detail }) => `  ${id.padEnd(19)} ${detail}`).join('\n')}
  ${SQLITE.padEnd(19)} everything, as one SQLite database; no filter applies

Answers of the built-in analyst, failed ones and free chats over the bridge are left out unless asked for.

  --out FILE         where to; - is standard output
  --from, --to DATE  by the time of the request, e.g. 2026-03-31 (UTC), both included
  --type TYPES       insight types, or chat_completion
  --model MODELS     as the log names them
  --provider NAMES   huggingface, openai, anthropic, local, vscode, builtin
  --source SOURCES   panel, cli, bridge, chat
  --rating RATINGS   positive, negative, neutral, none
  --success yes|no   answers that could be used, or those that could not
  --limit N          at most so many rows, newest first
  --include WHAT     builtin, failed, chat
  --users HOW        keep (default), pseudonymise or drop
  --preview          show the first rows and the count; writes nothing
  --workspace DIR    folder whose .lexybrain is exported (default: the current folder)
  --help

Several values are separated by commas.
`;

const OPTIONS = {
  format: { type: 'string' },
  out: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  type: { type: 'string' },
  model: { type: 'string' },
  provider: { type: 'string' },
  source: { type: 'string' },
  rating: { type: 'string' },
  success: { type: 'string' },
  limit: { type: 'string' },
  include: { type: 'string' },
  users: { type: 'string' },
  preview: { type: 'boolean' },
  workspace: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseOptions<typeof OPTIONS>>['values'];

export const exportLog: Command = {
  name: 'export',
  summary: 'the log as training data, or as one SQLite database',
  help: HELP,
  run: async (words, signal) => {
    const { values, positionals } = parseOptions(words, OPTIONS, 'export');
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    const [odd] = positionals;
    if (odd !== undefined)
      throw new UsageError(`export takes no “${odd}”.`, 'Name the file with --out FILE.');
    if (values.format === undefined) {
      throw new UsageError('Which format?', 'Add --format, for example --format sft; --help lists them.');
    }
    if (values.format.trim().toLowerCase() === SQLITE) await exportSqlite(values, signal);
    else await exportRows(values, formatOf(values.format).id, signal);
    return 0;
  },
};

async function exportSqlite(values: Values, signal: AbortSignal): Promise<void> {
  const file = outOf(values);
  if (file === '-') throw new UsageError('A database needs a file.', 'For example --out log.db.');
  const users = usersOf(values);
  const folder = await existingLogFolder(values.workspace);
  const requests = await withLog(folder, signal, (log) => log.exportDatabase(resolve(file), signal, users));
  process.stderr.write(`${counted(requests, 'request')} in ${file}\n`);
}

async function exportRows(values: Values, format: string, signal: AbortSignal): Promise<void> {
  const options = { format, filter: filterOf(values), users: usersOf(values), signal };
  const file = values.preview === true ? null : outOf(values);
  const folder = await existingLogFolder(values.workspace);
  await withLog(folder, signal, async (log) => {
    if (file === null) {
      const { first, rows, leftOut } = await previewTraining(log, options);
      for (const row of first) process.stdout.write(`${JSON.stringify(row, null, 2)}\n`);
      process.stderr.write(`${counted(rows, 'row')}${leftOutText(leftOut)}\n`);
    } else if (file === '-') {
      await pipeline(streamTraining(log, options), process.stdout, { end: false, signal });
    } else {
      const { rows, leftOut } = await exportTraining(log, resolve(file), options);
      process.stderr.write(`${counted(rows, 'row')} in ${file}${leftOutText(leftOut)}\n`);
    }
  });
}

function outOf({ out }: Values): string {
  if (out !== undefined && out !== '') return out;
  throw new UsageError('Where to?', 'Add --out FILE; - is standard output. --preview writes nothing.');
}

function usersOf({ users = 'keep' }: Values): (typeof USER_MODES)[number] {
  return oneOf(users, USER_MODES, '--users');
}

const SOURCES = ['panel', 'cli', 'bridge', 'chat'] as const;
const RATINGS = ['positive', 'negative', 'neutral', 'none'] as const;

function filterOf(values: Values): TrainingFilter {
  const { from, to, type, model, provider, source, rating, success, limit, include } = values;
  return {
    ...(from === undefined ? {} : { from: timeOf(from, 'from') }),
    ...(to === undefined ? {} : { to: timeOf(to, 'to') }),
    ...(type === undefined
      ? {}
      : { types: listOf(type).map((name) => (name === CHAT_TYPE ? name : parseInsightType(name))) }),
    ...(model === undefined ? {} : { models: listOf(model) }),
    ...(provider === undefined ? {} : { providers: listOf(provider).map((name) => name.toLowerCase()) }),
    ...(source === undefined
      ? {}
      : { sources: listOf(source).map((name) => oneOf(name, SOURCES, '--source')) }),
    ...(rating === undefined
      ? {}
      : {
          ratings: listOf(rating).map((name) => {
            const known = oneOf(name, RATINGS, '--rating');
            return known === 'none' ? null : known;
          }),
        }),
    ...(success === undefined ? {} : { success: oneOf(success, ['yes', 'no'], '--success') === 'yes' }),
    ...(limit === undefined ? {} : { limit: Math.floor(positiveNumber(limit, '--limit')) }),
    ...(include === undefined
      ? {}
      : { include: listOf(include).map((name) => oneOf(name, EXTRAS, '--include')) }),
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function oneOf<const T extends string>(text: string, known: readonly T[], option: string): T {
  const found = known.find((name) => name === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`${option} does not know “${text}”.`, `It takes ${known.join(', ')}.`);
}

function leftOutText(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return '';
  return `; left out: ${leftOut.map(({ reason, count }) => `${count} ${reason}`).join(', ')}`;
}
