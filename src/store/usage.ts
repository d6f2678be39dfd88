import { partsOf, type Snapshot } from './export.ts';
import type { UsageQuery, UsageSummary } from './types.ts';
import { conditions, Figures, Groups, spread, textOf } from './usage-figures.ts';

/** What was used in a time, summed up over all parts: by the events alone, which is quick. */
export function readUsage(snapshot: Snapshot, query: UsageQuery): UsageSummary {
  const total = new Figures('total');
  const types = new Groups<Figures>((name) => new Figures(name));
  const { where, values } = conditions(query);
  const { from = '' } = query;
  // Parts are sealed one after the other: what was over before the time began has nothing of it.
  for (const part of partsOf(snapshot, ({ lastTime }) => lastTime === null || lastTime >= from)) {
    for (const row of part.each(`SELECT * FROM ai_usage_events ${where}`, values)) {
      for (const group of [total, types.of(textOf(row, 'type'))]) group.use(row, 0);
    }
    total.failures += Number(part.value(`SELECT count(*) FROM ai_failures ${where}`, values));
  }
  return summaryOf(total, types);
}

function summaryOf(total: Figures, types: Groups<Figures>): UsageSummary {
  const { requests, cacheHits, tokensIn, tokensOut, costNanoUsd, failures } = total.finish();
  const latencies = total.allLatencies();
  const sum = latencies.reduce((all, each) => all + each, 0);
  const byType = types.entries().map(([name, group]) => [name, group.finish().requests] as const);
  return {
    requests,
    cacheHits,
    tokensIn,
    tokensOut,
    costNanoUsd,
    failures,
    averageLatencyMs: latencies.length === 0 ? 0 : sum / latencies.length,
    p95LatencyMs: spread(latencies)?.p95 ?? 0,
    byType: Object.fromEntries([...byType].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
