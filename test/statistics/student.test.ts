import { expect, test } from 'vitest';
import { tFactor } from '../../src/statistics/student.js';

/** NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.2, column 0.975; the last row is its 0.995. */
test.each([
  [0.95, 1, 12.706],
  [0.95, 4, 2.776],
  [0.95, 9, 2.262],
  [0.95, 30, 2.042],
  [0.99, 9, 3.25],
])('the t factor of %f with %d degrees of freedom is %f', (confidence, degrees, expected) => {
  expect(tFactor(confidence, degrees)).toBeCloseTo(expected, 3);
});
