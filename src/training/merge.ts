import { LexyBrainError } from '../errors.ts';
import type { Merged, MergeOptions, WorkspaceDatabase } from '../store/types.ts';

export interface MergeReport {
  /** In the order given; what could not be read says why, and stops none of the others. */
  readonly sources: readonly (
    | { readonly path: string; readonly merged: Merged }
    | { readonly path: string; readonly error: LexyBrainError }
  )[];
  /** All sources together. */
  readonly total: Merged;
}

/**
 * Unites the logs of others with this one, one source after the other; the first to bring an id wins. Doing it twice is
 * the same as once. Throws what the signal throws; what was taken over until then stays.
 */
export async function mergeLogs(
  database: Pick<WorkspaceDatabase, 'merge'>,
  paths: readonly string[],
  options: MergeOptions = {},
): Promise<MergeReport> {
  const sources: MergeReport['sources'][number][] = [];
  let before = 0;
  for (const path of paths) {
    let read = 0;
    const onProgress = (now: number): void => {
      read = now;
      options.onProgress?.(before + now);
    };
    try {
      sources.push({ path, merged: await database.merge(path, { ...options, onProgress }) });
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!LexyBrainError.is(error)) throw error;
      sources.push({ path, error });
    }
    before += read;
  }
  return {
    sources,
    total: sources.reduce((sum, one) => ('merged' in one ? plus(sum, one.merged) : sum), NOTHING),
  };
}

/** What nothing comes to. */
const NOTHING: Merged = {
  added: { generations: 0, ratings: 0, preferences: 0, others: 0 },
  known: 0,
  conflicts: { count: 0, ids: [] },
  refused: [],
};

function plus(a: Merged, b: Merged): Merged {
  const refused = new Map(a.refused.map(({ reason, count }) => [reason, count]));
  for (const { reason, count } of b.refused) refused.set(reason, (refused.get(reason) ?? 0) + count);
  return {
    added: {
      generations: a.added.generations + b.added.generations,
      ratings: a.added.ratings + b.added.ratings,
      preferences: a.added.preferences + b.added.preferences,
      others: a.added.others + b.added.others,
    },
    known: a.known + b.known,
    conflicts: {
      count: a.conflicts.count + b.conflicts.count,
      ids: [...a.conflicts.ids, ...b.conflicts.ids],
    },
    refused: [...refused].map(([reason, count]) => ({ reason, count })),
  };
}
