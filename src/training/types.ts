import type { GenerationQuery, PreferenceRecord, StoredGeneration, UserIds } from '../store/types.ts';

/** What is left out of training data unless it is asked for. */
export const EXTRAS = ['builtin', 'failed', 'chat'] as const;
/**
 * `builtin`: answers that the built-in analyst computed. `failed`: answers that could not be used.
 * `chat`: free chat completions that came over the bridge.
 */
export type Extra = (typeof EXTRAS)[number];

export const USER_MODES = ['keep', 'pseudonymise', 'drop'] as const satisfies readonly UserIds[];

/**
 * Which generations are wanted; what is absent does not restrict. Whoever names a type, a provider or `success: false`
 * has asked for it, and need not name it in `include` too.
 */
export interface TrainingFilter extends Pick<
  GenerationQuery,
  'from' | 'to' | 'types' | 'models' | 'providers' | 'sources' | 'success' | 'ratings'
> {
  /** At most so many rows, newest first. */
  readonly limit?: number;
  readonly include?: readonly Extra[];
}

/** The part of a workspace's database that training data are made of. */
export interface TrainingSource {
  generations(query?: GenerationQuery): AsyncIterable<StoredGeneration>;
  preferences(): Promise<readonly PreferenceRecord[]>;
}

export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What a format makes its rows of. */
export interface FormatInput {
  readonly source: TrainingSource;
  readonly filter: TrainingFilter;
  /** Called for what could have been a row and is none, with the reason in the user's words. */
  readonly leftOut: (reason: string) => void;
  /** The user id as the file may show it. */
  readonly user: (id: string | null) => string | null;
}

/** A format of training data: which rows it has, and how they are written. */
export interface TrainingFormat {
  readonly id: string;
  /** For people. */
  readonly label: string;
  /** What it is for, in half a line. */
  readonly detail: string;
  /** Ending of the file, without the dot. */
  readonly extension: string;
  /** The rows, newest first, as plain objects with the format's own field names. At most `filter.limit`. */
  rows(input: FormatInput): AsyncIterable<object>;
  /** The file's content, in pieces, in bounded memory. Secrets that look like provider tokens never get into it. */
  encode(rows: AsyncIterable<object>): AsyncIterable<string | Uint8Array>;
}
