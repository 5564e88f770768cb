/** From a cell to the whole topology on one node: namespaces, the uplink with its switch, the driver's devices. */
import { addNamespace, configure } from '../containers/netns.js';
import type { UplinkUse } from '../drivers/driver.js';
import { driverOf } from '../drivers/registry.js';
import { fail } from '../failures.js';
import type { Cell } from '../scenario/scenario.js';
import { separateContainers, sharedContainers } from './addresses.js';
import type { Step, TopologyPlan } from './plan.js';
import { addDevice, ip, NODE, setUp, SWITCH, SWITCH_NETNS } from './steps.js';

export interface TopologyOptions {
  /** A physical interface that is already in the node's namespace; absent: one is made, with a switch behind it. */
  uplink?: string | undefined;
}

/** Plans one cell's topology. Errors: `unavailable` for two nodes, `usage` for a driver id that is not canonical. */
export function planTopology(cell: Cell, { uplink }: TopologyOptions = {}): TopologyPlan {
  const { topology, mtu, pairs } = cell;
  if (topology !== 'local') fail('unavailable', `topology must be local: ${topology} needs two nodes`);
  const { driver, variant } = driverOf(cell.driver);
  const shared = driver.counters === 'shared-namespace';
  const containers = shared ? sharedContainers(pairs) : separateContainers(pairs);
  const request = { topology, mtu, containers, uplink: uplink ?? 'uplink0' };
  const attached = driver.plan(variant, request);
  const isolated = shared ? [] : containers;
  const needsUplink = attached.uplink !== 'unused';
  return {
    steps: [
      ...isolated.map(({ name }) => addNamespace(name)),
      ...(needsUplink
        ? uplinkSteps(request.uplink, uplink === undefined ? attached.uplink : 'physical', mtu)
        : []),
      ...attached.steps,
      ...isolated.flatMap((container) => configure(container, needsUplink && uplink !== undefined)),
    ],
    containers,
    reach: attached.reach,
    counters: driver.counters,
    mtu,
  };
}

/** Readies a physical uplink, or makes one with carrier: a veth whose other end is a port of a switch. */
function uplinkSteps(name: string, kind: UplinkUse | 'physical', mtu: number): Step[] {
  if (kind === 'physical') return [setUp(NODE, name, `mtu ${mtu}`)];
  return [
    addNamespace(SWITCH_NETNS),
    addDevice(name, mtu, `type veth peer name port0 mtu ${mtu} netns ${SWITCH_NETNS}`),
    setUp(NODE, name),
    ip(SWITCH, `link add br0 mtu ${mtu} type bridge`),
    setUp(SWITCH, 'br0'),
    setUp(SWITCH, 'port0', 'master br0'),
    ...(kind === 'hairpin' ? [ip(SWITCH, 'link set port0 type bridge_slave hairpin on')] : []),
  ];
}
