/** Where a scenario is measured: on this machine, or on nodes that are named. */
import pLimit from 'p-limit';
import { fail } from '../failures.js';
import { resolveNodes, type NodeSpec } from '../nodes/inventory.js';
import { createLocalNode } from '../nodes/local.js';
import type { Node } from '../nodes/node.js';
import { openAll } from '../nodes/openAll.js';
import { openSshNode } from '../nodes/ssh/node.js';
import { splitNodes, type Roles } from '../plan/addresses.js';
import type { PlannedNode } from '../plan/topology.js';
import type { Station } from '../runner/rig.js';
import type { Topology } from '../scenario/scenario.js';

export interface SiteRequest {
  topology: Topology;
  /** Names, with commas between them; absent: this machine. */
  nodes?: string | undefined;
  nodesFile?: string | undefined;
  /** A physical interface, of every node that has none in the nodes file. */
  uplink?: string | undefined;
}

export interface Site {
  /** In the order of their names; servers' first unless the nodes file says otherwise. */
  stations: Station[];
  planned: PlannedNode[];
  roles: Roles;
  /** Whether nodes share one machine, as those of a lab do. */
  emulated: boolean;
  /** Of the slowest link, bit/s, where nodes files tell of all. */
  lineRate: number | undefined;
  close: () => Promise<void>;
}

/** Connections that are made at one time. */
const LANES = 8;

/** Opens the way to all nodes. Errors: `usage`, `node`; then nothing is left open. */
export async function openSite(request: SiteRequest): Promise<Site> {
  const specs = await specsOf(request);
  const roles = specs ? rolesOf(specs) : splitNodes(1);
  const nodes = specs ? await connect(specs) : [createLocalNode()];
  const uplinks = nodes.map((_, at) => specs?.[at]?.uplink ?? request.uplink);
  return {
    stations: nodes.map((node, at) => ({ node, uplink: uplinks[at] })),
    planned: uplinks.map((uplink, at) => ({ uplink, dataAddress: specs?.[at]?.dataAddress })),
    roles,
    emulated: specs?.some(({ emulated }) => emulated) ?? false,
    lineRate: slowest(specs?.map((spec) => spec.lineRate) ?? []),
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

/** What is known of the nodes; undefined for this machine. */
async function specsOf({ topology, nodes, nodesFile, uplink }: SiteRequest): Promise<NodeSpec[] | undefined> {
  if (nodes === undefined) {
    if (topology === 'local') return undefined;
    return fail(
      'usage',
      'a switched scenario runs on two nodes or more: name them with --nodes node1,node2 (`bench lab up` makes such nodes on this machine)',
    );
  }
  const specs = await resolveNodes(nodes.split(','), { nodesFile });
  if (topology === 'local' && specs.length > 1)
    fail('usage', `a local scenario runs on one node, and --nodes names ${specs.length}`);
  if (topology === 'switched' && specs.length < 2)
    fail('usage', 'a switched scenario runs on two nodes or more, and --nodes names one');
  const bare = specs.find((spec) => topology === 'switched' && (spec.uplink ?? uplink) === undefined);
  if (bare) {
    fail(
      'usage',
      `${bare.name} needs an uplink to the other nodes: --uplink eth1 for all, or \`uplink: eth1\` in a nodes file`,
    );
  }
  const shared = specs.find(({ uplinkMode }) => uplinkMode === 'shared');
  if (shared) fail('unavailable', `uplink_mode must be moved, not shared, as for ${shared.name}`);
  return specs;
}

function slowest(rates: (number | undefined)[]): number | undefined {
  const known = rates.filter((rate) => rate !== undefined);
  return known.length > 0 && known.length === rates.length ? Math.min(...known) : undefined;
}

function connect(specs: NodeSpec[]): Promise<Node[]> {
  const limit = pLimit(LANES);
  return openAll(specs.map((spec) => limit(() => openSshNode(spec))));
}

/** As the nodes file says, or servers on the first half. Errors: `usage` where it says so of some nodes only. */
function rolesOf(specs: NodeSpec[]): Roles {
  const placed = specs.filter(({ placement }) => placement !== undefined);
  if (placed.length === 0) return splitNodes(specs.length);
  const having = (placement: NodeSpec['placement']): number[] =>
    specs.flatMap((spec, at) => (spec.placement === placement ? [at] : []));
  const roles = { servers: having('servers'), clients: having('clients') };
  if (placed.length < specs.length || roles.servers.length === 0 || roles.clients.length === 0) {
    const words = specs.map(({ name, placement = 'none' }) => `${name}: ${placement}`).join(', ');
    fail(
      'usage',
      `every node needs a placement, some servers and some clients, or none has one; not ${words}`,
    );
  }
  return roles;
}
