import * as z from 'zod';

/** How long texts in an insight may be; longer ones are cut when a draft is read, and refused when a file is. */
export const TERM_LENGTH = 1000;
export const PROSE_LENGTH = 2000;

/** A term that stands in the list, in the list's spelling. */
export const term = z.string().min(1).max(TERM_LENGTH);
export const prose = z.string().max(PROSE_LENGTH);
/** 0-1, or null when the list does not have what it takes. */
export const score = z.number().min(0).max(1).nullable();
