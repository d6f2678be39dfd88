import type { Extra } from '../store/extras.ts';
import type { UserName } from '../store/shapes.ts';
import type {
  GenerationLines,
  GenerationQuery,
  LineQuery,
  PreferenceRecord,
  StoredGeneration,
  UserIds,
} from '../store/types.ts';

export { EXTRAS, type Extra } from '../store/extras.ts';

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
  lines(query: LineQuery): AsyncIterable<GenerationLines>;
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
  readonly leftOut: (reason: string, count?: number) => void;
  /** The user id as the file may show it. */
  readonly user: UserName;
}

/** A piece of a file, and how many rows it has. */
export interface Piece {
  readonly content: string | Uint8Array;
  readonly rows: number;
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
  /** The same as `encode` makes of `rows`, from a shorter way that the format has. */
  pieces?(input: FormatInput, users: UserIds): AsyncIterable<Piece>;
  /** The file's content, in pieces, in bounded memory. Secrets that look like provider tokens never get into it. */
  encode(rows: AsyncIterable<object>): AsyncIterable<string | Uint8Array>;
}
