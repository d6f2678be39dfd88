import * as vscode from 'vscode';
import * as z from 'zod';
import { LexyBrainError } from '../../errors.ts';
import { columnMappingSchema } from '../memory.ts';
import { ListNode } from './list-node.ts';

/** What a keybinding, a task or another extension may pass to the commands that make an insight. */
const optionsSchema = z.strictObject({
  /** Keyword lists, as URIs; several are merged. */
  uris: z
    .array(z.union([z.string(), z.custom<vscode.Uri>((value) => value instanceof vscode.Uri)]))
    .min(1)
    .optional(),
  /** Keywords themselves. */
  text: z.string().optional(),
  /** Which columns of a table that no tool wrote are what, by name or number; null: as guessed, do not ask. */
  columns: columnMappingSchema.nullable().optional(),
  market: z.string().trim().min(1).max(100).optional(),
  /** Null: none, do not ask. */
  product: z.string().trim().max(500).nullable().optional(),
  nicheTerms: z.array(z.string().max(200)).max(50).optional(),
  /** A day, in units of the currency. */
  budget: z.number().positive().max(1_000_000).optional(),
  /** ISO 4217. */
  currency: z
    .string()
    .regex(/^[A-Za-z]{3}$/)
    .optional(),
  /** Cost per click to assume where the list has none, in units of the currency; null: none, do not ask. */
  assumedCpc: z.number().positive().max(10_000).nullable().optional(),
  /** `provider/model-id`, or a provider's id. */
  model: z.string().optional(),
  /** Ask which list, whatever is open. */
  pick: z.boolean().optional(),
  /** Passes the cache by. */
  fresh: z.boolean().optional(),
});
export type CallOptions = Omit<z.infer<typeof optionsSchema>, 'uris'>;

/** How an insight command was called. */
export interface Call {
  /** Files that were clicked or passed. */
  readonly uris: readonly vscode.Uri[];
  /** The document of the editor whose menu it was called from. */
  readonly editor: vscode.Uri | undefined;
  readonly options: CallOptions;
}

/**
 * VS Code passes the clicked file and all selected ones from the Explorer, the document alone from an editor's
 * menu, nothing from the palette; the Keyword Lists view its nodes in the Explorer's way; a keybinding passes what
 * its user wrote.
 */
export function readCall(first: unknown, second: unknown): Call {
  if (first === undefined || first === null) return { uris: [], editor: undefined, options: {} };
  if (first instanceof ListNode) {
    const nodes = Array.isArray(second) ? second.filter((item) => item instanceof ListNode) : [];
    const uris = (nodes.length === 0 ? [first] : nodes).map(({ uri }) => uri);
    return { uris, editor: undefined, options: {} };
  }
  if (first instanceof vscode.Uri) {
    const selected = Array.isArray(second) ? second.filter((item) => item instanceof vscode.Uri) : [];
    if (selected.length > 0) return { uris: selected, editor: undefined, options: {} };
    return { uris: [], editor: first, options: {} };
  }
  const parsed = optionsSchema.safeParse(first);
  if (!parsed.success) {
    throw new LexyBrainError(
      'invalid-request',
      vscode.l10n.t(
        'The command was called with arguments it does not know: {0}',
        z.prettifyError(parsed.error),
      ),
    );
  }
  const { uris = [], ...options } = parsed.data;
  return {
    uris: uris.map((uri) => (typeof uri === 'string' ? vscode.Uri.parse(uri, true) : uri)),
    editor: undefined,
    options,
  };
}
