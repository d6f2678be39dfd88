import { COLUMN_FIELDS, COMPETITION_KINDS, DEMAND_KINDS, type ColumnMapping } from '../keywords/types.ts';
import { UsageError } from './arguments.ts';

/** What may stand before the `=`, and what after it; null: the name of a column. */
const ALLOWED: ReadonlyMap<string, readonly string[] | null> = new Map<string, readonly string[] | null>([
  ...COLUMN_FIELDS.map((field) => [field, null] as const),
  ['demandKind', DEMAND_KINDS],
  ['competitionKind', COMPETITION_KINDS],
]);

/** `term=Phrase,demand=Volume` as a column mapping. */
export function columnsOf(text: string): ColumnMapping {
  const entries = text.split(',').map((part) => {
    const at = part.indexOf('=');
    if (at < 1) {
      throw new UsageError(
        `--columns does not understand “${part}”.`,
        'Write it as term=Phrase,demand=Volume.',
      );
    }
    const field = part.slice(0, at).trim();
    const value = part.slice(at + 1).trim();
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
  const { term, ...others } = Object.fromEntries(entries) as Record<string, string | undefined>;
  if (term === undefined) {
    throw new UsageError('--columns must name the column of the keywords.', 'Add term=NAME OF THE COLUMN.');
  }
  return { ...(others as Record<string, string>), term };
}
