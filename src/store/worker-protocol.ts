import type { Standing } from './compare.ts';
import type { Retention } from './housekeeping.ts';
import type {
  DeletedCounts,
  GenerationLines,
  GenerationQuery,
  HistoryEntry,
  HistoryPage,
  LineQuery,
  LogRecord,
  PreferenceRecord,
  PriceTable,
  StoredGeneration,
  UsageQuery,
  UsageReport,
  UsageSummary,
  UserIds,
} from './types.ts';

/** What the host and the store's worker say to each other. Plain data both ways. */

export interface WorkerSetup {
  /** The `.lexybrain` folder. */
  readonly folder: string;
  /** Path of sql.js's `sql-wasm.wasm`. */
  readonly wasmFile: string;
  /** True for a worker that exports a snapshot: it changes no file of the log. */
  readonly readOnly: boolean;
  readonly retention: Retention;
  readonly sealBytes: number | null;
}

export interface WorkerFunctions {
  /** @param userId whose ratings are shown; null: the latest of anybody */
  history(
    query: { readonly before?: string | null; readonly limit: number },
    userId: string | null,
  ): HistoryPage;
  insight(id: string, userId: string | null): HistoryEntry | null;
  /** See `LogDatabase.checkpoint`. */
  checkpoint(eager: boolean): void;
  deleteAll(): DeletedCounts;
  preferences(): readonly PreferenceRecord[];
  usage(query: UsageQuery): UsageSummary;
  usageReport(query: UsageQuery, prices: PriceTable): UsageReport;
  openGenerations(query: GenerationQuery): void;
  /** The next generations, maybe none; null at the end. */
  nextGenerations(): readonly StoredGeneration[] | null;
  openLines(query: LineQuery): void;
  /** The next lines, maybe none; null at the end. */
  nextLines(): GenerationLines | null;
  /** Opens somebody else's log, see `readForeign`. */
  openForeign(path: string): void;
  /** What is next in it, each a `Found` as JSON; nothing at the end. */
  nextForeign(): readonly string[];
  /** How these records stand to the log; changes nothing. */
  compare(records: readonly LogRecord[]): readonly Standing[];
  /** Writes all parts as one database into a new file, synced; the number of requests in it. */
  writeMerged(file: string, users: UserIds): number;
}

export interface HostFunctions {
  /** Something the user should know. */
  warn(message: string): void;
}
