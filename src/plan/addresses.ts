/** Names and addresses of containers. */
import type { Container } from './plan.js';

/** Hosts of one 10.x.1.0/24: the study's own limit. */
const HOSTS = 254;

/**
 * Containers with a namespace and a device of their own. Up to 254 pairs have the study's addresses, 10.0.1.i/16 and
 * 10.0.2.i/16; more go on in 10.1.1.1, 10.1.2.1, ... with a prefix of 8 for all.
 */
export function separateContainers(pairs: number): Container[] {
  const prefix = pairs <= HOSTS ? 16 : 8;
  return everyPair(pairs, (pair) => {
    const network = Math.floor((pair - 1) / HOSTS);
    const host = ((pair - 1) % HOSTS) + 1;
    const shared = { pair, prefix, device: 'eth0' };
    return [
      { ...shared, name: `s${pair}`, role: 'server', address: `10.${network}.1.${host}` },
      { ...shared, name: `c${pair}`, role: 'client', address: `10.${network}.2.${host}` },
    ];
  });
}

/** Containers that are no more than processes in the node's namespace, on its loopback device. */
export function sharedContainers(pairs: number): Container[] {
  return everyPair(pairs, (pair) => {
    const shared = { pair, address: '127.0.0.1', prefix: 8, device: 'lo' };
    return [
      { ...shared, name: `s${pair}`, role: 'server' },
      { ...shared, name: `c${pair}`, role: 'client' },
    ];
  });
}

function everyPair(pairs: number, make: (pair: number) => Container[]): Container[] {
  return Array.from({ length: pairs }, (_, index) => make(index + 1)).flat();
}
