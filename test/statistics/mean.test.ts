import { expect, test } from 'vitest';
import { meanAt, meanOf } from '../../src/statistics/mean.js';

test('a mean has an interval of the coverage asked for', () => {
  // s = 1, standard error 1/√3 = 0.57735; t of 2 degrees of freedom: 4.30265 for 95 %, 9.92484 for 99 %.
  const mean = meanOf([1, 2, 3])!;
  expect(mean).toMatchObject({ n: 3, mean: 2, confidence: 0.95 });
  expect(mean.interval!.low).toBeCloseTo(2 - 4.30265 * 0.57735, 4);
  expect(meanAt(mean, 0.99).interval!.high).toBeCloseTo(2 + 9.92484 * 0.57735, 4);
});

test('a single value has none, and nothing has no mean', () => {
  expect(meanOf([5])).toEqual({ n: 1, mean: 5, confidence: 0.95 });
  expect(meanOf([])).toBeUndefined();
});
