import * as z from 'zod';

/**
 * The lines of the ledger. Every limit a request must keep stands on its one `reserve` line, so that one position
 * in the file decides all of them together: there is no state in which the quota was counted and the money refused.
 */

/** Longer lines are nobody's entry: they are skipped without being parsed. Bytes. */
export const MAX_LINE_BYTES = 512;

/** The highest requests-per-minute limit that can be named. */
export const MAX_PER_MINUTE = 10_000;

const nano = z.int().nonnegative();
/** Input and output tokens. */
const tokens = z.tuple([z.int().nonnegative(), z.int().nonnegative()]);
const model = z.string().regex(/^[\x21-\x7e]{1,150}$/);
const quotaKey = z.string().regex(/^[a-z][a-z_]{0,39}$/);

export const reserveSchema = z.object({
  entry: z.literal('reserve'),
  id: z.uuid(),
  /** UTC day whose cap is used, YYYY-MM-DD; decides the file as well. */
  day: z.iso.date(),
  /** When it was written, epoch milliseconds; only requests per minute are judged by it. */
  at: z.int(),
  /** The most this request can cost, 1e-9 USD. */
  nano,
  /** The day's cap as its writer knew it, 1e-9 USD; null: none. */
  cap: nano.nullable(),
  /** What it counts as, and how often that is allowed in the month; -1: without limit. */
  key: quotaKey.optional(),
  limit: z.int().min(-1).optional(),
  perMinute: z.int().min(1).max(MAX_PER_MINUTE).optional(),
  /** `provider/model-id`, and the most tokens the amount stands for: by them it can be reckoned again at another price. */
  model: model.optional(),
  tokens: tokens.optional(),
});

export const settleSchema = z.object({
  entry: z.literal('settle'),
  id: z.uuid(),
  /** What it cost in the end, 1e-9 USD. */
  nano,
  /** The request never reached a model: its count is given back. */
  uncounted: z.literal(true).optional(),
  /** What the amount stands for, as far as its model was named. */
  tokens: tokens.optional(),
});

/** The user has corrected a price: what was reserved or settled counts so much instead. */
export const correctSchema = z.object({ entry: z.literal('correct'), id: z.uuid(), nano });

const entrySchema = z.discriminatedUnion('entry', [reserveSchema, settleSchema, correctSchema]);

export type ReserveEntry = z.infer<typeof reserveSchema>;
export type SettleEntry = z.infer<typeof settleSchema>;
export type CorrectEntry = z.infer<typeof correctSchema>;
/** Input and output tokens that an amount stands for. */
export type BookedTokens = z.infer<typeof tokens>;
export type LedgerEntry = z.infer<typeof entrySchema>;

/**
 * The bytes of an entry as they are appended, in one write. The newline in front ends what a writer that died in
 * the middle of its line left behind, the one after says that this line is whole.
 */
export function encodeEntry(entry: LedgerEntry): Uint8Array {
  return new TextEncoder().encode(`\n${JSON.stringify(entry)}\n`);
}

/** The entry of a line, or null when it is not one of ours: torn, garbled, too long, or of a later version. */
export function decodeEntry(line: Uint8Array): LedgerEntry | null {
  if (line.length > MAX_LINE_BYTES) return null;
  try {
    return entrySchema.safeParse(JSON.parse(new TextDecoder().decode(line))).data ?? null;
  } catch {
    return null;
  }
}
