import type { CompetitionSource, DemandSource, Format } from './formats/format.ts';
import { Header, headerName } from './header.ts';
import { parseCell } from './numbers.ts';
import { splitQuality, type Records } from './records.ts';
import { termKey } from './term-key.ts';
import type { ColumnField, ColumnGuess, ColumnMapping, CompetitionKind, DemandKind } from './types.ts';

/** Column names by what they mean, in the languages exports were seen or can be expected in. Strongest first. */
const NAMES: Readonly<Record<ColumnField, readonly RegExp[]>> = {
  term: [
    /^(?:top |long[- ]tail |related |suggested )?(?:key ?words?|key ?phrases?|keyword (?:phrase|idea|text|suggestion)s?|search (?:terms?|quer(?:y|ies)|phrases?)|quer(?:y|ies))\b(?! ?(?:difficulty|score|volume|sales|count|id|status|type))/,
    /^(?:terms?|phrases?|tags?|suggestions?|top queries)$/,
    /^(?:(?:häufigste )?suchanfragen?|such(?:begriff|wort|phrase)e?|schlüssel(?:wort|wörter|begriffe?)|keyword-ideen?)/,
    /^(?:mots?[- ]cl(?:és?|efs?)|requêtes?|termes? de recherche|expressions?)/,
    /^(?:palabras? claves?|consultas?|términos? de búsqueda|parol[ae] chiave|chiav[ei] di ricerca|query di ricerca|palavras?[- ]chaves?|termos? de pesquisa|consultas principais)/,
    /^(?:zoekwoord(?:en)?|zoektermen?|zoekopdracht(?:en)?|słow[oa] kluczowe|fraz[ay]|sökord|søkeord|hakusana|anahtar kelime)/,
    /^(?:ключев|фраз|формулировк|запросы?$|поисков)/,
    /^(?:キーワード|検索(?:語句|キーワード|クエリ)|关键[词字]|關鍵[詞字]|搜索词|搜尋字詞|키워드|검색어)/,
    /^(?:name|title|item|text)$/,
  ],
  demand: [
    /\bavg\.? (?:monthly )?searches|average (?:monthly )?searches|^monthly searches|^searches(?: \/ ?month)?$/,
    /search volume(?!.*(?:trend|change))|^(?:est\.? |local |monthly |avg\.? )?vol(?:ume|\.)?(?: ?\([^)]*\))?$/,
    /suchvolumen|volume de recherche|volumen de búsqueda|suchanfragen pro monat|recherches mensuelles|búsquedas mensuales|ricerche mensili|pesquisas mensais|^volum(?:en|es?|i)$|volume di ricerca|volume de (?:pesquisa|busca)|zoekvolume|liczba wyszukiwań|число запросов|частот|показов|検索(?:ボリューム|数)|搜索量|搜尋量|검색량/,
    /^(?:impressions?|impr\.?|impressionen|impresiones|impressioni|impressões|показы)$/,
    /^(?:searches|demand|search frequency rank|search rank|views|popularity|interest|search score)$/,
  ],
  competition: [
    /^kd\b|difficulty|schwierigkeit|difficult[éà]|dificulta?d/,
    /^(?:com|cmp|comp)\.?$|competit|competing|wettbewerb|concurrence|concorrenza|concorrência|compet[eê]ncia|concurrentie|конкур|競合|竞争|竞品|경쟁/,
    /^(?:results?|listings?|total listings|number of results|search results)$/,
  ],
  trend: [
    /change\b|growth|\byoy\b|^(?:monthly |quarterly |yearly )?trend(?:ing)?(?: ?\(?%\)?)?$|search volume trend|veränderung|évolution|cambio|variaci[oó]n|variazione|variação|变化|趋势/,
  ],
  cpc: [
    /^avg\.? cpc\b/,
    /\bcpc\b|cost[- ]per[- ]click|\bbid\b|\bgebot\b|\bpuja\b|enchère|klickpreis|coste? por clic|цена клика|クリック単価|点击成本/,
  ],
  clicks: [
    /^(?:avg\.? |average |total |est\.? )?clicks$|^(?:klicks|clics|clic|клики|點擊|点击次数|クリック数)$/,
  ],
  engagement: [
    /\bctr\b|\bclick rate\b|click[- ]thr(?:u|ough)[- ]rate|conv(?:ersion|\.)? ?rate|click share|^engagement/,
  ],
};

