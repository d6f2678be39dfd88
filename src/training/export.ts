import { redacted, stringifyRedacted } from '../store/redact.ts';
import type { UserIds } from '../store/types.ts';
import { formatOf } from './formats/index.ts';
import { trainingRow, type TrainingRow } from '../store/shapes.ts';
import { select, selectLines, take, timeOf } from './select.ts';
import { EXTRAS, type FormatInput, type Piece, type TrainingFilter, type TrainingSource } from './types.ts';
import { userNames } from '../store/user-ids.ts';
import { writeWhole } from './write.ts';

export interface ExportOptions {
  /** Id of one of `FORMATS`. */
  readonly format: string;
  readonly filter?: TrainingFilter;
  /** `keep` when absent. */
  readonly users?: UserIds;
  readonly signal?: AbortSignal;
  /** Told now and then how many rows there are so far. */
  readonly onProgress?: (rows: number) => void;
}

/** What could have been a row and is none. */
export interface LeftOut {
  readonly reason: string;
  readonly count: number;
}

export interface Exported {
  readonly rows: number;
  readonly bytes: number;
  readonly leftOut: readonly LeftOut[];
}

export interface Preview {
  /** The first rows as the format has them, without secrets. */
  readonly first: readonly unknown[];
  /** How many rows the file would have. */
  readonly rows: number;
  readonly leftOut: readonly LeftOut[];
}

/** Rows between two reports of progress. */
const REPORT_ROWS = 100;

/**
 * Writes training data into a file, newest first, in bounded memory. After a failure or a cancel there is no file, or
 * the one that was there before. Throws `invalid-request`, `store`, or what the signal throws.
 */
export async function exportTraining(
  source: TrainingSource,
  file: string,
  options: ExportOptions,
): Promise<Exported> {
  const run = runOf(source, options);
  const bytes = await writeWhole(file, run.pieces(), options.signal);
  return { rows: run.count(), bytes, leftOut: run.leftOut() };
}

/** The same rows, written nowhere, piece by piece as the file would hold them. */
export function streamTraining(
  source: TrainingSource,
  options: ExportOptions,
): AsyncIterable<string | Uint8Array> {
  return runOf(source, options).pieces();
}

/** How many rows there would be, and the first of them. */
export async function previewTraining(
  source: TrainingSource,
  options: ExportOptions,
  most = 3,
): Promise<Preview> {
  const run = runOf(source, options);
  const first: unknown[] = [];
  for await (const row of run.rows()) {
    if (first.length < most) first.push(JSON.parse(stringifyRedacted(row)));
  }
  return { first, rows: run.count(), leftOut: run.leftOut() };
}

/** The training data of one log, as the view `lexybrain_training_data` has them: all requests, whoever answered. */
export class TrainingData {
  readonly #source: TrainingSource;

  constructor(source: TrainingSource) {
    this.#source = source;
  }

  /**
   * The rows of the view, newest first.
   * @param from with `to` the range of `requested_at`, both ends included; a mere day is the whole day (UTC)
   * @param limit most rows
   */
  async exportTrainingData(from: Date | string, to: Date | string, limit = 1000): Promise<TrainingRow[]> {
    const rows: TrainingRow[] = [];
    for await (const row of this.streamTrainingData(from, to, limit)) rows.push(row);
    return rows;
  }

  /** The same row by row: only what is being looked at is in memory. Without a limit all of them. */
  async *streamTrainingData(
    from: Date | string,
    to: Date | string,
    limit?: number,
  ): AsyncGenerator<TrainingRow, void, undefined> {
    const range = { from: timeOf(from, 'from'), to: timeOf(to, 'to') };
    const all = select({
      source: this.#source,
      filter: { include: EXTRAS, ...range },
      leftOut: () => undefined,
    });
    for await (const generation of take(all, limit)) yield redacted(trainingRow(generation));
  }
}

/**
 * The rows of the view that fit as lines of JSON, newest first, several a piece; extras included unless the filter says
 * which. Made where they are read, which is several times as fast as row by row.
 */
export async function* trainingLines(
  source: TrainingSource,
  filter: TrainingFilter = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = { source, filter: { include: EXTRAS, ...filter }, leftOut: () => undefined };
  for await (const { bytes, lines } of selectLines(input, { shape: 'training', users: 'keep' })) {
    if (lines > 0) yield bytes;
  }
}

interface Run {
  readonly rows: () => AsyncIterable<object>;
  /** The content of the file. */
  readonly pieces: () => AsyncIterable<string | Uint8Array>;
  readonly count: () => number;
  readonly leftOut: () => LeftOut[];
}

function runOf(source: TrainingSource, options: ExportOptions): Run {
  const { filter = {}, users = 'keep', signal, onProgress } = options;
  const format = formatOf(options.format);
  const reasons = new Map<string, number>();
  const input: FormatInput = {
    source,
    filter,
    user: userNames(users),
    leftOut: (reason, many = 1) => reasons.set(reason, (reasons.get(reason) ?? 0) + many),
  };
  let count = 0;
  async function* rows(): AsyncGenerator<object, void, undefined> {
    for await (const row of format.rows(input)) {
      signal?.throwIfAborted();
      yield row;
      count += 1;
      if (count % REPORT_ROWS === 0) onProgress?.(count);
    }
    onProgress?.(count);
  }
  async function* direct(pieces: AsyncIterable<Piece>): AsyncGenerator<string | Uint8Array, void, undefined> {
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      if (piece.rows > 0) yield piece.content;
      count += piece.rows;
      onProgress?.(count);
    }
  }
  return {
    rows,
    pieces: () => {
      const pieces = format.pieces?.(input, users);
      return pieces === undefined ? format.encode(rows()) : direct(pieces);
    },
    count: () => count,
    leftOut: () => [...reasons].map(([reason, many]) => ({ reason, count: many })),
  };
}
