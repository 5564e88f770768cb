import { expect, test } from 'vitest';
import { describe } from '../../src/statistics/describe.js';
import { SLEEP } from './published.js';

test("agrees with R's t.test on Student's sleep data", () => {
  const described = describe(SLEEP.second)!;
  expect(described).toMatchObject({ n: 10, median: 1.75, min: -0.1, max: 5.5 });
  expect(described.mean).toBeCloseTo(2.33, 12);
  expect(described.standardDeviation).toBeCloseTo(2.002249, 6);
  expect(described.standardError).toBeCloseTo(2.33 / 3.6799, 4);
  expect(described.interval95!.low).toBeCloseTo(0.8976775, 7);
  expect(described.interval95!.high).toBeCloseTo(3.7623225, 7);
});

test('knows no spread of a single value, not even 0', () => {
  expect(describe([5])).toEqual({ n: 1, mean: 5, median: 5, min: 5, max: 5 });
});

test('uses the t of one degree of freedom for two values', () => {
  const { interval95 } = describe([0, 2])!;
  expect(interval95!.high).toBeCloseTo(1 + 12.706205, 5);
});

test('gives equal values a spread of 0', () => {
  expect(describe([3, 3, 3])).toMatchObject({ standardDeviation: 0, interval95: { low: 3, high: 3 } });
});

test('describes nothing where there is nothing', () => {
  expect(describe([])).toBeUndefined();
});
