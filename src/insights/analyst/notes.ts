import type { ListFigures } from '../../keywords/types.ts';
import type { InsightInput } from '../types.ts';

/** What the user should know of an answer of the built-in analyst beyond that it is computed: what it did not do as asked. */
export function analystNotes(
  input: InsightInput,
  figures: Pick<ListFigures, 'languages'>,
): readonly string[] {
  const notes: string[] = [];
  const wanted = input.language ?? figures.languages[0]?.code ?? 'en';
  if (!/^en\b/i.test(wanted)) {
    const name = languageName(wanted);
    notes.push(`The built-in analyst writes English only; choose a language model for an answer in ${name}.`);
  }
  if (input.instructions !== null && input.instructions.trim() !== '') {
    notes.push(
      "The team's own instructions are for language models; the built-in analyst does not follow them.",
    );
  }
  return notes;
}

/** "German" for "de"; a code that is none is returned as it is. */
export function languageName(code: string): string {
  try {
    languages ??= new Intl.DisplayNames(['en'], { type: 'language' });
    return languages.of(code) ?? code;
  } catch {
    return code;
  }
}
let languages: Intl.DisplayNames | undefined;
