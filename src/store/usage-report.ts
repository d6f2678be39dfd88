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
import { conditions, Figures, Groups, noRatings, spread, textOf } from './usage-figures.ts';

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
      const model = textOf(row, 'model_version');
      const corrected = correctedCost(row, this.#prices);
      for (const group of this.#groupsOf(textOf(row, 'ts'), model, textOf(row, 'type')))
        group.use(row, corrected);
    }
    for (const row of part.each(`SELECT ts, type, payload FROM ai_failures ${where}`, values)) {
      const model = modelOfFailure(row);
      for (const group of this.#groupsOf(textOf(row, 'ts'), model, textOf(row, 'type'))) group.failures += 1;
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
      const id = textOf(row, 'id');
      const model = `${textOf(row, 'provider')}/${textOf(row, 'model_name')}`;
      if (this.#compared.has(id)) this.#authors.set(id, model);
      if (row['cost_nano_usd'] === null && row['tokens_in'] !== null) this.#unpriced += 1;
      const ratings = (this.#ratings.get(id) ?? []).flatMap(({ feedback }) => feedback ?? []);
      for (const group of this.#groupsOf(textOf(row, 'ts'), model, textOf(row, 'type'))) group.rate(ratings);
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

class Arm {
  readonly #models = new Set<string>();
  readonly #requests = new Map<string, { answered: boolean; latencyMs: number }>();
  readonly #ratings = noRatings();
  #costNanoUsd = 0;

  add(row: Row, model: string, ratings: readonly Rating[]): void {
    this.#models.add(model);
    const id = textOf(row, 'request_id');
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
  const model = textOf(row, 'model_version');
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
    const about = JSON.parse(textOf(row, 'payload')) as { provider?: unknown; model?: unknown } | null;
    if (typeof about?.provider === 'string') return `${about.provider}/${String(about.model)}`;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return 'unknown';
}
