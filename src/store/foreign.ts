import { basename, extname, join } from 'node:path';
import type { SqlJsStatic } from 'sql.js';
import { LogDatabase } from './database.ts';
import { partsOf, snapshotOf } from './export.ts';
import { openForeignDatabase } from './foreign-database.ts';
import { readViewFile } from './foreign-view.ts';
import { codeOf } from './journal-fs.ts';
import { layoutOf } from './layout.ts';
import { listFolder, readFile, UnfitFile, type PartFs } from './part-fs.ts';
import { readerOf, readRecords, type Found } from './tables.ts';

/**
 * Reading the logs of others. All of it is hostile input, so this runs in a worker that is thrown away afterwards, with
 * a time limit on every step.
 */

/** The most that a database file may have, bytes: it and its copy must fit into a 32-bit memory. */
const MAX_DATABASE_BYTES = 1024 ** 3;
/** The same for JSON and CSV, which are read as a whole. */
const MAX_TEXT_BYTES = 256 * 1024 ** 2;
const MAGIC = 'SQLite format 3\0';

export interface Foreign {
  readonly path: string;
  readonly sql: SqlJsStatic;
  readonly fs: PartFs;
  readonly warn: (message: string) => void;
}

/**
 * The records of a `.lexybrain` folder (or the folder it is in), of a database file, or of JSON or CSV rows of the
 * view `lexybrain_training_data`. Throws what speaks against the whole of it.
 */
export function* readForeign(foreign: Foreign): Generator<Found, void, undefined> {
  const { path, sql, fs } = foreign;
  const facts = factsOf(fs, path);
  if (facts.kind === 'folder') {
    yield* readFolder(foreign);
    return;
  }
  if (facts.kind !== 'file') throw new UnfitFile(`${path} is a link or no file; name the file itself`);
  const isText = ['.json', '.jsonl', '.ndjson', '.csv'].includes(extname(path).toLowerCase());
  const bytes = readFile(fs, path, isText ? MAX_TEXT_BYTES : MAX_DATABASE_BYTES);
  if (bytes === null) throw new UnfitFile(`there is no ${path}`);
  if (bytes.length === 0) throw new UnfitFile(`${path} is empty`);
  if (bytes.toString('latin1', 0, 16) === MAGIC) {
    const database = openForeignDatabase(sql, bytes);
    try {
      yield* readRecords(database);
    } finally {
      database.close();
    }
    return;
  }
  if (!isText) throw new UnfitFile(`${path} is no SQLite database, no JSON and no CSV`);
  yield* readViewFile(bytes.toString('utf8'), extname(path).toLowerCase() === '.csv' ? 'csv' : 'json');
}

function factsOf(fs: PartFs, path: string): ReturnType<PartFs['facts']> {
  try {
    return fs.facts(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new UnfitFile(`there is no ${path}`);
    throw error;
  }
}

function* readFolder({ path, sql, fs, warn }: Foreign): Generator<Found, void, undefined> {
  const files = listFolder(fs, path);
  const isLog = basename(path) === '.lexybrain' || files.some((name) => LOG_FILES.has(name));
  if (!isLog && !files.includes('.lexybrain'))
    throw new UnfitFile(`there is no .lexybrain folder in ${path}`);
  const root = isLog ? path : join(path, '.lexybrain');
  const log = new LogDatabase({ layout: layoutOf(root), fs, sql, warn, readOnly: true });
  try {
    for (const part of partsOf(snapshotOf(log))) yield* readRecords(readerOf(part));
  } finally {
    log.close();
  }
}

const LOG_FILES: ReadonlySet<string> = new Set(['lexybrain.db', 'journal', 'archive']);
