/** The cells that are measured here. */
import type { Cell } from '../../src/scenario/scenario.js';

export const MTU = 1500;

/** Drivers that every kernel has, in bridge mode. */
export type DriverName = 'macvlan' | 'veth';

export function cellOf(driver: DriverName, pairs: number): Cell {
  return {
    topology: 'local',
    protocol: 'tcp',
    driver: `${driver}:bridge`,
    pairs,
    mtu: MTU,
    method: 'concurrent',
    placement: 'none',
    congestionControl: 'cubic',
  };
}
