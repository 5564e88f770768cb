import { expect, test } from 'vitest';
import { buildStages, commandLine, undoStages } from '../../src/plan/batch.js';
import type { Place, Step } from '../../src/plan/plan.js';
import { ip, MACHINE, NODE, SWITCH } from '../../src/plan/steps.js';

const inside = (name: string): Place => ({ kind: 'container', name });

const steps: Step[] = [
  ip(NODE, 'netns add s1', 'netns del s1'),
  ip(NODE, 'link add a type bridge', 'link del group 7'),
  ip(NODE, 'link add b type bridge', 'link del group 7'),
  ip(SWITCH, 'link set p up'),
  ip(inside('s1'), 'link set lo up'),
  ip(inside('s1'), 'addr add 10.0.0.1/8 dev eth0'),
  ip(inside('c1'), 'link set lo up', 'link del eth0'),
];

test('consecutive steps of one place are one batch, and containers run side by side', () => {
  expect(buildStages({ steps })).toEqual([
    [
      {
        argv: ['ip', '-json', '-batch', '-'],
        input: 'netns add s1\nlink add a type bridge\nlink add b type bridge\nlink show\n',
      },
    ],
    [
      {
        argv: ['nsenter', '--net=/run/netns/switch', 'ip', '-json', '-batch', '-'],
        input: 'link set p up\nlink show\n',
      },
    ],
    [
      {
        argv: ['nsenter', '--net=/run/netns/s1', 'ip', '-json', '-batch', '-'],
        input: 'link set lo up\naddr add 10.0.0.1/8 dev eth0\nlink show\n',
      },
      {
        argv: ['nsenter', '--net=/run/netns/c1', 'ip', '-json', '-batch', '-'],
        input: 'link set lo up\nlink show\n',
      },
    ],
  ]);
});

test('undoing runs the other way round, each command once, and goes on after one that fails', () => {
  expect(undoStages({ steps })).toEqual([
    [
      {
        argv: ['nsenter', '--net=/run/netns/c1', 'ip', '-force', '-batch', '-'],
        input: 'link del eth0\n',
      },
    ],
    [{ argv: ['ip', '-force', '-batch', '-'], input: 'link del group 7\nnetns del s1\n' }],
  ]);
});

test('what is done beside the testbed is a batch of its own, and lists no devices of the machine', () => {
  const order = [
    ip(NODE, 'netns add s1'),
    ip(MACHINE, 'link show dev eth1'),
    ip(MACHINE, 'link add link eth1'),
  ];
  expect(buildStages({ steps: order })[1]).toEqual([
    {
      argv: ['ip', '-json', '-batch', '-'],
      input: 'link show dev eth1\nlink add link eth1\n',
      outside: true,
    },
  ]);
});

test('tc takes its commands as ip does, in a stage of its own', () => {
  const tc = (name: string): Step => ({ place: inside(name), argv: 'tc qdisc add dev eth0'.split(' ') });
  const order = [ip(inside('c1'), 'link set lo up'), tc('c1'), tc('c2')];
  expect(buildStages({ steps: order })[1]).toEqual(
    ['c1', 'c2'].map((name) => ({
      argv: ['nsenter', `--net=/run/netns/${name}`, 'tc', '-json', '-batch', '-'],
      input: 'qdisc add dev eth0\n',
    })),
  );
});

test('a step in the node after steps in containers waits for them', () => {
  const order = [
    ip(inside('s1'), 'link set lo up'),
    ip(NODE, 'link set a up'),
    ip(inside('s1'), 'link set b up'),
  ];
  expect(buildStages({ steps: order })).toHaveLength(3);
});

test('a command other than ip is a process of its own', () => {
  const ethtool: Step = { place: inside('s1'), argv: ['ethtool', '-K', 'eth0', 'tx', 'off'] };
  expect(buildStages({ steps: [ethtool, ethtool] })).toEqual([
    [{ argv: ['nsenter', '--net=/run/netns/s1', 'ethtool', '-K', 'eth0', 'tx', 'off'] }],
    [{ argv: ['nsenter', '--net=/run/netns/s1', 'ethtool', '-K', 'eth0', 'tx', 'off'] }],
  ]);
});

test.each<[Place, string[], string]>([
  [NODE, ['ip', 'link'], 'ip link'],
  [inside('s1'), ['ip', 'link'], 'ip -n s1 link'],
  [SWITCH, ['ip', 'link'], 'ip -n switch link'],
  [NODE, ['iperf3', '-s'], 'iperf3 -s'],
  [inside('s1'), ['iperf3', '-s'], 'ip netns exec s1 iperf3 -s'],
])('a command in %j is typed so that it runs there', (place, argv, line) => {
  expect(commandLine({ place, argv })).toBe(line);
});
