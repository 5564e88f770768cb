/** Where a scenario is measured: on this machine, or on nodes that are named. */
import pLimit from 'p-limit';
import { fail } from '../failures.js';
import { resolveNodes, type NodeSpec } from '../nodes/inventory.js';
import { createLocalNode } from '../nodes/local.js';
import type { Node } from '../nodes/node.js';
import { openAll } from '../nodes/openAll.js';
import { openSshNode } from '../nodes/ssh/node.js';
import {
  rateCapOf,
  stayingUplink,
  UPLINK_MODES,
  type Uplink,
  type UplinkMode,
} from '../nodes/uplink/lending.js';
import { containerNetwork, splitNodes, type Roles } from '../plan/addresses.js';
import type { PlannedNode } from '../plan/topology.js';
import type { Station } from '../runner/rig.js';
import type { Topology } from '../scenario/scenario.js';
import { parseRate, RATE_RULE } from '../units.js';

/** What users say of nodes and uplinks beside the scenario. */
export interface SiteOptions {
  /** Names, with commas between them; absent: this machine. */
  nodes?: string | undefined;
  nodesFile?: string | undefined;
  /** A physical interface, of every node that has none in the nodes file. */
  uplink?: string | undefined;
  /** Of every uplink that has none in the nodes file; `moved` unless given. */
  uplinkMode?: string | undefined;
  /** What clients on each node may send together by way of a shared uplink, as tc writes it. */
  rateCap?: string | undefined;
  /** Whether a shared uplink may be one that the machine itself lives on. */
  shareDefaultRoute?: boolean | undefined;
}

export interface SiteRequest extends SiteOptions {
  topology: Topology;
  /** The most that there will be. */
  pairs: number;
}

/** A site as its users describe it: nothing was connected to. */
export interface SiteSketch {
  /** What is known of the nodes; undefined for this machine. */
  specs: NodeSpec[] | undefined;
  /** In the order of the nodes' names, as are the others. */
  uplinks: (Uplink | undefined)[];
  planned: PlannedNode[];
  /** Servers first unless the nodes file says otherwise. */
  roles: Roles;
}

export interface Site extends Pick<SiteSketch, 'planned' | 'roles'> {
  stations: Station[];
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
  const { specs, uplinks, planned, roles } = await sketchSite(request);
  const nodes = specs ? await connect(specs) : [createLocalNode()];
  return {
    stations: nodes.map((node, at) => ({ node, uplink: uplinks[at] })),
    planned,
    roles,
    emulated: specs?.some(({ emulated }) => emulated) ?? false,
    lineRate: slowest(specs?.map((spec) => spec.lineRate) ?? []),
    close: async () => {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}

/** What a site would be. Errors: `usage`. */
export async function sketchSite(request: SiteRequest): Promise<SiteSketch> {
  const specs = await specsOf(request);
  const roles = specs ? rolesOf(specs) : splitNodes(1);
  const network = containerNetwork(request.pairs, roles);
  const uplinks = (specs ?? [undefined]).map((spec, at) =>
    uplinkOf(spec, roles.clients.includes(at), network, request),
  );
  refuseIdle(request, uplinks);
  return {
    specs,
    uplinks,
    planned: uplinks.map((uplink, at) => ({
      ...plannedUplink(uplink),
      dataAddress: specs?.[at]?.dataAddress,
    })),
    roles,
  };
}

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
  return specs;
}

/** What the nodes file says goes before what was said for all. Errors: `usage` for words that don't go together. */
function uplinkOf(
  spec: NodeSpec | undefined,
  sends: boolean,
  network: string,
  request: SiteRequest,
): Uplink | undefined {
  const name = spec?.uplink ?? request.uplink;
  const mode = spec?.uplinkMode ?? modeOf(request.uplinkMode) ?? 'moved';
  if (spec?.rateCap !== undefined && (mode !== 'shared' || !sends)) {
    const missing = sends
      ? 'an uplink that stays, with uplink_mode: shared'
      : 'clients, for it bounds what they send';
    fail('usage', `the rate_cap of ${spec.name} needs ${missing}`);
  }
  if (name === undefined) {
    return mode === 'moved'
      ? undefined
      : fail('usage', 'an uplink that is shared needs a name: --uplink eth1');
  }
  if (mode === 'moved') return { name, lending: { mode } };
  const rateCap = sends ? (spec?.rateCap ?? rateOf(request.rateCap)) : undefined;
  return { name, lending: { mode, network, consent: request.shareDefaultRoute ?? false, rateCap } };
}

/** Flags that no uplink heeds would mislead. */
function refuseIdle({ rateCap, shareDefaultRoute }: SiteOptions, uplinks: (Uplink | undefined)[]): void {
  if (uplinks.some((uplink) => stayingUplink(uplink) !== undefined)) return;
  const idle = [
    ...(rateCap === undefined ? [] : ['--rate-cap']),
    ...(shareDefaultRoute ? ['--share-default-route'] : []),
  ];
  if (idle.length > 0) fail('usage', `${idle.join(' and ')} need an uplink that stays: --uplink-mode shared`);
}

function modeOf(text: string | undefined): UplinkMode | undefined {
  const mode = UPLINK_MODES.find((known) => known === text);
  if (mode === undefined && text !== undefined)
    fail('usage', `--uplink-mode is one of ${UPLINK_MODES.join(', ')}, not ${JSON.stringify(text)}`);
  return mode;
}

function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return parseRate(text) ?? fail('usage', `--rate-cap takes ${RATE_RULE}, not ${JSON.stringify(text)}`);
}

function plannedUplink(uplink: Uplink | undefined): PlannedNode {
  if (stayingUplink(uplink) === undefined) return { uplink: uplink?.name };
  return { uplink: uplink?.name, shared: true, rateCap: rateCapOf(uplink) };
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
