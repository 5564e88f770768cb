/** The answer first: which driver is ahead, by how much, and how sure that is. */
import type { RunRecord } from '../results/record.js';
import { cellOf, strata } from '../scenario/cells.js';
import type { DriverId, Method, Scenario, Stratum } from '../scenario/scenario.js';
import { referenceAmong } from './adaptive.js';
import { pairedByBlock, runsByCell, runsOf, throughputRatio, type RunsByCell } from './cells.js';
import { holmAdjusted } from './holm.js';
import { meanRatio, type Ratio } from './ratio.js';

/** The node's own stack: shown as the baseline, and no competitor. */
const BASELINE: DriverId = 'host';

/** One driver's throughput over the reference's, 95 % interval. */
export interface ToReference {
  driver: DriverId;
  ratio: Ratio;
}

export interface Rival {
  driver: DriverId;
  /** The leader's throughput over this driver's; intervals are Holm-adjusted over the rivals. */
  ratio: Ratio;
  /** Whether the leader is shown to be ahead of it; otherwise they can't be told apart. */
  behind: boolean;
}

/** The driver with the highest ratio to the reference, against each of the others, the closest first. */
export interface Lead {
  leader: DriverId;
  rivals: Rival[];
}

export interface Standing {
  /** Others against the reference, the fastest first. */
  toReference: ToReference[];
  /** Absent with fewer than two competitors. */
  lead?: Lead;
}

export interface StratumStanding extends Standing {
  stratum: Stratum;
}

/** One per method of the scenario that was measured. */
export interface Headline {
  method: Method;
  reference: DriverId;
  /** Over all strata, each with the same weight: geometric means of the strata's ratios. */
  overall: Standing;
  /** Strata in which anything was measured. */
  strata: StratumStanding[];
}

type RatioBetween = (a: DriverId, b: DriverId) => Ratio;

/** Ratios are paired by block; `records` are those that count. */
export function headlines(records: readonly RunRecord[], scenario: Scenario): Headline[] {
  const runs = runsByCell(records);
  const driversIn = (stratum: Stratum) =>
    scenario.drivers.filter((driver) => runsOf(runs, cellOf(stratum, driver)).length > 0);
  return scenario.method.flatMap((method) => {
    const measured = strata(scenario).filter(
      (stratum) => stratum.method === method && driversIn(stratum).length > 0,
    );
    const drivers = [...new Set(measured.flatMap(driversIn))];
    const reference = referenceAmong(drivers, scenario);
    return reference ? [headline(method, measured, drivers, reference, runs)] : [];
  });
}

function headline(
  method: Method,
  measured: Stratum[],
  drivers: DriverId[],
  reference: DriverId,
  runs: RunsByCell,
): Headline {
  const within =
    (stratum: Stratum): RatioBetween =>
    (a, b) =>
      throughputRatio(pairedByBlock(runs, cellOf(stratum, a), cellOf(stratum, b)));
  const over: RatioBetween = (a, b) => meanRatio(measured.map((stratum) => within(stratum)(a, b)));
  return {
    method,
    reference,
    overall: standing(drivers, reference, over),
    strata: measured.map((stratum) => ({ stratum, ...standing(drivers, reference, within(stratum)) })),
  };
}

function standing(drivers: DriverId[], reference: DriverId, between: RatioBetween): Standing {
  const toReference = drivers
    .filter((driver) => driver !== reference)
    .map((driver) => ({ driver, ratio: between(driver, reference) }))
    .sort((a, b) => valueOf(b.ratio) - valueOf(a.ratio));
  const ranked = rank(toReference, reference).filter((driver) => driver !== BASELINE);
  return ranked.length < 2 ? { toReference } : { toReference, lead: leadOf(ranked, between) };
}

/** All drivers that have a ratio to the reference, itself among them, the fastest first. */
function rank(toReference: ToReference[], reference: DriverId): DriverId[] {
  const known = toReference.filter(({ ratio }) => ratio.estimable);
  const faster = known.filter(({ ratio }) => valueOf(ratio) > 1);
  const slower = known.filter(({ ratio }) => valueOf(ratio) <= 1);
  return [...faster.map(({ driver }) => driver), reference, ...slower.map(({ driver }) => driver)];
}

function leadOf([leader, ...others]: DriverId[], between: RatioBetween): Lead {
  const ratios = others.map((driver) => between(leader!, driver));
  const adjusted = holmAdjusted(ratios, ({ low, high }) => low > 1 || high < 1);
  const rivals = others.map((driver, index) => {
    const ratio = adjusted[index]!;
    return { driver, ratio, behind: ratio.estimable && (ratio.interval?.low ?? 0) > 1 };
  });
  return { leader: leader!, rivals };
}

function valueOf(ratio: Ratio): number {
  return ratio.estimable ? ratio.ratio : 0;
}