/** Columns that hold numbers but say nothing about a keyword. */
const IGNORED =
  /^(?:#|no\.?|nr\.?|id|index|row|rank|position|pos\.?|date|url|asin|char(?:acter)?s?|length|words?|word count|unnamed.*)$/;

interface Shape {
  readonly numeric: number;
  readonly distinct: number;
  readonly letters: number;
  readonly sequence: boolean;
  readonly max: number;
  /** A ratio: a percentage or a fraction of one. */
  readonly ratio: boolean;
}

/** The header of a table and what its columns seem to be; null when it is not a table of keywords. */
export function guessTable(head: Records): (ColumnGuess & { readonly headerRow: number }) | null {
  const usual = splitQuality(head);
  // In a ragged table the header tells the width, when it is beyond doubt that it is one.
  const told =
    usual.share < 0.5
      ? head.slice(0, 40).find((cells) => cells.some(isTermName) && knownNames(cells) >= 2)
      : undefined;
  if (told === undefined && (usual.width < 2 || usual.share < 0.5)) return null;
  const width = told?.length ?? usual.width;
  const headerRow = findHeaderRow(head, width);
  const first = headerRow + 1;
  const rows = head.slice(first).filter((cells) => cells.some((cell) => cell.trim() !== ''));
  if (rows.length === 0) return null;
  const names = distinctNames(headerRow === -1 ? [] : (head[headerRow] ?? []), width);
  const shapes = names.map((_, at) => shapeOf(rows.map((cells) => cells[at] ?? '')));
  const roles = new Map<ColumnField, number>();
  const taken = new Set<number>();
  const byName = (field: ColumnField, fits: (shape: Shape) => boolean): void => {
    for (const pattern of NAMES[field]) {
      const at = names.findIndex(
        (name, column) =>
          !taken.has(column) && pattern.test(headerName(name)) && fits(shapes[column] ?? NO_SHAPE),
      );
      if (at === -1) continue;
      roles.set(field, at);
      taken.add(at);
      return;
    }
  };
  const named = headerRow !== -1;
  if (named) {
    byName('term', (shape) => shape.numeric < 0.9);
    for (const field of ['cpc', 'competition', 'trend', 'clicks', 'engagement', 'demand'] as const) {
      // "Engagement" may also be a count of clicks; "Competition" may be words.
      byName(
        field,
        (shape) => shape.numeric > 0 && (field !== 'engagement' || shape.ratio || shape.max <= 100),
      );
    }
  }
  const certain = roles.has('term') && roles.has('demand');
  if (!roles.has('term')) {
    const text = shapes
      .map((shape, at) => ({ at, score: shape.numeric < 0.5 ? shape.letters * (0.2 + shape.distinct) : 0 }))
      .filter(({ at }) => !taken.has(at))
      .sort((a, b) => b.score - a.score || a.at - b.at)[0];
    if (text === undefined || text.score === 0) return null;
    roles.set('term', text.at);
    taken.add(text.at);
  }
  const numeric = shapes.flatMap((shape, at) => (shape.numeric >= 0.5 ? [at] : []));
  const nameTold =
    named && NAMES.term.some((pattern) => pattern.test(headerName(names[roles.get('term') ?? 0] ?? '')));
  if (!nameTold && numeric.length === 0) return null;
  if (!roles.has('demand')) {
    const at = numeric.find((column) => {
      const shape = shapes[column] ?? NO_SHAPE;
      return (
        !taken.has(column) &&
        !shape.sequence &&
        shape.max > 1 &&
        !IGNORED.test(headerName(names[column] ?? ''))
      );
    });
    // Where the header names other things, a number without a known name is not taken for demand.
    if (at !== undefined && (!named || [...roles.keys()].length === 1)) roles.set('demand', at);
  }
  const mapping: Partial<Record<ColumnField, string>> = {};
  for (const [field, at] of roles) mapping[field] = names[at] ?? '';
  return {
    columns: names,
    mapping: withKinds({ term: '', ...mapping }, names, rows),
    sample: rows.slice(0, 5).map((cells) => names.map((_, at) => (cells[at] ?? '').slice(0, 80))),
    headerKey: JSON.stringify(headerRow === -1 ? ['no header', width] : names.map(headerName)),
    certain,
    headerRow,
  };
}

/** The mapping with the kind of its competition, where it is not told and the values under the header show it. */
export function withKinds(mapping: ColumnMapping, names: readonly string[], rows: Records): ColumnMapping {
  const { competition } = mapping;
  if (competition === undefined || mapping.competitionKind !== undefined) return mapping;
  const at = new Header(names).find([headerName(competition)]);
  const shape = shapeOf(rows.map((cells) => cells[at] ?? ''));
  const competitionKind = competitionKindOf(competition) ?? (shape.ratio ? 'density' : undefined);
  return competitionKind === undefined ? mapping : { ...mapping, competitionKind };
}

const NO_SHAPE: Shape = { numeric: 0, distinct: 0, letters: 0, sequence: false, max: NaN, ratio: false };

/** The row of the header: one that names a keyword column, or one of words over columns of numbers; -1 for none. */
function findHeaderRow(head: Records, width: number): number {
  const near = head.slice(0, 40);
  const strong = NAMES.term.slice(0, -1);
  const named = near.findIndex(
    (cells) =>
      cells.length >= 2 &&
      cells.length >= width / 2 &&
      cells.some((cell) => strong.some((pattern) => cell.length < 60 && pattern.test(headerName(cell)))) &&
      cells.every((cell) => !isNumeric(cell)),
  );
  // The words of a header may also occur in keywords: a header has numbers under it, or further known names.
  if (named !== -1 && looksLikeHeader(near, named)) return named;
  const wide = near.findIndex((cells) => cells.length === width);
  if (wide !== -1 && looksLikeHeader(near, wide)) return wide;
  return -1;
}

function looksLikeHeader(head: Records, row: number): boolean {
  const cells = head[row] ?? [];
  const below = head.slice(row + 1).filter((other) => other.length > 1);
  if (cells.some(isNumeric) || below.length === 0) return false;
  const known = knownNames(cells);
  const overNumbers = cells.some(
    (cell, at) =>
      /\p{L}/u.test(cell) && below.filter((other) => isNumeric(other[at] ?? '')).length >= below.length / 2,
  );
  return overNumbers || known >= 2 || (known === 1 && row === 0);
}

const knownNames = (cells: readonly string[]): number =>
  cells.filter((cell) =>
    Object.values(NAMES).some((patterns) => patterns.some((pattern) => pattern.test(headerName(cell)))),
  ).length;

const isNumeric = (cell: string): boolean => {
  const parsed = parseCell(cell, '.') ?? parseCell(cell, ',');
  return parsed !== null && !Number.isNaN(parsed.value);
};

function shapeOf(cells: readonly string[]): Shape {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '' && cell !== '-');
  if (filled.length === 0) return NO_SHAPE;
  const numbers = filled
    .filter(isNumeric)
    .map((cell) => (parseCell(cell, '.') ?? parseCell(cell, ','))?.value ?? NaN);
  const lettered = filled.filter(
    (cell) => /\p{L}{2}/u.test(cell) && !/^https?:/.test(cell) && termKey(cell) !== '',
  );
  return {
    numeric: numbers.length / filled.length,
    distinct: new Set(filled).size / filled.length,
    letters: lettered.length / filled.length,
    sequence: numbers.length > 2 && numbers.every((value, at) => value === (numbers[0] ?? 0) + at),
    max: Math.max(...numbers),
    ratio:
      filled.some((cell) => /[%％]/.test(cell)) ||
      (Math.max(...numbers) <= 1 && numbers.some((value) => !Number.isInteger(value))),
  };
}

