import { createHash } from 'node:crypto';
import type { Experiment } from '../configuration.ts';
import type { ArmUsage, PairedPicks } from '../store/types.ts';

/** Which arm of an experiment a request belongs to. */
export interface Assignment {
  readonly experiment: string;
  readonly arm: string;
  /** `provider/model-id` */
  readonly model: string;
}

/**
 * The arm of a question: the same question gets the same arm, in every window and after every restart, and each arm
 * gets its share by weight. The experiment's name takes part, so that another experiment deals anew.
 * @param question its hash
 */
export function assignArm(experiment: Experiment, question: string): Assignment {
  const { name, arms } = experiment;
  const digest = createHash('sha256')
    .update(JSON.stringify([name, question]))
    .digest();
  // 48 bits are exact in a number.
  const share = digest.readUIntBE(0, 6) / 2 ** 48;
  let rest = share * arms.reduce((sum, { weight }) => sum + weight, 0);
  for (const { name: arm, model, weight } of arms) {
    rest -= weight;
    if (rest < 0) return { experiment: name, arm, model };
  }
  const last = arms.findLast(({ weight }) => weight > 0) ?? arms[0];
  if (last === undefined) throw new RangeError(`The experiment ${name} has no arms.`);
  return { experiment: name, arm: last.name, model: last.model };
}

/** A share with the interval in which the true one lies with 95 % confidence; all 0-1. */
export interface Proportion {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, for 95 % confidence. */
const Z = 1.959964;

/**
 * Wilson's score interval for `hits` of `count`, null without any. It holds for small counts and shares near 0 and 1
 * (Wilson 1927; Brown, Cai, DasGupta 2001, "Interval Estimation for a Binomial Proportion").
 */
export function wilson(hits: number, count: number): Proportion | null {
  if (count === 0) return null;
  const share = hits / count;
  const centre = share + Z ** 2 / (2 * count);
  const spread = Z * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  const scale = 1 + Z ** 2 / count;
  return {
    share,
    low: Math.max(0, (centre - spread) / scale),
    high: Math.min(1, (centre + spread) / scale),
  };
}

/** An arm is not judged by fewer 👍 and 👎 than this. */
export const LEAST_RATINGS = 20;
/** Two models are not judged by fewer picks than this. */
export const LEAST_PICKS = 20;

export interface ExperimentResult {
  readonly name: string;
  readonly arms: readonly (ArmUsage & {
    /** 👍 among 👍 and 👎; neutral ratings and unrated answers do not count. Null without any. */
    readonly liked: Proportion | null;
  })[];
  /** The arm whose interval lies above that of every other; null while there is too little data, or no difference. */
  readonly winner: string | null;
  readonly verdict: 'winner' | 'too-little-data' | 'no-difference';
}

/** What experiments have shown so far. */
export function experimentResults(arms: readonly ArmUsage[]): ExperimentResult[] {
  return [...Map.groupBy(arms, ({ experiment }) => experiment)].map(([name, own]) => {
    const judged = own.map((arm) => ({ ...arm, liked: wilson(arm.ratings.positive, decided(arm)) }));
    const enough = judged.length > 1 && judged.every((arm) => decided(arm) >= LEAST_RATINGS);
    const winner = enough
      ? (judged.find((arm) =>
          judged.every((other) => other === arm || (arm.liked?.low ?? 0) > (other.liked?.high ?? 1)),
        ) ?? null)
      : null;
    return {
      name,
      arms: judged,
      winner: winner?.arm ?? null,
      verdict: winner !== null ? 'winner' : enough ? 'no-difference' : 'too-little-data',
    };
  });
}

export interface ComparisonResult extends PairedPicks {
  /** How often the first was preferred. */
  readonly first: Proportion;
  readonly winner: string | null;
  readonly verdict: ExperimentResult['verdict'];
}

/** What blind comparisons have shown so far: a winner's interval lies wholly on its side of one half. */
export function comparisonResults(pairs: readonly PairedPicks[]): ComparisonResult[] {
  return pairs.flatMap((pair) => {
    const count = pair.picks[0] + pair.picks[1];
    const first = wilson(pair.picks[0], count);
    if (first === null) return [];
    const enough = count >= LEAST_PICKS;
    const winner = !enough
      ? null
      : first.low > 0.5
        ? pair.models[0]
        : first.high < 0.5
          ? pair.models[1]
          : null;
    return [
      {
        ...pair,
        first,
        winner,
        verdict: winner !== null ? 'winner' : enough ? 'no-difference' : 'too-little-data',
      } as const,
    ];
  });
}

function decided({ ratings }: ArmUsage): number {
  return ratings.positive + ratings.negative;
}
