import { crc32 } from 'node:zlib';
import type { Database, SqlJsStatic, SqlValue, Statement } from 'sql.js';
import { messageOf } from '../errors.ts';
import { APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION } from './schema.ts';

export type Row = Record<string, SqlValue>;

/** A file that cannot be taken for a part of ours: damaged, edited, hostile, empty or in write-ahead mode. */
export class DamagedPart extends Error {}
/** A part of a newer build. */
export class NewerPart extends Error {}

/** A database in memory with a part's tables. */
export class Part {
  readonly db: Database;
  readonly #statements = new Map<string, Statement>();
  #release: () => void;

  private constructor(db: Database, release: () => void = () => undefined) {
    this.db = db;
    this.#release = release;
  }

  /** An empty part of the newest schema. */
  static create(sql: SqlJsStatic): Part {
    const db = new sql.Database();
    db.run(`PRAGMA application_id = ${APPLICATION_ID}`);
    const part = new Part(db);
    part.#migrate(0);
    return part;
  }

  /**
   * The part in a file's bytes, migrated to the newest schema in memory.
   * @param strict for the active part, which can be built anew: any change by others is a reason to refuse it. A sealed
   * part is the only copy; it is read as long as its tables are ours and its pages are sound.
   * @param bytes belong to the part from now on: sql.js takes a Buffer over as it is, unlike any other Uint8Array
   * @param release called when the part is done with them
   * @throws DamagedPart, NewerPart
   */
  static open(sql: SqlJsStatic, bytes: Buffer, strict: boolean, release?: () => void): Part {
    const fault = faultOf(bytes);
    if (fault !== null && (strict || fault !== 'changed')) throw new DamagedPart(fault);
    const db = new sql.Database(bytes);
    try {
      db.run('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY');
      const part = new Part(db, release);
      const version = Number(part.value('PRAGMA user_version'));
      if (version > SCHEMA_VERSION) throw new NewerPart(`schema version ${version}`);
      if (version < 1) throw new DamagedPart('no schema version');
      const problem = differenceFrom(schemaOf(sql, version), objectsOf(part), strict);
      if (problem !== null) throw new DamagedPart(problem);
      if (fault !== null && part.value('PRAGMA quick_check(1)') !== 'ok')
        throw new DamagedPart('damaged pages');
      part.#migrate(version);
      return part;
    } catch (error) {
      db.close();
      if (error instanceof DamagedPart || error instanceof NewerPart) throw error;
      throw new DamagedPart(messageOf(error));
    }
  }

  /** All rows. The statement is kept for the next time: for queries that repeat. */
  all(query: string, values: SqlValue[] = []): Row[] {
    const statement = this.#prepared(query);
    const rows: Row[] = [];
    try {
      statement.bind(values);
      const columns = statement.getColumnNames();
      while (statement.step()) rows.push(rowOf(columns, statement.get()));
    } finally {
      statement.reset();
    }
    return rows;
  }

  /** Rows one by one; the statement is freed when the iteration ends. */
  *each(query: string, values: SqlValue[] = []): Generator<Row, void, undefined> {
    const statement = this.db.prepare(query);
    try {
      statement.bind(values);
      const columns = statement.getColumnNames();
      while (statement.step()) yield rowOf(columns, statement.get());
    } finally {
      statement.free();
    }
  }

  /** The first column of the first row, or null. */
  value(query: string, values: SqlValue[] = []): SqlValue {
    const first = this.all(query, values)[0];
    return first === undefined ? null : (Object.values(first)[0] ?? null);
  }

  /** Changes rows; how many. The statement is kept for the next time. */
  run(query: string, values: SqlValue[] = []): number {
    this.#prepared(query).run(values);
    return this.db.getRowsModified();
  }

  /** Runs `work` in one transaction: all of it or nothing. */
  transact<T>(work: () => T): T {
    this.db.run('BEGIN');
    try {
      const result = work();
      this.db.run('COMMIT');
      return result;
    } catch (error) {
      this.db.run('ROLLBACK');
      throw error;
    }
  }

  /** Size of the database in bytes. */
  size(): number {
    return Number(this.value('PRAGMA page_count')) * Number(this.value('PRAGMA page_size'));
  }

  /** The database as a file, stamped so that `open` can tell any later change. */
  toBytes(): Buffer {
    const exported = this.db.export();
    const bytes = Buffer.from(exported.buffer, exported.byteOffset, exported.byteLength);
    return stamp(bytes);
  }

  close(): void {
    this.db.close();
    const release = this.#release;
    // Once: the memory may be somebody else's by then.
    this.#release = () => undefined;
    release();
  }

