import { UsageError } from './arguments.ts';
import type { ColumnMapping } from '../keywords/types.ts';

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
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const;
  });
  const { term, ...others } = Object.fromEntries(entries) as Record<string, string | undefined>;
  if (term === undefined) {
    throw new UsageError('--columns must name the column of the keywords.', 'Add term=NAME OF THE COLUMN.');
  }
  return { ...(others as Record<string, string>), term };
}
