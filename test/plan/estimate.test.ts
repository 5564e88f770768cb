import { expect, test } from 'vitest';
import { estimateScenario } from '../../src/plan/estimate.js';
import { scenario } from './scenario.js';

test('every stratum is a block in every repetition, with one run for each driver', () => {
  const { blocks, runs, most } = estimateScenario(scenario);
  expect({ blocks, runs, most }).toEqual({ blocks: 12, runs: 24, most: undefined });
});

test('a run takes at least its warm-up and window, and more with more pairs', () => {
  const one = estimateScenario({ ...scenario, pairs: [1] });
  const many = estimateScenario({ ...scenario, pairs: [128] });
  expect(one.seconds).toBeGreaterThan(one.runs * 2.5);
  expect(many.seconds).toBeGreaterThan(one.seconds);
});

test('only the drivers that run are counted', () => {
  const { seconds } = estimateScenario(scenario);
  expect(estimateScenario(scenario, 1).runs).toBe(12);
  expect(estimateScenario(scenario, 1).seconds).toBeCloseTo(seconds / 2);
});

test("the study's method has no warm-up, and whole seconds", () => {
  const published = { ...scenario, method: ['published-2015' as const], duration: 1.2 };
  const concurrent = { ...scenario, omit: 0, duration: 2 };
  expect(estimateScenario(published).seconds).toBeCloseTo(estimateScenario(concurrent).seconds);
});

test('an adaptive scenario takes between its least and most blocks', () => {
  const repeat = { kind: 'adaptive', min: 2, max: 10, precision: 0.025 } as const;
  const { blocks, seconds, most } = estimateScenario({ ...scenario, repeat });
  expect([blocks, most!.blocks]).toEqual([8, 40]);
  expect(most!.seconds).toBeCloseTo(seconds * 5);
});

test.each([
  [60, 60],
  [1, undefined],
])('a budget of %i s ends an adaptive scenario, yet not before its first blocks', (budget, seconds) => {
  const repeat = { kind: 'adaptive', min: 2, max: 10, precision: 0.025, budget } as const;
  const estimate = estimateScenario({ ...scenario, repeat });
  expect(estimate.most!.seconds).toBe(seconds ?? estimate.seconds);
});
