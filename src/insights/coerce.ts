import * as z from 'zod';
import { PROSE_LENGTH } from './fields.ts';
import { BLANK, cleanLine, shorten } from './text.ts';

/** More items than any insight shows; a model that lists thousands is read no further. */
const MAX_ITEMS_READ = 100;

/** Stands for a value of which nothing can be made. */
const UNUSABLE = Symbol('unusable');

/**
 * Forgiving: a missing text is empty, a missing list has no items. Whole: an item that lacks a field is left out,
 * because it is still being written.
 */
type Mode = 'forgiving' | 'whole';

/**
 * Makes a value fit a draft's schema where that costs nothing: texts are cleaned and cut, numbers given for
 * texts are written out, an enum is matched in any case (an unknown one becomes its middle value), a single item
 * is a list of one, a bare text is an item of that term, a key too many is ignored. Returns undefined when the
 * value is not an object of this shape at all.
 */
export function coerceDraft<Draft>(schema: z.ZodType<Draft>, value: unknown, mode: Mode): Draft | undefined {
  const coerced = coerce(schema, unwrap(schema, value), mode);
  if (coerced === UNUSABLE) return undefined;
  const parsed = schema.safeParse(coerced);
  return parsed.success ? parsed.data : undefined;
}

/** The complete items of an answer that is still being written; null when it has no shape yet. */
export function partialDraft<Draft>(schema: z.ZodType<Draft>, unfinished: unknown): Draft | null {
  return coerceDraft(schema, unfinished, 'whole') ?? null;
}

/**
 * Answers that wrap the object in another (`{"market_brief": {…}}`) or give only its list are taken for what they
 * mean. Exported for the check of what an answer lacks.
 */
export function unwrap(schema: z.ZodType, value: unknown): unknown {
  if (!(schema instanceof z.ZodObject)) return value;
  const shape = schema.shape as Record<string, z.ZodType>;
  if (Array.isArray(value)) {
    const list = Object.entries(shape).find(([, field]) => field instanceof z.ZodArray);
    return list === undefined ? value : { [list[0]]: value };
  }
  if (!isObject(value) || Object.keys(shape).some((key) => Object.hasOwn(value, key))) return value;
  const [only, ...more] = Object.values(value);
  return more.length === 0 && isObject(only) ? only : value;
}

function coerce(schema: z.ZodType, value: unknown, mode: Mode): unknown {
  if (schema instanceof z.ZodNullable) {
    return isNothing(value) ? null : coerce(schema.unwrap() as z.ZodType, value, mode);
  }
  if (schema instanceof z.ZodEnum) return coerceEnum(schema.options, value);
  if (schema instanceof z.ZodString) return coerceText(value);
  if (schema instanceof z.ZodArray) return coerceList(schema.element as z.ZodType, value, mode);
  if (schema instanceof z.ZodObject) {
    return coerceObject(schema.shape, value, mode, true);
  }
  throw new TypeError(`Drafts have no ${schema.type}.`);
}

function coerceObject(shape: Record<string, z.ZodType>, value: unknown, mode: Mode, root = false): unknown {
  const entries = Object.entries(shape);
  const given = typeof value === 'string' && !root ? { [entries[0]?.[0] ?? '']: value } : value;
  if (!isObject(given)) return UNUSABLE;
  const has = (key: string): boolean => Object.hasOwn(given, key);
  const usable =
    mode === 'whole' && !root ? entries.every(([key]) => has(key)) : entries.some(([key]) => has(key));
  if (!usable && !(root && mode === 'whole')) return UNUSABLE;
  const result: Record<string, unknown> = {};
  for (const [key, field] of entries) {
    const coerced = coerce(field, has(key) ? given[key] : undefined, mode);
    if (coerced === UNUSABLE) return UNUSABLE;
    result[key] = coerced;
  }
  return result;
}

function coerceList(element: z.ZodType, value: unknown, mode: Mode): unknown[] {
  if (isNothing(value)) return [];
  const items = Array.isArray(value) ? (value as unknown[]).slice(0, MAX_ITEMS_READ) : [value];
  return items
    .map((item) =>
      element instanceof z.ZodObject
        ? coerceObject(element.shape as Record<string, z.ZodType>, item, mode)
        : coerce(element, item, mode),
    )
    .filter((item) => item !== UNUSABLE && item !== '');
}

function coerceText(value: unknown): string {
  if (typeof value === 'string') return isBlank(value) ? '' : shorten(cleanLine(value), PROSE_LENGTH);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return coerceText(value.filter((part) => typeof part === 'string').join(' '));
  return '';
}

/** The form of the answer, not filled in. */
function isBlank(text: string): boolean {
  return [BLANK, '...'].includes(text.trim());
}

function coerceEnum(options: readonly (string | number)[], value: unknown): unknown {
  const said = typeof value === 'string' ? value.toLowerCase() : '';
  return (
    options.find((option) => option === said.trim()) ??
    options.find((option) => said.includes(String(option))) ??
    options[Math.floor(options.length / 2)]
  );
}

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'string' && ['', 'null', 'none', BLANK, '...'].includes(value.trim().toLowerCase());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
