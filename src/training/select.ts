import { LexyBrainError } from '../errors.ts';
import { EXTRAS, extraOf } from '../store/extras.ts';
import {
  CHAT_TYPE,
  type GenerationLines,
  type GenerationQuery,
  type LineQuery,
  type StoredGeneration,
} from '../store/types.ts';
import type { Extra, FormatInput, TrainingFilter } from './types.ts';

const BUILTIN = 'builtin';

const LEFT_OUT: Readonly<Record<Extra, string>> = {
  builtin: 'computed by the built-in analyst',
  failed: 'without a usable answer',
  chat: 'free chats over the bridge',
};

/** Which of the extras were asked for, by name or by a filter that names them. */
export function extrasOf(filter: TrainingFilter): ReadonlySet<Extra> {
  const wanted = new Set(filter.include);
  if (filter.providers?.includes(BUILTIN) === true) wanted.add('builtin');
  if (filter.types?.includes(CHAT_TYPE) === true) wanted.add('chat');
  if (filter.success === false) wanted.add('failed');
  return wanted;
}

/** The reason in words why something is left out, or null when it was asked for. */
export function refusal(extra: Extra | null, wanted: ReadonlySet<Extra>): string | null {
  return extra === null || wanted.has(extra) ? null : LEFT_OUT[extra];
}

/** The generations that fit, newest first. */
export async function* select({
  source,
  filter,
  leftOut,
}: Pick<FormatInput, 'source' | 'filter' | 'leftOut'>): AsyncGenerator<StoredGeneration, void, undefined> {
  const wanted = extrasOf(filter);
  // The limit is about rows, of which there may be fewer than generations.
  for await (const generation of source.generations(queryOf(filter))) {
    const reason = refusal(extraOf(generation), wanted);
    if (reason === null) yield generation;
    else leftOut(reason);
  }
}

/** The generations that fit as lines of JSON, newest first. */
export async function* selectLines(
  { source, filter, leftOut }: Pick<FormatInput, 'source' | 'filter' | 'leftOut'>,
  how: Pick<LineQuery, 'shape' | 'users'>,
): AsyncGenerator<GenerationLines, void, undefined> {
  const wanted = extrasOf(filter);
  const query: LineQuery = {
    ...queryOf(filter),
    ...how,
    ...(filter.limit === undefined ? {} : { limit: filter.limit }),
    leaveOut: EXTRAS.filter((extra) => !wanted.has(extra)),
    failed: wanted.has('failed'),
  };
  for await (const lines of source.lines(query)) {
    for (const [extra, count] of Object.entries(lines.leftOut) as [Extra, number][]) {
      leftOut(LEFT_OUT[extra], count);
    }
    yield lines;
  }
}

/** What the store can decide. */
export function queryOf(filter: TrainingFilter): GenerationQuery {
  const query: GenerationQuery & { include?: unknown } = { ...filter, limit: Infinity };
  delete query.include;
  return query;
}

/** The first `limit` of the rows; without one, all of them. */
export async function* take<T>(
  rows: AsyncIterable<T>,
  limit: number | undefined,
): AsyncGenerator<T, void, undefined> {
  let left = limit ?? Infinity;
  if (left <= 0) return;
  for await (const row of rows) {
    yield row;
    left -= 1;
    if (left <= 0) return;
  }
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * A point in time as the log writes it. A mere day (`2026-03-31`, UTC) means its first moment, or as the end of a range
 * its last. Throws `invalid-request`.
 */
export function timeOf(value: Date | string, end: 'from' | 'to'): string {
  const text = value instanceof Date ? value : value.trim();
  const isDay = typeof text === 'string' && DAY.test(text);
  const time = new Date(isDay ? `${text}T${end === 'to' ? '23:59:59.999' : '00:00:00.000'}Z` : text);
  // `new Date` rolls 31 February over into March.
  if (Number.isNaN(time.getTime()) || (isDay && time.toISOString().slice(0, 10) !== text)) {
    throw new LexyBrainError('invalid-request', `“${String(value)}” is no date.`, {
      advice: 'Write it as 2026-03-31, or as 2026-03-31T08:00:00Z.',
    });
  }
  return time.toISOString();
}
