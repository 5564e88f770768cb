/** What people call a driver, wherever it is shown. */
import type { DriverId } from '../scenario/scenario.js';
import { parseDriver } from './registry.js';

/** `veth:bridge` is "veth + bridge"; records may name drivers that are not known here. */
export function labelOf(driver: DriverId): string {
  const parsed = parseDriver(driver);
  return 'problem' in parsed ? driver.replaceAll(':', ' ') : parsed.variant.label;
}
