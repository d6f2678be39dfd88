import * as z from 'zod';
import { INSIGHT_TYPES } from '../insights/catalogue.ts';
import { insightResultSchema, keywordFiguresSchema } from '../generation/types.ts';

/**
 * The messages between the extension and its insights panel. The extension owns the data and always sends a
 * whole snapshot, never a delta; the panel owns only what is on screen (which tab, what is unfolded).
 */

/** Buttons the extension offers; the panel sends their id back. */
export const PANEL_ACTIONS = [
  'setToken',
  'removeToken',
  'useBuiltin',
  'useDefaultModel',
  'selectModel',
  'retry',
  'showLog',
  'showConfiguration',
  'openStatusPage',
  'openTokenPage',
  'showRawAnswer',
  'openSettings',
  'pickList',
] as const;
export type PanelAction = (typeof PANEL_ACTIONS)[number];

const action = z.object({ id: z.enum(PANEL_ACTIONS), label: z.string() });
const rating = z.enum(['positive', 'neutral', 'negative']).nullable();

/** What is on: the list all four tabs are about. */
const subject = z.object({
  listName: z.string(),
  toolLabel: z.string(),
  rows: z.int(),
  market: z.string(),
  product: z.string().nullable(),
});

const partialInsight = z
  .object({ type: z.enum(INSIGHT_TYPES), insight: z.unknown(), rows: z.array(keywordFiguresSchema) })
  .nullable();

const stage = z.enum(['reading', 'waiting', 'answering', 'asking-again', 'checking']);

const comparedSide = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('running'), stage, partial: partialInsight }),
  z.object({ kind: z.literal('answered'), result: insightResultSchema }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
]);
export type ComparedSide = z.infer<typeof comparedSide>;

const view = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('empty') }),
  /** This type has not been asked for this list yet: a button runs it. */
  z.object({ kind: z.literal('not-run') }),
  z.object({
    kind: z.literal('running'),
    stage,
    model: z.string(),
    partial: partialInsight,
  }),
  z.object({
    kind: z.literal('result'),
    result: insightResultSchema,
    rating,
    note: z.string().nullable(),
    /** False when the log could not take it, so that it cannot be rated. */
    rateable: z.boolean(),
  }),
  /** Two models on the same request. */
  z.object({
    kind: z.literal('comparison'),
    sides: z.tuple([comparedSide, comparedSide]),
    picked: z.union([z.literal(0), z.literal(1)]).nullable(),
    /** False: who answered is not in the results yet. */
    revealed: z.boolean(),
    /** Both have answered and are logged. */
    pickable: z.boolean(),
  }),
  z.object({
    kind: z.literal('error'),
    message: z.string(),
    advice: z.string().nullable(),
    actions: z.array(action),
  }),
]);
export type PanelView = z.infer<typeof view>;

const historyItem = z.object({
  id: z.string(),
  type: z.enum(INSIGHT_TYPES),
  listName: z.string(),
  market: z.string(),
  product: z.string().nullable(),
  /** "huggingface/meta-llama/…" or "Built-in analyst" */
  model: z.string(),
  generatedAt: z.string(),
  rating,
});
export type HistoryItem = z.infer<typeof historyItem>;

export const panelStateSchema = z.object({
  /** The tab on screen. */
  type: z.enum(INSIGHT_TYPES),
  subject: subject.nullable(),
  view,
  /** A line above the insight with buttons: "Computed by the built-in analyst. Set a token to …". */
  notice: z.object({ text: z.string(), actions: z.array(action) }).nullable(),
  history: z.object({ items: z.array(historyItem), more: z.boolean(), selected: z.string().nullable() }),
  /** There is an editor to insert into. */
  canInsert: z.boolean(),
});
export type PanelState = z.infer<typeof panelStateSchema>;

/** Extension → panel. */
export const toPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: panelStateSchema }),
  /** The panel's words in the user's language, by key of `PANEL_STRINGS`. */
  z.object({ type: z.literal('strings'), strings: z.record(z.string(), z.string()), locale: z.string() }),
]);
export type ToPanel = z.infer<typeof toPanelSchema>;

/** Panel → extension. */
export const fromPanelSchema = z.discriminatedUnion('type', [
  /** The panel listens; nothing is sent before. */
  z.object({ type: z.literal('ready') }),
  /** Show this type's tab for the subject. */
  z.object({ type: z.literal('tab'), insightType: z.enum(INSIGHT_TYPES) }),
  /** Run the type on screen for the subject. */
  z.object({ type: z.literal('run') }),
  z.object({ type: z.literal('cancel') }),
  z.object({ type: z.literal('askAgain') }),
  z.object({ type: z.literal('rate'), id: z.uuid(), rating, note: z.string().max(2000).nullable() }),
  /** The better one of two answers side by side. */
  z.object({ type: z.literal('prefer'), side: z.union([z.literal(0), z.literal(1)]) }),
  z.object({ type: z.literal('insert') }),
  z.object({ type: z.literal('copyMarkdown') }),
  z.object({ type: z.literal('copyTags') }),
  z.object({ type: z.literal('openRow'), term: z.string().max(1000) }),
  z.object({ type: z.literal('openHistory'), id: z.uuid() }),
  z.object({ type: z.literal('moreHistory') }),
  z.object({ type: z.literal('action'), action: z.enum(PANEL_ACTIONS) }),
]);
export type FromPanel = z.infer<typeof fromPanelSchema>;

/** What the panel remembers over a reload: an identity, no data. */
export const savedPanelSchema = z.object({ version: z.literal(1), insightId: z.uuid().nullable() });
export type SavedPanel = z.infer<typeof savedPanelSchema>;
