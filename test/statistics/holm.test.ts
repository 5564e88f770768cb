import { expect, test } from 'vitest';
import type { Interval } from '../../src/statistics/describe.js';
import { holmAdjusted } from '../../src/statistics/holm.js';
import { pairedRatio, type EstimatedRatio } from '../../src/statistics/ratio.js';
import { normal, uniform } from './made.js';

const excludesOne = ({ low, high }: Interval) => low > 1 || high < 1;
const ones = (n: number) => new Array<number>(n).fill(1);
const clear = pairedRatio([2, 2.01, 1.99], ones(3));
const unclear = pairedRatio([0.5, 1, 2], ones(3));
const confidences = (ratios: EstimatedRatio[]) => ratios.map((ratio) => Number(ratio.confidence.toFixed(4)));

test('a single ratio keeps its 95 % interval', () => {
  expect(holmAdjusted([unclear], excludesOne)).toEqual([unclear]);
});

test('ratios that are decided early leave more room for the others', () => {
  const adjusted = holmAdjusted([unclear, clear, unclear], excludesOne) as EstimatedRatio[];
  expect(confidences(adjusted)).toEqual([0.975, 0.9833, 0.975]);
});

test('an undecided first round is the last one', () => {
  const adjusted = holmAdjusted([unclear, unclear], excludesOne) as EstimatedRatio[];
  expect(confidences(adjusted)).toEqual([0.975, 0.975]);
});

test('ratios without an interval count for nothing and stay as they are', () => {
  const [once, starved] = [pairedRatio([2], [1]), pairedRatio([0, 1], [1, 1])];
  expect(holmAdjusted([once, starved, unclear], excludesOne)).toEqual([once, starved, unclear]);
});

test('among eight ratios that are all 1, one is taken for another in at most 5 % of 1,000 experiments', () => {
  const bell = normal(uniform(7));
  const sample = () =>
    pairedRatio(
      Array.from({ length: 10 }, () => Math.exp(0.05 * bell())),
      ones(10),
    );
  const [TIMES, wrong] = [1000, { adjusted: 0, plain: 0 }];
  for (let time = 0; time < TIMES; time++) {
    const ratios = Array.from({ length: 8 }, sample);
    const anyWrong = (list: typeof ratios) =>
      list.some((ratio) => ratio.estimable && excludesOne(ratio.interval!));
    if (anyWrong(holmAdjusted(ratios, excludesOne))) wrong.adjusted++;
    if (anyWrong(ratios)) wrong.plain++;
  }
  expect(wrong.adjusted / TIMES).toBeLessThan(0.07);
  expect(wrong.adjusted / TIMES).toBeGreaterThan(0.02);
  expect(wrong.plain / TIMES).toBeGreaterThan(0.25);
});
