/** What the runs of each cell say, and which runs may be compared with which. Takes records that count, and no others. */
import type { FailureReason } from '../failures.js';
import type { CpuTimes, ExperimentHeader, Measurement, RunRecord } from '../results/record.js';
import { cellKey, cellOf, strata } from '../scenario/cells.js';
import type { Cell, Scenario } from '../scenario/scenario.js';
import { datagramBytes } from '../traffic/options.js';
import { busy, quotient, total } from './cpu.js';
import { describe, type Description } from './describe.js';
import { groupBy } from './group.js';
import { summarizeNodes, type NodeSummary } from './nodes.js';
import { outliers } from './outliers.js';
import { pairedRatio, type Ratio } from './ratio.js';

export type OkRun = Extract<RunRecord, { status: 'ok' }>;

/** An experiment with the records that count. */
export interface Measured {
  header: ExperimentHeader;
  records: readonly RunRecord[];
}

/** Descriptions are over the cell's good runs; one is absent where no run has the figure. */
export interface CellSummary {
  cell: Cell;
  /** Good runs. */
  n: number;
  /** Runs that failed, by reason. */
  failures: Partial<Record<FailureReason, number>>;
  /** All pairs together, bit/s. */
  throughput?: Description;
  /** Mean of the pairs, bit/s. */
  perPair?: Description;
  /** iperf3's flow means added up, bit/s. */
  sumOfFlowMeans?: Description;
  /** The sum of flow means over the concurrent throughput. */
  naiveToTruth?: Description;
  /** Jain's index over the pairs. */
  fairness?: Description;
  /** Busy CPU seconds of all nodes per 10^9 bits of payload; stolen time is not in it. */
  cpuSecondsPerGigabit?: Description;
  /** Stolen share of all CPU time in the window. */
  stealShare?: Description;
  /** Datagrams sent and not received, as a share of those sent; may fall just below 0 by what was under way at the edges. */
  udpLoss?: Description;
  /** UDP payload sent, bit/s. */
  udpSent?: Description;
  /** UDP hellos of a run that were lost, and sent again. */
  reconnects?: Description;
  nodes: NodeSummary[];
  /** Ids of runs whose throughput lies beyond Tukey's fences; they are kept in every figure. */
  outliers: string[];
  /** Good runs that carry a warning. */
  warned: number;
}

type Figure = (measurement: Measurement, cell: Cell) => number | undefined;

const FIGURES = {
  throughput: (m) => m.throughput,
  perPair: (m, cell) => m.throughput / cell.pairs,
  sumOfFlowMeans: (m) => m.sumOfFlowMeans,
  naiveToTruth: (m) => quotient(m.sumOfFlowMeans, m.throughput),
  fairness: (m) => m.fairness,
  cpuSecondsPerGigabit: (m) => quotient(cpuSum(m, busy), (m.throughput * m.window.seconds) / 1e9),
  stealShare: (m) =>
    quotient(
      cpuSum(m, ({ steal }) => steal),
      cpuSum(m, total),
    ),
  udpLoss,
  udpSent: (m, cell) => m.udp && (m.udp.sent * datagramBits(cell)) / m.window.seconds,
  reconnects: (m, cell) => (cell.protocol === 'udp' ? m.reconnects : undefined),
} satisfies Partial<Record<keyof CellSummary, Figure>>;

/** One summary per cell of the scenario, in its order, also for cells without any run; cells that only the records know come last. */
export function summarizeCells(records: readonly RunRecord[], scenario: Scenario): CellSummary[] {
  const planned = strata(scenario).flatMap((stratum) =>
    scenario.drivers.map((driver) => cellOf(stratum, driver)),
  );
  const runs = groupBy(records, (record) => cellKey(record.cell));
  const cells = new Map(
    [...planned, ...records.map((record) => record.cell)].map((cell) => [cellKey(cell), cell]),
  );
  return [...cells].map(([key, cell]) => summarize(cell, runs.get(key) ?? []));
}

