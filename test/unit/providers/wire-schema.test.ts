import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { wireName, wireSchema } from '../../../src/providers/wire-schema.ts';

/** What OpenAI's strict mode and Anthropic's structured output take. */
const TAKEN = [
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'description',
  'anyOf',
];

describe('The schema on the wire', () => {
  it('is lowered: no bounds, closed objects, all required, nullable as anyOf', () => {
    const schema = z.object({
      term: z.string().min(1).max(80).describe('from the list'),
      score: z.number().min(0).max(1).nullable(),
      level: z.enum(['low', 'high']).nullable(),
      kind: z.literal('x'),
      count: z.int(),
      items: z.array(z.object({ why: z.string().nullable() })).max(5),
    });
    assert.deepEqual(wireSchema(schema), {
      type: 'object',
      properties: {
        term: { type: 'string', description: 'from the list' },
        score: { anyOf: [{ type: 'number' }, { type: 'null' }] },
        level: { anyOf: [{ type: 'string', enum: ['low', 'high'] }, { type: 'null' }] },
        kind: { type: 'string', enum: ['x'] },
        count: { type: 'integer' },
        items: {
          type: 'array',
          items: {
            type: 'object',
            properties: { why: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
            required: ['why'],
            additionalProperties: false,
          },
        },
      },
      required: ['term', 'score', 'level', 'kind', 'count', 'items'],
      additionalProperties: false,
    });
  });

  it('describes what goes into preprocess, catch, default and transform', () => {
    const schema = z.object({
      a: z.preprocess((x) => x, z.number()),
      b: z.number().catch(0),
      c: z.string().default(''),
      d: z.array(z.string()).transform((list) => list.slice(0, 3)),
    });
    assert.deepEqual(wireSchema(schema).properties, {
      a: { type: 'number' },
      b: { type: 'number' },
      c: { type: 'string' },
      d: { type: 'array', items: { type: 'string' } },
    });
    assert.deepEqual(wireSchema(schema).required, ['a', 'b', 'c', 'd']);
  });

  it('makes the terms an enum wherever a term is asked for', () => {
    const schema = z.object({ term: z.string(), list: z.array(z.object({ term: z.string().nullable() })) });
    const wire = wireSchema(schema, { terms: ['a', 'b', 'a'] });
    assert.deepEqual(wire.properties?.['term'], { type: 'string', enum: ['a', 'b'] });
    assert.deepEqual(wire.properties['list']?.items?.properties?.['term'], {
      anyOf: [{ type: 'string', enum: ['a', 'b'] }, { type: 'null' }],
    });
    assert.deepEqual(wireSchema(schema, { terms: [] }).properties?.['term'], { type: 'string' });
    const many = Array.from({ length: 1001 }, (_, i) => `t${i}`);
    assert.deepEqual(wireSchema(schema, { terms: many }).properties?.['term'], { type: 'string' });
  });

  it('keeps lengths where a grammar obeys them', () => {
    const schema = z.object({ list: z.array(z.string().max(9)).min(1).max(5) });
    assert.deepEqual(wireSchema(schema, { lengths: true }).properties?.['list'], {
      type: 'array',
      items: { type: 'string', maxLength: 9 },
      minItems: 1,
      maxItems: 5,
    });
  });

  it('refuses what no provider takes', () => {
    interface Tree {
      children: Tree[];
    }
    const tree: z.ZodType<Tree> = z.object({
      get children() {
        return z.array(tree);
      },
    });
    for (const schema of [
      z.array(z.string()),
      z.string(),
      z.object({ r: z.record(z.string(), z.number()) }),
      tree,
    ]) {
      assert.throws(() => wireSchema(schema), TypeError);
    }
  });

  it('holds for any schema: only keywords that are taken, every object closed and complete', () => {
    const leaf = fc.constantFrom<() => z.ZodType>(
      () => z.string().min(1).max(5),
      () => z.number().min(0).nullable(),
      () => z.enum(['a', 'b']),
      () => z.boolean().describe('yes or no'),
      () => z.int().positive().catch(1),
    );
    const { node } = fc.letrec<{ node: () => z.ZodType }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        tie('node').map((make) => () => z.array(make()).max(7)),
        fc
          .dictionary(fc.constantFrom('term', 'why', 'x'), tie('node'), { minKeys: 1 })
          .map(
            (shape) => () => z.object(Object.fromEntries(Object.entries(shape).map(([k, v]) => [k, v()]))),
          ),
      ),
    }));
    const check = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const schema = value as Record<string, unknown>;
      for (const key of Object.keys(schema)) assert.ok(TAKEN.includes(key), key);
      if (schema['type'] === 'object') {
        const properties = schema['properties'] as Record<string, unknown>;
        assert.deepEqual(schema['required'], Object.keys(properties));
        assert.equal(schema['additionalProperties'], false);
        Object.values(properties).forEach(check);
      }
      check(schema['items']);
      ((schema['anyOf'] ?? []) as unknown[]).forEach(check);
    };
    fc.assert(
      fc.property(node, (make) => check(wireSchema(z.object({ root: make() })))),
      { numRuns: 200 },
    );
  });

  it('has a name that every provider takes', () => {
    assert.equal(wireName('Market brief!'), 'Market_brief_');
    assert.equal(wireName(''), 'answer');
    assert.equal(wireName('x'.repeat(99)).length, 64);
  });
});
