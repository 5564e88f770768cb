import { expect, test } from 'vitest';
import { readNuma } from '../../src/runner/numa.js';
import { fakeNode } from '../probes/doctor/fakeNode.js';

test.each([
  [
    'two memory nodes',
    { 'sh -c cat /sys': '0-1\n2-3\n' },
    [
      [0, 1],
      [2, 3],
    ],
  ],
  ['one memory node', { 'sh -c cat /sys': '0-1\n' }, [[0, 1]]],
  ['a memory node without CPUs', { 'sh -c cat /sys': '0-1\n\n' }, [[0, 1]]],
  ['no memory nodes to tell', { 'sh -c cat /sys': { code: 1 }, nproc: '3\n' }, [[0, 1, 2]]],
])('a machine with %s', async (_, answers, numa) => {
  expect(await readNuma(fakeNode(answers))).toEqual(numa);
});
