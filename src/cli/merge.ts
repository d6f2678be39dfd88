import { resolve } from 'node:path';
import type { Merged } from '../store/types.ts';
import { mergeLogs } from '../training/merge.ts';
import { parseOptions, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { counted } from './counted.ts';
import { errorText } from './errors-text.ts';
import { logFolder, withLog } from './workspace-log.ts';

const HELP = `lexybrain merge SOURCE…: unite other people's logs with the one of this workspace

A SOURCE is a workspace or its .lexybrain folder, an exported database (.db), or rows of lexybrain_training_data as
JSON, JSON Lines or CSV. Entries are united by their ids: twice is the same as once, and what is there stays.

  --workspace DIR    folder whose .lexybrain takes them in (default: the current folder)
  --json             one JSON document with what came of each source
  --help
`;

const OPTIONS = {
  workspace: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const merge: Command = {
  name: 'merge',
  summary: "unite other people's logs with this one",
  help: HELP,
  run: async (words, signal) => {
    const { values, positionals } = parseOptions(words, OPTIONS, 'merge');
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    if (positionals.length === 0) {
      throw new UsageError('Merge what?', 'For example: lexybrain merge ../colleague/.lexybrain export.db');
    }
    const paths = positionals.map((path) => resolve(path));
    const { sources, total } = await withLog(logFolder(values.workspace), signal, (log) =>
      mergeLogs(log, paths, { signal }),
    );
    const failed = sources.filter((source) => 'error' in source);
    if (values.json === true) {
      const told = sources.map((source) =>
        'error' in source ? { path: source.path, error: source.error.message } : source,
      );
      process.stdout.write(`${JSON.stringify({ sources: told, total }, null, 2)}\n`);
    } else {
      process.stdout.write(`${mergedText(total)}\n`);
    }
    for (const { error } of failed) process.stderr.write(errorText(error));
    return failed.length === 0 ? 0 : 1;
  },
};

function mergedText({ added, known, conflicts, refused }: Merged): string {
  const { generations, ratings, preferences, others } = added;
  const lines = [
    `Added: ${counted(generations, 'request')}, ${counted(ratings, 'rating')}, ${counted(preferences, 'pick')}; of usage and failures ${others}.`,
    `Known already: ${known}.`,
  ];
  if (conflicts.count > 0) {
    const more = conflicts.count > conflicts.ids.length ? ', …' : '';
    lines.push(
      `Of the same id with other content, kept as they were: ${conflicts.count} (${conflicts.ids.join(', ')}${more}).`,
    );
  }
  for (const { reason, count } of refused) lines.push(`Not taken: ${count} ${reason}.`);
  return lines.join('\n');
}
