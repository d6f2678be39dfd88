import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseOptions, UsageError } from './arguments.ts';
import type { Command } from './command.ts';
import { counted } from './counted.ts';
import { existingLogFolder, withLog } from './workspace-log.ts';

const HELP = `lexybrain logs: where the log of this workspace is, and how large
lexybrain logs delete --yes: delete all of it, in every window, for good

  --workspace DIR    folder whose .lexybrain is meant (default: the current folder)
  --yes              delete without asking; there is no way back
  --json             one JSON document
  --help
`;

const OPTIONS = {
  workspace: { type: 'string' },
  yes: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const logs: Command = {
  name: 'logs',
  summary: 'where the log is; delete it',
  help: HELP,
  run: async (words, signal) => {
    const { values, positionals } = parseOptions(words, OPTIONS, 'logs');
    if (values.help === true) {
      process.stdout.write(HELP);
      return 0;
    }
    const [action, ...others] = positionals;
    if ((action !== undefined && action !== 'delete') || others.length > 0) {
      throw new UsageError(`logs takes no “${others[0] ?? action ?? ''}”.`, 'lexybrain logs --help');
    }
    if (action === 'delete' && values.yes !== true) {
      throw new UsageError(
        'Deleting the log cannot be undone.',
        'Say lexybrain logs delete --yes to do it; lexybrain export keeps a copy.',
      );
    }
    const folder = await existingLogFolder(values.workspace);
    if (action === undefined) {
      const { files, bytes } = await sizeOf(folder);
      print(
        values.json,
        { folder, files, bytes },
        `${folder}: ${counted(files, 'file')}, ${megabytes(bytes)}`,
      );
      return 0;
    }
    const deleted = await withLog(folder, signal, (log) => log.deleteAll());
    const { generations, ratings, preferences, files, bytes } = deleted;
    print(
      values.json,
      { folder, ...deleted },
      `Deleted from ${folder}: ${counted(generations, 'request')}, ${counted(ratings, 'rating')}, ${counted(preferences, 'pick')}; ${counted(files, 'file')}, ${megabytes(bytes)}.`,
    );
    return 0;
  },
};

function print(json: boolean | undefined, document: object, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(document, null, 2)}\n` : `${text}\n`);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Links are counted as what they are, and not followed. */
async function sizeOf(folder: string): Promise<{ files: number; bytes: number }> {
  let [files, bytes] = [0, 0];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const found = await lstat(join(entry.parentPath, entry.name)).catch(() => null);
    files += found === null ? 0 : 1;
    bytes += found?.size ?? 0;
  }
  return { files, bytes };
}
