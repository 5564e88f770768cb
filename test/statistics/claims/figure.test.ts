import { expect, test } from 'vitest';
import {
  atCoverage,
  figureWords,
  intervalOf,
  rangeWords,
  spanWords,
  type Figure,
} from '../../../src/statistics/claims/figure.js';
import { meanOf } from '../../../src/statistics/mean.js';
import { pairedRatio } from '../../../src/statistics/ratio.js';

const share = (...values: number[]): Figure => ({
  kind: 'share',
  subject: 'busy share',
  unit: 'runs',
  mean: meanOf(values)!,
});
const ratio = (value: number): Figure => ({
  kind: 'ratio',
  subject: 'A',
  base: 'B',
  unit: 'blocks',
  ratio: pairedRatio([value, value], [1, 1]),
});
const count = (times: number): Figure => ({
  kind: 'count',
  words: `${times} lost`,
  n: 3,
  count: times,
  interval: { low: times, high: times },
});

test.each([
  ['ratio', 0.95, 1.05, '0.95 to 1.05'],
  ['ratio', 1, Infinity, 'at least 1.00'],
  ['ratio', 0, 1, 'at most 1.00'],
  ['difference', 1.5e9, 2.5e9, '1.5 Gbit/s to 2.5 Gbit/s'],
  ['share', 0.95, Infinity, 'at least 95 %'],
  ['count', 0, 0, '0'],
  ['count', 1, Infinity, 'at least 1'],
] as const)('the range of a %s from %d to %d reads "%s"', (kind, low, high, words) => {
  expect(rangeWords(kind, { low, high })).toBe(words);
});

test('a wider coverage widens means and ratios, and leaves counts', () => {
  // 0.8 and 1: mean 0.9, standard error 0.1, t of one degree of freedom 12.706 for 95 %, 63.657 for 99 %.
  expect(intervalOf(share(0.8, 1))!.high).toBeCloseTo(0.9 + 1.2706, 4);
  expect(intervalOf(atCoverage(share(0.8, 1), 0.99))!.high).toBeCloseTo(0.9 + 6.3657, 4);
  expect(atCoverage(count(4), 0.99)).toEqual(count(4));
});

test('what was measured once has no interval, and says so', () => {
  expect(intervalOf(share(0.8))).toBeUndefined();
  expect(figureWords(share(0.8))).toBe('busy share is 80 % (measured once: no interval)');
});

test('spans are told kind by kind', () => {
  expect(spanWords([ratio(2), ratio(0.5), count(3), count(0)])).toEqual([
    'the ratios span 0.50 to 2.00',
    'the counts span 0 to 3',
  ]);
  expect(spanWords([{ ...ratio(1), ratio: pairedRatio([0], [1]) } as Figure])).toEqual([]);
});
