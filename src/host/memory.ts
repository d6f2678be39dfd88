import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import * as z from 'zod';
import { COMPETITION_KINDS, DEMAND_KINDS, type ColumnMapping } from '../keywords/types.ts';

/** What the user answered about a list, so that it is asked once. */
const answersSchema = z.object({
  market: z.string().nullable(),
  /** Undefined: not asked yet; null: asked and skipped. */
  product: z.string().nullable().optional(),
  budgetCents: z.number().positive().nullable(),
  currency: z.string().nullable(),
  /** Undefined: not asked yet; null: asked and skipped. */
  assumedCpcCents: z.number().positive().nullable().optional(),
  /** Where the list was read from, to read it again; empty for text. */
  uris: z.array(z.string()),
  hash: z.string(),
  usedAt: z.number(),
});
export type ListAnswers = z.infer<typeof answersSchema>;

/** Which column of a table is what, as the user confirmed it. */
export const columnMappingSchema = z.object({
  term: z.string(),
  demand: z.string().optional(),
  demandKind: z.enum(DEMAND_KINDS).optional(),
  competition: z.string().optional(),
  competitionKind: z.enum(COMPETITION_KINDS).optional(),
  trend: z.string().optional(),
  cpc: z.string().optional(),
  clicks: z.string().optional(),
  engagement: z.string().optional(),
});
/** A row that the panel selected in a list: [file, line, first character, last character]. */
const shownRowSchema = z.tuple([z.string(), z.int(), z.int(), z.int()]);
export type ShownRow = z.infer<typeof shownRowSchema>;

const columnsSchema = z.array(z.tuple([z.string(), columnMappingSchema]));

const LISTS = 'lexybrain.lists';
const COLUMNS = 'lexybrain.columns';
const MOST_HEADERS = 200;
const MOST_LISTS = 200;
const CONSENT = 'lexybrain.consent';
const SHOWN_ROW = 'lexybrain.shownRow';
const WORKSPACE_CHOICE = 'lexybrain.workspaceChoice';

/** Small things remembered between uses: answers per list in the workspace, consent per recipient for the user. */
export class Memory {
  readonly #workspace: vscode.Memento;
  readonly #user: vscode.Memento;

  constructor(context: Pick<vscode.ExtensionContext, 'workspaceState' | 'globalState'>) {
    this.#workspace = context.workspaceState;
    this.#user = context.globalState;
  }

  /** `key` is a list's own: the files it came from, or its hash. */
  answers(key: string): ListAnswers | undefined {
    return this.#lists()[key];
  }

  answersByHash(hash: string): ListAnswers | undefined {
    return Object.values(this.#lists())
      .filter((answers) => answers.hash === hash)
      .sort((a, b) => b.usedAt - a.usedAt)[0];
  }

  async remember(key: string, answers: ListAnswers): Promise<void> {
    const lists = Object.entries({ ...this.#lists(), [key]: answers });
    const latest = lists.sort(([, a], [, b]) => b.usedAt - a.usedAt).slice(0, MOST_LISTS);
    await this.#workspace.update(LISTS, Object.fromEntries(latest));
  }

  /** URIs of the lists used in this workspace, the latest first. */
  recentUris(): string[] {
    return Object.values(this.#lists())
      .sort((a, b) => b.usedAt - a.usedAt)
      .flatMap(({ uris }) => uris);
  }

  /** How the user confirmed that tables with this header are read; in every workspace. */
  columns(headerKey: string): ColumnMapping | undefined {
    const digest = digestOf(headerKey);
    // Zod's optional fields may be undefined, ours are absent.
    return this.#columns().find(([key]) => key === digest)?.[1] as ColumnMapping | undefined;
  }

  async rememberColumns(headerKey: string, mapping: ColumnMapping): Promise<void> {
    const digest = digestOf(headerKey);
    const others = this.#columns().filter(([key]) => key !== digest);
    await this.#user.update(COLUMNS, [[digest, mapping], ...others].slice(0, MOST_HEADERS));
  }

  /** Whether the user has agreed to send keyword text to this host by this provider. */
  hasConsented(provider: string, host: string): boolean {
    return this.#user.get<unknown>(`${CONSENT}.${provider}@${host}`) === true;
  }

  async consent(provider: string, host: string): Promise<void> {
    await this.#user.update(`${CONSENT}.${provider}@${host}`, true);
  }

  /** Whether the user has seen that this workspace chooses this model. */
  hasSeenChoice(reference: string): boolean {
    return this.#workspace.get<unknown>(WORKSPACE_CHOICE) === reference;
  }

  async rememberChoice(reference: string): Promise<void> {
    await this.#workspace.update(WORKSPACE_CHOICE, reference);
  }

  /** VS Code restores selections with the window; ours must not be taken for the user's own then. */
  shownRow(): ShownRow | undefined {
    return shownRowSchema.safeParse(this.#workspace.get<unknown>(SHOWN_ROW)).data;
  }

  async rememberShownRow(row: ShownRow): Promise<void> {
    await this.#workspace.update(SHOWN_ROW, row);
  }

  #columns(): z.infer<typeof columnsSchema> {
    const parsed = columnsSchema.safeParse(this.#user.get<unknown>(COLUMNS));
    return parsed.success ? parsed.data : [];
  }

  /** What does not have the right form (an older version's, a damaged one) is left out. */
  #lists(): Readonly<Record<string, ListAnswers>> {
    const stored = this.#workspace.get<unknown>(LISTS);
    if (typeof stored !== 'object' || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).flatMap(([key, value]) => {
        const parsed = answersSchema.safeParse(value);
        return parsed.success ? [[key, parsed.data]] : [];
      }),
    );
  }
}

/** Headers may be long; their digest is as good a key. */
const digestOf = (headerKey: string): string =>
  createHash('sha256').update(headerKey).digest('hex').slice(0, 32);
