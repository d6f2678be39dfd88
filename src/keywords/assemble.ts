import { LexyBrainError } from '../errors.ts';
import { kindAt } from './columns.ts';
import type { Drops } from './drops.ts';
import type { CompetitionKind, DemandKind, KeywordList, MetricColumn, MonthlySeries } from './types.ts';

/** A list before duplicates are taken out: columns as long as `terms`. */
export interface Draft extends Omit<KeywordList, 'sourceRows' | 'dropped'> {
  readonly sourceRows: readonly number[] | Uint32Array;
  readonly drops: Drops;
}

/**
 * Makes the list: duplicates by key are dropped. Of two rows with the same key the one with more metrics is kept,
 * then the one with more demand (of the same kind), then the earlier; it stands where the first of them stood.
 * @throws LexyBrainError `list-no-keywords` when nothing is left.
 */
export function assemble(draft: Draft): KeywordList {
  const { drops, ...rest } = draft;
  const keep = rowsToKeep(draft);
  if (keep.length === 0) {
    throw new LexyBrainError('list-no-keywords', `${draft.name} holds no keywords.`, {
      advice:
        'Check that it is the export you meant; a list has one keyword a line, or a column of keywords.',
    });
  }
  drops.add('duplicate', draft.terms.length - keep.length);
  const list = { ...rest, sourceRows: Uint32Array.from(draft.sourceRows), dropped: drops.list() };
  return keep.length === draft.terms.length ? list : pick(list, keep);
}

function rowsToKeep(draft: Draft): Uint32Array {
  const slots = new Map<string, number>();
  const rows = new Uint32Array(draft.keys.length);
  let kept = 0;
  draft.keys.forEach((key, row) => {
    const slot = slots.get(key);
    if (slot === undefined) {
      slots.set(key, kept);
      rows[kept] = row;
      kept += 1;
    } else if (isBetter(draft, row, rows[slot] ?? row)) rows[slot] = row;
  });
  return rows.subarray(0, kept);
}

function isBetter(draft: Draft, row: number, than: number): boolean {
  const more = metricCount(draft, row) - metricCount(draft, than);
  if (more !== 0) return more > 0;
  const { demand } = draft;
  if (demand === null) return false;
  const kind = kindAt(demand, row);
  if (kind !== kindAt(demand, than)) return false;
  const difference = (demand.values[row] ?? NaN) - (demand.values[than] ?? NaN);
  return kind === 'rank' ? difference < 0 : difference > 0;
}

function metricCount(draft: Draft, row: number): number {
  const { demand, competition, trend, cpc, clicks, engagement } = draft;
  let count = 0;
  for (const values of [demand?.values, competition?.values, trend, cpc, clicks, engagement]) {
    if (values !== null && values !== undefined && !Number.isNaN(values[row])) count += 1;
  }
  return count;
}

/** The list with only the given rows, in the given order. */
export function pick(list: KeywordList, rows: ArrayLike<number>): KeywordList {
  const at = Uint32Array.from(rows);
  const numbers = (values: Float64Array | null): Float64Array | null =>
    values === null ? null : Float64Array.from(at, (row) => values[row] ?? NaN);
  return {
    ...list,
    terms: Array.from(at, (row) => list.terms[row] ?? ''),
    keys: Array.from(at, (row) => list.keys[row] ?? ''),
    demand: pickColumn<DemandKind>(list.demand, at),
    competition: pickColumn<CompetitionKind>(list.competition, at),
    trend: numbers(list.trend),
    cpc: numbers(list.cpc),
    clicks: numbers(list.clicks),
    engagement: numbers(list.engagement),
    series: pickSeries(list.series, at),
    sourceRows: Uint32Array.from(at, (row) => list.sourceRows[row] ?? 0),
  };
}

function pickColumn<Kind extends string>(
  column: MetricColumn<Kind> | null,
  at: Uint32Array,
): MetricColumn<Kind> | null {
  if (column === null) return null;
  const { values, kinds, kindOf, bounds } = column;
  return {
    values: Float64Array.from(at, (row) => values[row] ?? NaN),
    kinds,
    kindOf: kindOf === null ? null : Uint8Array.from(at, (row) => kindOf[row] ?? 0),
    bounds: bounds === null ? null : Int8Array.from(at, (row) => bounds[row] ?? 0),
  };
}

function pickSeries(series: MonthlySeries | null, at: Uint32Array): MonthlySeries | null {
  if (series === null) return null;
  const values = new Float64Array(at.length * series.length);
  at.forEach((row, to) =>
    values.set(series.values.subarray(row * series.length, (row + 1) * series.length), to * series.length),
  );
  return { ...series, values };
}
