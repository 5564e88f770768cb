/** A driver's plan for a few pairs, as one would type it. */
import type { DriverPlan } from '../../src/drivers/driver.js';
import { driverOf } from '../../src/drivers/registry.js';
import { separateContainers, sharedContainers } from '../../src/plan/addresses.js';
import { commandLine } from '../../src/plan/batch.js';
import { NODE } from '../../src/plan/steps.js';
import type { Topology } from '../../src/scenario/scenario.js';

export function driverPlan(id: string, pairs = 1, topology: Topology = 'local'): DriverPlan {
  const { driver, variant } = driverOf(id);
  const containers = driver.counters === 'device' ? separateContainers(pairs) : sharedContainers(pairs);
  return driver.plan(variant, {
    topology,
    mtu: 9000,
    containers,
    uplink: 'eth1',
    uplinkPlace: NODE,
    others: [],
  });
}

export const commandsOf = ({ steps }: DriverPlan): string[] => steps.map(commandLine);
