import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { GenerationRecord, LogRecord, UsageReport, UsageRow } from '../../../src/store/types.ts';
import { partFiles } from './inspect.ts';
import {
  appendInParts,
  openLog,
  sampleGeneration,
  samplePreference,
  sampleRating,
  withFolder,
} from './samples.ts';

const A = 'openai/small';
const B = 'anthropic/large';

interface Made {
  readonly at?: string;
  readonly model?: string;
  readonly type?: string;
  readonly usage?: Partial<UsageRow>;
  readonly arm?: string;
  readonly cost?: number | null;
}

function made({
  at = '2026-03-01T10:00:00.000Z',
  model = A,
  type,
  usage,
  arm,
  cost = 5,
}: Made): GenerationRecord {
  const [provider = '', name = ''] = model.split('/');
  const record = sampleGeneration({
    at,
    request: {
      ...(type === undefined ? {} : { insight_type: type }),
      ...(arm === undefined ? {} : { experiment: 'size', arm }),
    },
    response: { provider, model_name: name, cost_nano_usd: cost, latency_ms: 100 },
  });
  const event: UsageRow = {
    ...record.usage!,
    ...(type === undefined ? {} : { type }),
    model_version: model,
    cost_nano_usd: cost ?? 0,
    latency_ms: 100,
    ...usage,
  };
  return { ...record, usage: event };
}

async function report(
  records: readonly LogRecord[],
  query = {},
  prices = {},
  sealBytes?: number,
): Promise<UsageReport> {
  return withFolder(async (folder) => {
    const { log } = openLog(folder, sealBytes === undefined ? {} : { sealBytes });
    try {
      for (const record of records) await log.append(record);
      return await log.usageReport(query, prices);
    } finally {
      await log.close();
    }
  });
}

describe('usage', () => {
  it('is told by day, model and type, with the hits, latencies and failures of each', async () => {
    const failed: GenerationRecord = {
      ...made({ at: '2026-03-02T10:00:00.000Z', model: B, cost: null }),
      insight: null,
      failure: {
        id: 'f1',
        user_id: null,
        type: 'market_brief',
        error_code: 'provider-answer',
        error_message: 'No.',
        payload: { provider: 'anthropic', model: 'large', status: null },
        ts: '2026-03-02T10:00:00.000Z',
      },
    };
    const { total, days, models, types, unpriced } = await report([
      made({ usage: { latency_ms: 300 } }),
      made({ usage: { latency_ms: 100 }, type: 'ad_insight' }),
      made({ usage: { latency_ms: 200 } }),
      made({ usage: { cache_hit: true, latency_ms: 1, cost_nano_usd: 0, tokens_in: 0, tokens_out: 0 } }),
      failed,
    ]);
    assert.deepEqual(
      days.map(({ name, requests, failures }) => [name, requests, failures]),
      [
        ['2026-03-02', 1, 1],
        ['2026-03-01', 4, 0],
      ],
    );
    assert.deepEqual(models[0], {
      name: A,
      requests: 4,
      cacheHits: 1,
      tokensIn: 300,
      tokensOut: 150,
      costNanoUsd: 15,
      correctedNanoUsd: 15,
      failures: 0,
      latencyMs: { median: 200, p95: 300 },
      ratings: { positive: 0, neutral: 0, negative: 0 },
    });
    assert.deepEqual(
      types.map(({ name, requests }) => [name, requests]),
      [
        ['market_brief', 4],
        ['ad_insight', 1],
      ],
    );
    assert.deepEqual([total.requests, total.failures, unpriced], [5, 1, 1]);
  });

  it('counts the latest rating of each user, by the day the answer was asked for', async () => {
    const one = made({});
    const two = made({ at: '2026-03-05T00:00:00.000Z', model: B });
    const { days, models } = await report([
      one,
      two,
      sampleRating(one, 'negative', { user: 'u1', at: '2026-04-01T00:00:00.000Z' }),
      sampleRating(one, 'positive', { user: 'u1', at: '2026-04-02T00:00:00.000Z' }),
      sampleRating(one, 'positive', { user: 'u2', at: '2026-04-02T00:00:00.000Z' }),
      sampleRating(two, 'negative', { user: 'u1', at: '2026-04-01T00:00:00.000Z' }),
      sampleRating(two, null, { user: 'u1', at: '2026-04-03T00:00:00.000Z' }),
    ]);
    assert.deepEqual(
      days.map(({ name, ratings }) => [name, ratings.positive, ratings.negative]),
      [
        ['2026-03-05', 0, 0],
        ['2026-03-01', 2, 0],
      ],
    );
    assert.equal(models.find(({ name }) => name === A)?.ratings.positive, 2);
  });

  it('reckons the past anew at corrected prices, and leaves what is logged as it is', async () => {
    const records = [
      made({ cost: 900 }),
      made({ model: `${A}:fastest`, cost: 900 }),
      made({ model: B, cost: 7 }),
    ];
    const { models, total } = await report(records, {}, { [A]: { input: 0.5, output: 2 } });
    // 100 tokens in at 500 nano-dollars, 50 out at 2,000.
    assert.deepEqual(
      models.map(({ name, costNanoUsd, correctedNanoUsd }) => [name, costNanoUsd, correctedNanoUsd]).sort(),
      [
        [B, 7, 7],
        [A, 900, 150_000],
        [`${A}:fastest`, 900, 150_000],
      ],
    );
    assert.deepEqual([total.costNanoUsd, total.correctedNanoUsd], [1807, 300_007]);
  });

  it('keeps to the time and type asked for', async () => {
    const records = [
      made({ at: '2026-03-01T00:00:00.000Z' }),
      made({ at: '2026-03-03T00:00:00.000Z', type: 'ad_insight' }),
      made({ at: '2026-03-04T00:00:00.000Z' }),
    ];
    const { days, total } = await report(records, { from: '2026-03-02T00:00:00.000Z', type: 'market_brief' });
    assert.deepEqual(
      days.map(({ name }) => name),
      ['2026-03-04'],
    );
    assert.equal(total.requests, 1);
  });

  it('adds up experiments and picks over all parts', async () => {
    const [a, b, c] = [
      made({ arm: 'small' }),
      made({ arm: 'large', model: B, cost: 50 }),
      made({ arm: 'small', cost: 6 }),
    ];
    const picks = [samplePreference(a, b), samplePreference(b, c), samplePreference(c, b)];
    // Changed their mind.
    const again = { ...samplePreference(b, a), comparison_id: picks[0]!.comparison_id };
    const records = [a, b, c, sampleRating(a, 'positive'), ...picks, again];
    // So small that each part holds hardly more than one record.
    for (const sealBytes of [undefined, 60_000]) {
      const { arms, comparisons } = await report(records, {}, {}, sealBytes);
      assert.deepEqual(
        arms.map(({ arm, models, requests, answered, costNanoUsd, ratings }) => ({
          arm,
          models,
          requests,
          answered,
          costNanoUsd,
          liked: ratings.positive,
        })),
        [
          { arm: 'large', models: [B], requests: 1, answered: 1, costNanoUsd: 50, liked: 0 },
          { arm: 'small', models: [A], requests: 2, answered: 2, costNanoUsd: 11, liked: 1 },
        ],
      );
      assert.deepEqual(comparisons, [{ models: [B, A], picks: [2, 1] }]);
    }
  });
});

