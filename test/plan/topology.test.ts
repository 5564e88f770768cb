import { describe, expect, test } from 'vitest';
import { commandLine, undoCommands } from '../../src/plan/batch.js';
import { planTopology, type PlannedNode } from '../../src/plan/topology.js';
import { DRIVERS } from '../../src/drivers/registry.js';
import { shellWords } from '../../src/nodes/shell.js';
import type { Cell } from '../../src/scenario/scenario.js';
import { cell } from './scenario.js';

const linesOf = (changes: Partial<Cell>, uplink?: string) =>
  planTopology({ ...cell, ...changes }, { nodes: [{ uplink }] }).nodes[0]!.steps.map(commandLine);

const undoOf = (changes: Partial<Cell>, uplink?: string) =>
  undoCommands(planTopology({ ...cell, ...changes }, { nodes: [{ uplink }] }).nodes[0]!).map(commandLine);

test('macvlan:vepa: namespaces, an uplink with a switch that hairpins, children, addresses', () => {
  expect(linesOf({ driver: 'macvlan:vepa' })).toEqual([
    'ip netns add s1',
    'ip netns add c1',
    'ip netns add switch',
    'ip link add uplink0 mtu 1500 group 7 up type veth peer name port0 mtu 1500 netns switch',
    'ip -n switch link add br0 mtu 1500 type bridge',
    'ip -n switch link set br0 addrgenmode none',
    'ip -n switch link set br0 up',
    'ip -n switch link set port0 master br0',
    'ip -n switch link set port0 addrgenmode none',
    'ip -n switch link set port0 up',
    'ip -n switch link set port0 type bridge_slave hairpin on',
    'ip link add link uplink0 name eth0 netns s1 mtu 1500 type macvlan mode vepa',
    'ip link add link uplink0 name eth0 netns c1 mtu 1500 type macvlan mode vepa',
    'ip -n s1 link set lo up',
    'ip -n s1 link set eth0 addrgenmode none',
    'ip -n s1 link set eth0 up',
    'ip -n s1 addr add 10.0.1.1/16 dev eth0',
    'ip -n c1 link set lo up',
    'ip -n c1 link set eth0 addrgenmode none',
    'ip -n c1 link set eth0 up',
    'ip -n c1 addr add 10.0.2.1/16 dev eth0',
  ]);
});

test('only vepa has a switch that sends frames back where they came from', () => {
  expect(linesOf({ driver: 'macvlan:bridge' }).join('\n')).not.toContain('hairpin');
});

test.each(['host', 'veth:bridge', 'veth:direct'])('%s makes no uplink that it has no use for', (driver) => {
  expect(linesOf({ driver }).join('\n')).not.toContain('uplink0');
});

test('host makes no namespace: its containers are processes', () => {
  expect(linesOf({ driver: 'host', pairs: 2 })).toEqual(['ip link set lo mtu 1500 up']);
  expect(planTopology({ ...cell, driver: 'host', pairs: 2 }).containers).toHaveLength(4);
});

test('every device is made with the MTU of the cell', () => {
  const made = linesOf({ driver: 'macvlan:bridge', mtu: 9000 }).filter((line) => line.includes('link add'));
  expect(made).toHaveLength(4);
  for (const line of made) expect(line).toContain('mtu 9000');
});

test.each([
  [1280, true, true],
  [1279, true, false],
  [1500, false, false],
])(
  'at MTU %i and with IPv6 %s in the kernel, devices are told %s to make no IPv6 address',
  (mtu, ipv6, told) => {
    const { steps } = planTopology({ ...cell, mtu }, { ipv6 }).nodes[0]!;
    expect(steps.some(({ argv }) => argv.includes('addrgenmode'))).toBe(told);
  },
);

test('tear-down removes the devices of the node at once, and then each namespace', () => {
  expect(undoOf({ driver: 'macvlan:bridge', pairs: 2 })).toEqual([
    'ip link del group 7',
    'ip netns del switch',
    'ip netns del c2',
    'ip netns del s2',
    'ip netns del c1',
    'ip netns del s1',
  ]);
});

test('a physical uplink is used as it is, and its children are removed by name', () => {
  const physical = { driver: 'macvlan:bridge' };
  expect(linesOf(physical, 'eth1').slice(0, 5)).toEqual([
    'ip netns add s1',
    'ip netns add c1',
    'ip link set eth1 mtu 1500 up',
    'ip link add link eth1 name eth0 netns s1 mtu 1500 type macvlan mode bridge',
    'ip link add link eth1 name eth0 netns c1 mtu 1500 type macvlan mode bridge',
  ]);
  expect(undoOf(physical, 'eth1')).toEqual([
    'ip -n c1 link del eth0',
    'ip -n s1 link del eth0',
    'ip netns del c1',
    'ip netns del s1',
  ]);
});

