import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import initSqlJs, { type SqlJsStatic } from 'sql.js';
import { LogDatabase, type DatabaseOptions } from '../../../src/store/database.ts';
import { Journal } from '../../../src/store/journal.ts';
import { nodeJournalFs, type JournalFs } from '../../../src/store/journal-fs.ts';
import { layoutOf } from '../../../src/store/layout.ts';
import { nodePartFs } from '../../../src/store/part-fs.ts';
import type { LogRecord } from '../../../src/store/types.ts';
import { WASM } from './samples.ts';

let loading: Promise<SqlJsStatic> | null = null;

/** sql.js, compiled once for all tests. */
export function loadSql(): Promise<SqlJsStatic> {
  loading ??= initSqlJs({ wasmBinary: new Uint8Array(readFileSync(WASM)).buffer });
  return loading;
}

export interface OpenedDatabase {
  readonly log: LogDatabase;
  readonly warnings: string[];
}

/** The database as a worker holds it, in this thread; all other processes seem dead to it. */
export async function openDatabase(
  folder: string,
  options: Partial<DatabaseOptions> = {},
): Promise<OpenedDatabase> {
  const warnings: string[] = [];
  const log = new LogDatabase({
    layout: layoutOf(folder),
    fs: nodePartFs,
    sql: await loadSql(),
    warn: (message) => warnings.push(message),
    seemsAlive: () => false,
    ...options,
  });
  return { log, warnings };
}

export function openJournal(folder: string, fs: JournalFs = nodeJournalFs): Journal {
  return new Journal({
    layout: layoutOf(folder),
    fs,
    log: { info: () => undefined, warn: () => undefined },
    deadlineMs: 60_000,
    retryMs: 3_600_000,
  });
}

export function jsonOf(record: LogRecord): string {
  return JSON.stringify(record);
}

/** The files of all parts, the sealed ones by number, then the active one. */
export function partFiles(folder: string): string[] {
  const archive = join(folder, 'archive');
  const sealed = existsSync(archive) ? readdirSync(archive).filter((file) => file.endsWith('.db')) : [];
  const active = join(folder, 'lexybrain.db');
  return [...sealed.sort().map((file) => join(archive, file)), ...(existsSync(active) ? [active] : [])];
}

/** The ids of the requests in all parts, read by another SQLite, which also finds every part sound. */
export function storedIds(folder: string): string[] {
  return partFiles(folder).flatMap((file) => {
    const db = new DatabaseSync(file, { readOnly: true });
    try {
      assert.equal(db.prepare('PRAGMA integrity_check').get()!['integrity_check'], 'ok', file);
      assert.deepEqual(db.prepare('PRAGMA foreign_key_check').all(), [], file);
      return db
        .prepare('SELECT id FROM lexybrain_requests')
        .all()
        .map((row) => String(row['id']));
    } finally {
      db.close();
    }
  });
}

/** Recovers as the next process would, and returns what is stored, having checked that nothing is there twice. */
export async function recoveredIds(
  folder: string,
  options: Partial<DatabaseOptions> = {},
): Promise<Set<string>> {
  const { log } = await openDatabase(folder, options);
  log.checkpoint(true);
  log.close();
  const ids = storedIds(folder);
  const unique = new Set(ids);
  assert.equal(unique.size, ids.length, 'a record is stored twice');
  return unique;
}
