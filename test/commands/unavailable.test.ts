import { describe, expect, test } from 'vitest';
import { findUnavailable, withoutUnavailable } from '../../src/commands/unavailable.js';
import { BenchError } from '../../src/failures.js';
import type { Uplink } from '../../src/nodes/uplink/lending.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { scenario } from '../plan/scenario.js';
import { fakeNode } from '../probes/doctor/fakeNode.js';

const OTHERS = ['host', 'veth:bridge', 'macvlan:passthru', 'ipvlan:l3'];
const CHILDREN = ['macvlan:bridge', 'ipvlan:l2'];

/** A machine with an eth1 of MTU 1500 and a kernel that can do everything. */
const machine = fakeNode({
  'id -u': '0\n',
  'unshare --net': '',
  'test -e /proc/self/io': '',
  'ip -o link show dev eth1': '2: eth1: <UP> mtu 1500 qdisc noqueue\n',
});
const station = (uplink: Uplink | undefined) => ({ node: machine, uplink });
const moved: Uplink = { name: 'eth1', lending: { mode: 'moved' } };
const shared: Uplink = { name: 'eth1', lending: { mode: 'shared', network: '10.0.0.0/16', consent: false } };
const all: Scenario = { ...scenario, drivers: [...OTHERS, ...CHILDREN], mtu: [1500, 9000] };

const subjects = async (uplink: Uplink, changes: Partial<Scenario>): Promise<(string | number)[]> =>
  (await findUnavailable([station(uplink)], { ...all, ...changes })).map((entry) =>
    'driver' in entry ? entry.driver : entry.mtu,
  );

describe('with an uplink that stays', () => {
  test('between nodes only children of it can be measured, at its own MTU', async () => {
    expect(await subjects(shared, { topology: 'switched' })).toEqual([...OTHERS, 9000]);
  });

  test('on one node drivers that do without it can be measured as well', async () => {
    expect(await subjects(shared, {})).toEqual(['macvlan:passthru', 'ipvlan:l3', 9000]);
  });

  test('its MTU says nothing where nothing that is measured stands on it', async () => {
    expect(await subjects(shared, { drivers: ['host', 'veth:bridge'] })).toEqual([]);
    expect(await subjects(shared, { drivers: ['host', 'ipvlan:l3'] })).toEqual(['ipvlan:l3']);
  });

  test('every reason names the node where there are several, and what is in the way', async () => {
    const stations = [station(moved), station(shared)];
    const [obstacle] = await findUnavailable(stations, {
      ...all,
      topology: 'switched',
      drivers: ['macvlan:bridge'],
    });
    expect(obstacle).toEqual({
      mtu: 9000,
      because: 'fake: eth1 stays as it is, with an MTU of 1500',
    });
  });
});

test('with an uplink that moves every driver and MTU can be measured', async () => {
  expect(await subjects(moved, { drivers: ['host', 'macvlan:bridge', 'ipvlan:l3'] })).toEqual([]);
});

describe('what is left of a scenario', () => {
  const because = 'it stays';

  test('is without the drivers and MTUs that are unavailable', () => {
    const left = withoutUnavailable(all, [
      { driver: 'host', because },
      { mtu: 9000, because },
    ]);
    expect(left).toEqual({ ...all, drivers: all.drivers.slice(1), mtu: [1500] });
  });

  test('may be nothing, which is a failure with every reason', () => {
    const nothing = () =>
      withoutUnavailable({ ...all, drivers: ['ipvlan:l3'] }, [{ driver: 'ipvlan:l3', because }]);
    expect(nothing).toThrow(BenchError);
    expect(nothing).toThrow('can run nothing');
  });
});
