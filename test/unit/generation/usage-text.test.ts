import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { usageMarkdown } from '../../../src/generation/usage-text.ts';
import type { UsageGroup, UsageReport } from '../../../src/store/types.ts';

const group = (changes: Partial<UsageGroup>): UsageGroup => ({
  name: 'total',
  requests: 4,
  cacheHits: 1,
  tokensIn: 12_345,
  tokensOut: 678,
  costNanoUsd: 140_000,
  correctedNanoUsd: 140_000,
  failures: 1,
  latencyMs: { median: 850, p95: 2300 },
  ratings: { positive: 2, neutral: 0, negative: 1 },
  ...changes,
});
const report = (changes: Partial<UsageReport> = {}): UsageReport => ({
  total: group({}),
  days: [group({ name: '2026-11-23' })],
  models: [group({ name: 'openai/<b>x</b>|y' })],
  types: [group({ name: 'market_brief' })],
  unpriced: 0,
  arms: [],
  comparisons: [],
  ...changes,
});

describe('usage as text', () => {
  it('has a row for each day, model and type, whatever their names hold', () => {
    const text = usageMarkdown(report(), 'the last 7 days');
    assert.match(
      text,
      /\| 2026-11-23 \| 4 \| 25% \| 12,345 \| 678 \| \$0\.00014 \| 850 ms \| 2\.3 s \| 1 \| 👍 2 · 0 · 👎 1 \|/,
    );
    assert.ok(text.includes('openai/\\<b\\>x\\</b\\>\\|y'));
    assert.doesNotMatch(text, /At your prices|no known price|Experiments|Comparisons/);
  });

  it('calls insights by their names, and draws how much was asked on each of several days', () => {
    const days = [
      group({ name: '2026-11-22', requests: 1 }),
      group({ name: '2026-11-23', requests: 100 }),
      group({ name: '2026-11-24', requests: 0 }),
    ];
    const text = usageMarkdown(report({ days }), 'the last 7 days');
    assert.match(text, /\| Market Brief \| 4 \|/);
    assert.match(text, /\| 2026-11-22 \| 1 ▏ \|/);
    assert.match(text, /\| 2026-11-23 \| 100 █{12} \|/);
    assert.match(text, /\| 2026-11-24 \| 0 \|/);
  });

  it('says what was spent at corrected prices, and which answers had none', () => {
    const corrected = group({ correctedNanoUsd: 2_000_000 });
    const text = usageMarkdown(report({ total: corrected, unpriced: 3 }), 'the last 7 days');
    assert.match(text, /\$0\.00014 \| \$0\.002 \|/);
    assert.match(text, /3 answers had no known price/);
  });

  it('shows samples and intervals, and names no winner on little data', () => {
    const arm = (name: string, positive: number, negative: number) => ({
      experiment: 'size',
      arm: name,
      models: [`local/${name}`],
      requests: 60,
      answered: 59,
      costNanoUsd: 0,
      latencyMs: null,
      ratings: { positive, neutral: 0, negative },
    });
    const of = (...arms: ReturnType<typeof arm>[]): string => usageMarkdown(report({ arms }), 'x');
    assert.match(of(arm('a', 8, 2), arm('b', 2, 8)), /80% \(49% to 94%\)[^]*Too little data to tell/);
    assert.match(of(arm('a', 45, 5), arm('b', 20, 30)), /a is liked more/);
    assert.match(of(arm('a', 30, 20), arm('b', 25, 25)), /No difference can be told/);
    const comparisons = [{ models: ['local/a', 'local/b'], picks: [18, 4] }] as const;
    assert.match(usageMarkdown(report({ comparisons }), 'x'), /18 : 4 \| 82% \(.*local\/a is preferred/);
  });

  it('is one sentence when there is nothing', () => {
    const nothing = group({ requests: 0, failures: 0 });
    assert.equal(
      usageMarkdown(report({ total: nothing }), 'the last 7 days'),
      'Nothing was asked in the last 7 days.',
    );
  });
});
