import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import * as z from 'zod';
import { LexyBrainError } from '../../../src/errors.ts';
import { analystNotes } from '../../../src/insights/analyst/notes.ts';
import { seasonOf } from '../../../src/insights/analyst/season.ts';
import {
  formatFigures,
  formatMeasure,
  formatMoney,
  formatMonths,
  formatPercent,
  formatScore,
} from '../../../src/insights/format.ts';
import { wireSchema } from '../../../src/providers/wire-schema.ts';
import { INSIGHTS, parseInsightType } from '../../../src/insights/index.ts';
import { INSIGHT_TYPES } from '../../../src/insights/catalogue.ts';
import { analyseList, figuresOf } from '../../../src/keywords/statistics.ts';
import { INPUT, listOf, viewOf } from '../../fakes/analysed-list.ts';

describe('the registry of insights', () => {
  it('has every type once, with its cache time and quota key', () => {
    assert.deepEqual(
      INSIGHTS.map(({ id }) => id),
      [...INSIGHT_TYPES],
    );
    assert.deepEqual(
      INSIGHTS.map(({ cacheMs, quotaKey, needsBudget }) => [cacheMs / 3_600_000, quotaKey, needsBudget]),
      [
        [24, 'ai_brief', false],
        [24, 'ai_calls', false],
        [6, 'ai_calls', true],
        [12, 'ai_calls', false],
      ],
    );
  });

  it('knows the old names and refuses others', () => {
    assert.equal(parseInsightType('radar'), 'opportunity_radar');
    assert.equal(parseInsightType('risk'), 'risk_sentinel');
    assert.equal(parseInsightType('Market-Brief'), 'market_brief');
    for (const id of INSIGHT_TYPES) assert.equal(parseInsightType(id), id);
    for (const name of ['', 'toString', '__proto__', 'briefs']) {
      assert.throws(
        () => parseInsightType(name),
        (error) => LexyBrainError.is(error, 'invalid-request') && error.toUserText().includes('market_brief'),
      );
    }
  });

  it('asks models only for what every wire can say: no bounds, no optional keys, all described', () => {
    const allowed = new Set(['object', 'array', 'string', 'enum', 'nullable']);
    const walk = (schema: z.ZodType, path: string): void => {
      assert.ok(allowed.has(schema.type), `${path}: ${schema.type}`);
      if (schema instanceof z.ZodNullable) walk(schema.unwrap() as z.ZodType, path);
      if (schema instanceof z.ZodArray) walk(schema.element as z.ZodType, `${path}[]`);
      if (schema instanceof z.ZodObject) {
        for (const [key, field] of Object.entries<z.ZodType>(schema.shape)) {
          assert.ok((field.description ?? '') !== '', `${path}.${key} is not described`);
          walk(field, `${path}.${key}`);
        }
      }
    };
    for (const { id, draftSchema } of INSIGHTS) {
      walk(draftSchema, id);
      assert.doesNotMatch(
        JSON.stringify(wireSchema(draftSchema)),
        /"(minimum|maximum|minLength|maxLength|maxItems|minItems|pattern)"/,
      );
    }
  });

  it('tells small models where to end, and holds no answer to it', () => {
    for (const { id, draftSchema, example } of INSIGHTS) {
      const small = JSON.stringify(wireSchema(draftSchema, { lengths: true }));
      assert.match(small, /"minLength":\d+,"maxLength":\d+/, id);
      assert.match(small, /"minItems":\d+,"maxItems":\d+/, id);
      const long = JSON.parse(
        JSON.stringify(example, (_, value: unknown) =>
          typeof value === 'string' && value.includes(' ') ? value.repeat(40) : value,
        ),
      ) as unknown;
      assert.equal(draftSchema.safeParse(long).success, true, id);
    }
  });
});

describe('figures for people', () => {
  const row = (currency: string | null): string => {
    const list = listOf(
      [
        {
          term: 'x',
          demand: 1158,
          competition: 0.6300001,
          trend: 0.12,
          cpc: 0.5,
          clicks: 12,
          engagement: 1.084,
        },
      ],
      { currency },
    );
    return formatFigures(figuresOf(list, analyseList(list, viewOf(INPUT)), 0), { currency });
  };

  it('shows a row in one line', () => {
    assert.equal(
      row('GBP'),
      '1,158 searches/month · difficulty 63 · trend +12% · CPC £0.50 · 12 clicks · click rate 108%',
    );
    assert.match(row(null), /CPC 0\.50 ·/);
    const bare = listOf([{ term: 'x' }]);
    assert.equal(
      formatFigures(figuresOf(bare, analyseList(bare, viewOf(INPUT)), 0)),
      'no figures in the list',
    );
  });

  it('says what each measure is', () => {
    assert.equal(formatMeasure({ value: 20, kind: 'monthly', bound: '<' }), '< 20 searches/month');
    assert.equal(formatMeasure({ value: 100, kind: 'bucket', bound: null }), 'about 100 searches/month');
    assert.equal(formatMeasure({ value: 1204, kind: 'rank', bound: null }), 'search rank 1,204');
    assert.equal(formatMeasure({ value: 826, kind: 'count', bound: '>' }), '> 826 competing listings');
    assert.equal(
      formatMeasure({ value: 0.5, kind: 'density', bound: null }, { locale: 'de' }),
      'title density 50/100',
    );
  });

  it('shows money, percent, scores and months', () => {
    assert.equal(formatMoney(2000, 'USD'), '$20.00');
    assert.equal(formatMoney(0.4, 'USD'), '$0.004');
    assert.equal(formatMoney(57, null), '0.57');
    assert.equal(formatMoney(57, 'not a currency'), '0.57');
    assert.equal(formatPercent(0.063), '6.3%');
    assert.equal(formatScore(null), '–');
    assert.equal(formatScore(0.6300000001), '63/100');
    assert.equal(formatMonths([1, 12]), 'December and January');
    assert.equal(formatMonths([3, 6, 5]), 'March, May and June');
    assert.equal(formatMonths([7]), 'July');
  });
});

describe('seasons', () => {
  it('counts months to the next peak, over the end of the year', () => {
    assert.deepEqual(seasonOf([12], '2026-09-23'), { monthsToPeak: 3, next: 12, prepare: 10 });
    assert.deepEqual(seasonOf([1, 2], '2026-11-01'), { monthsToPeak: 2, next: 1, prepare: 11 });
    assert.equal(seasonOf([5], '2026-05-31')?.monthsToPeak, 0);
    assert.equal(seasonOf([], '2026-05-31'), null);
    assert.equal(seasonOf([5], 'soon'), null);
  });
});

describe('notes of the built-in analyst', () => {
  it('say what it did not do as asked', () => {
    const english = { languages: [{ code: 'en', share: 1 }] };
    assert.deepEqual(analystNotes(INPUT, english), []);
    assert.match(analystNotes({ ...INPUT, language: 'de' }, english).join(' '), /English only.*German/);
    const russian = { languages: [{ code: 'ru', share: 0.9 }] };
    assert.match(analystNotes({ ...INPUT, language: null }, russian).join(' '), /English only.*Russian/);
    assert.match(
      analystNotes({ ...INPUT, instructions: 'Be bold.' }, english).join(' '),
      /does not follow them/,
    );
  });
});
