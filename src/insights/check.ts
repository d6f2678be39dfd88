import { jsonrepair } from 'jsonrepair';
import { Allow, parse as parsePartialJson } from 'partial-json';
import * as z from 'zod';
import { coerceDraft, unwrap } from './coerce.ts';
import type { InsightType } from './types.ts';

/** What a completion was understood as. */
export type ParsedDraft<Draft> =
  | {
      readonly draft: Draft;
      /** The text was not plain JSON and had to be mended. */
      readonly repaired: boolean;
      /** The answer broke off; its unfinished last item was left out. */
      readonly truncated: boolean;
    }
  /** What is wrong with it, in words a model can act on. */
  | { readonly errors: readonly string[] };

/** What providers call an answer that ran out of room. */
const CUT = new Set(['length', 'max_tokens', 'MAX_TOKENS', 'max_output_tokens']);

/** Drafts nest four deep; an answer much deeper is none, and repairing it would take minutes. */
const MAX_DEPTH = 30;

/**
 * Reads a model's answer as a draft. Reasoning in <think> tags, code fences and prose around the JSON are taken
 * off, broken JSON is repaired, and what is harmless is forgiven (see coerceDraft). An answer that broke off keeps
 * its complete items. Empty lists are an answer; a missing essential part is an error.
 */
export function parseDraft<Draft, Insight>(
  type: InsightType<Draft, Insight>,
  completion: string,
  finishReason?: string,
): ParsedDraft<Draft> {
  const said = withoutReasoning(completion).trim();
  if (said === '') return { errors: ['The answer is empty.'] };
  const read = readJson(said, finishReason !== undefined && CUT.has(finishReason));
  if (read === null) return { errors: ['The answer is not a JSON object.'] };

  const value = unwrap(type.draftSchema, read.value);
  const draft = coerceDraft(type.draftSchema, value, read.truncated ? 'whole' : 'forgiving');
  if (draft === undefined)
    return { errors: [`The answer is not an object with ${keysOf(type.draftSchema)}.`] };
  const errors = lacks(type, draft, value);
  return errors.length > 0 ? { errors } : { draft, repaired: read.repaired, truncated: read.truncated };
}

/** The items that are complete in an answer still being written, as a draft; null when there are none yet. */
export function parsePartialDraft<Draft, Insight>(
  type: InsightType<Draft, Insight>,
  text: string,
): Draft | null {
  const said = withoutReasoning(text);
  const start = jsonStart(said);
  if (start === -1) return null;
  const value = completePart(said.slice(start));
  return value === null ? null : type.partial(unwrap(type.draftSchema, value));
}

function lacks<Draft, Insight>(type: InsightType<Draft, Insight>, draft: Draft, given: unknown): string[] {
  const errors: string[] = [];
  const answer = given as Record<string, unknown>;
  for (const key of type.essential) {
    const value = (draft as Record<string, unknown>)[key];
    if (typeof value === 'string' && value === '') errors.push(`"${key}" is missing or empty.`);
    if (!Array.isArray(value) || value.length > 0) continue;
    const emptyOnPurpose = Array.isArray(answer[key]) && answer[key].length === 0;
    if (!emptyOnPurpose) errors.push(`"${key}" is missing or has no usable items.`);
  }
  return errors;
}

interface ReadJson {
  readonly value: unknown;
  readonly repaired: boolean;
  readonly truncated: boolean;
}

function readJson(said: string, cut: boolean): ReadJson | null {
  const plain = attempt(() => JSON.parse(said) as unknown);
  if (isContainer(plain)) return { value: plain, repaired: false, truncated: false };

  const start = jsonStart(said);
  if (start === -1) return null;
  const open = said.slice(start);
  const { depth, end } = outline(open);
  if (depth > MAX_DEPTH) return null;
  const closed = open.slice(0, end + 1);
  if (end !== -1) {
    const whole = attempt(() => JSON.parse(closed) as unknown);
    if (isContainer(whole)) return { value: whole, repaired: true, truncated: false };
  }
  if (end === -1 || cut) {
    const value = completePart(open);
    return value === null ? null : { value, repaired: true, truncated: true };
  }
  const repaired = attempt(() => JSON.parse(jsonrepair(closed)) as unknown);
  return isContainer(repaired) ? { value: repaired, repaired: true, truncated: false } : null;
}

/**
 * What of broken-off JSON is complete: unfinished texts and numbers are left out, the objects and lists around them
 * are closed. An object that was still open comes without its last field; `whole` coercion leaves it out.
 */
function completePart(json: string): unknown {
  if (outline(json).depth > MAX_DEPTH) return null;
  const value = attempt(() => parsePartialJson(json, Allow.OBJ | Allow.ARR) as unknown);
  return isContainer(value) ? value : null;
}

/** Everything up to the end of the reasoning goes; reasoning that never ended leaves nothing. */
function withoutReasoning(text: string): string {
  const end = text.lastIndexOf('</think>');
  if (end !== -1) return text.slice(end + '</think>'.length);
  return /^\s*<think>/.test(text) ? '' : text;
}

/** Where the JSON begins: the first brace, or the bracket of a list of objects. -1 when there is none. */
function jsonStart(text: string): number {
  return text.search(/\[\s*\{|\{/);
}

/** How deep JSON is nested, and where the bracket stands that closes the first one (-1 when it stays open). */
function outline(json: string): { readonly depth: number; readonly end: number } {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (inText) {
      if (character === '\\') index += 1;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return { depth: deepest, end: index };
    }
  }
  return { depth: deepest, end: -1 };
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    // Whatever is wrong with it (syntax, nesting too deep to follow), it is not readable this way.
    return undefined;
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function keysOf(schema: z.ZodType): string {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape).join(', ') : 'the asked keys';
}
