import { LexyBrainError } from '../errors.ts';
import { kindAt } from './columns.ts';
import type { Drops } from './drops.ts';
import type { CompetitionKind, DemandKind, KeywordList, MetricColumn, MonthlySeries } from './types.ts';
import { numberKeys, rememberNumbers } from './word-numbers.ts';

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
  const numbered = numberKeys(draft.keys);
  const keep = rowsToKeep(draft, numbered.hashes);
  if (keep.length === 0) {
    throw new LexyBrainError('list-no-keywords', `${draft.name} holds no keywords.`, {
      advice:
        'Check that it is the export you meant; a list has one keyword a line, or a column of keywords.',
    });
  }
  drops.add('duplicate', draft.terms.length - keep.length);
  const list = { ...rest, sourceRows: new Uint32Array(draft.sourceRows), dropped: drops.list() };
  const kept = keep.length === draft.terms.length ? list : pick(list, keep);
  rememberNumbers(kept.keys, { numbered, rows: keep });
  return kept;
}

/** The rows to keep, found by the hashes of their keys: no further hash is made of a string. */
function rowsToKeep(draft: Draft, hashes: Int32Array): Uint32Array {
  const { keys } = draft;
  const mask = 2 ** Math.ceil(Math.log2(keys.length * 2 + 2)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  const rows = new Uint32Array(keys.length);
  let kept = 0;
  for (let row = 0; row < keys.length; row += 1) {
    const hash = hashes[row] ?? 0;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const place = slots[slot] ?? -1;
      if (place === -1) {
        slots[slot] = kept;
        rows[kept] = row;
        kept += 1;
        break;
      }
      const other = rows[place] ?? 0;
      if (hashes[other] === hash && keys[other] === keys[row]) {
        if (isBetter(draft, row, other)) rows[place] = row;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
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
function pick(list: KeywordList, rows: Uint32Array): KeywordList {
  const terms = pickStrings(list.terms, rows);
  return {
    ...list,
    terms,
    keys: list.keys === list.terms ? terms : pickStrings(list.keys, rows),
    demand: pickColumn<DemandKind>(list.demand, rows),
    competition: pickColumn<CompetitionKind>(list.competition, rows),
    trend: pickValues(list.trend, rows),
    cpc: pickValues(list.cpc, rows),
    clicks: pickValues(list.clicks, rows),
    engagement: pickValues(list.engagement, rows),
    series: pickSeries(list.series, rows),
    sourceRows: pickNumbers(list.sourceRows, rows),
  };
}

function pickStrings(strings: readonly string[], rows: Uint32Array): string[] {
  const picked: string[] = [];
  for (const row of rows) picked.push(strings[row] ?? '');
  return picked;
}

function pickNumbers(numbers: Uint32Array, rows: Uint32Array): Uint32Array {
  const picked = new Uint32Array(rows.length);
  for (let to = 0; to < rows.length; to += 1) picked[to] = numbers[rows[to] ?? 0] ?? 0;
  return picked;
}

function pickValues<Values extends Float64Array | null>(
  values: Values,
  rows: Uint32Array,
): Values | Float64Array {
  if (values === null) return values;
  const picked = new Float64Array(rows.length);
  for (let to = 0; to < rows.length; to += 1) picked[to] = values[rows[to] ?? 0] ?? NaN;
  return picked;
}

function pickColumn<Kind extends string>(
  column: MetricColumn<Kind> | null,
  rows: Uint32Array,
): MetricColumn<Kind> | null {
  if (column === null) return null;
  const { values, kinds, kindOf, bounds } = column;
  return {
    values: pickValues(values, rows),
    kinds,
    kindOf: kindOf === null ? null : new Uint8Array(rows.map((row) => kindOf[row] ?? 0)),
    bounds: bounds === null ? null : new Int8Array(rows.map((row) => bounds[row] ?? 0)),
  };
}

function pickSeries(series: MonthlySeries | null, rows: Uint32Array): MonthlySeries | null {
  if (series === null) return null;
  const { length } = series;
  const values = new Float64Array(rows.length * length);
  for (let to = 0; to < rows.length; to += 1) {
    const from = (rows[to] ?? 0) * length;
    for (let month = 0; month < length; month += 1)
      values[to * length + month] = series.values[from + month] ?? NaN;
  }
  return { ...series, values };
}
