import { describe, expect, test } from 'vitest';
import { jainIndex } from '../../src/statistics/fairness.js';

/** Two of the cases are those of the report that defines the index: k of n users share evenly. */
describe("Jain's index", () => {
  test.each([
    { shares: [5, 5, 5, 5], index: 1 },
    { shares: [1, 1, 0, 0, 0], index: 0.4 },
    { shares: [1, 0, 0, 0], index: 0.25 },
    { shares: [1, 2, 3], index: 36 / 42 },
  ])('of $shares is $index', ({ shares, index }) => {
    expect(jainIndex(shares)).toBeCloseTo(index, 12);
  });

  test('is undefined where nothing was carried', () => {
    expect(jainIndex([0, 0])).toBeUndefined();
    expect(jainIndex([])).toBeUndefined();
  });
});
