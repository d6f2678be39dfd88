import type { Database, SqlJsStatic, SqlValue } from 'sql.js';
import { messageOf } from '../errors.ts';
import type { Row } from './part.ts';
import { UnfitFile } from './part-fs.ts';
import { TABLES, type TableName } from './schema.ts';
import type { TableReader } from './tables.ts';

/**
 * A database file of which nothing is believed but the rows of plain tables that have our names. Its views and triggers
 * never run; columns it has not are null.
 * @throws UnfitFile
 */
export function openForeignDatabase(sql: SqlJsStatic, bytes: Buffer): TableReader & { close(): void } {
  // 2 means write-ahead log: the newest rows are in a file beside it.
  if (bytes.readUInt8(18) === 2 || bytes.readUInt8(19) === 2) {
    throw new UnfitFile(
      'the database is in write-ahead mode, and rows may be missing from the file; close what has it open, and run PRAGMA journal_mode = DELETE on it',
    );
  }
  const db = new sql.Database(bytes);
  try {
    db.run('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY');
    const columns = new Map<TableName, ReadonlySet<string>>();
    for (const table of Object.keys(TABLES) as TableName[]) columns.set(table, columnsOf(db, table));
    if (columns.get('lexybrain_requests')?.size === 0) {
      throw new UnfitFile('the database has no table lexybrain_requests');
    }
    const sound = db.exec('PRAGMA quick_check(1)')[0]?.values[0]?.[0];
    if (sound !== 'ok') throw new UnfitFile(`the database is damaged: ${String(sound)}`);
    // Queries of ours name it.
    if (columns.get('lexybrain_responses')?.size === 0)
      db.run('CREATE TABLE lexybrain_responses (id, request_id)');
    index(db, columns);
    return new ForeignDatabase(db, columns);
  } catch (error) {
    db.close();
    throw error instanceof UnfitFile
      ? error
      : new UnfitFile(`the database cannot be read: ${messageOf(error)}`);
  }
}

/** The plain columns of a plain table; none when there is no such table. A view of that name is a reason to refuse it all. */
function columnsOf(db: Database, table: TableName): ReadonlySet<string> {
  const found =
    db.exec('SELECT type, rootpage FROM sqlite_schema WHERE lower(name) = ?', [table])[0]?.values ?? [];
  const [object] = found;
  if (object === undefined) return new Set();
  // A virtual table has no root page; a name that is there twice was put there by hand.
  if (found.length > 1 || object[0] !== 'table' || !(Number(object[1]) > 0)) {
    throw new UnfitFile(`${table} is no plain table`);
  }
  const rows = db.exec(`SELECT name, hidden FROM pragma_table_xinfo('${table}')`)[0]?.values ?? [];
  // Generated columns would compute what somebody else wrote.
  if (rows.some(([, hidden]) => hidden !== 0)) throw new UnfitFile(`${table} has computed columns`);
  return new Set(rows.map(([name]) => String(name)));
}

/** In our copy: a file without these indexes would be searched from end to end for every row. */
function index(db: Database, columns: ReadonlyMap<TableName, ReadonlySet<string>>): void {
  for (const [table, column] of [
    ['lexybrain_responses', 'request_id'],
    ['lexybrain_responses', 'id'],
    ['ai_insights', 'id'],
  ] as const) {
    if (columns.get(table)?.has(column) === true) {
      db.run(`CREATE INDEX "_lexybrain_merge_${table}_${column}" ON ${table} (${column})`);
    }
  }
}

class ForeignDatabase implements TableReader {
  readonly #db: Database;
  readonly #columns: ReadonlyMap<TableName, ReadonlySet<string>>;

  constructor(db: Database, columns: ReadonlyMap<TableName, ReadonlySet<string>>) {
    this.#db = db;
    this.#columns = columns;
  }

  *rows(table: TableName, where = '', values: SqlValue[] = []): Generator<Row, void, undefined> {
    const there = this.#columns.get(table) ?? new Set();
    const columns = Object.keys(TABLES[table]);
    // Without the columns that it is about, a condition is about nothing.
    const asked = columns.filter((column) => where.includes(column));
    if (there.size === 0 || !asked.every((column) => there.has(column))) return;
    const picked = columns.map((column) => (there.has(column) ? column : `NULL AS ${column}`));
    const statement = this.#db.prepare(`SELECT ${picked.join(', ')} FROM main.${table} ${where}`);
    try {
      statement.bind(values);
      while (statement.step()) yield statement.getAsObject();
    } finally {
      statement.free();
    }
  }

  close(): void {
    this.#db.close();
  }
}
