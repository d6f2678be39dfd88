import type {
  GenerationRecord,
  HistoryEntry,
  HistoryPage,
  LogRecord,
  WorkspaceDatabase,
} from '../../src/store/types.ts';

/** A workspace log in memory, which fails when it is told to. */
export class MemoryWorkspaceLog implements WorkspaceDatabase {
  readonly records: LogRecord[] = [];
  /** Thrown by every append while set. */
  failure: Error | null = null;

  async append(record: LogRecord): Promise<void> {
    if (this.failure !== null) throw this.failure;
    // As it comes back from a file: whatever JSON cannot carry is lost.
    this.records.push(JSON.parse(JSON.stringify(record)) as LogRecord);
  }

  async history(): Promise<HistoryPage> {
    return notAsked();
  }

  generations(): never {
    return notAsked();
  }

  lines(): never {
    return notAsked();
  }

  async usage(): Promise<never> {
    return notAsked();
  }

  async usageReport(): Promise<never> {
    return notAsked();
  }

  async preferences(): Promise<never> {
    return notAsked();
  }

  async exportDatabase(): Promise<never> {
    return notAsked();
  }

  async merge(): Promise<never> {
    return notAsked();
  }

  async deleteAll(): Promise<never> {
    return notAsked();
  }

  async insight(id: string): Promise<HistoryEntry | null> {
    for (const { insight } of this.logged) {
      if (insight?.id === id) return { insight, feedback: null, notes: null };
    }
    return null;
  }

  onDidChange(): { dispose(): void } {
    return { dispose: () => undefined };
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  /** The generations that were logged. */
  get logged(): GenerationRecord[] {
    return this.records.filter((record) => record.kind === 'generation');
  }
}

function notAsked(): never {
  throw new Error('Not asked for in these tests.');
}
