import { expect, test } from 'vitest';
import { summarizeNodes } from '../../src/statistics/nodes.js';
import { cell, cpu, run } from './made.js';

const uplink = (node: string, physical: boolean, promiscuous: boolean) => ({
  node,
  name: 'eth1',
  physical,
  promiscuous,
});
const measured = (throughput: number, figures: object) => run(cell(), 0, throughput, figures).measurement;

test('each node has its own CPU time per gigabit, share in use and softirqs', () => {
  // 10 s of 2 Gbit/s are 20 Gbit. node1: 8 of 10 s busy, 8 / 20 = 0.4 s per Gbit; node2: 5 of 10 s, 0.25 s per Gbit.
  // Stolen seconds are no part of either share. Softirqs: (900 + 100) / 10 s = 100 per second.
  const [node1, node2, ...more] = summarizeNodes([
    measured(2e9, {
      cpu: [
        cpu('node1', { busy: 8, idle: 2, steal: 3, softirqs: { NET_RX: 900, NET_TX: 100 } }),
        cpu('node2', { busy: 5, idle: 5 }),
      ],
    }),
  ]);
  expect(more).toEqual([]);
  expect(node1).toMatchObject({
    node: 'node1',
    cpuSecondsPerGigabit: { mean: 0.4 },
    utilization: { mean: 0.8 },
    softirqs: { mean: 100 },
  });
  expect(node2).toMatchObject({
    node: 'node2',
    cpuSecondsPerGigabit: { mean: 0.25 },
    utilization: { mean: 0.5 },
  });
  expect(node2).not.toHaveProperty('softirqs');
});

test('a node is promiscuous in the share of runs in which a physical uplink of it was', () => {
  const looks = [
    [uplink('node1', true, true), uplink('node2', false, true)],
    [uplink('node1', true, false), uplink('node2', false, true)],
  ];
  const nodes = summarizeNodes(looks.map((uplinks) => measured(1e9, { uplinks })));
  expect(nodes).toMatchObject([{ node: 'node1', promiscuous: { n: 2, mean: 0.5 } }]);
  expect(nodes).toHaveLength(1);
});

test('runs without any figure of nodes tell of none', () => {
  expect(summarizeNodes([measured(1e9, {})])).toEqual([]);
  expect(summarizeNodes([])).toEqual([]);
});
