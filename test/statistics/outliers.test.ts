import { describe, expect, test } from 'vitest';
import { outliers } from '../../src/statistics/outliers.js';

describe("Tukey's fences", () => {
  test.each([
    { values: [10, 11, 12, 13, 14, 30], flagged: [5] },
    { values: [0, 20, 21, 22, 23, 24], flagged: [0] },
    { values: [10, 11, 12, 13, 14], flagged: [] },
    { values: [7], flagged: [] },
    { values: [], flagged: [] },
  ])('flag $flagged in $values', ({ values, flagged }) => {
    expect(outliers(values)).toEqual(flagged);
  });
});