describe('a physical uplink that stays with the machine', () => {
  const shared = (changes: Partial<Cell>, more: Partial<PlannedNode> = {}): string[] =>
    planTopology(
      { ...cell, ...changes },
      { nodes: [{ uplink: 'eth1', shared: true, ...more }], ipv6: false },
    ).nodes[0]!.steps.map(commandLine);

  test('is looked at and gets children, and nothing else', () => {
    expect(shared({ driver: 'macvlan:bridge' }).slice(0, 6)).toEqual([
      'ip netns add s1',
      'ip netns add c1',
      'nsenter --target $testbed --mount ip link show dev eth1',
      'nsenter --target $testbed --mount ip link add link eth1 name eth0 netns s1 mtu 1500 type macvlan mode bridge',
      'nsenter --target $testbed --mount ip link add link eth1 name eth0 netns c1 mtu 1500 type macvlan mode bridge',
      'ip -n s1 link set lo up',
    ]);
  });

  test('carries no more than its cap, dealt out to the clients that send by way of it', () => {
    const capped = (driver: string): string[] =>
      shared({ driver, pairs: 4 }, { rateCap: 1e8 }).filter((line) => line.startsWith('tc'));
    expect(capped('macvlan:vepa')).toEqual(
      [1, 2, 3, 4].map(
        (pair) => `tc -n c${pair} qdisc add dev eth0 root tbf rate 25000000bit burst 31250b latency 50ms`,
      ),
    );
    expect(capped('macvlan:bridge')).toEqual([]);
  });
});

test('a physical uplink is left alone by a driver that has no use for it', () => {
  expect(linesOf({ driver: 'veth:bridge' }, 'eth1').join('\n')).not.toContain('eth1');
});

test.each(DRIVERS.flatMap(({ variants }) => variants.map(({ id }) => id)))(
  'every word of %s is one that a shell takes literally',
  (driver) => {
    const { steps } = planTopology({ ...cell, driver, pairs: 3 }).nodes[0]!;
    for (const { argv, undo = [] } of steps) expect(() => shellWords([...argv, ...undo])).not.toThrow();
  },
);

describe('on two nodes', () => {
  const switched: Cell = { ...cell, topology: 'switched' };
  const nodes = [{ uplink: 'eth1' }, { uplink: 'ens2' }];
  const linesOn = (node: number, changes: Partial<Cell>): string[] =>
    planTopology({ ...switched, ...changes }, { nodes, ipv6: false }).nodes[node]!.steps.map(commandLine);

  test('macvlan: a child on each uplink, as one node has both', () => {
    expect(linesOn(1, { driver: 'macvlan:private' })).toEqual([
      'ip netns add c1',
      'ip link set ens2 mtu 1500 up',
      'ip link add link ens2 name eth0 netns c1 mtu 1500 type macvlan mode private',
      'ip -n c1 link set lo up',
      'ip -n c1 link set eth0 up',
      'ip -n c1 addr add 10.0.2.1/16 dev eth0',
    ]);
  });

  test('veth: the uplink is a port of the bridge', () => {
    expect(linesOn(0, { driver: 'veth:bridge' }).slice(1, 5)).toEqual([
      'ip link set eth1 mtu 1500 up',
      'ip link add br0 mtu 1500 group 7 up type bridge',
      'ip link set eth1 master br0',
      'ip link add vs1 mtu 1500 group 7 up master br0 type veth peer name eth0 mtu 1500 netns s1',
    ]);
  });

  test.each(['ipvlan:l3', 'ipvlan:l3s'])('%s: each node routes to the containers of the other', (driver) => {
    expect(linesOn(0, { driver }).slice(2, 4)).toEqual([
      'ip addr add 10.0.0.1/16 dev eth1',
      'ip route add 10.0.2.0/24 via 10.0.0.2',
    ]);
    expect(linesOn(1, { driver })).toContain('ip route add 10.0.1.0/24 via 10.0.0.1');
  });

  test('ipvlan l2 needs no route: its children do ARP', () => {
    expect(linesOn(0, { driver: 'ipvlan:l2' }).join('\n')).not.toMatch(/route|10\.0\.0\./);
  });

  test('host: the nodes themselves talk, by their uplinks', () => {
    const plan = planTopology({ ...switched, driver: 'host', pairs: 2 }, { nodes });
    expect(plan.nodes.map(({ steps }) => steps.map(commandLine))).toEqual([
      ['ip link set eth1 mtu 1500 up', 'ip addr add 10.0.0.1/16 dev eth1'],
      ['ip link set ens2 mtu 1500 up', 'ip addr add 10.0.0.2/16 dev ens2'],
    ]);
    expect(plan.containers.map(({ name, device, address }) => `${name} ${device} ${address}`)).toEqual([
      's1 eth1 10.0.0.1',
      'c1 ens2 10.0.0.2',
      's2 eth1 10.0.0.1',
      'c2 ens2 10.0.0.2',
    ]);
  });

  test('what was made on an uplink is taken off it', () => {
    const { nodes: plans } = planTopology({ ...switched, driver: 'ipvlan:l3' }, { nodes });
    expect(undoCommands(plans[0]!).map(commandLine)).toEqual([
      'ip -n s1 link del eth0',
      'ip route del 10.0.2.0/24 via 10.0.0.2',
      'ip addr del 10.0.0.1/16 dev eth1',
      'ip netns del s1',
    ]);
  });

  test.each(
    DRIVERS.flatMap(({ variants }) => variants.filter(({ measurable }) => measurable.switched === true)),
  )('$id promises that pairs reach each other', ({ id: driver }) => {
    const { reach } = planTopology({ ...switched, driver }, { nodes });
    expect(reach.find(({ from }) => from === 'client')!.works).toBe(true);
  });

  test('one node, or one without an uplink, is refused with the flag that is missing', () => {
    expect(() => planTopology(switched)).toThrow(/two nodes or more, not 1: name them with --nodes/);
    expect(() => planTopology(switched, { nodes: [{ uplink: 'eth1' }, {}] })).toThrow(/--uplink/);
  });
});
