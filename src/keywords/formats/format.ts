import type { CompetitionKind, DemandKind } from '../types.ts';
import type { Name } from '../header.ts';
import type { NumberUnit } from '../numbers.ts';

/** Rows of cells under a header, as a format reads them. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** 1-based record in the file of a row. */
  sourceRow(row: number): number;
}

/** Where a metric stands. The first source whose column exists and holds a value is the one that is read. */
export interface MetricSource {
  readonly names: readonly Name[];
  /** One value out of all the columns that match, where a row has any of them. */
  readonly combine?: 'mean' | 'sum';
  readonly unit?: NumberUnit;
}

export interface DemandSource extends MetricSource {
  readonly kind: DemandKind;
}

export interface CompetitionSource extends MetricSource {
  readonly kind: CompetitionKind;
  /** Divides the file's figure: difficulties of 0-100 are kept as 0-1; `auto` where the file has values above 1. */
  readonly per?: 100 | 'auto';
}

/** Monthly figures: a column a month, or one cell that lists them, oldest first. */
export type SeriesSource =
  | { readonly from: 'columns'; readonly pattern: RegExp; month(headerCell: string): string | null }
  | { readonly from: 'cell'; readonly names: readonly Name[]; firstMonth(headerCell: string): string | null };

/** What one export of one tool looks like. Names are in lower case, as `headerName` makes them. */
export interface Format {
  /** Stable id, kept with the list: `erank-keyword-tool`. */
  readonly id: string;
  /** The tool's own name. */
  readonly label: string;
  readonly market: string | null;
  /** Groups of names; a header has this format when each group has a column. */
  readonly signature: readonly (readonly Name[])[];
  /** Names that must not be in the header. */
  readonly without?: readonly Name[];
  /** Why a list cannot be made of it. */
  readonly refusal?: { readonly message: string; readonly advice: string };
  readonly term: readonly Name[];
  /** Read where the cell of `term` is empty. */
  readonly termElse?: readonly Name[];
  readonly demand?: readonly DemandSource[];
  readonly competition?: readonly CompetitionSource[];
  readonly trend?: readonly MetricSource[];
  readonly cpc?: readonly MetricSource[];
  readonly clicks?: readonly MetricSource[];
  readonly engagement?: readonly MetricSource[];
  readonly series?: SeriesSource;
  /** A column that holds the currency's ISO code, or a pattern whose first group finds it in the cost column's name. */
  readonly currency?: { readonly column?: readonly Name[]; readonly inName?: RegExp };
  /** True for rows that sum up others. */
  isTotal?(cells: readonly string[], term: string): boolean;
  /** What the user should know, from the file's name and the lines before the header. */
  notes?(fileName: string, preamble: readonly (readonly string[])[]): readonly string[];
  /**
   * For files that are no plain table under one header: makes one of the records, or returns null when the
   * records are not of this format. `signature` is then not looked at.
   */
  reshape?(records: readonly (readonly string[])[]): (Table & { readonly headerRow: number }) | null;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** "Oct 2020" or "October 2020" as 2020-10; null when it is no month in English. */
export function monthOf(text: string): string | null {
  const match = /([a-z]{3})[a-z]*\.?\s+((?:19|20)[0-9]{2})/i.exec(text);
  const month = MONTHS.indexOf(match?.[1]?.toLowerCase() ?? '') + 1;
  return match?.[2] === undefined || month === 0 ? null : `${match[2]}-${String(month).padStart(2, '0')}`;
}
