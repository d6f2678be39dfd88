import type { Engine } from '../../engine.ts';
import { messageOf } from '../../errors.ts';
import { insightResultSchema, type InsightResult } from '../../generation/types.ts';
import type { HistoryItem } from '../../protocol/messages.ts';
import type { Log } from '../../providers/types.ts';
import type { HistoryEntry, WorkspaceLog } from '../../store/types.ts';

const PAGE = 20;

/** An insight of the past, read from a log and checked. */
export interface PastInsight {
  readonly result: InsightResult;
  readonly rating: HistoryEntry['feedback'];
  readonly note: string | null;
  readonly logFolder: string;
}

/** The insights that the workspace's logs hold, newest first, a page more at a time. */
export class History {
  readonly #engine: () => Engine;
  readonly #folders: () => Promise<readonly string[]>;
  readonly #log: Log;
  readonly #watched = new Map<string, { dispose(): void }>();
  readonly #changed: () => void;
  #wanted = PAGE;
  items: readonly HistoryItem[] = [];
  more = false;

  /** `folders` are the logs that are there; `changed` is called when one of them has something new. */
  constructor(ports: {
    readonly engine: () => Engine;
    readonly folders: () => Promise<readonly string[]>;
    readonly log: Log;
    readonly changed: () => void;
  }) {
    this.#engine = ports.engine;
    this.#folders = ports.folders;
    this.#log = ports.log;
    this.#changed = ports.changed;
  }

  /** Reads as many as were shown so far, or a page more. A log that cannot be read is left out, and the reason logged. */
  async load(more: boolean): Promise<void> {
    if (more) this.#wanted += PAGE;
    const logs = await Promise.all((await this.#folders()).map((folder) => this.#latest(folder)));
    const all = logs
      .flatMap(({ entries }) => entries)
      .sort((a, b) => b.insight.generated_at.localeCompare(a.insight.generated_at));
    this.more = all.length > this.#wanted || logs.some(({ more: unread }) => unread);
    this.items = all.slice(0, this.#wanted).flatMap((entry) => {
      const result = readResult(entry);
      return result === null ? [] : [historyItem(result, entry)];
    });
  }

  /** One insight by its id; null when no log has it or it does not have the right form. */
  async find(id: string): Promise<PastInsight | null> {
    for (const folder of await this.#folders()) {
      const entry = await this.#ask(folder, (log) => log.insight(id));
      const result = entry === undefined || entry === null ? null : readResult(entry);
      if (entry && result) return { result, rating: entry.feedback, note: entry.notes, logFolder: folder };
    }
    return null;
  }

  dispose(): void {
    for (const watched of this.#watched.values()) watched.dispose();
    this.#watched.clear();
  }

  async #latest(folder: string): Promise<{ entries: HistoryEntry[]; more: boolean }> {
    const entries: HistoryEntry[] = [];
    let before: string | null = null;
    do {
      const query: { before: string | null; limit: number } = {
        before,
        limit: this.#wanted - entries.length,
      };
      const page = await this.#ask(folder, (log) => log.history(query));
      if (page === undefined) return { entries, more: false };
      entries.push(...page.entries);
      before = page.next;
    } while (before !== null && entries.length < this.#wanted);
    return { entries, more: before !== null };
  }

  async #ask<T>(folder: string, question: (log: WorkspaceLog) => Promise<T>): Promise<T | undefined> {
    try {
      const log = this.#engine().workspaceLog(folder);
      if (!this.#watched.has(folder)) this.#watched.set(folder, log.onDidChange(this.#changed));
      return await question(log);
    } catch (error) {
      this.#log.warn(`Past insights could not be read from a log: ${messageOf(error)}`);
      return undefined;
    }
  }
}

/** What a log holds is no more trusted than any other file. */
function readResult(entry: HistoryEntry): InsightResult | null {
  const parsed = insightResultSchema.safeParse(entry.insight.output_json);
  return parsed.success ? parsed.data : null;
}

function historyItem(result: InsightResult, entry: HistoryEntry): HistoryItem {
  return {
    id: result.id,
    type: result.type,
    listName: result.list.name,
    market: result.input.market,
    product: result.input.product,
    model: result.model.computed ? 'Built-in analyst' : `${result.model.provider}/${result.model.id}`,
    generatedAt: result.generatedAt,
    rating: entry.feedback,
  };
}
