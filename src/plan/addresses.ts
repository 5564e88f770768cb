/** Names and addresses of containers, and of nodes on the network between them. */
import type { Container } from './plan.js';

/** Hosts of one 10.x.1.0/24: the study's own limit. */
const HOSTS = 254;

/** A node as the other nodes see it. */
export interface NodeAddress {
  /** Of its uplink. */
  address: string;
  prefix: number;
  /** Networks that its containers are in, such as `10.0.1.0/24`. */
  networks: string[];
}

/** Which nodes have servers and which have clients, by index. */
export interface Roles {
  servers: number[];
  clients: number[];
}

/** Servers on the first half of the nodes, clients on the others; one node has both. */
export function splitNodes(nodes: number): Roles {
  const all = Array.from({ length: nodes }, (_, node) => node);
  if (nodes === 1) return { servers: all, clients: all };
  return { servers: all.slice(0, Math.floor(nodes / 2)), clients: all.slice(Math.floor(nodes / 2)) };
}

/**
 * Containers with a namespace and a device of their own, as on two nodes, with both ends on one. Up to 254 pairs have the
 * study's addresses, 10.0.1.i/16 and 10.0.2.i/16; more go on in 10.1.1.1, 10.1.2.1, ... with a prefix of 8 for all.
 */
export function separateContainers(pairs: number): Container[] {
  return separateOnNodes(pairs, splitNodes(2)).map((container) => ({ ...container, node: 0 }));
}

/** Containers that are no more than processes in the node's namespace, on its loopback device. */
export function sharedContainers(pairs: number): Container[] {
  return sharedOnNodes(pairs, splitNodes(1), [{ address: '127.0.0.1', prefix: 8, networks: [] }], ['lo']);
}

/** As separateContainers, with the pairs dealt out to nodes; node k has 10.0.k+1.x: two nodes have the study's addresses. */
export function separateOnNodes(pairs: number, roles: Roles): Container[] {
  const prefix = prefixFor(mostOnOne(pairs, roles));
  return everyPair(pairs, (pair) =>
    (['server', 'client'] as const).map((role) => {
      const { node, place } = deal(pair, roles[`${role}s`]);
      const address = addressIn(node + 1, place);
      return { pair, role, node, name: `${role[0]}${pair}`, prefix, device: 'eth0', address };
    }),
  );
}

/** Containers that are no more than processes in their node's namespace, on its uplink. */
export function sharedOnNodes(
  pairs: number,
  roles: Roles,
  addresses: NodeAddress[],
  uplinks: string[],
): Container[] {
  return everyPair(pairs, (pair) =>
    (['server', 'client'] as const).map((role) => {
      const { node } = deal(pair, roles[`${role}s`]);
      const { address, prefix } = addresses[node]!;
      return { pair, role, node, name: `${role[0]}${pair}`, address, prefix, device: uplinks[node]! };
    }),
  );
}

/** Addresses of nodes: 10.0.0.1, 10.0.0.2, ... unless `own` gives one with its prefix: `192.168.50.1/24`. */
export function nodeAddresses(pairs: number, roles: Roles, own: (string | undefined)[]): NodeAddress[] {
  const most = mostOnOne(pairs, roles);
  const blocks = Array.from({ length: Math.ceil(most / HOSTS) }, (_, block) => block);
  return own.map((given, node) => {
    const [address = '', prefix = ''] = (given ?? `10.0.0.${node + 1}/${prefixFor(most)}`).split('/');
    return {
      address,
      prefix: Number(prefix),
      networks: blocks.map((block) => `10.${block}.${node + 1}.0/24`),
    };
  });
}

/** The node of a pair's container, and how many containers of earlier pairs that node has. */
function deal(pair: number, nodes: number[]): { node: number; place: number } {
  return { node: nodes[(pair - 1) % nodes.length]!, place: Math.floor((pair - 1) / nodes.length) };
}

function mostOnOne(pairs: number, { servers, clients }: Roles): number {
  return Math.ceil(pairs / Math.min(servers.length, clients.length));
}

/** The network that the containers of so many pairs are in: `10.0.0.0/16`. */
export const containerNetwork = (pairs: number, roles: Roles): string =>
  `10.0.0.0/${prefixFor(mostOnOne(pairs, roles))}`;

const prefixFor = (hosts: number): number => (hosts <= HOSTS ? 16 : 8);

function addressIn(network: number, place: number): string {
  return `10.${Math.floor(place / HOSTS)}.${network}.${(place % HOSTS) + 1}`;
}

function everyPair(pairs: number, make: (pair: number) => Container[]): Container[] {
  return Array.from({ length: pairs }, (_, index) => make(index + 1)).flat();
}
