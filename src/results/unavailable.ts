/** What could not be measured at all, and why. Pure. */
import type { Cell, DriverId } from '../scenario/scenario.js';
import type { Unavailable } from './record.js';

/** What stands in the way of a cell, or of all cells of a selection; undefined if nothing does. */
export function obstacleOf(
  unavailable: readonly Unavailable[],
  { driver, mtu }: Partial<Pick<Cell, 'driver' | 'mtu'>>,
): Unavailable | undefined {
  return unavailable.find((entry) => ('driver' in entry ? entry.driver === driver : entry.mtu === mtu));
}

/** What is unavailable: `ipvlan:l3`, or as `nameOf` calls that driver; `MTU 9000`. */
export function subjectOf(entry: Unavailable, nameOf = (driver: DriverId): string => driver): string {
  return 'driver' in entry ? nameOf(entry.driver) : `MTU ${entry.mtu}`;
}
