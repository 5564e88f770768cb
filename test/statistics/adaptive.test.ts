import { describe, expect, test } from 'vitest';
import type { AdaptiveRepeat } from '../../src/scenario/scenario.js';
import { precisionReached, referenceAmong, stratumFinished } from '../../src/statistics/adaptive.js';
import { pairedRatio } from '../../src/statistics/ratio.js';
import { cell, failed, runs, scenario } from './made.js';

const [veth, macvlan, ipvlan] = ['veth:bridge', 'macvlan:bridge', 'ipvlan:l3'].map((driver) =>
  cell({ driver }),
);
const ADAPTIVE: AdaptiveRepeat = { kind: 'adaptive', min: 3, max: 5, precision: 0.025 };
const adaptive = scenario({ repeat: ADAPTIVE, drivers: ['veth:bridge', 'macvlan:bridge', 'ipvlan:l3'] });

/** Totals of so many blocks; every second one is `swing` higher. */
const totals = (blocks: number, swing = 0) =>
  Array.from({ length: blocks }, (_, block) => 10 * (1 + swing * (block % 2)));

describe('precision', () => {
  test('is reached when every interval is narrow enough', () => {
    const narrow = pairedRatio([2, 2.001, 1.999], [1, 1, 1]);
    const wide = pairedRatio([1, 2, 3], [1, 1, 1]);
    expect(precisionReached([narrow, narrow], 0.025)).toBe(true);
    expect(precisionReached([narrow, wide], 0.025)).toBe(false);
  });

  test('is never reached by one pair, nor by totals of 0', () => {
    expect(precisionReached([pairedRatio([1], [1])], 1)).toBe(false);
    expect(precisionReached([pairedRatio([0, 0], [1, 1])], 1)).toBe(false);
  });
});

describe('a fixed number of blocks', () => {
  test.each([
    { blocks: 0, state: 'continue' },
    { blocks: 2, state: 'continue' },
    { blocks: 3, state: 'limit' },
  ])('is "$state" after $blocks of 3', ({ blocks, state }) => {
    expect(stratumFinished(runs(veth!, totals(blocks)), scenario())).toBe(state);
  });
});

describe('an adaptive stratum', () => {
  const records = (blocks: number, swing: number) => [
    ...runs(veth!, totals(blocks)),
    ...runs(macvlan!, totals(blocks)),
    ...runs(ipvlan!, totals(blocks, swing)),
  ];

  test.each([
    {
      what: 'goes on below the least number of blocks, however precise',
      blocks: 2,
      swing: 0,
      state: 'continue',
    },
    { what: 'ends when all ratios are precise', blocks: 3, swing: 0, state: 'precise' },
    { what: 'goes on while one ratio is not', blocks: 4, swing: 0.2, state: 'continue' },
    { what: 'ends unprecise at the most blocks', blocks: 5, swing: 0.2, state: 'limit' },
  ])('$what', ({ blocks, swing, state }) => {
    expect(stratumFinished(records(blocks, swing), adaptive)).toBe(state);
  });

  test('does not end because a difference is significant', () => {
    const apart = [...runs(veth!, totals(4)), ...runs(macvlan!, [100, 120, 100, 120])];
    expect(stratumFinished(apart, adaptive)).toBe('continue');
  });

  test('does not wait for a driver that never ran well', () => {
    const broken = runs(ipvlan!, totals(3)).map(failed);
    expect(
      stratumFinished([...runs(veth!, totals(3)), ...runs(macvlan!, totals(3)), ...broken], adaptive),
    ).toBe('precise');
  });

  test('has no precision to reach with one driver', () => {
    expect(stratumFinished(runs(veth!, totals(3)), adaptive)).toBe('limit');
  });
});

test.each([
  [['macvlan:bridge', 'veth:bridge'], 'veth:bridge'],
  [['ipvlan:l3', 'macvlan:bridge'], 'macvlan:bridge'],
  [[], undefined],
])('of %j measured, %s is the reference', (measured, reference) => {
  expect(referenceAmong(measured, adaptive)).toBe(reference);
});
