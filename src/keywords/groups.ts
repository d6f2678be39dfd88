import { quantileSorted } from 'simple-statistics';
import type { KeywordGroup, KeywordList } from './types.ts';
import type { Words } from './word-numbers.ts';

const MAX_GROUPS = 12;
const BEST_SHOWN = 10;
/** Rows that are looked at to name a group. */
const NAME_SAMPLE = 500;
/** Demand that may be summed: counts of searches or views. Ranks, indices, buckets and ranges may not. */
const SUMMABLE: ReadonlySet<string> = new Set(['monthly', 'impressions']);

/**
 * Groups by head word. Head words are the content words that part the list best: in many rows, but not in all
 * (rows × share of rows without it, which is largest at half the list). A row belongs to the head word that is rarest
 * of those it has, as that says most about it; where one neighbour nearly always goes with a head word, both name it.
 */
export function groupRows(
  list: KeywordList,
  words: Words,
  ranking: Uint32Array,
  opportunity: Float64Array,
): { readonly groups: readonly KeywordGroup[]; readonly groupOf: Int32Array } {
  const rows = list.keys.length;
  const heads = headWords(words, rows);
  const headOf = new Int32Array(words.surface.length).fill(-1);
  heads.forEach((id, index) => {
    headOf[id] = index;
  });
  const groupOf = new Int32Array(rows).fill(-1);
  for (let row = 0; row < rows; row += 1) {
    let rarest = Infinity;
    for (let at = words.starts[row] ?? 0; at < (words.starts[row + 1] ?? 0); at += 1) {
      const id = words.ids[at] ?? 0;
      const head = headOf[id] ?? -1;
      if (head === -1) continue;
      const count = words.rowCount[id] ?? 0;
      if (count >= rarest) continue;
      rarest = count;
      groupOf[row] = head;
    }
  }
  const members = membersOf(heads.length, groupOf, ranking);
  const summable = list.demand?.kinds.length === 1 && SUMMABLE.has(list.demand.kinds[0] ?? '');
  const used = heads
    .map((id, index) => ({ id, index, rows: members[index] ?? new Uint32Array() }))
    .filter((group) => group.rows.length >= 2)
    .sort((a, b) => b.rows.length - a.rows.length || a.index - b.index);
  const renumbered = new Int32Array(heads.length).fill(-1);
  used.forEach(({ index }, to) => {
    renumbered[index] = to;
  });
  return {
    groupOf: renumber(groupOf, renumbered),
    groups: used.map(({ id, rows: own }) => ({
      name: nameOf(id, words, own),
      count: own.length,
      demand: summable ? sumOf(list.demand.values, own) : null,
      opportunity: medianOf(opportunity, own),
      best: [...own.subarray(0, BEST_SHOWN)],
    })),
  };
}

/** The rows of each group, in the order of the ranking. */
function membersOf(groups: number, groupOf: Int32Array, ranking: Uint32Array): Uint32Array[] {
  const counts = new Uint32Array(groups + 1);
  for (const group of groupOf) {
    counts[group + 1] = (counts[group + 1] ?? 0) + 1;
  }
  const members = Array.from({ length: groups }, (_, group) => new Uint32Array(counts[group + 1] ?? 0));
  const filled = new Uint32Array(groups);
  for (const row of ranking) {
    const group = groupOf[row] ?? -1;
    const own = members[group];
    if (own === undefined) continue;
    const at = filled[group] ?? 0;
    own[at] = row;
    filled[group] = at + 1;
  }
  return members;
}

function renumber(groupOf: Int32Array, to: Int32Array): Int32Array {
  const renumbered = new Int32Array(groupOf.length);
  for (let row = 0; row < groupOf.length; row += 1) {
    const group = groupOf[row] ?? -1;
    renumbered[row] = group === -1 ? -1 : (to[group] ?? -1);
  }
  return renumbered;
}

function headWords(words: Words, rows: number): number[] {
  const least = rows < 20 ? 2 : Math.max(3, Math.ceil(rows * 0.004));
  return [...words.rowCount.keys()]
    .filter(
      (id) =>
        (words.rowCount[id] ?? 0) >= least &&
        words.isStop[id] === 0 &&
        /\p{L}{2}/u.test(words.surface[id] ?? ''),
    )
    .map((id) => ({ id, worth: (words.rowCount[id] ?? 0) * (1.02 - (words.rowCount[id] ?? 0) / rows) }))
    .sort((a, b) => b.worth - a.worth || a.id - b.id)
    .slice(0, MAX_GROUPS)
    .map(({ id }) => id);
}

/** The head word, with the neighbour that stands beside it in at least four of five of its rows. */
function nameOf(id: number, words: Words, rows: Uint32Array): string {
  const before = new Map<number, number>();
  const after = new Map<number, number>();
  const sample = Math.min(rows.length, NAME_SAMPLE);
  for (let member = 0; member < sample; member += 1) {
    const row = rows[member] ?? 0;
    const start = words.starts[row] ?? 0;
    const end = words.starts[row + 1] ?? 0;
    let at = start;
    while (at < end && words.ids[at] !== id) at += 1;
    if (at > start) countOne(before, words.ids[at - 1] ?? 0);
    if (at + 1 < end) countOne(after, words.ids[at + 1] ?? 0);
  }
  const name = words.surface[id] ?? '';
  const usual = (neighbours: ReadonlyMap<number, number>): number | undefined => {
    for (const [other, count] of neighbours)
      if (count >= sample * 0.8 && words.isStop[other] === 0) return other;
    return undefined;
  };
  const left = usual(before);
  if (left !== undefined) return `${words.surface[left] ?? ''} ${name}`;
  const right = usual(after);
  return right === undefined ? name : `${name} ${words.surface[right] ?? ''}`;
}

function countOne(counts: Map<number, number>, id: number): void {
  counts.set(id, (counts.get(id) ?? 0) + 1);
}

function sumOf(values: Float64Array, rows: Uint32Array): number | null {
  let sum = 0;
  let any = false;
  for (const row of rows) {
    const value = values[row] ?? NaN;
    if (value !== value) continue;
    sum += value;
    any = true;
  }
  return any ? sum : null;
}

/** The median of what the rows have: they come best first, so what they have is sorted. */
function medianOf(values: Float64Array, rows: Uint32Array): number | null {
  const there = new Float64Array(rows.length);
  let count = 0;
  for (const row of rows) {
    const value = values[row] ?? NaN;
    if (value !== value) continue;
    there[count] = value;
    count += 1;
  }
  // The library reads by index and length only, which typed arrays have too.
  return count === 0 ? null : quantileSorted(there.subarray(0, count) as unknown as number[], 0.5);
}
