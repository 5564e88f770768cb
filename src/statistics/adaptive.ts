/** When a stratum has been measured often enough. Precision decides, never significance (METHOD.md, section 4). */
import type { RunRecord } from '../results/record.js';
import type { DriverId, Scenario } from '../scenario/scenario.js';
import { pairedByBlock, runsByCell, throughputRatio } from './cells.js';
import type { Ratio } from './ratio.js';

/** `continue`: another block; `precise`: every ratio is known well enough; `limit`: no further block would be run. */
export type StratumState = 'continue' | 'precise' | 'limit';

/** Whether every ratio's 95 % interval is at most ± `precision` wide, as a fraction of the ratio. */
export function precisionReached(ratios: readonly Ratio[], precision: number): boolean {
  return ratios.every(
    (ratio) => ratio.estimable && ratio.halfWidth !== undefined && ratio.halfWidth <= precision,
  );
}

/**
 * Judges one stratum from its records that count. Drivers without a single good run are not waited for; where no two
 * drivers can be compared, there is no precision to reach and the least number of blocks is the limit.
 * The time budget of an adaptive repeat is the runner's to watch.
 */
export function stratumFinished(records: readonly RunRecord[], scenario: Scenario): StratumState {
  const blocks = new Set(records.map((record) => record.repetition)).size;
  const { repeat } = scenario;
  if (repeat.kind === 'fixed') return blocks < repeat.blocks ? 'continue' : 'limit';
  if (blocks < repeat.min) return 'continue';
  const ratios = ratiosToReference(records, scenario);
  if (ratios.length === 0) return 'limit';
  if (precisionReached(ratios, repeat.precision)) return 'precise';
  return blocks < repeat.max ? 'continue' : 'limit';
}

function ratiosToReference(records: readonly RunRecord[], scenario: Scenario): Ratio[] {
  const runs = runsByCell(records);
  const cells = [...runs.values()].map(([run]) => run!.cell);
  const drivers = cells.map((cell) => cell.driver);
  const reference = cells.find((cell) => cell.driver === referenceAmong(drivers, scenario));
  if (!reference) return [];
  const others = cells.filter((cell) => cell !== reference);
  return others.map((cell) => throughputRatio(pairedByBlock(runs, cell, reference)));
}

/** The driver that others are compared with: the scenario's reference, or its first driver that was measured. */
export function referenceAmong(measured: readonly DriverId[], scenario: Scenario): DriverId | undefined {
  return [scenario.reference, ...scenario.drivers].find((driver) => measured.includes(driver));
}