describe('the summary of what was used', () => {
  it('says of sealed parts too what the report says, for any time and type', () =>
    withFolder(async (folder) => {
      const { log } = openLog(folder, { sealBytes: 100 * 1024 });
      const records = Array.from({ length: 90 }, (_, at) => {
        const day = String(1 + Math.floor(at / 3)).padStart(2, '0');
        const ts = `2026-03-${day}T10:00:00.000Z`;
        const type = at % 4 === 0 ? 'risk_sentinel' : 'market_brief';
        const cache_hit = at % 5 === 0;
        const record = made({ at: ts, type, usage: { ts, cache_hit, latency_ms: at, tokens_in: at } });
        const prompt = 'what sells '.repeat(300);
        return { ...record, request: { ...record.request!, prompt } };
      });
      await appendInParts(log, records);
      await log.close();
      assert.ok(partFiles(folder).length > 3);
      const again = openLog(folder).log;
      const queries = [
        {},
        { from: '2026-03-25T00:00:00.000Z' },
        { to: '2026-03-05T23:59:59.999Z' },
        { from: '2026-03-10T00:00:00.000Z', to: '2026-03-12T00:00:00.000Z', type: 'risk_sentinel' },
      ];
      for (const query of queries) {
        const used = await again.usage(query);
        const { total, types } = await again.usageReport(query);
        assert.ok(used.requests > 0, JSON.stringify(query));
        for (const name of ['requests', 'cacheHits', 'tokensIn', 'tokensOut', 'costNanoUsd'] as const)
          assert.equal(used[name], total[name], `${name} ${JSON.stringify(query)}`);
        assert.deepEqual(
          used.byType,
          Object.fromEntries(
            types.map(({ name, requests }) => [name, requests] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
          ),
        );
      }
      const all = await again.usage();
      assert.deepEqual(
        [all.requests, all.cacheHits, all.averageLatencyMs, all.p95LatencyMs],
        [90, 18, 44.5, 85],
      );
      assert.equal((await again.usage({ from: '2026-03-30T00:00:00.000Z' })).requests, 3);
      await again.close();
    }));
});
