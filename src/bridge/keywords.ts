import * as z from 'zod';
import { COMPETITION_KINDS, DEMAND_KINDS, type ColumnMapping } from '../keywords/types.ts';
import { RequestError } from './answers.ts';

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

export const keywordsSchema = z
  .array(z.union([z.string().trim().min(1).max(500), keywordSchema]))
  .min(1)
  .max(100_000);

type Keyword = z.infer<typeof keywordSchema>;
interface Measure {
  readonly value: number;
  readonly kind?: string | undefined;
  readonly bound?: '<' | '>' | null | undefined;
}

/** The keywords as the bytes of a table, and what its columns are, for the reader of keyword lists. */
export function keywordTable(keywords: z.infer<typeof keywordsSchema>): {
  readonly bytes: Uint8Array;
  readonly columns?: ColumnMapping;
} {
  const rows: readonly Keyword[] = keywords.map((each) => (typeof each === 'string' ? { term: each } : each));
  const demand = new Kinds('demand', 'monthly');
  const competition = new Kinds('competition', 'count');
  const cells = rows.map((row) => ({
    Keyword: row.term,
    Demand: demand.cell(row.demand ?? asIndex(row.demand_index)),
    Competition: competition.cell(row.competition ?? asIndex(row.competition_score)),
    // A ratio as per cent, which says its unit; what the old names held is for the reader to judge.
    Trend: percent(row.trend) || plain(row.trend_momentum),
    CPC: plain(row.cpc),
    Clicks: plain(row.clicks),
    Engagement: percent(row.engagement) || plain(row.engagement_score),
  }));
  const has = (column: keyof (typeof cells)[number]): boolean => cells.some((row) => row[column] !== '');
  const columns: ColumnMapping = {
    term: 'Keyword',
    ...(has('Demand') ? { demand: 'Demand', demandKind: demand.kind } : {}),
    ...(has('Competition') ? { competition: 'Competition', competitionKind: competition.kind } : {}),
    ...(has('Trend') ? { trend: 'Trend' } : {}),
    ...(has('CPC') ? { cpc: 'CPC' } : {}),
    ...(has('Clicks') ? { clicks: 'Clicks' } : {}),
    ...(has('Engagement') ? { engagement: 'Engagement' } : {}),
  } as ColumnMapping;
  const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const onlyTerms = Object.keys(columns).length === 1;
  return onlyTerms ? { bytes: bytes(cells.map((row) => row.Keyword)) } : { bytes: bytes(cells), columns };
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

/** A number as text that is read back as the same number: no exponent, no three decimals that look like thousands. */
function plain(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  const text = value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 12 });
  return /\.\d{3}$/.test(text) ? `${text}0` : text;
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : `${plain(value * 100)}%`;
}
