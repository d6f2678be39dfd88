/** What a keyword tool measures under the name of demand. Kinds are never compared with each other or added. */
export const DEMAND_KINDS = ['monthly', 'bucket', 'range', 'impressions', 'index', 'rank'] as const;
export type DemandKind = (typeof DEMAND_KINDS)[number];

/** `index`, `density` and `difficulty` are 0-1; `count` is a number of competing listings with no fixed top. */
export const COMPETITION_KINDS = ['index', 'density', 'difficulty', 'count'] as const;
export type CompetitionKind = (typeof COMPETITION_KINDS)[number];

/** `<`: the true value is below the given one; `>`: above it; null: exact. */
export type Bound = '<' | '>' | null;

export interface Measure<Kind extends string> {
  readonly value: number;
  readonly kind: Kind;
  readonly bound: Bound;
}

/** One metric of a whole list, a value per row; NaN is missing, which is never 0. */
export interface MetricColumn<Kind extends string> {
  readonly values: Float64Array;
  /** The kinds that occur. A list of one source has exactly one. */
  readonly kinds: readonly Kind[];
  /** Per row an index into `kinds`; null when every row has `kinds[0]`. */
  readonly kindOf: Uint8Array | null;
  /** Per row -1 for `<`, 1 for `>`, 0 for none; null when no row has a bound. */
  readonly bounds: Int8Array | null;
}

/** Monthly values per keyword, oldest first, as far as the file has them. */
export interface MonthlySeries {
  /** Row-major: the values of row r are at r × length … ; NaN is missing. */
  readonly values: Float64Array;
  /** Months per row (12 or 24 in practice). */
  readonly length: number;
  /** The first month as YYYY-MM, or null when the file does not say which months these are. */
  readonly firstMonth: string | null;
}

export interface Dropped {
  /** In the user's words: "totals row", "duplicate", "no keyword". */
  readonly reason: string;
  readonly count: number;
}

/** A keyword list in columns. All arrays are as long as `terms`. */
export interface KeywordList {
  /** What the user knows it by: the file's name, or "Selection", "Pasted keywords". Never a path. */
  readonly name: string;
  /** Format id (`erank-keyword-tool`, `plain`, `table`, …); merged lists join theirs with `+`. */
  readonly tool: string;
  /** The tool's own name for people ("eRank Keyword Tool"). */
  readonly toolLabel: string;
  /** Market the tool implies (`etsy`, `amazon`, `google`, …) or null. */
  readonly market: string | null;
  /** ISO 4217, null when the file does not say: never guessed. */
  readonly currency: string | null;
  readonly encoding: string;
  /** The delimiter character, or null for plain lists. */
  readonly delimiter: string | null;
  /** The list's own spelling. */
  readonly terms: readonly string[];
  /** `termKey` of each term; unique within the list. */
  readonly keys: readonly string[];
  readonly demand: MetricColumn<DemandKind> | null;
  readonly competition: MetricColumn<CompetitionKind> | null;
  /** Relative change: 0.12 is +12 %. */
  readonly trend: Float64Array | null;
  /** Cost per click in units of `currency`. */
  readonly cpc: Float64Array | null;
  readonly clicks: Float64Array | null;
  /** Click-through or conversion as a ratio; may pass 1 (eRank). */
  readonly engagement: Float64Array | null;
  readonly series: MonthlySeries | null;
  /** 1-based line (record) of each row in its file. */
  readonly sourceRows: Uint32Array;
  readonly dropped: readonly Dropped[];
  /** What the user should know about the reading, in their words. */
  readonly notes: readonly string[];
}

/** By what a list is looked at: it decides relevance and what counts as a brand. */
export interface ListView {
  /** What the user sells, one line; null when not told. */
  readonly product: string | null;
  readonly nicheTerms: readonly string[];
  /** Brand names the user added to or removed from the built-in list. */
  readonly brands: { readonly add: readonly string[]; readonly remove: readonly string[] };
  /** YYYY-MM-DD; seasons are judged by it. */
  readonly today: string;
}

export interface Scores {
  /** Each 0-1, or null when the list does not have what it takes. */
  readonly opportunity: number | null;
  readonly demand: number | null;
  /** Lower is better: 0 is free, 1 is saturated. */
  readonly competition: number | null;
  readonly momentum: number | null;
  readonly novelty: number | null;
  readonly profit: number | null;
  /** Closeness to the product; null when no product was told. */
  readonly relevance: number | null;
}

/** One row of a list as it is shown beside a term. */
export interface KeywordFigures {
  readonly term: string;
  /** 0-based index in the list. */
  readonly index: number;
  /** 1-based record in the file. */
  readonly sourceRow: number;
  readonly demand: Measure<DemandKind> | null;
  readonly competition: Measure<CompetitionKind> | null;
  readonly trend: number | null;
  readonly cpc: number | null;
  readonly clicks: number | null;
  readonly engagement: number | null;
  readonly scores: Scores;
  readonly brandLike: boolean;
  /** The head words this keyword is grouped under, or null. */
  readonly group: string | null;
}

/** min, quartiles and max of the values that are there. */
export interface Quantiles {
  /** How many rows have the metric. */
  readonly count: number;
  readonly min: number;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
  readonly max: number;
}

export interface KeywordGroup {
  /** Head words, in the list's spelling. */
  readonly name: string;
  readonly count: number;
  /** Sum of the rows' demand, null when there is none or kinds differ or cannot be added (ranks, indices). */
  readonly demand: number | null;
  /** Median opportunity of its rows, or null. */
  readonly opportunity: number | null;
  /** Row indices, best first, at most 10. */
  readonly best: readonly number[];
}

