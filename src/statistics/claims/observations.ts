/** What claims say of nodes and of iperf3 rather than of throughput. */
import { labelOf } from '../../drivers/label.js';
import type { Measurement, RunRecord, UplinkRecord } from '../../results/record.js';
import type { Cell } from '../../scenario/scenario.js';
import { runsOf } from '../cells.js';
import { utilization } from '../cpu.js';
import type { Interval } from '../describe.js';
import { groupBy } from '../group.js';
import { meanOf } from '../mean.js';
import { nodeName } from '../nodes.js';
import type { Comparison, Measure } from './claim.js';
import { attemptsOf, cellsOf, type Evidence, type Selection, type Source } from './evidence.js';

/** Busy share of every node's CPUs, in cells with at least as many pairs as the node has CPUs. */
export function busyShare(selection: Selection): Measure {
  const compare = (evidence: Evidence) =>
    evidence.flatMap((source) => cellsOf(source, selection).flatMap((cell) => sharesOf(source, cell)));
  return {
    kind: 'share',
    needs: [selection],
    compare,
    lacks: (evidence) =>
      compare(evidence).length === 0 ? ['CPU time with at least as many pairs as CPUs'] : [],
  };
}

/** One per node. */
function sharesOf(source: Source, cell: Cell): Comparison[] {
  const loaded = measurementsOf(source, cell)
    .flatMap(({ cpu }) => cpu)
    .filter(({ perCore }) => cell.pairs >= perCore.length);
  return [...groupBy(loaded, ({ node }) => node)].flatMap(([node, cpus]) => {
    const mean = meanOf(cpus.flatMap(({ total }) => utilization(total) ?? []));
    const subject = `busy share of the CPUs of ${nodeName(node)} with ${labelOf(cell.driver)}`;
    return mean ? [{ cell, figure: { kind: 'share', subject, unit: 'runs', mean } }] : [];
  });
}

/** Control messages that did not get through with more than so many pairs: hellos lost, and runs that failed to connect. */
export function controlLost(selection: Selection, pairs: number): Measure {
  const compare = (evidence: Evidence) =>
    evidence.flatMap((source) =>
      attemptsOf(source, selection)
        .filter(([first]) => first!.cell.pairs > pairs)
        .map(lostIn),
    );
  return {
    kind: 'count',
    needs: [selection],
    compare,
    lacks: (evidence) => (compare(evidence).length === 0 ? [`runs of more than ${pairs} pairs`] : []),
  };
}

function lostIn(runs: RunRecord[]): Comparison {
  const { cell } = runs[0]!;
  const hellos = runs.reduce((sum, { measurement }) => sum + (measurement?.reconnects ?? 0), 0);
  const failed = runs.filter((run) => run.status === 'failed' && run.failure.reason === 'connect').length;
  const count = hellos + failed;
  const words = `${labelOf(cell.driver)}: in ${runs.length} runs ${hellos} hellos were lost, and ${failed} runs failed to connect`;
  const interval = { low: count, high: count };
  return { cell, figure: { kind: 'count', words, n: runs.length, count, interval } };
}

/** How often a physical uplink was seen promiscuous, and what that says of an uplink with so many containers. */
export function promiscuousUplinks(selection: Selection, claimed: number): Measure {
  return {
    kind: 'count',
    needs: [selection],
    compare: (evidence) => sightingsOf(evidence, selection).map((seen) => promiscuity(seen, claimed)),
    lacks: (evidence) => lackingUplinks(sightingsOf(evidence, selection), claimed),
  };
}

/** What the runs of a cell saw of the uplinks. */
interface Sightings {
  cell: Cell;
  /** On every uplink. */
  containers: number;
  uplinks: UplinkRecord[];
}

/** A pair has two containers, and they are spread evenly over the nodes. */
function sightingsOf(evidence: Evidence, selection: Selection): Sightings[] {
  return evidence.flatMap((source) =>
    cellsOf(source, selection).map((cell) => ({
      cell,
      containers: (2 * cell.pairs) / Math.max(1, source.header.environments.length),
      uplinks: measurementsOf(source, cell).flatMap((measurement) => measurement.uplinks ?? []),
    })),
  );
}

function promiscuity({ cell, containers, uplinks }: Sightings, claimed: number): Comparison {
  const physical = uplinks.filter((uplink) => uplink.physical);
  const count = physical.filter((uplink) => uplink.promiscuous).length;
  const words =
    `${labelOf(cell.driver)}: a physical uplink with ${containers} containers was promiscuous in ` +
    `${count} of ${physical.length} looks`;
  const interval = boundsAt(claimed, count, containers);
  return { cell, figure: { kind: 'count', words, n: physical.length, count, interval } };
}

/** Promiscuous with fewer containers is promiscuous with the claimed number; quiet with more is quiet with it. */
function boundsAt(claimed: number, count: number, containers: number): Interval {
  const tells = count > 0 ? containers <= claimed : containers >= claimed;
  return tells ? { low: count, high: count } : { low: 0, high: Infinity };
}

function lackingUplinks(sightings: Sightings[], claimed: number): string[] {
  const uplinks = sightings.flatMap((seen) => seen.uplinks);
  const physical = sightings.filter((seen) => seen.uplinks.some((uplink) => uplink.physical));
  if (uplinks.length === 0) return ['whether uplinks were promiscuous was not recorded'];
  if (physical.length === 0) return [`a physical uplink (virtual: ${namesOf(uplinks)})`];
  const most = Math.max(...physical.map(({ containers }) => containers));
  return most < claimed ? [`${claimed} containers on one uplink: there were at most ${most}`] : [];
}

function namesOf(uplinks: UplinkRecord[]): string {
  return [...new Set(uplinks.map(({ node, name }) => `${name} of ${node}`))].join(', ');
}

function measurementsOf({ runs }: Source, cell: Cell): Measurement[] {
  return runsOf(runs, cell).map(({ measurement }) => measurement);
}
