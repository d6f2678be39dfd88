import { COLUMN_FIELDS, COMPETITION_KINDS, DEMAND_KINDS, type ColumnMapping } from '../keywords/types.ts';
import { UsageError } from './arguments.ts';

/** What may stand before the `=`, and what after it; null: the name of a column. */
const ALLOWED: ReadonlyMap<string, readonly string[] | null> = new Map<string, readonly string[] | null>([
  ...COLUMN_FIELDS.map((field) => [field, null] as const),
  ['demandKind', DEMAND_KINDS],
  ['competitionKind', COMPETITION_KINDS],
]);

/** What stands between commas; those in quotes part nothing. */
const PART = /(?:"(?:[^"]|"")*"|[^,])+/g;

/** `term=Phrase,demand="Volume, a month"` as a column mapping; a column may also be told by its number, from 1. */
export function columnsOf(text: string): ColumnMapping {
  const parts = text.match(PART) ?? [];
  const entries = parts.map((part) => {
    const at = part.indexOf('=');
    const field = part.slice(0, Math.max(at, 0)).trim();
    const value = unquoted(part.slice(at + 1).trim());
    if (field === '' || value === '') {
      throw new UsageError(
        `--columns does not understand “${part}”.`,
        'Write it as term=Phrase,demand=Volume; a name with a comma in it as term="Phrase, exact".',
      );
    }
    const values = ALLOWED.get(field);
    if (values === undefined) {
      throw new UsageError(
        `--columns does not know “${field}”.`,
        `It knows ${[...ALLOWED.keys()].join(', ')}.`,
      );
    }
    if (values?.includes(value) === false) {
      throw new UsageError(`--columns: ${field} cannot be “${value}”.`, `It is one of ${values.join(', ')}.`);
    }
    return [field, value] as const;
  });
  const twice = entries.find(([field], at) => entries.findIndex(([other]) => other === field) < at);
  if (twice !== undefined)
    throw new UsageError(`--columns names ${twice[0]} twice.`, 'Name each of them once.');
  const { term, ...others } = Object.fromEntries(entries) as Record<string, string | undefined>;
  if (term === undefined) {
    throw new UsageError('--columns must name the column of the keywords.', 'Add term=NAME OF THE COLUMN.');
  }
  return { ...(others as Record<string, string>), term };
}

/** The name, out of its quotes where it has any; empty when they do not close. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  return /^"((?:[^"]|"")*)"$/.exec(name)?.[1]?.replaceAll('""', '"').trim() ?? '';
}
