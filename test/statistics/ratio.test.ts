import { describe, expect, test } from 'vitest';
import {
  atConfidence,
  meanRatio,
  pairedRatio,
  unpairedRatio,
  type EstimatedRatio,
  type Ratio,
} from '../../src/statistics/ratio.js';
import { normal, uniform } from './made.js';
import { SLEEP } from './published.js';

const estimated = (ratio: Ratio): EstimatedRatio => {
  if (!ratio.estimable) throw new Error('not estimable');
  return ratio;
};
const logInterval = (ratio: Ratio) => {
  const { low, high } = estimated(ratio).interval!;
  return [Math.log(low), Math.log(high)] as const;
};
const exp = (values: number[]) => values.map(Math.exp);

describe('a paired ratio', () => {
  test("agrees on logarithms with R's paired t.test on Student's sleep data", () => {
    const ratio = estimated(pairedRatio(exp(SLEEP.first), exp(SLEEP.second)));
    expect(Math.log(ratio.ratio)).toBeCloseTo(-1.58, 12);
    expect(logInterval(ratio)[0]).toBeCloseTo(-2.4598858, 7);
    expect(logInterval(ratio)[1]).toBeCloseTo(-0.7001142, 7);
    expect(ratio).toMatchObject({ n: 10, confidence: 0.95 });
  });

  test('turns round with its sides', () => {
    const [there, back] = [pairedRatio([3, 4, 6], [1, 2, 2]), pairedRatio([1, 2, 2], [3, 4, 6])].map(
      estimated,
    );
    expect(there!.ratio * back!.ratio).toBeCloseTo(1, 12);
    expect(there!.interval!.low * back!.interval!.high).toBeCloseTo(1, 12);
  });

  test('has no interval with one pair', () => {
    const ratio = estimated(pairedRatio([3], [2]));
    expect(ratio.ratio).toBeCloseTo(1.5, 12);
    expect(ratio.interval).toBeUndefined();
    expect(ratio.halfWidth).toBeUndefined();
  });

  test('has a half-width that is a fraction of the ratio', () => {
    const { ratio, interval, halfWidth } = estimated(pairedRatio([20, 22, 24], [10, 10, 10]));
    expect(halfWidth).toBeCloseTo((interval!.high - interval!.low) / 2 / ratio, 12);
  });

  test.each<[string, number[], number[], Ratio]>([
    ['nothing to compare', [], [], { estimable: false, n: 0, zeros: 0 }],
    ['a starved total', [0, 2, 2], [1, 1, 1], { estimable: false, n: 3, zeros: 1 }],
    ['starved totals on both sides', [0, 2], [1, 0], { estimable: false, n: 2, zeros: 2 }],
  ])('is not estimable with %s', (_, a, b, expected) => {
    expect(pairedRatio(a, b)).toEqual(expected);
  });

  test('refuses samples that do not pair', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow('2 values');
  });
});

describe('an unpaired ratio', () => {
  test("agrees on logarithms with R's Welch t.test on Student's sleep data", () => {
    const ratio = estimated(unpairedRatio(exp(SLEEP.first), exp(SLEEP.second)));
    expect(ratio.log.spread!.degreesOfFreedom).toBeCloseTo(17.776, 3);
    expect(logInterval(ratio)[0]).toBeCloseTo(-3.3654832, 7);
    expect(logInterval(ratio)[1]).toBeCloseTo(0.2054832, 7);
  });

  test('takes samples of different sizes, and counts the smaller', () => {
    expect(unpairedRatio([2, 2, 2], [1, 1])).toMatchObject({ n: 2, interval: { low: 2, high: 2 } });
  });

  test('has no interval if one side was measured once', () => {
    expect(estimated(unpairedRatio([2, 3], [1])).interval).toBeUndefined();
  });
});

describe('a mean of ratios', () => {
  test('is their geometric mean, with an interval from the spread within each', () => {
    const parts = [pairedRatio([2, 2.2, 1.9], [1, 1, 1]), pairedRatio([8, 7.5, 8.4], [1, 1, 1])];
    const [one, two] = parts.map(estimated);
    const all = estimated(meanRatio(parts));
    expect(all.ratio).toBeCloseTo(Math.sqrt(one!.ratio * two!.ratio), 12);
    const errors = [one!, two!].map(({ log }) => log.spread!.standardError);
    expect(all.log.spread!.standardError).toBeCloseTo(Math.hypot(...errors) / 2, 12);
  });

  test('leaves out what was measured once, as long as there is something better', () => {
    const once = pairedRatio([100], [1]);
    const often = estimated(pairedRatio([2, 3], [1, 1]));
    expect(estimated(meanRatio([once, often])).ratio).toBeCloseTo(often.ratio, 12);
    expect(estimated(meanRatio([once])).ratio).toBeCloseTo(100, 9);
  });

  test('is not estimable as soon as one part has a total of 0, or without parts', () => {
    expect(meanRatio([pairedRatio([0, 1], [1, 1]), pairedRatio([2, 3], [1, 1])])).toMatchObject({ zeros: 1 });
    expect(meanRatio([])).toEqual({ estimable: false, n: 0, zeros: 0 });
  });
});

test('a higher confidence widens the interval round the same ratio', () => {
  const ratio = estimated(pairedRatio([2, 3, 2.5], [1, 1, 1]));
  const wider = atConfidence(ratio, 0.99);
  expect(wider.ratio).toBe(ratio.ratio);
  expect(wider.interval!.low).toBeLessThan(ratio.interval!.low);
  expect(wider.interval!.high).toBeGreaterThan(ratio.interval!.high);
});

/** 20 runs on a machine that drifts slowly by about 10 %, with 3 % noise per run; A is truly 1.2 times B. */
describe('under slow drift', () => {
  const TRUTH = 1.2;
  const TIMES = 5000;

  function coverage(order: 'blocks' | 'A first', seed: number): number {
    const random = uniform(seed);
    const bell = normal(random);
    let held = 0;
    for (let time = 0; time < TIMES; time++) {
      const phase = 2 * Math.PI * random();
      const level = (run: number) =>
        Math.exp(0.1 * Math.sin(phase + (2 * Math.PI * run) / 40) + 0.03 * bell());
      const [a, b]: [number[], number[]] = [[], []];
      for (let block = 0; block < 10; block++) {
        const aLast = order === 'blocks' && random() < 0.5 ? 1 : 0;
        const [atA, atB] =
          order === 'blocks' ? [2 * block + aLast, 2 * block + 1 - aLast] : [block, 10 + block];
        a.push(TRUTH * level(atA));
        b.push(level(atB));
      }
      const { low, high } = estimated(pairedRatio(a, b)).interval!;
      if (low <= TRUTH && TRUTH <= high) held++;
    }
    return held / TIMES;
  }

  test('blocks in random order keep the promise of 95 %', () => {
    expect(coverage('blocks', 1)).toBeGreaterThan(0.94);
    expect(coverage('blocks', 1)).toBeLessThan(0.965);
  });

  test('all of A before all of B breaks it', () => {
    expect(coverage('A first', 1)).toBeLessThan(0.6);
  });
});
