import { v7 as uuidv7 } from 'uuid';
import type { Part, Row } from './part.ts';

/** The bookkeeping inside a part: what it starts from, how far it has read each segment, what the parts before it hold. */

export interface SegmentMark {
  /** Offset up to which the segment's records are in this part or one before it. */
  readonly applied: number;
  /** True when nothing more can come from it. */
  readonly complete: boolean;
  /** Bytes passed over. */
  readonly damaged: number;
}

export type SegmentMarks = ReadonlyMap<string, SegmentMark>;

/** What a sealed part holds. Insights by `generated_at`, records by id, both first and last; null when it has none. */
export interface PartSummary {
  readonly number: number;
  readonly firstInsight: string | null;
  readonly lastInsight: string | null;
  readonly firstRecord: string | null;
  readonly lastRecord: string | null;
  readonly lastTime: string | null;
  readonly generations: number;
  readonly ratings: number;
  readonly preferences: number;
}

/** The last sealed part that can be read: what the active part starts from. */
export interface Base {
  readonly id: string;
  readonly segments: SegmentMarks;
  /** Newest first, itself included. */
  readonly parts: readonly PartSummary[];
  /** Parts up to this number were deleted by the user. */
  readonly purgedThrough: number;
  /** True when it is the empty part by which everything before it was deleted. */
  readonly purge: boolean;
}

export const NO_BASE: Base = { id: 'none', segments: new Map(), parts: [], purgedThrough: 0, purge: false };

/** A value of the part's own notes, or null. */
export function noteOf(part: Part, key: 'id' | 'base' | 'purged_through' | 'purge'): string | null {
  const value = part.value('SELECT value FROM _lexybrain_part WHERE key = ?', [key]);
  return typeof value === 'string' ? value : null;
}

/** Writes into an empty part what it starts from. */
export function startFrom(part: Part, start: Base): void {
  part.transact(() => {
    const notes = {
      id: uuidv7(),
      base: start.id,
      purged_through: String(start.purgedThrough),
      purge: start.purge ? '1' : '0',
    };
    for (const [key, value] of Object.entries(notes)) {
      part.run('INSERT INTO _lexybrain_part (key, value) VALUES (?, ?)', [key, value]);
    }
    for (const [name, mark] of start.segments) writeMark(part, name, mark);
    for (const summary of start.parts) {
      part.run('INSERT INTO _lexybrain_parts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [
        summary.number,
        summary.firstInsight,
        summary.lastInsight,
        summary.firstRecord,
        summary.lastRecord,
        summary.lastTime,
        summary.generations,
        summary.ratings,
        summary.preferences,
      ]);
    }
  });
}

export function writeMark(part: Part, name: string, mark: SegmentMark): void {
  part.run(
    'INSERT OR REPLACE INTO _lexybrain_segments (name, applied, complete, damaged) VALUES (?, ?, ?, ?)',
    [name, mark.applied, mark.complete ? 1 : 0, mark.damaged],
  );
}

export function marksOf(part: Part): Map<string, SegmentMark> {
  const marks = new Map<string, SegmentMark>();
  for (const row of part.each('SELECT name, applied, complete, damaged FROM _lexybrain_segments')) {
    marks.set(String(row['name']), {
      applied: Number(row['applied']),
      complete: row['complete'] === 1,
      damaged: Number(row['damaged']),
    });
  }
  return marks;
}

/**
 * A sealed part as what the next one starts from.
 * @param standing numbers of the parts in the archive
 */
export function baseOf(part: Part, number: number, standing: readonly number[]): Base {
  const purgedThrough = Number(noteOf(part, 'purged_through') ?? 0);
  const listed = new Map<number, PartSummary>();
  for (const row of part.each('SELECT * FROM _lexybrain_parts')) {
    const summary = summaryFrom(row);
    listed.set(summary.number, summary);
  }
  const parts = standing
    .filter((other) => other < number && other > purgedThrough)
    .map((other) => listed.get(other) ?? unknownPart(other));
  return {
    id: noteOf(part, 'id') ?? '',
    segments: marksOf(part),
    parts: [summarise(part, number), ...parts],
    purgedThrough,
    purge: noteOf(part, 'purge') === '1',
  };
}

/** What a part itself holds. */
export function summarise(part: Part, number: number): PartSummary {
  const row = part.all(`SELECT ${number} AS number,
    (SELECT min(generated_at) FROM ai_insights) AS first_insight,
    (SELECT max(generated_at) FROM ai_insights) AS last_insight,
    (SELECT min(id) FROM _lexybrain_records) AS first_record,
    (SELECT max(id) FROM _lexybrain_records) AS last_record,
    (SELECT max(ts) FROM (SELECT max(requested_at) AS ts FROM lexybrain_requests
      UNION ALL SELECT max(created_at) FROM lexybrain_feedback
      UNION ALL SELECT max(created_at) FROM lexybrain_preferences
      UNION ALL SELECT max(ts) FROM ai_usage_events
      UNION ALL SELECT max(ts) FROM ai_failures)) AS last_time,
    (SELECT count(*) FROM lexybrain_requests) AS generations,
    (SELECT count(*) FROM lexybrain_feedback) AS ratings,
    (SELECT count(*) FROM lexybrain_preferences) AS preferences`)[0];
  return summaryFrom(row ?? {});
}

function summaryFrom(row: Row): PartSummary {
  const text = (column: string): string | null => {
    const value = row[column];
    return typeof value === 'string' ? value : null;
  };
  return {
    number: Number(row['number']),
    firstInsight: text('first_insight'),
    lastInsight: text('last_insight'),
    firstRecord: text('first_record'),
    lastRecord: text('last_record'),
    lastTime: text('last_time'),
    generations: Number(row['generations']),
    ratings: Number(row['ratings']),
    preferences: Number(row['preferences']),
  };
}

/** A part that the last one does not know (it could not be read then): it may hold anything. */
function unknownPart(number: number): PartSummary {
  const [first, last] = ['', '\uffff'];
  return {
    number,
    firstInsight: first,
    lastInsight: last,
    firstRecord: first,
    lastRecord: last,
    lastTime: null,
    generations: 1,
    ratings: 1,
    preferences: 1,
  };
}