/** Good runs by the key of their cell. */
export type RunsByCell = ReadonlyMap<string, OkRun[]>;

/** Groups the good runs once, for the many look-ups of comparisons. */
export function runsByCell(records: readonly RunRecord[]): RunsByCell {
  return groupBy(records.filter(isOk), (run) => cellKey(run.cell));
}

/** Good runs of one cell, in the order of the records. */
export function runsOf(runs: RunsByCell, cell: Cell): OkRun[] {
  return runs.get(cellKey(cell)) ?? [];
}

/** Pairs of good runs of two cells that ran in the same block: what a paired ratio rests on. */
export function pairedByBlock(runs: RunsByCell, a: Cell, b: Cell): [OkRun, OkRun][] {
  return paired(runs, a, b, ({ block, take }) => `${block}/${take}`);
}

/** The same for cells of different strata: runs of one repetition, within which strata ran in random order. */
export function pairedByRepetition(runs: RunsByCell, a: Cell, b: Cell): [OkRun, OkRun][] {
  return paired(runs, a, b, ({ repetition }) => String(repetition));
}

/** Ratio of the throughputs of runs that belong together. */
export function throughputRatio(pairs: [OkRun, OkRun][]): Ratio {
  const [a, b] = [0, 1].map((side) => pairs.map((pair) => pair[side]!.measurement.throughput));
  return pairedRatio(a!, b!);
}

function isOk(record: RunRecord): record is OkRun {
  return record.status === 'ok';
}

/** Mean share of datagrams lost, of the runs that know theirs. */
export function udpLossOf(runs: OkRun[]): number | undefined {
  return describe(runs.flatMap((run) => udpLoss(run.measurement) ?? []))?.mean;
}

function summarize(cell: Cell, runs: RunRecord[]): CellSummary {
  const ok = runs.filter(isOk);
  const far = outliers(ok.map((run) => run.measurement.throughput));
  return {
    cell,
    n: ok.length,
    failures: countReasons(runs),
    ...describeFigures(ok),
    nodes: summarizeNodes(ok.map(({ measurement }) => measurement)),
    outliers: far.map((index) => ok[index]!.id),
    warned: ok.filter((run) => run.warnings.length > 0).length,
  };
}

function describeFigures(runs: OkRun[]): Partial<Record<keyof typeof FIGURES, Description>> {
  const described = Object.entries<Figure>(FIGURES).flatMap(([name, figure]) => {
    const description = describe(runs.flatMap((run) => figure(run.measurement, run.cell) ?? []));
    return description ? [[name, description]] : [];
  });
  return Object.fromEntries(described) as Partial<Record<keyof typeof FIGURES, Description>>;
}

function countReasons(runs: RunRecord[]): CellSummary['failures'] {
  const counts: CellSummary['failures'] = {};
  for (const run of runs) {
    if (run.status === 'failed') counts[run.failure.reason] = (counts[run.failure.reason] ?? 0) + 1;
  }
  return counts;
}

function paired(runs: RunsByCell, a: Cell, b: Cell, together: (run: OkRun) => string): [OkRun, OkRun][] {
  const partners = new Map(runsOf(runs, b).map((run) => [together(run), run]));
  return runsOf(runs, a).flatMap((run) => {
    const partner = partners.get(together(run));
    return partner ? [[run, partner] as [OkRun, OkRun]] : [];
  });
}

function udpLoss({ udp }: Measurement): number | undefined {
  return udp && quotient(udp.sent - udp.received, udp.sent);
}

/** Over all nodes; undefined where no node's CPU was read. */
function cpuSum({ cpu }: Measurement, of: (times: CpuTimes) => number): number | undefined {
  return cpu.length === 0 ? undefined : cpu.reduce((sum, node) => sum + of(node.total), 0);
}

function datagramBits({ udpLength = 'fit', mtu }: Cell): number {
  return datagramBytes(udpLength, mtu) * 8;
}