  /** Freed with the database. */
  #prepared(query: string): Statement {
    let statement = this.#statements.get(query);
    if (statement === undefined) {
      statement = this.db.prepare(query);
      this.#statements.set(query, statement);
    }
    return statement;
  }

  #migrate(from: number): void {
    if (from === SCHEMA_VERSION) return;
    this.transact(() => {
      for (const statement of MIGRATIONS.slice(from, SCHEMA_VERSION).flat()) this.db.run(statement);
      this.db.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    });
  }
}

/** What `getAsObject` of a statement gives, which asks for the names of the columns again with every row. */
function rowOf(columns: readonly string[], values: readonly SqlValue[]): Row {
  const row: Row = {};
  for (const [place, column] of columns.entries()) row[column] = values[place] ?? null;
  return row;
}

/*
 * The stamp. The header of an SQLite file has a change counter (offset 24) that every writer raises, and beside the
 * version number a copy of it (offset 92) that says whether the size in the header can be trusted; the value itself has
 * no meaning (https://www.sqlite.org/fileformat2.html, 1.3.7 and 1.3.15). Both are set to the CRC-32 of the file with
 * these eight bytes zero: one look tells whether a file is exactly what we wrote, and any SQLite reads it as ever.
 */
const CHANGE_COUNTER = 24;
const VALID_FOR = 92;
const HEADER = 100;

function stamp(bytes: Buffer): Buffer {
  const sum = stampOf(bytes);
  bytes.writeUInt32BE(sum, CHANGE_COUNTER);
  bytes.writeUInt32BE(sum, VALID_FOR);
  return bytes;
}

function stampOf(bytes: Buffer): number {
  const header = Buffer.from(bytes.subarray(0, HEADER));
  header.writeUInt32BE(0, CHANGE_COUNTER);
  header.writeUInt32BE(0, VALID_FOR);
  return crc32(bytes.subarray(HEADER), crc32(header));
}

/** What speaks against a file by its bytes alone; `changed` when it may still be a sound database. */
function faultOf(bytes: Buffer): string | null {
  if (bytes.length < HEADER) return 'too short for a database';
  if (bytes.toString('latin1', 0, 16) !== 'SQLite format 3\0') return 'not a database';
  // 2 means write-ahead log: rows may be in a file beside it that is not looked at.
  if (bytes.readUInt8(18) !== 1 || bytes.readUInt8(19) !== 1) return 'in write-ahead mode';
  if (bytes.readUInt32BE(68) !== APPLICATION_ID) return 'of another application';
  const sum = stampOf(bytes);
  return bytes.readUInt32BE(CHANGE_COUNTER) === sum && bytes.readUInt32BE(VALID_FOR) === sum
    ? null
    : 'changed';
}

interface SchemaObject {
  readonly type: string;
  readonly sql: string | null;
}

function objectsOf(part: Part): Map<string, SchemaObject> {
  const rows = part.all('SELECT type, name, sql FROM sqlite_schema');
  return new Map(rows.map((row) => [String(row['name']), { type: String(row['type']), sql: sqlOf(row) }]));
}

const sqlOf = (row: Row): string | null => (typeof row['sql'] === 'string' ? row['sql'] : null);

const knownSchemas = new Map<number, Map<string, SchemaObject>>();

/** What a part of a version consists of, as SQLite itself tells it. */
function schemaOf(sql: SqlJsStatic, version: number): Map<string, SchemaObject> {
  let known = knownSchemas.get(version);
  if (known === undefined) {
    const db = new sql.Database();
    for (const statement of MIGRATIONS.slice(0, version).flat()) db.run(statement);
    const rows = db.exec('SELECT type, name, sql FROM sqlite_schema')[0]?.values ?? [];
    known = new Map(
      rows.map(([type, name, text]) => [
        String(name),
        { type: String(type), sql: typeof text === 'string' ? text : null },
      ]),
    );
    db.close();
    knownSchemas.set(version, known);
  }
  return known;
}

/** Views, triggers or tables that are not exactly ours would run somebody else's SQL. */
function differenceFrom(
  expected: Map<string, SchemaObject>,
  found: Map<string, SchemaObject>,
  strict: boolean,
): string | null {
  for (const [name, object] of expected) {
    if (!strict && object.type !== 'table') continue;
    const there = found.get(name);
    if (there?.type !== object.type || there.sql !== object.sql) return `${name} is not as it should be`;
  }
  for (const [name, { type }] of found) {
    if (type === 'trigger' || (strict && !expected.has(name))) return `an unknown ${type} ${name}`;
  }
  return null;
}
