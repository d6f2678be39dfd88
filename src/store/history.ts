import { LexyBrainError } from '../errors.ts';
import type { LogDatabase } from './database.ts';
import type { Part } from './part.ts';
import { feedbackRecord, insightRow } from './records.ts';
import { readRow } from './rows.ts';
import type { FeedbackRecord, HistoryEntry, HistoryPage, InsightRow } from './types.ts';

export interface HistoryQuery {
  readonly before?: string | null;
  readonly limit: number;
}

const MAX_PAGE = 500;

interface Placed {
  readonly insight: InsightRow;
  /** Number of the sealed part it is in; null for the active one. */
  readonly part: number | null;
}

/**
 * A page of past insights, newest first over all parts. Parts whose insights are all older than what is found already, or
 * all newer than the page, are not opened.
 * @param userId whose ratings are shown; null shows the latest of anybody
 */
export function readHistory(log: LogDatabase, query: HistoryQuery, userId: string | null): HistoryPage {
  const limit = Math.min(Math.max(1, Math.trunc(query.limit)), MAX_PAGE);
  const cursor = parseCursor(query.before ?? null);
  const active = log.refresh();
  let found: Placed[] = insightsOf(active, cursor, limit + 1).map((insight) => ({ insight, part: null }));
  for (const { number, firstInsight, lastInsight } of log.sealed) {
    if (firstInsight === null || lastInsight === null) continue;
    if (cursor !== null && firstInsight > cursor.time) continue;
    const last = found[limit];
    if (last !== undefined && last.insight.generated_at > lastInsight) continue;
    const part = log.openSealed(number);
    if (part === null) continue;
    const more = insightsOf(part, cursor, limit + 1).map((insight) => ({ insight, part: number }));
    part.close();
    found = [...found, ...more].sort(newestFirst).slice(0, limit + 1);
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1)?.insight;
  return {
    entries: withRatings(log, active, shown, userId),
    next: found.length > limit && last !== undefined ? `${last.generated_at}|${last.id}` : null,
  };
}

/** One past insight by its id, with its rating, or null. */
export function readInsight(log: LogDatabase, id: string, userId: string | null): HistoryEntry | null {
  const active = log.refresh();
  let insight = insightIn(active, id);
  let number: number | null = null;
  for (const summary of log.sealed) {
    if (insight !== null) break;
    if (summary.firstInsight === null) continue;
    const part = log.openSealed(summary.number);
    if (part === null) continue;
    insight = insightIn(part, id);
    number = summary.number;
    part.close();
  }
  return insight === null ? null : (withRatings(log, active, [{ insight, part: number }], userId)[0] ?? null);
}

interface Cursor {
  readonly time: string;
  readonly id: string;
}

function parseCursor(text: string | null): Cursor | null {
  if (text === null) return null;
  const [time, id] = text.split('|');
  if (time === undefined || id === undefined)
    throw new LexyBrainError('store', 'No such place in the history.');
  return { time, id };
}

function insightsOf(part: Part, cursor: Cursor | null, limit: number): InsightRow[] {
  const { time, id } = cursor ?? { time: '\uffff', id: '' };
  // Sorted by their places alone; whole insights would be moved about.
  const places = part.all(
    `SELECT rowid AS place FROM ai_insights WHERE (generated_at, id) < (?, ?)
    ORDER BY generated_at DESC, id DESC LIMIT ?`,
    [time, id, limit],
  );
  return places
    .flatMap(({ place }) => part.all('SELECT * FROM ai_insights WHERE rowid = ?', [place ?? null]))
    .map((row) => readRow(insightRow, row))
    .filter((row) => row !== null);
}

function insightIn(part: Part, id: string): InsightRow | null {
  const row = part.all('SELECT * FROM ai_insights WHERE id = ?', [id])[0];
  return row === undefined ? null : readRow(insightRow, row);
}

function newestFirst(a: Placed, b: Placed): number {
  const [left, right] = [a.insight, b.insight];
  if (left.generated_at !== right.generated_at) return left.generated_at < right.generated_at ? 1 : -1;
  return left.id < right.id ? 1 : -1;
}

/** A rating stands in the part of its insight or a later one; where two writers raced, in the one before. */
function withRatings(
  log: LogDatabase,
  active: Part,
  placed: readonly Placed[],
  userId: string | null,
): HistoryEntry[] {
  const ids = placed.map(({ insight }) => insight.id);
  const newest = log.sealed[0]?.number ?? 0;
  const oldest = Math.min(newest, ...placed.map(({ part }) => part ?? newest)) - 1;
  const ratings = ratingsOf(active, ids, userId);
  for (const { number, ratings: count } of log.sealed) {
    if (number < oldest || count === 0) continue;
    const part = log.openSealed(number);
    if (part === null) continue;
    ratings.push(...ratingsOf(part, ids, userId));
    part.close();
  }
  const latest = new Map<string, FeedbackRecord>();
  for (const rating of ratings) {
    const known = latest.get(rating.response_id);
    if (known === undefined || isLater(rating, known)) latest.set(rating.response_id, rating);
  }
  return placed.map(({ insight }) => {
    const rating = latest.get(insight.id);
    return {
      insight,
      feedback: rating?.feedback ?? null,
      notes: rating === undefined || rating.feedback === null ? null : rating.notes,
    };
  });
}

function ratingsOf(part: Part, responses: readonly string[], userId: string | null): FeedbackRecord[] {
  const rows = part.each(
    `SELECT 'feedback' AS kind, * FROM lexybrain_feedback
    WHERE response_id IN (SELECT value FROM json_each(?)) AND (?2 IS NULL OR user_id = ?2)`,
    [JSON.stringify(responses), userId],
  );
  return [...rows].map((row) => readRow(feedbackRecord, row)).filter((row) => row !== null);
}

/** Which of two ratings counts: the later one; of two at one time that of the larger id. */
export function isLater(a: FeedbackRecord, b: FeedbackRecord): boolean {
  return a.created_at === b.created_at ? a.id > b.id : a.created_at > b.created_at;
}