/** Everything computed about a list as seen by a `ListView`. Arrays are as long as the list; NaN is "cannot be known". */
export interface ListAnalysis {
  readonly opportunity: Float64Array;
  readonly demand: Float64Array;
  readonly competition: Float64Array;
  readonly momentum: Float64Array;
  readonly novelty: Float64Array;
  readonly profit: Float64Array;
  readonly relevance: Float64Array;
  /** 1 for brand-like terms. */
  readonly brandLike: Uint8Array;
  /** The row of which this one is a near-duplicate (the better one), or -1. */
  readonly duplicateOf: Int32Array;
  /** Index into `groups`, or -1. */
  readonly groupOf: Int32Array;
  readonly groups: readonly KeywordGroup[];
  /** Rows from best to worst opportunity; brand-like, near-duplicate and (with a product) irrelevant rows left out. */
  readonly ranked: Uint32Array;
  readonly quantiles: {
    readonly demand: Quantiles | null;
    readonly competition: Quantiles | null;
    readonly trend: Quantiles | null;
    readonly cpc: Quantiles | null;
    readonly clicks: Quantiles | null;
    readonly engagement: Quantiles | null;
  };
  /** Share of rows (0-1) that have each metric. */
  readonly coverage: {
    readonly demand: number;
    readonly competition: number;
    readonly trend: number;
    readonly cpc: number;
    readonly clicks: number;
    readonly engagement: number;
  };
  /** Calendar months (1-12) in which the list's demand peaks, from the series; empty when unknown. */
  readonly peakMonths: readonly number[];
  /** ISO 639-1 codes with their share of the terms, largest first. */
  readonly languages: readonly { readonly code: string; readonly share: number }[];
}

/** What others than the keyword worker know of a list. Plain data. */
export interface ListSummary {
  readonly name: string;
  readonly tool: string;
  readonly toolLabel: string;
  readonly market: string | null;
  readonly currency: string | null;
  /** sha256 (hex) over the terms and every metric. */
  readonly hash: string;
  readonly rows: number;
  readonly demandKinds: readonly DemandKind[];
  readonly competitionKinds: readonly CompetitionKind[];
  readonly hasCpc: boolean;
  readonly dropped: readonly Dropped[];
  readonly notes: readonly string[];
}

/** The figures of a whole list that an insight may speak of. Plain data. */
export interface ListFigures {
  readonly rows: number;
  readonly quantiles: ListAnalysis['quantiles'];
  readonly coverage: ListAnalysis['coverage'];
  readonly groups: readonly {
    readonly name: string;
    readonly count: number;
    readonly demand: number | null;
    readonly opportunity: number | null;
  }[];
  readonly peakMonths: readonly number[];
  readonly languages: ListAnalysis['languages'];
  readonly brandLikeCount: number;
  readonly duplicateCount: number;
  readonly decliningCount: number;
  readonly risingCount: number;
  /** Keywords whose competition is in the list's top quarter and whose opportunity is in its bottom quarter. */
  readonly saturatedCount: number;
}

/** The few hundred tokens that stand for a list of any length. */
export interface Digest {
  /** The text that goes into a prompt. */
  readonly text: string;
  /** Rows of the list shown in it. */
  readonly shown: number;
  readonly total: number;
  /** The terms shown, in the list's spelling (an `enum` for models that take one). */
  readonly terms: readonly string[];
  /** Estimated tokens of `text`. */
  readonly tokens: number;
  /** Bumped when the text changes for the same list; part of the question's hash. */
  readonly version: number;
}

export const PAGE_ORDERS = ['file', 'opportunity', 'demand', 'competition', 'trend', 'cpc', 'term'] as const;
export type PageOrder = (typeof PAGE_ORDERS)[number];

/** Which rows of a list to show. */
export interface RowsQuery {
  readonly order: PageOrder;
  /** Words, or parts of words, that a row's term must hold, all of them; empty: every row. */
  readonly search: string;
  /** 0-based position among the rows found. */
  readonly from: number;
  readonly count: number;
}

/** A page of rows, and how many rows were found in all. */
export interface ListRows {
  readonly rows: readonly KeywordFigures[];
  readonly total: number;
}

/** What a column of a table can be read as. */
export const COLUMN_FIELDS = [
  'term',
  'demand',
  'competition',
  'trend',
  'cpc',
  'clicks',
  'engagement',
] as const;
export type ColumnField = (typeof COLUMN_FIELDS)[number];

/** Which column of a table is what, by header name (or `column N`, counted from 1, where there is no name). */
export interface ColumnMapping {
  readonly term: string;
  readonly demand?: string;
  /** `monthly` when not told. */
  readonly demandKind?: DemandKind;
  readonly competition?: string;
  /** By the column's name and values when not told. */
  readonly competitionKind?: CompetitionKind;
  readonly trend?: string;
  readonly cpc?: string;
  readonly clicks?: string;
  readonly engagement?: string;
}

/** What a table that no format knows seems to hold, for the user to confirm or correct. */
export interface ColumnGuess {
  /** The columns' names, blank and repeated ones made distinct. */
  readonly columns: readonly string[];
  readonly mapping: ColumnMapping;
  /** The first rows, to show beside the names. */
  readonly sample: readonly (readonly string[])[];
  /** Equal for files with the same header: the key under which a confirmed mapping is remembered. */
  readonly headerKey: string;
  /** True when the names alone say it; false when the values had to. */
  readonly certain: boolean;
}
