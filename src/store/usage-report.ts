import { latestRatings, partsOf, readPreferences, type Snapshot } from './export.ts';
import type { Part, Row } from './part.ts';
import type {
  ArmUsage,
  FeedbackRecord,
  PairedPicks,
  PriceTable,
  Rating,
  UsageGroup,
  UsageQuery,
  UsageReport,
} from './types.ts';
import { conditions, nearestRank } from './usage.ts';

/** What was used, by day, model and type, over all parts; ratings and picks of whatever was asked for in that time. */
export function readUsageReport(snapshot: Snapshot, query: UsageQuery, prices: PriceTable): UsageReport {
  const report = new Report(prices, latestRatings(snapshot), picksOf(snapshot));
  // Ratings and picks may come late: the parts that are over before the time begins may still hold their answers.
  for (const part of partsOf(snapshot)) report.add(part, query);
  return report.finish();
}

class Report {
  readonly #prices: PriceTable;
  readonly #ratings: ReadonlyMap<string, readonly FeedbackRecord[]>;
  readonly #picks: readonly Pick[];
  readonly #total = new Figures('total');
  readonly #days = new Groups<Figures>((name) => new Figures(name));
  readonly #models = new Groups<Figures>((name) => new Figures(name));
  readonly #types = new Groups<Figures>((name) => new Figures(name));
  readonly #arms = new Groups<Arm>(() => new Arm());
  /** Who gave an answer that was picked or passed by, by the answer's id. */
  readonly #authors = new Map<string, string>();
  readonly #compared: ReadonlySet<string>;
  #unpriced = 0;

  constructor(
    prices: PriceTable,
    ratings: ReadonlyMap<string, readonly FeedbackRecord[]>,
    picks: readonly Pick[],
  ) {
    this.#prices = prices;
    this.#ratings = ratings;
    this.#picks = picks;
    this.#compared = new Set(picks.flatMap(({ chosen, rejected }) => [chosen, rejected]));
  }

