import * as z from 'zod';

/** The part of JSON Schema that every provider takes. */
export interface WireSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, WireSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: WireSchema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly WireSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface WireSchemaOptions {
  /** What every string property called `term` may say. A small model cannot invent a term then. */
  readonly terms?: readonly string[] | undefined;
  /**
   * Keep the lengths of arrays and strings. Grammars of local servers obey them, and a small model needs them
   * to find an end; services refuse some of them.
   */
  readonly lengths?: boolean;
}

/** More values in one schema are refused (OpenAI: 1,000); a grammar of more would also be slow. */
const MAX_ENUM = 1_000;

/**
 * Lowers a zod schema to what the wire takes: type, properties, required, additionalProperties, items, enum, description,
 * anyOf with null. Every property is required and objects are closed, which strict modes of OpenAI and Anthropic ask for
 * (optional is `.nullable()`). Bounds are dropped: they are checked afterwards, by us.
 * @throws TypeError for what no provider takes: records, tuples, recursion, a root that is no object
 */
export function wireSchema(schema: z.ZodType, options: WireSchemaOptions = {}): WireSchema {
  let full = described.get(schema);
  if (full === undefined) {
    // `input`: what goes into preprocess, catch and transform, which is what the model has to write.
    full = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
    described.set(schema, full);
  }
  const terms = [...new Set(options.terms ?? [])];
  const lowered = lower(full, {
    terms: terms.length > 0 && terms.length <= MAX_ENUM ? terms : null,
    lengths: options.lengths ?? false,
  });
  if (lowered.type !== 'object') throw new TypeError('The root of an answer must be an object.');
  return lowered;
}

/** Schemas are few and never change, and every request asks for one. */
const described = new WeakMap<z.ZodType, Json>();

/** A name as the wire takes it: letters, digits, `_` and `-`, at most 64. */
export function wireName(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]+/g, '_').slice(0, 64) || 'answer';
}

type Json = Readonly<Record<string, unknown>>;

interface Context {
  readonly terms: readonly string[] | null;
  readonly lengths: boolean;
}

function lower(node: Json, context: Context): WireSchema {
  for (const keyword of ['$ref', 'allOf', 'not', 'prefixItems', 'propertyNames', 'patternProperties']) {
    if (keyword in node) throw new TypeError(`An answer cannot be described with ${keyword}.`);
  }
  const description = typeof node['description'] === 'string' ? { description: node['description'] } : {};
  const alternatives = (node['anyOf'] ?? node['oneOf']) as readonly Json[] | undefined;
  if (alternatives) {
    return { ...description, anyOf: alternatives.map((alternative) => lower(alternative, context)) };
  }
  const { type } = node;
  if (Array.isArray(type)) {
    return {
      ...description,
      anyOf: type.map((one) => lower({ ...without(node, 'description'), type: one as string }, context)),
    };
  }
  if ('const' in node) return { type: typeOf(node['const']), ...description, enum: [node['const']] };
  if (type === 'object') return { type, ...description, ...lowerObject(node, context) };
  if (type === 'array') {
    const items = node['items'] as Json | undefined;
    return {
      type,
      ...description,
      ...(items ? { items: lower(items, context) } : {}),
      ...(context.lengths ? pick(node, ['minItems', 'maxItems']) : {}),
    };
  }
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...description,
    ...(type !== 'null' && Array.isArray(node['enum']) ? { enum: node['enum'] } : {}),
    ...(context.lengths && type === 'string' ? pick(node, ['minLength', 'maxLength']) : {}),
  };
}

function lowerObject(node: Json, context: Context): WireSchema {
  if (typeof node['additionalProperties'] === 'object') {
    throw new TypeError('An answer cannot be described with a record.');
  }
  const properties = Object.entries((node['properties'] ?? {}) as Record<string, Json>).map(
    ([name, value]) => {
      const lowered = lower(value, context);
      return [name, name === 'term' ? withTerms(lowered, context.terms) : lowered] as const;
    },
  );
  return {
    properties: Object.fromEntries(properties),
    required: properties.map(([name]) => name),
    additionalProperties: false,
  };
}

function withTerms(schema: WireSchema, terms: readonly string[] | null): WireSchema {
  if (terms === null) return schema;
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map((one) => withTerms(one, terms)) };
  if (schema.type !== 'string' || schema.enum) return schema;
  return { type: 'string', ...(schema.description ? { description: schema.description } : {}), enum: terms };
}

function pick(node: Json, keys: readonly string[]): Partial<WireSchema> {
  return Object.fromEntries(
    keys.filter((key) => typeof node[key] === 'number').map((key) => [key, node[key]]),
  );
}

function without(node: Json, key: string): Json {
  return Object.fromEntries(Object.entries(node).filter(([name]) => name !== key));
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
