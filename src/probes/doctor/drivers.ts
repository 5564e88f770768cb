/** Whether the drivers that were asked for can run, and with so many pairs. */
import { driverOf } from '../../drivers/registry.js';
import type { DriverId, Topology } from '../../scenario/scenario.js';
import type { Finding } from './finding.js';
import { driversAvailable, type WantedDrivers } from './requirements.js';
import type { Machine } from './machine.js';

export interface Drivers extends WantedDrivers {
  pairs: number;
}

/** One that is not available is left out and the others run; it is a failure if none is. */
export async function checkDrivers({ node, root }: Machine, wanted: Drivers): Promise<Finding[]> {
  const { drivers, topology, pairs } = wanted;
  const answers = await driversAvailable(node, wanted, root);
  const level = answers.includes(true) ? 'warn' : 'fail';
  return drivers.map((id, index) => {
    const check = `driver ${id}`;
    const answer = answers[index]!;
    if (answer !== true) return { level, check, means: `unavailable and left out: ${answer}` };
    const tooMany = beyondLimit(id, topology, pairs);
    return tooMany === undefined
      ? { level: 'ok', check, means: 'available' }
      : { level: 'fail', check, means: tooMany };
  });
}

function beyondLimit(id: DriverId, topology: Topology, pairs: number): string | undefined {
  const { driver, variant } = driverOf(id);
  const limit = driver.pairLimit?.(variant, topology);
  return limit && pairs > limit.pairs ? `${pairs} pairs do not fit: ${limit.because}` : undefined;
}
