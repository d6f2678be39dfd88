import * as z from 'zod';
import { keywordFiguresSchema } from '../generation/types.ts';
import { INSIGHT_TYPES } from '../insights/catalogue.ts';
import { COMPETITION_KINDS, DEMAND_KINDS, PAGE_ORDERS } from '../keywords/types.ts';

/**
 * The messages between the extension and the preview of a list. The extension owns the list, which stays in the keyword
 * worker; the page asks for the rows in sight, a page at a time, and owns only how it looks at them.
 */

/** Most rows that one message carries. */
export const MOST_ROWS = 500;
/** Most characters that are searched for. */
export const MOST_SEARCHED = 200;

/** Columns that a list may have beside its terms; shown where any row has a value. */
export const METRIC_COLUMNS = ['demand', 'competition', 'trend', 'cpc', 'clicks', 'engagement'] as const;
export type MetricColumnId = (typeof METRIC_COLUMNS)[number];

const order = z.enum(PAGE_ORDERS);
/** Words that the rows shown hold; empty: all rows. */
const search = z.string().max(MOST_SEARCHED);
/** Counts up each time the list is read anew, so that rows of an earlier reading are not mixed in. */
const revision = z.int().nonnegative();

const list = z.object({
  name: z.string(),
  toolLabel: z.string(),
  market: z.string().nullable(),
  currency: z.string().nullable(),
  rows: z.int().nonnegative(),
  demandKinds: z.array(z.enum(DEMAND_KINDS)),
  competitionKinds: z.array(z.enum(COMPETITION_KINDS)),
  columns: z.array(z.enum(METRIC_COLUMNS)),
  dropped: z.array(z.object({ reason: z.string(), count: z.int() })),
  notes: z.array(z.string()),
  /** What the user sells, as told for this list. */
  product: z.string().nullable(),
  /** How the columns of a table that no format knows were found; null where the format is known. */
  table: z.enum(['guessed', 'recognised', 'confirmed']).nullable(),
});
export type PreviewedList = z.infer<typeof list>;

const previewState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reading'), name: z.string() }),
  z.object({
    kind: z.literal('failed'),
    name: z.string(),
    message: z.string(),
    advice: z.string().nullable(),
  }),
  z.object({ kind: z.literal('open'), list }),
]);
export type PreviewState = z.infer<typeof previewState>;

/** Extension → page. */
export const toListPageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('strings'), strings: z.record(z.string(), z.string()), locale: z.string() }),
  z.object({ type: z.literal('state'), revision, state: previewState }),
  z.object({
    type: z.literal('rows'),
    revision,
    order,
    search,
    from: z.int().nonnegative(),
    rows: z.array(keywordFiguresSchema).max(MOST_ROWS),
    /** Rows found in all. */
    total: z.int().nonnegative(),
  }),
  /** Show this row (its index in the list) and make it the active one. */
  z.object({ type: z.literal('reveal'), revision, index: z.int().nonnegative() }),
]);
export type ToListPage = z.infer<typeof toListPageSchema>;

/** Page → extension. */
export const fromListPageSchema = z.discriminatedUnion('type', [
  /** The page listens; nothing is sent before. */
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('rows'),
    revision,
    order,
    search,
    from: z.int().nonnegative(),
    count: z.int().min(1).max(MOST_ROWS),
  }),
  z.object({ type: z.literal('insight'), insightType: z.enum(INSIGHT_TYPES) }),
  /** Open the file at the row that stands at this position; the page need not have it yet. */
  z.object({ type: z.literal('openRow'), revision, order, search, position: z.int().nonnegative() }),
  z.object({ type: z.literal('openText') }),
  z.object({ type: z.literal('chooseColumns') }),
]);
export type FromListPage = z.infer<typeof fromListPageSchema>;

/** How the page looks at the list; kept while it is hidden and over a reload. No data. */
export const savedListPageSchema = z.object({
  version: z.literal(1),
  order,
  search,
  /** Position of the active row in that order. */
  active: z.int().nonnegative(),
  /** Position of the first row in sight. */
  top: z.number().nonnegative(),
});
export type SavedListPage = z.infer<typeof savedListPageSchema>;
