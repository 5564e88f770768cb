import { expect, test } from 'vitest';
import type { Topology } from '../../src/scenario/scenario.js';
import { veth } from '../../src/drivers/veth/index.js';
import { driverOf } from '../../src/drivers/registry.js';
import { commandsOf, driverPlan } from './plan.js';

test('veth:bridge gives every container a port on one bridge, its other end made inside', () => {
  expect(commandsOf(driverPlan('veth:bridge', 2))).toEqual([
    'ip link add br0 mtu 9000 group 7 up type bridge',
    'ip link add vs1 mtu 9000 group 7 up master br0 type veth peer name eth0 mtu 9000 netns s1',
    'ip link add vc1 mtu 9000 group 7 up master br0 type veth peer name eth0 mtu 9000 netns c1',
    'ip link add vs2 mtu 9000 group 7 up master br0 type veth peer name eth0 mtu 9000 netns s2',
    'ip link add vc2 mtu 9000 group 7 up master br0 type veth peer name eth0 mtu 9000 netns c2',
  ]);
});

test('veth:bridge makes the uplink a port only where traffic leaves the node', () => {
  const switched = driverPlan('veth:bridge', 1, 'switched');
  expect(commandsOf(switched)).toContain('ip link set eth1 master br0');
  expect(switched.uplink).toBe('plain');
  expect(commandsOf(driverPlan('veth:bridge')).join('\n')).not.toContain('eth1');
  expect(driverPlan('veth:bridge').uplink).toBe('unused');
});

test('veth:direct gives every pair a cable of its own', () => {
  expect(commandsOf(driverPlan('veth:direct', 2))).toEqual([
    'ip link add name eth0 mtu 9000 netns s1 type veth peer name eth0 mtu 9000 netns c1',
    'ip link add name eth0 mtu 9000 netns s2 type veth peer name eth0 mtu 9000 netns c2',
  ]);
});

test.each<[string, string[]]>([
  ['veth:bridge', ['veth', 'bridge']],
  ['veth:direct', ['veth']],
])('%s needs %j', (id, linkTypes) => {
  const needs = veth.requirements(driverOf(id).variant);
  expect(needs.map((need) => need.kind === 'link-type' && need.linkType)).toEqual(linkTypes);
});

test.each<[string, Topology, number | undefined]>([
  ['veth:bridge', 'local', 511],
  ['veth:bridge', 'switched', 1022],
  ['veth:direct', 'local', undefined],
])('%s in topology %s takes at most %s pairs: a bridge has 1023 ports', (id, topology, pairs) => {
  expect(veth.pairLimit!(driverOf(id).variant, topology)?.pairs).toBe(pairs);
});

test('veth:direct can not leave the node', () => {
  expect(driverOf('veth:direct').variant.measurable.switched).not.toBe(true);
});
