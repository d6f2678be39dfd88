import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Terminal } from '../../fakes/terminal.ts';
import { SAMPLE } from '../../fakes/world.ts';

describe('lexybrain usage', function () {
  this.timeout(60_000);
  let terminal: Terminal;
  beforeEach(async () => (terminal = await Terminal.open()));
  afterEach(() => terminal.close());

  it('says that nothing was asked, and makes no log for that', async () => {
    const { code, stdout, stderr } = await terminal.run(['usage', '--period', '7d']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /Nothing was asked in the last 7 days/);
    assert.equal(existsSync(join(terminal.folder, '.lexybrain')), false);
  });

  it('tells what was asked, by model, insight and day', async () => {
    for (let time = 0; time < 2; time++) await terminal.run(['brief', SAMPLE, '--provider', 'builtin']);
    const text = await terminal.run(['usage']);
    assert.equal(text.code, 0, text.stderr);
    assert.match(
      text.stdout,
      /BY MODEL[^]*builtin\/builtin +2 +50%[^]*BY INSIGHT[^]*Market Brief +2 [^]*BY DAY/,
    );

    const { code, stdout } = await terminal.run(['usage', '--json', '--type', 'market_brief']);
    assert.equal(code, 0);
    const { report, ...metrics } = JSON.parse(stdout) as Record<string, unknown>;
    const { avg_latency_ms, p95_latency_ms, ...counts } = metrics;
    assert.deepEqual(counts, {
      total_requests: 2,
      cache_hits: 1,
      cache_misses: 1,
      cache_hit_rate: 0.5,
      total_tokens_in: 0,
      total_tokens_out: 0,
      total_cost_cents: 0,
      failures: 0,
      active_cache_entries: 1,
      by_type: { market_brief: 2 },
      by_plan: {},
    });
    assert.ok(Number(avg_latency_ms) >= 0 && Number(p95_latency_ms) >= 0);
    assert.deepEqual(Object.keys(report as object), [
      'total',
      'days',
      'models',
      'types',
      'unpriced',
      'arms',
      'comparisons',
    ]);
    const other = await terminal.run(['usage', '--json', '--type', 'risk']);
    assert.equal((JSON.parse(other.stdout) as { total_requests: number }).total_requests, 0);
  });

  for (const [words, complaint] of [
    [['--period', '5d'], /--period is one of 7d, 30d, 90d/],
    [['--type', 'horoscope'], /horoscope/],
    [['list.csv'], /usage takes no “list\.csv”/],
  ] as const) {
    it(`refuses ${words.join(' ')}`, async () => {
      const { code, stdout, stderr } = await terminal.run(['usage', ...words]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, complaint);
    });
  }
});
