import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  assignArm,
  comparisonResults,
  experimentResults,
  LEAST_PICKS,
  LEAST_RATINGS,
  wilson,
} from '../../../src/generation/experiments.ts';
import type { ArmUsage } from '../../../src/store/types.ts';

const arms = (...weights: number[]) =>
  weights.map((weight, at) => ({ name: `arm${at}`, model: `local/m${at}`, weight }));

function armUsage(arm: string, positive: number, negative: number): ArmUsage {
  return {
    experiment: 'size',
    arm,
    models: [`local/${arm}`],
    requests: positive + negative,
    answered: positive + negative,
    costNanoUsd: 0,
    latencyMs: null,
    ratings: { positive, neutral: 3, negative },
  };
}

describe('an experiment', () => {
  it('gives the same question the same arm, whatever else there is', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }),
        (name, question, weights) => {
          const experiment = { name, arms: arms(...weights) };
          assert.deepEqual(assignArm(experiment, question), assignArm(experiment, question));
        },
      ),
    );
  });

  it('deals the arms out by their weights, and an arm of weight 0 gets nothing', () => {
    const counts = new Map<string, number>();
    for (let question = 0; question < 8000; question++) {
      const { arm } = assignArm({ name: 'size', arms: arms(3, 0, 1) }, `question ${question}`);
      counts.set(arm, (counts.get(arm) ?? 0) + 1);
    }
    assert.deepEqual([...counts.keys()].sort(), ['arm0', 'arm2']);
    // Six standard deviations around 2,000.
    assert.ok(Math.abs((counts.get('arm2') ?? 0) - 2000) < 6 * Math.sqrt(8000 * 0.25 * 0.75));
  });

  it('deals anew under another name', () => {
    const of = (name: string): string[] =>
      Array.from({ length: 64 }, (_, at) => assignArm({ name, arms: arms(1, 1) }, String(at)).arm);
    assert.notDeepEqual(of('one'), of('two'));
  });

  it('has the intervals of the textbook', () => {
    // Brown, Cai, DasGupta 2001; the same figures as R's prop.test(correct = FALSE).
    const near = (value: number | undefined, expected: number): void =>
      assert.ok(Math.abs((value ?? NaN) - expected) < 0.0005, `${value} is not ${expected}`);
    near(wilson(8, 10)?.low, 0.4902);
    near(wilson(8, 10)?.high, 0.9433);
    near(wilson(0, 20)?.high, 0.1611);
    assert.equal(wilson(0, 20)?.low, 0);
    assert.equal(wilson(0, 0), null);
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (hits, misses) => {
        const interval = wilson(hits, hits + misses);
        if (interval === null) return;
        assert.ok(interval.low >= 0 && interval.high <= 1);
        assert.ok(interval.low <= interval.share + 1e-12 && interval.share <= interval.high + 1e-12);
      }),
    );
  });

  it('has no winner on too little data, however clear it looks', () => {
    const [result] = experimentResults([armUsage('a', LEAST_RATINGS - 1, 0), armUsage('b', 0, 500)]);
    assert.deepEqual([result?.verdict, result?.winner], ['too-little-data', null]);
    const [alone] = experimentResults([armUsage('a', 500, 0)]);
    assert.equal(alone?.verdict, 'too-little-data');
  });

  it('has a winner only where its interval lies above all others', () => {
    const [clear] = experimentResults([armUsage('a', 45, 5), armUsage('b', 20, 30)]);
    assert.deepEqual([clear?.verdict, clear?.winner], ['winner', 'a']);
    const [close] = experimentResults([armUsage('a', 30, 20), armUsage('b', 25, 25)]);
    assert.deepEqual([close?.verdict, close?.winner], ['no-difference', null]);
    const [three] = experimentResults([armUsage('a', 45, 5), armUsage('b', 20, 30), armUsage('c', 42, 8)]);
    assert.equal(three?.winner, null);
    assert.deepEqual(
      clear?.arms.map(({ liked }) => liked?.share),
      [0.9, 0.4],
    );
  });

  it('judges blind comparisons in the same way', () => {
    const of = (first: number, second: number) =>
      comparisonResults([{ models: ['x', 'y'], picks: [first, second] }])[0];
    assert.equal(of(LEAST_PICKS - 1, 0)?.verdict, 'too-little-data');
    assert.equal(of(18, 4)?.winner, 'x');
    assert.equal(of(4, 18)?.winner, 'y');
    assert.equal(of(13, 11)?.verdict, 'no-difference');
    assert.equal(of(0, 0), undefined);
  });
});
