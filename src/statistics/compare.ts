/** Two drivers of one experiment, or two experiments, cell by cell. */
import { cellKey } from '../scenario/cells.js';
import type { DriverId } from '../scenario/scenario.js';
import {
  pairedByBlock,
  runsByCell,
  runsOf,
  summarizeCells,
  throughputRatio,
  type CellSummary,
  type Measured,
  type RunsByCell,
} from './cells.js';
import { holmAdjusted } from './holm.js';
import { mannWhitney, type MannWhitney } from './mannWhitney.js';
import { meanRatio, unpairedRatio, type Ratio } from './ratio.js';

/** Two cells side by side. */
export interface Row {
  a: CellSummary;
  b: CellSummary;
  /** Throughput of A over B. */
  ratio: Ratio;
  /** Only where runs are not paired. */
  mannWhitney?: MannWhitney;
}

export interface Comparison {
  pairing: 'blocks' | 'none';
  /** Cells that ran on both sides, in the order of A's scenario. */
  rows: Row[];
  /** Cells that ran on one side only. */
  onlyA: CellSummary[];
  onlyB: CellSummary[];
  /** Geometric mean of the rows' ratios, each with the same weight. */
  overall: Ratio;
}

/** How a comparison fares against a lowest acceptable ratio. Every row is in exactly one of the lists. */
export interface Gate {
  threshold: number;
  /** Shown to be below: the upper bound of the interval, Holm-adjusted over all rows, is less than the threshold. */
  below: Row[];
  /** Shown to be at least the threshold, by the lower bound. */
  holds: Row[];
  /** The interval contains the threshold. */
  undecided: Row[];
  /** No interval: fewer than two observations, or a total of 0. */
  unjudged: Row[];
  /** Nothing is shown to be below, and everything could be judged. */
  passed: boolean;
}

/** Pairs the two drivers' runs by block. */
export function compareDrivers({ header, records }: Measured, a: DriverId, b: DriverId): Comparison {
  const runs = runsByCell(records);
  const cells = attempted({ header, records });
  return sideBySide(
    'blocks',
    cells.filter(({ cell }) => cell.driver === a),
    cells.filter(({ cell }) => cell.driver === b),
    (summary) => cellKey({ ...summary.cell, driver: b }),
    (left, right) => ({ ratio: throughputRatio(pairedByBlock(runs, left.cell, right.cell)) }),
  );
}

/** Compares equal cells of two experiments; their runs are independent samples. */
export function compareExperiments(a: Measured, b: Measured): Comparison {
  const [runsA, runsB] = [runsByCell(a.records), runsByCell(b.records)];
  return sideBySide(
    'none',
    attempted(a),
    attempted(b),
    ({ cell }) => cellKey(cell),
    (left, right) => {
      const samples = [throughputs(runsA, left), throughputs(runsB, right)] as const;
      const ranks = mannWhitney(...samples);
      return { ratio: unpairedRatio(...samples), ...(ranks ? { mannWhitney: ranks } : {}) };
    },
  );
}

/** Judges every row against the lowest acceptable ratio of A to B. */
export function gate({ rows }: Comparison, threshold: number): Gate {
  const ratios = holmAdjusted(
    rows.map(({ ratio }) => ratio),
    ({ low, high }) => high < threshold || low >= threshold,
  );
  const adjusted = rows.map((row, index) => ({ ...row, ratio: ratios[index]! }));
  const those = (place: ReturnType<typeof placeOf>) =>
    adjusted.filter(({ ratio }) => placeOf(ratio, threshold) === place);
  const [below, holds, undecided, unjudged] = [
    those('below'),
    those('holds'),
    those('undecided'),
    those('unjudged'),
  ];
  return { threshold, below, holds, undecided, unjudged, passed: below.length + unjudged.length === 0 };
}

function placeOf(ratio: Ratio, threshold: number): 'below' | 'holds' | 'undecided' | 'unjudged' {
  if (!ratio.estimable || !ratio.interval) return 'unjudged';
  if (ratio.interval.high < threshold) return 'below';
  return ratio.interval.low >= threshold ? 'holds' : 'undecided';
}

function sideBySide(
  pairing: Comparison['pairing'],
  left: CellSummary[],
  right: CellSummary[],
  partnerKey: (a: CellSummary) => string,
  compare: (a: CellSummary, b: CellSummary) => Pick<Row, 'ratio' | 'mannWhitney'>,
): Comparison {
  const rest = new Map(right.map((summary) => [cellKey(summary.cell), summary]));
  const rows: Row[] = [];
  const onlyA: CellSummary[] = [];
  for (const a of left) {
    const b = rest.get(partnerKey(a));
    if (b) rows.push({ a, b, ...compare(a, b) });
    else onlyA.push(a);
    rest.delete(partnerKey(a));
  }
  return {
    pairing,
    rows,
    onlyA,
    onlyB: [...rest.values()],
    overall: meanRatio(rows.map(({ ratio }) => ratio)),
  };
}

/** Cells that ran, well or not. */
function attempted({ header, records }: Measured): CellSummary[] {
  return summarizeCells(records, header.scenario).filter(
    ({ n, failures }) => n > 0 || Object.keys(failures).length > 0,
  );
}

function throughputs(runs: RunsByCell, { cell }: CellSummary): number[] {
  return runsOf(runs, cell).map((run) => run.measurement.throughput);
}
