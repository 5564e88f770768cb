/** From a cell to the whole topology: on each node namespaces, the uplink, the driver's devices. */
import { addNamespace, configure } from '../containers/netns.js';
import type { UplinkUse } from '../drivers/driver.js';
import { driverOf } from '../drivers/registry.js';
import { fail } from '../failures.js';
import type { Cell } from '../scenario/scenario.js';
import {
  nodeAddresses,
  separateContainers,
  separateOnNodes,
  sharedContainers,
  sharedOnNodes,
  splitNodes,
  type NodeAddress,
  type Roles,
} from './addresses.js';
import type { Container, NodePlan, Step, TopologyPlan } from './plan.js';
import { capClients } from './rateCap.js';
import { addDevice, ip, MACHINE, NODE, setUp, SWITCH, SWITCH_NETNS } from './steps.js';

/** A node as far as plans need it. */
export interface PlannedNode {
  /** An interface that is there already; absent: one is made, with a switch behind it. */
  uplink?: string | undefined;
  /** The uplink stays in the machine's own network, as it is: only children are made on it. */
  shared?: boolean | undefined;
  /** What its clients may send together by way of the uplink, bit/s; absent: what they can. */
  rateCap?: number | undefined;
  /** The uplink's address where nodes talk to each other, with its prefix; absent: one is chosen. */
  dataAddress?: string | undefined;
}

export interface TopologyOptions {
  /** One for a local cell, two or more for a switched one; absent: one without an uplink. */
  nodes?: PlannedNode[];
  /** Absent: servers on the first half of the nodes. */
  roles?: Roles;
  /** Whether the kernels have IPv6; yes unless told otherwise. */
  ipv6?: boolean;
}

/** Below it the kernel gives a device no IPv6 at all, and refuses to be told how to make its addresses. */
const IPV6_LEAST_MTU = 1280;

/** Plans one cell's topology. Errors: `usage` for an unknown driver, or if nodes are missing or have no uplink. */
export function planTopology(cell: Cell, options: TopologyOptions = {}): TopologyPlan {
  const { nodes = [{}] } = options;
  return cell.topology === 'local' ? planLocal(cell, nodes[0] ?? {}, options) : planSwitched(cell, options);
}

function planLocal(cell: Cell, own: PlannedNode, { ipv6 = true }: TopologyOptions): TopologyPlan {
  const { driver } = driverOf(cell.driver);
  const inNode = driver.counters === 'shared-namespace';
  const containers = inNode ? sharedContainers(cell.pairs) : separateContainers(cell.pairs);
  const { uplink = MADE_UPLINK } = own;
  return assemble(cell, containers, [planNode({ cell, containers, own, uplink, ipv6, others: [] })]);
}

function planSwitched(cell: Cell, { nodes = [{}], roles, ipv6 = true }: TopologyOptions): TopologyPlan {
  if (nodes.length < 2)
    fail('usage', `a switched scenario needs two nodes or more, not ${nodes.length}: name them with --nodes`);
  const uplinks = nodes.map(
    ({ uplink }) =>
      uplink ?? fail('usage', 'every node of a switched scenario needs an uplink: --uplink eth1'),
  );
  const dealt = roles ?? splitNodes(nodes.length);
  const own = nodes.map(({ dataAddress }) => dataAddress);
  const addresses = nodeAddresses(cell.pairs, dealt, own);
  const inNode = driverOf(cell.driver).driver.counters === 'shared-namespace';
  const containers = inNode
    ? sharedOnNodes(cell.pairs, dealt, addresses, uplinks)
    : separateOnNodes(cell.pairs, dealt);
  const plans = uplinks.map((uplink, node) =>
    planNode({
      cell,
      containers: containers.filter((container) => container.node === node),
      own: nodes[node]!,
      uplink,
      ipv6,
      self: addresses[node]!,
      others: addresses.filter((_, other) => other !== node),
    }),
  );
  return assemble(cell, containers, plans);
}

interface NodeFrame {
  cell: Cell;
  /** Of this node. */
  containers: Container[];
  /** The node itself. */
  own: PlannedNode;
  /** Its own, or the one that is made. */
  uplink: string;
  ipv6: boolean;
  self?: NodeAddress;
  others: NodeAddress[];
}

type Assembled = NodePlan & Pick<TopologyPlan, 'reach'>;

function planNode({ cell, containers, own, uplink, ipv6, self, others }: NodeFrame): Assembled {
  const { topology, mtu } = cell;
  const given = own.uplink !== undefined;
  const { driver, variant } = driverOf(cell.driver);
  const namespaced = driver.counters === 'shared-namespace' ? [] : containers;
  const uplinkPlace = own.shared ? MACHINE : NODE;
  const attached = driver.plan(variant, { topology, mtu, containers, uplink, uplinkPlace, self, others });
  const quiet = ipv6 && mtu >= IPV6_LEAST_MTU;
  const remove = given && attached.uplink !== 'unused';
  const leaves = topology === 'switched' || attached.uplink === 'hairpin';
  return {
    reach: attached.reach,
    steps: [
      ...namespaced.map(({ name }) => addNamespace(name)),
      ...(given ? readyUplink(own, attached.uplink, mtu) : makeUplink(attached.uplink, mtu, quiet)),
      ...attached.steps,
      ...namespaced.flatMap((container) => configure(container, { quiet, remove })),
      ...(own.rateCap !== undefined && leaves ? capClients(namespaced, own.rateCap, mtu) : []),
    ],
  };
}

function assemble({ driver, mtu }: Cell, containers: Container[], plans: Assembled[]): TopologyPlan {
  return {
    nodes: plans.map(({ steps }) => ({ steps })),
    containers,
    reach: plans[0]!.reach,
    counters: driverOf(driver).driver.counters,
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

/** One that stays with the machine is only looked at, so that its MTU is proved like every other. */
function readyUplink({ uplink = '', shared = false }: PlannedNode, use: UplinkUse, mtu: number): Step[] {
  if (use === 'unused') return [];
  return [shared ? ip(MACHINE, `link show dev ${uplink}`) : ip(NODE, `link set ${uplink} mtu ${mtu} up`)];
}
