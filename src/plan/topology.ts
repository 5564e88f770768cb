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
  /** Whether the kernel has IPv6; yes unless told otherwise. */
  ipv6?: boolean;
}

/** Below it the kernel gives a device no IPv6 at all, and refuses to be told how to make its addresses. */
const IPV6_LEAST_MTU = 1280;

/** Plans one cell's topology. Errors: `unavailable` for two nodes, `usage` for an unknown driver. */
export function planTopology(cell: Cell, { uplink, ipv6 = true }: TopologyOptions = {}): TopologyPlan {
  const { topology, mtu, pairs } = cell;
  if (topology !== 'local')
    fail('unavailable', `topology must be local, not ${topology}: that needs two nodes`);
  const { driver, variant } = driverOf(cell.driver);
  const shared = driver.counters === 'shared-namespace';
  const containers = shared ? sharedContainers(pairs) : separateContainers(pairs);
  const namespaced = shared ? [] : containers;
  const attached = driver.plan(variant, { topology, mtu, containers, uplink: uplink ?? MADE_UPLINK });
  const quiet = ipv6 && mtu >= IPV6_LEAST_MTU;
  const remove = uplink !== undefined && attached.uplink !== 'unused';
  return {
    steps: [
      ...namespaced.map(({ name }) => addNamespace(name)),
      ...(uplink === undefined
        ? makeUplink(attached.uplink, mtu, quiet)
        : readyUplink(uplink, attached.uplink, mtu)),
      ...attached.steps,
      ...namespaced.flatMap((container) => configure(container, { quiet, remove })),
    ],
    containers,
    reach: attached.reach,
    counters: driver.counters,
    mtu,
  };
}

const MADE_UPLINK = 'uplink0';

/** A veth whose other end is a port of a switch: an uplink with carrier where there is no hardware. */
function makeUplink(use: UplinkUse, mtu: number, quiet: boolean): Step[] {
  if (use === 'unused') return [];
  return [
    addNamespace(SWITCH_NETNS),
    addDevice(MADE_UPLINK, mtu, `type veth peer name port0 mtu ${mtu} netns ${SWITCH_NETNS}`),
    ip(SWITCH, `link add br0 mtu ${mtu} type bridge`),
    ...setUp(SWITCH, 'br0', quiet),
    ip(SWITCH, 'link set port0 master br0'),
    ...setUp(SWITCH, 'port0', quiet),
    ...(use === 'hairpin' ? [ip(SWITCH, 'link set port0 type bridge_slave hairpin on')] : []),
  ];
}

function readyUplink(name: string, use: UplinkUse, mtu: number): Step[] {
  return use === 'unused' ? [] : [ip(NODE, `link set ${name} mtu ${mtu} up`)];
}
