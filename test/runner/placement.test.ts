import { expect, test } from 'vitest';
import { parseCpuList, placePair } from '../../src/runner/placement.js';
import type { Placement } from '../../src/scenario/scenario.js';

const two = [[0, 1]];
const numa = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
];

test.each<[Placement, number[][], [server: number, client: number][]]>([
  // Pairs 1, 2, 3, ...
  [
    'same-core',
    two,
    [
      [0, 0],
      [1, 1],
      [0, 0],
    ],
  ],
  [
    'same-core',
    numa,
    [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ],
  ],
  [
    'split',
    two,
    [
      [0, 1],
      [0, 1],
    ],
  ],
  [
    'split',
    numa,
    [
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
      [0, 1],
    ],
  ],
  [
    'split',
    [[0, 1, 2]],
    [
      [0, 1],
      [2, 0],
      [1, 2],
    ],
  ],
  [
    'split',
    [[0]],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    'numa-local',
    numa,
    [
      [0, 1],
      [4, 5],
      [2, 3],
      [6, 7],
      [0, 1],
    ],
  ],
  [
    'numa-local',
    [[0], [1]],
    [
      [0, 0],
      [1, 1],
    ],
  ],
])('%s on %j puts pairs on %j', (placement, cpus, pairs) => {
  const placed = pairs.map((_, at) => placePair(placement, at + 1, cpus));
  expect(placed).toEqual(pairs.map(([server, client]) => ({ server, client })));
});

test('without a placement no pair is bound', () => {
  expect(placePair('none', 1, numa)).toBeUndefined();
});

test.each([
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['0\n', [0]],
  ['0-1', [0, 1]],
  ['0,2,4-5', [0, 2, 4, 5]],
  ['', []],
  ['\n', []],
])('the kernel means by the list %j the CPUs %j', (text, cpus) => {
  expect(parseCpuList(text)).toEqual(cpus);
});