  add(part: Part, query: UsageQuery): void {
    const { where, values } = conditions(query);
    for (const row of part.each(`SELECT * FROM ai_usage_events ${where}`, values)) {
      const model = text(row, 'model_version');
      const corrected = correctedCost(row, this.#prices);
      for (const group of this.#groupsOf(text(row, 'ts'), model, text(row, 'type')))
        group.use(row, corrected);
    }
    for (const row of part.each(`SELECT ts, type, payload FROM ai_failures ${where}`, values)) {
      const model = modelOfFailure(row);
      for (const group of this.#groupsOf(text(row, 'ts'), model, text(row, 'type'))) group.failures += 1;
    }
    this.#addAnswers(part, query);
  }

  #addAnswers(part: Part, query: UsageQuery): void {
    const { where, values } = conditions(query);
    const answers = part.each(
      `SELECT * FROM (SELECT r.id, r.request_id, r.provider, r.model_name, r.success, r.latency_ms, r.cost_nano_usd,
        r.tokens_in, q.requested_at AS ts, q.insight_type AS type, q.experiment, q.arm
        FROM lexybrain_responses r JOIN lexybrain_requests q ON q.id = r.request_id) ${where}`,
      values,
    );
    for (const row of answers) {
      const id = text(row, 'id');
      const model = `${text(row, 'provider')}/${text(row, 'model_name')}`;
      if (this.#compared.has(id)) this.#authors.set(id, model);
      if (row['cost_nano_usd'] === null && row['tokens_in'] !== null) this.#unpriced += 1;
      const ratings = (this.#ratings.get(id) ?? []).flatMap(({ feedback }) => feedback ?? []);
      for (const group of this.#groupsOf(text(row, 'ts'), model, text(row, 'type'))) group.rate(ratings);
      if (row['experiment'] === null) continue;
      const key = JSON.stringify([row['experiment'], row['arm']]);
      this.#arms.of(key).add(row, model, ratings);
    }
  }

  finish(): UsageReport {
    const most = (a: UsageGroup, b: UsageGroup): number =>
      b.requests - a.requests || (a.name < b.name ? -1 : 1);
    const finished = (groups: Groups<Figures>): UsageGroup[] => groups.all().map((group) => group.finish());
    return {
      total: this.#total.finish(),
      days: finished(this.#days).sort((a, b) => (a.name < b.name ? 1 : -1)),
      models: finished(this.#models).sort(most),
      types: finished(this.#types).sort(most),
      unpriced: this.#unpriced,
      arms: this.#arms
        .entries()
        .map(([key, arm]) => {
          const [experiment, name] = JSON.parse(key) as [string, string | null];
          return arm.finish(experiment, name ?? '');
        })
        .sort((a, b) => (`${a.experiment}\0${a.arm}` < `${b.experiment}\0${b.arm}` ? -1 : 1)),
      comparisons: this.#pairs(),
    };
  }

  #groupsOf(time: string, model: string, type: string): Figures[] {
    return [this.#total, this.#days.of(time.slice(0, 10)), this.#models.of(model), this.#types.of(type)];
  }

  #pairs(): PairedPicks[] {
    const pairs = new Map<string, { models: [string, string]; picks: [number, number] }>();
    for (const { chosen, rejected } of this.#picks) {
      const [winner, loser] = [this.#authors.get(chosen), this.#authors.get(rejected)];
      if (winner === undefined || loser === undefined || winner === loser) continue;
      const models: [string, string] = winner < loser ? [winner, loser] : [loser, winner];
      const key = JSON.stringify(models);
      const pair = pairs.get(key) ?? { models, picks: [0, 0] };
      pair.picks[models[0] === winner ? 0 : 1] += 1;
      pairs.set(key, pair);
    }
    return [...pairs.values()];
  }
}

class Groups<Group> {
  readonly #make: (name: string) => Group;
  readonly #groups = new Map<string, Group>();

  constructor(make: (name: string) => Group) {
    this.#make = make;
  }

  of(name: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = this.#make(name);
      this.#groups.set(name, group);
    }
    return group;
  }

  all(): Group[] {
    return [...this.#groups.values()];
  }

  entries(): (readonly [string, Group])[] {
    return [...this.#groups];
  }
}

class Figures {
  readonly #name: string;
  #requests = 0;
  #cacheHits = 0;
  #tokensIn = 0;
  #tokensOut = 0;
  #costNanoUsd = 0;
  #correctedNanoUsd = 0;
  readonly #latencies: number[] = [];
  readonly #ratings = noRatings();
  failures = 0;

  constructor(name: string) {
    this.#name = name;
  }

  use(row: Row, correctedNanoUsd: number): void {
    const hit = row['cache_hit'] === 1;
    this.#requests += 1;
    this.#cacheHits += hit ? 1 : 0;
    this.#tokensIn += Number(row['tokens_in']);
    this.#tokensOut += Number(row['tokens_out']);
    this.#costNanoUsd += Number(row['cost_nano_usd']);
    this.#correctedNanoUsd += correctedNanoUsd;
    if (!hit) this.#latencies.push(Number(row['latency_ms']));
  }

  rate(ratings: readonly Rating[]): void {
    for (const rating of ratings) this.#ratings[rating] += 1;
  }

  finish(): UsageGroup {
    return {
      name: this.#name,
      requests: this.#requests,
      cacheHits: this.#cacheHits,
      tokensIn: this.#tokensIn,
      tokensOut: this.#tokensOut,
      costNanoUsd: this.#costNanoUsd,
      correctedNanoUsd: this.#correctedNanoUsd,
      failures: this.failures,
      latencyMs: spread(this.#latencies),
      ratings: this.#ratings,
    };
  }
}

class Arm {
  readonly #models = new Set<string>();
  readonly #requests = new Map<string, { answered: boolean; latencyMs: number }>();
  readonly #ratings = noRatings();
  #costNanoUsd = 0;

  add(row: Row, model: string, ratings: readonly Rating[]): void {
    this.#models.add(model);
    const id = text(row, 'request_id');
    const known = this.#requests.get(id);
    this.#requests.set(id, {
      answered: (known?.answered ?? false) || row['success'] === 1,
      latencyMs: (known?.latencyMs ?? 0) + Number(row['latency_ms']),
    });
    this.#costNanoUsd += Number(row['cost_nano_usd'] ?? 0);
    for (const rating of ratings) this.#ratings[rating] += 1;
  }

  finish(experiment: string, arm: string): ArmUsage {
    const requests = [...this.#requests.values()];
    return {
      experiment,
      arm,
      models: [...this.#models].sort(),
      requests: requests.length,
      answered: requests.filter(({ answered }) => answered).length,
      costNanoUsd: this.#costNanoUsd,
      latencyMs: spread(requests.map(({ latencyMs }) => latencyMs)),
      ratings: this.#ratings,
    };
  }
}

interface Pick {
  readonly chosen: string;
  readonly rejected: string;
}

/** The latest pick of each user in each comparison. */
function picksOf(snapshot: Snapshot): Pick[] {
  const latest = new Map<string, { readonly at: string; readonly pick: Pick }>();
  for (const record of readPreferences(snapshot)) {
    const key = JSON.stringify([record.comparison_id, record.user_id]);
    const known = latest.get(key);
    if (known !== undefined && known.at >= record.created_at) continue;
    const pick = { chosen: record.chosen_response_id, rejected: record.rejected_response_id };
    latest.set(key, { at: record.created_at, pick });
  }
  return [...latest.values()].map(({ pick }) => pick);
}

/** What an event cost at the prices given; as logged where they do not name its model. A hit costs nothing. */
function correctedCost(row: Row, prices: PriceTable): number {
  const logged = Number(row['cost_nano_usd']);
  const model = text(row, 'model_version');
  // A suffix that says who shall serve it (`:fastest`) is no part of the model's name.
  const name = [model, model.split(':')[0] ?? ''].find((each) => Object.hasOwn(prices, each));
  const price = name === undefined ? undefined : prices[name];
  if (price === undefined || row['cache_hit'] === 1) return logged;
  // USD per million tokens is 1,000 nano-dollars a token.
  const nano = Number(row['tokens_in']) * price.input + Number(row['tokens_out']) * price.output;
  return Math.ceil(nano * 1000);
}

function modelOfFailure(row: Row): string {
  try {
    const about = JSON.parse(text(row, 'payload')) as { provider?: unknown; model?: unknown } | null;
    if (typeof about?.provider === 'string') return `${about.provider}/${String(about.model)}`;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return 'unknown';
}

function spread(values: readonly number[]): { median: number; p95: number } | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return { median: nearestRank(sorted, 0.5), p95: nearestRank(sorted, 0.95) };
}

const noRatings = (): Record<Rating, number> => ({ positive: 0, neutral: 0, negative: 0 });

function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : '';
}
