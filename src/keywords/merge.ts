import { assemble } from './assemble.ts';
import { Drops } from './drops.ts';
import type { KeywordList, MetricColumn, MonthlySeries } from './types.ts';

/**
 * One list of several. Every row keeps the kind its source measured: kinds are never mixed or added. Duplicates are
 * dropped as within a list. Costs per click are kept only where all sources name them in the same currency.
 */
export function mergeKeywordLists(lists: readonly KeywordList[]): KeywordList {
  const [only, second] = lists;
  if (only !== undefined && second === undefined) return only;
  const drops = new Drops();
  for (const { reason, count } of lists.flatMap((list) => list.dropped)) drops.add(reason, count);
  const notes = [...new Set(lists.flatMap((list) => list.notes))];
  const priced = lists.filter((list) => list.cpc !== null);
  const currencies = new Set(priced.map((list) => list.currency));
  if (currencies.size > 1)
    notes.push('Costs per click were left out: the lists have different or unknown currencies.');
  const series = mergeSeries(lists);
  if (series === null && lists.some((list) => list.series !== null)) {
    notes.push('Monthly series were left out: the lists cover different months.');
  }
  return assemble({
    name: lists.map((list) => list.name).join(' + '),
    tool: distinct(lists.map((list) => list.tool)).join('+'),
    toolLabel: distinct(lists.map((list) => list.toolLabel)).join(' + '),
    market: same(lists.map((list) => list.market)),
    currency: same((priced.length > 0 ? priced : lists).map((list) => list.currency)),
    encoding: distinct(lists.map((list) => list.encoding)).join('+'),
    delimiter: same(lists.map((list) => list.delimiter)),
    terms: lists.flatMap((list) => list.terms),
    keys: lists.flatMap((list) => list.keys),
    demand: mergeColumn(lists, (list) => list.demand),
    competition: mergeColumn(lists, (list) => list.competition),
    trend: mergeNumbers(lists, (list) => list.trend),
    cpc: currencies.size === 1 ? mergeNumbers(lists, (list) => list.cpc) : null,
    clicks: mergeNumbers(lists, (list) => list.clicks),
    engagement: mergeNumbers(lists, (list) => list.engagement),
    series,
    sourceRows: lists.flatMap((list) => [...list.sourceRows]),
    notes,
    drops,
  });
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

/** The value all have in common, else null. */
function same(values: readonly (string | null)[]): string | null {
  const [first = null, ...others] = new Set(values);
  return others.length === 0 ? first : null;
}

const rowsOf = (lists: readonly KeywordList[]): number =>
  lists.reduce((sum, list) => sum + list.terms.length, 0);

function mergeNumbers(
  lists: readonly KeywordList[],
  of: (list: KeywordList) => Float64Array | null,
): Float64Array | null {
  if (lists.every((list) => of(list) === null)) return null;
  const merged = new Float64Array(rowsOf(lists)).fill(NaN);
  let at = 0;
  for (const list of lists) {
    const values = of(list);
    if (values !== null) merged.set(values, at);
    at += list.terms.length;
  }
  return merged;
}

function mergeColumn<Kind extends string>(
  lists: readonly KeywordList[],
  of: (list: KeywordList) => MetricColumn<Kind> | null,
): MetricColumn<Kind> | null {
  const values = mergeNumbers(lists, (list) => of(list)?.values ?? null);
  if (values === null) return null;
  const kinds = [...new Set(lists.flatMap((list) => of(list)?.kinds ?? []))];
  const kindOf = new Uint8Array(values.length);
  const bounds = new Int8Array(values.length);
  let at = 0;
  for (const list of lists) {
    const column = of(list);
    if (column !== null) {
      const kindIndex = column.kinds.map((kind) => kinds.indexOf(kind));
      for (let row = 0; row < list.terms.length; row += 1) {
        kindOf[at + row] = kindIndex[column.kindOf?.[row] ?? 0] ?? 0;
      }
      if (column.bounds !== null) bounds.set(column.bounds, at);
    }
    at += list.terms.length;
  }
  return {
    values,
    kinds,
    kindOf: kinds.length === 1 ? null : kindOf,
    bounds: bounds.some((bound) => bound !== 0) ? bounds : null,
  };
}

/** Series of the same months side by side; null when the sources' months differ. */
function mergeSeries(lists: readonly KeywordList[]): MonthlySeries | null {
  const present = lists.flatMap((list) => (list.series === null ? [] : [list.series]));
  const [first] = present;
  if (first === undefined) return null;
  if (present.some(({ length, firstMonth }) => length !== first.length || firstMonth !== first.firstMonth))
    return null;
  const values = new Float64Array(rowsOf(lists) * first.length).fill(NaN);
  let at = 0;
  for (const list of lists) {
    if (list.series !== null) values.set(list.series.values, at * first.length);
    at += list.terms.length;
  }
  return { ...first, values };
}
