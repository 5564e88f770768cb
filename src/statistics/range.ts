/** Where an interval lies against a range that was claimed. */
import type { Interval } from './describe.js';

/** "Close" in the words of the claims: within ±5 %. */
export const CLOSE: Interval = { low: 0.95, high: 1.05 };

export type Position = 'inside' | 'outside' | 'across';

/** `inside`: every value is in the range; `outside`: none is; `across`: the interval doesn't tell. */
export function positionOf(interval: Interval, range: Interval): Position {
  if (interval.low >= range.low && interval.high <= range.high) return 'inside';
  return interval.high < range.low || interval.low > range.high ? 'outside' : 'across';
}
