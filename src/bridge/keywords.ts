import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { COMPETITION_KINDS, DEMAND_KINDS, type ColumnMapping } from '../keywords/types.ts';
import { RequestError } from './answers.ts';
import { checked } from './context.ts';
import type { LongList } from './json-parts.ts';

/** Keywords in the body of a request: terms, or terms with metrics under today's names or LexyHub's. */

const figure = z.number().nullable().optional();
const measure = <const Kinds extends readonly [string, ...string[]]>(kinds: Kinds) =>
  z
    .union([
      z.number(),
      z.object({
        value: z.number(),
        kind: z.enum(kinds).optional(),
        bound: z.enum(['<', '>']).nullable().optional(),
      }),
    ])
    .nullable()
    .optional();

export const keywordSchema = z.object({
  term: z.string().trim().min(1).max(500),
  demand: measure(DEMAND_KINDS).describe('Searches a month, or {value, kind, bound}.'),
  competition: measure(COMPETITION_KINDS).describe('Competing listings, or {value, kind, bound}.'),
  trend: figure.describe('Relative change: 0.12 is +12 %.'),
  cpc: figure.describe('Cost per click in units of the currency.'),
  clicks: figure,
  engagement: figure.describe('Click-through or conversion as a ratio.'),
  demand_index: figure.describe('Old name: demand of kind index.'),
  competition_score: figure.describe('Old name: competition of kind index.'),
  trend_momentum: figure.describe('Old name of trend.'),
  engagement_score: figure.describe('Old name of engagement.'),
  ai_opportunity_score: figure.describe(
    'Old name; accepted and not used: scores are computed from the other figures.',
  ),
});

const termSchema = keywordSchema.shape.term;
/** How they are documented. */
export const keywordsSchema = z
  .array(z.union([termSchema, keywordSchema]))
  .min(1)
  .max(100_000);
type Keyword = z.infer<typeof keywordSchema>;
/** How they are received: each was checked when it was read. */
export const checkedKeywords = z.array(z.custom<Keyword>()).min(1).max(100_000);

/** The list of a body, each keyword checked as it is read: the first that is not as it should be ends it. */
export const KEYWORD_LIST: LongList = {
  name: 'keywords',
  take: (keyword, place): Keyword => {
    const at = ['keywords', place];
    return typeof keyword === 'string'
      ? { term: checked(termSchema, keyword, at) }
      : checked(keywordSchema, keyword, at);
  },
};

/** So many rows are written at a time (about 3 ms), then others have their turn. */
const AT_A_TIME = 500;

interface Measure {
  readonly value: number;
  readonly kind?: string | undefined;
  readonly bound?: '<' | '>' | null | undefined;
}

/**
 * The keywords as the bytes of a table, and what its columns are, for the reader of keyword lists. Throws a RequestError where
 * kinds are mixed.
 */
export async function keywordTable(keywords: readonly Keyword[]): Promise<{
  readonly bytes: Uint8Array;
  readonly columns?: ColumnMapping;
}> {
  const demand = new Kinds('demand', 'monthly');
  const competition = new Kinds('competition', 'count');
  const cellsOf = (row: Keyword) => ({
    Keyword: row.term,
    Demand: demand.cell(row.demand ?? asIndex(row.demand_index)),
    Competition: competition.cell(row.competition ?? asIndex(row.competition_score)),
    // A ratio as per cent, which says its unit; what the old names held is for the reader to judge.
    Trend: percent(row.trend) || plain(row.trend_momentum),
    CPC: plain(row.cpc),
    Clicks: plain(row.clicks),
    Engagement: percent(row.engagement) || plain(row.engagement_score),
  });
  const used = new Set<string>();
  // Written as they are read: to write all of them at the end would hold others up.
  const tables: Uint8Array[] = [];
  const terms: Uint8Array[] = [];
  for (let place = 0; place < keywords.length; place += AT_A_TIME) {
    if (place > 0) await setImmediate();
    const rows = keywords.slice(place, place + AT_A_TIME).map(cellsOf);
    for (const row of rows)
      for (const [column, cell] of Object.entries(row)) if (cell !== '') used.add(column);
    const mark = place === 0 ? '[' : ',';
    tables.push(Buffer.from(mark + JSON.stringify(rows).slice(1, -1)));
    terms.push(Buffer.from(mark + JSON.stringify(rows.map((row) => row.Keyword)).slice(1, -1)));
  }
  const bytes = (lists: readonly Uint8Array[]): Uint8Array => Buffer.concat([...lists, Buffer.from(']')]);
  if (used.size === 1) return { bytes: bytes(terms) };
  const columns: ColumnMapping = {
    term: 'Keyword',
    ...(used.has('Demand') ? { demand: 'Demand', demandKind: demand.kind } : {}),
    ...(used.has('Competition') ? { competition: 'Competition', competitionKind: competition.kind } : {}),
    ...(used.has('Trend') ? { trend: 'Trend' } : {}),
    ...(used.has('CPC') ? { cpc: 'CPC' } : {}),
    ...(used.has('Clicks') ? { clicks: 'Clicks' } : {}),
    ...(used.has('Engagement') ? { engagement: 'Engagement' } : {}),
  } as ColumnMapping;
  return { bytes: bytes(tables), columns };
}

/** The one kind of a column: kinds are never mixed. */
class Kinds {
  readonly #name: string;
  readonly #otherwise: string;
  #kind: string | null = null;

  constructor(name: string, otherwise: string) {
    this.#name = name;
    this.#otherwise = otherwise;
  }

  get kind(): string {
    return this.#kind ?? this.#otherwise;
  }

  cell(measure: number | Measure | null | undefined): string {
    if (measure === null || measure === undefined) return '';
    const {
      value,
      kind = this.#otherwise,
      bound = null,
    } = typeof measure === 'number' ? { value: measure } : measure;
    if (this.#kind !== null && this.#kind !== kind) {
      throw new RequestError(
        422,
        'invalid_request',
        `Kinds of ${this.#name} cannot be mixed in one list: ${this.#kind} and ${kind}.`,
      );
    }
    this.#kind = kind;
    return `${bound ?? ''}${plain(value)}`;
  }
}

function asIndex(value: number | null | undefined): Measure | null {
  return value === null || value === undefined ? null : { value, kind: 'index' };
}

const PLAIN = new Intl.NumberFormat('en', { useGrouping: false, maximumFractionDigits: 12 });

/** A number as text that is read back as the same number: no exponent, no three decimals that look like thousands. */
function plain(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = PLAIN.format(value);
  return /\.\d{3}$/.test(text) ? `${text}0` : text;
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : `${plain(value * 100)}%`;
}
