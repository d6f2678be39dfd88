import * as z from 'zod';

/** How long texts in an insight may be; longer ones are cut when a draft is read, and refused when a file is. */
export const TERM_LENGTH = 1000;
export const PROSE_LENGTH = 2000;

/** A term that stands in the list, in the list's spelling. */
export const term = z.string().min(1).max(TERM_LENGTH);
export const prose = z.string().max(PROSE_LENGTH);
/** 0-1, or null when the list does not have what it takes. */
export const score = z.number().min(0).max(1).nullable();

/**
 * What a model is asked to say. The lengths are no rule that an answer is held to: they go to servers whose grammars
 * obey them, where a small model would say a word, or not find an end.
 */
export function said([minLength, maxLength]: readonly [number, number], description: string): z.ZodString {
  return z.string().meta({ description, minLength, maxLength });
}

/** Things that a model is asked to list; how many is as little a rule as the length of a text. */
export function listed<Item extends z.ZodType>(
  item: Item,
  [minItems, maxItems]: readonly [number, number],
  description: string,
): z.ZodArray<Item> {
  return z.array(item).meta({ description, minItems, maxItems });
}
