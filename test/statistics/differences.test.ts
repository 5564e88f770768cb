import { expect, test } from 'vitest';
import type { Environment } from '../../src/results/record.js';
import { differences } from '../../src/statistics/differences.js';
import { header, scenario } from './made.js';

const environment: Environment = {
  node: 'local',
  kernel: '6.1.0',
  bootId: 'a',
  iperf3: '3.12',
  cpuModel: 'CPU',
  cpus: 2,
  memoryBytes: 1,
  virtualization: 'none',
  warnings: [],
  facts: { 'net.core.rmem_max': '212992' },
};

test('names and dates are no differences', () => {
  expect(
    differences(header({ id: 'x' }), header({ id: 'y', startedAt: '2026-02-02T00:00:00.000Z' })),
  ).toEqual([]);
});

test('every condition that differs is named with both values', () => {
  const a = header({ environments: [environment] });
  const b = header({
    environments: [{ ...environment, kernel: '6.2.0', facts: {}, warnings: ['no governor'] }],
    scenario: scenario({ duration: 2, pairs: [1, 2] }),
  });
  expect(differences(a, b)).toEqual([
    { what: 'scenario.pairs', a: '[2]', b: '[1,2]' },
    { what: 'scenario.duration', a: '10', b: '2' },
    { what: 'environments.local.kernel', a: '6.1.0', b: '6.2.0' },
    { what: 'environments.local.warnings', a: '[]', b: '["no governor"]' },
    { what: 'environments.local.facts.net.core.rmem_max', a: '212992' },
  ]);
});
