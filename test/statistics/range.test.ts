import { expect, test } from 'vitest';
import { CLOSE, positionOf } from '../../src/statistics/range.js';

test.each([
  { interval: { low: 0.96, high: 1.04 }, position: 'inside' },
  { interval: { low: 0.94, high: 1.04 }, position: 'across' },
  { interval: { low: 0.9, high: 1.2 }, position: 'across' },
  { interval: { low: 1.06, high: 1.2 }, position: 'outside' },
  { interval: { low: 0.8, high: 0.94 }, position: 'outside' },
])('$interval is $position "close"', ({ interval, position }) => {
  expect(positionOf(interval, CLOSE)).toBe(position);
});