/** Names for every column: blank ones become `column N`, repeated ones get their number. */
export function distinctNames(cells: readonly string[], width: number): string[] {
  const seen = new Map<string, number>();
  return Array.from({ length: Math.max(width, cells.length) }, (_, at) => {
    const name = (cells[at] ?? '').replace(/\s+/g, ' ').trim() || `column ${at + 1}`;
    const times = (seen.get(headerName(name)) ?? 0) + 1;
    seen.set(headerName(name), times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

/** A format made of a mapping. Columns are named as in `distinctNames`, by their own name, or `column N`. */
export function formatOfMapping(mapping: ColumnMapping): Format {
  const at = (column: string | undefined): readonly string[] =>
    column === undefined ? [] : [headerName(column)];
  const demand: DemandSource[] =
    mapping.demand === undefined
      ? []
      : [{ names: at(mapping.demand), kind: mapping.demandKind ?? demandKindOf(mapping.demand) }];
  const competition: CompetitionSource[] = [];
  if (mapping.competition !== undefined) {
    const kind = mapping.competitionKind ?? competitionKindOf(mapping.competition) ?? 'count';
    competition.push({ names: at(mapping.competition), kind, ...(kind === 'count' ? {} : { per: 'auto' }) });
  }
  return {
    id: 'table',
    label: 'Table',
    market: null,
    signature: [],
    term: at(mapping.term),
    demand,
    competition,
    trend: mapping.trend === undefined ? [] : [{ names: at(mapping.trend), unit: 'auto-ratio' }],
    cpc: mapping.cpc === undefined ? [] : [{ names: at(mapping.cpc) }],
    clicks: mapping.clicks === undefined ? [] : [{ names: at(mapping.clicks) }],
    engagement:
      mapping.engagement === undefined ? [] : [{ names: at(mapping.engagement), unit: 'auto-ratio' }],
  };
}

function demandKindOf(column: string): DemandKind {
  const name = headerName(column);
  if (name.includes('rank')) return 'rank';
  // What was shown or visited is the user's own, not what the market searches for.
  if (/impr|показы|\b(?:visits?|views|sessions|besuche|visites|visitas)\b/.test(name)) return 'impressions';
  if (/index|score|interest|popularity/.test(name)) return 'index';
  return 'monthly';
}

function competitionKindOf(column: string): CompetitionKind | undefined {
  const name = headerName(column);
  if (/^kd\b|difficult|schwierigkeit|dificulta/.test(name)) return 'difficulty';
  if (/density|^com\.?$|^cmp$/.test(name)) return 'density';
  return name.includes('index') ? 'index' : undefined;
}

/** True when all that there is is the header of a keyword table, after lines that are none. */
export function isHeaderOnly(head: Records): boolean {
  const filled = head.filter((cells) => cells.some((cell) => cell.trim() !== ''));
  const header = filled.at(-1) ?? [];
  if (filled.slice(0, -1).some((cells) => cells.length > header.length / 2)) return false;
  const metrics = Object.entries(NAMES).flatMap(([field, patterns]) => (field === 'term' ? [] : patterns));
  return (
    header.some(isTermName) &&
    header.some((cell) => metrics.some((pattern) => pattern.test(headerName(cell)))) &&
    knownNames(header) >= header.length / 2
  );
}

/** True for columns of nothing but figures and dates: a report, but not of keywords. */
export function isFiguresOnly(head: Records): boolean {
  const { width, share } = splitQuality(head);
  const rows = head.slice(1).filter((cells) => cells.some((cell) => cell.trim() !== ''));
  return (
    width > 1 &&
    share >= 0.9 &&
    rows.length >= 3 &&
    rows.every((cells) =>
      cells.every((cell) => cell.trim() === '' || isNumeric(cell) || DATE.test(cell.trim())),
    )
  );
}

const DATE = /^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[T ][0-9:]+.*)?$/;

/** True when a first line is nothing but the name of a keyword column. */
export function isTermName(cell: string): boolean {
  const name = headerName(cell);
  return NAMES.term.slice(0, -1).some((pattern) => pattern.exec(name)?.[0] === name);
}
