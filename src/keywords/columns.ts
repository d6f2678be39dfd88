import type { Measure, MetricColumn } from './types.ts';

/** The kind of a row's metric. */
export function kindAt<Kind extends string>(column: MetricColumn<Kind>, row: number): Kind | undefined {
  return column.kinds[column.kindOf?.[row] ?? 0];
}

/** A row's number, or null where it is missing. */
export function numberAt(values: Float64Array | null, row: number): number | null {
  const value = values?.[row];
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** A metric of a row with its kind and bound; null when the row does not have it. */
export function measureAt<Kind extends string>(
  column: MetricColumn<Kind> | null,
  row: number,
): Measure<Kind> | null {
  if (column === null) return null;
  const value = numberAt(column.values, row);
  const kind = kindAt(column, row);
  if (value === null || kind === undefined) return null;
  const bound = column.bounds?.[row] ?? 0;
  return { value, kind, bound: bound === 0 ? null : bound < 0 ? '<' : '>' };
}
