/** The comparisons of throughput that claims are made of. */
import { labelOf } from '../../drivers/label.js';
import type { Cell, DriverId } from '../../scenario/scenario.js';
import {
  pairedByBlock,
  pairedByRepetition,
  runsOf,
  throughputRatio,
  udpLossOf,
  type OkRun,
  type RunsByCell,
} from '../cells.js';
import { meanOf } from '../mean.js';
import { unpairedRatio, type Ratio } from '../ratio.js';
import { percent } from '../words.js';
import type { Comparison, Measure } from './claim.js';
import { cellsOf, type Selection } from './evidence.js';

/** One driver over another in the same stratum, paired by block. */
export function overDriver(selection: Selection, base: DriverId): Measure {
  return {
    kind: 'ratio',
    needs: [selection, { ...selection, driver: base }],
    compare: (evidence) =>
      evidence.flatMap(({ runs }) =>
        cellsOf({ runs }, selection).map((cell) => byBlock(runs, cell, { ...cell, driver: base })),
      ),
  };
}

/** The same driver with one MTU over another, paired by repetition. */
export function overMtu(selection: Selection, mtu: number, base: number): Measure {
  return within({ ...selection, mtu }, { mtu: base }, atMtu);
}

/** The same driver's total with more pairs over its total with `base` pairs, paired by repetition. */
export function overFewerPairs(selection: Selection, base: number): Measure {
  const name = (cell: Cell) => `the total of ${cell.pairs} pairs`;
  return within(selection, { pairs: base }, name, (cell) => cell.pairs > base);
}

/** What the same driver carries with one MTU less what it carries with another, paired by repetition. */
export function beyondMtu(selection: Selection, mtu: number, base: number): Measure {
  const subjects = { ...selection, mtu };
  return {
    kind: 'difference',
    needs: [subjects, { ...selection, mtu: base }],
    compare: (evidence) =>
      evidence.flatMap(({ runs }) =>
        cellsOf({ runs }, subjects).flatMap((cell) => {
          const less = { ...cell, mtu: base };
          const mean = meanOf(differences(pairedByRepetition(runs, cell, less)));
          const names = { subject: atMtu(cell), base: atMtu(less) };
          return mean ? [{ cell, figure: { kind: 'difference', ...names, unit: 'repetitions', mean } }] : [];
        }),
      ),
  };
}

/** The same driver's TCP over its UDP: two experiments, so nothing pairs. */
export function tcpOverUdp(udp: Selection): Measure {
  const { udpLength: _udpOnly, ...common } = udp;
  const tcp: Selection = { ...common, protocol: 'tcp' };
  return {
    kind: 'ratio',
    needs: [tcp, udp],
    compare: (evidence) => {
      const all = (selection: Selection) =>
        evidence.flatMap(({ runs }) =>
          cellsOf({ runs }, selection).map((cell) => ({ cell, runs: runsOf(runs, cell) })),
        );
      return all(tcp).flatMap(({ cell, runs }) =>
        all(udp)
          .filter((other) => sameLoad(cell, other.cell))
          .map((other) => {
            const ratio = unpairedRatio(throughputs(runs), throughputs(other.runs));
            const subject = `TCP of ${labelOf(cell.driver)}`;
            return { cell, figure: ratioOf(subject, 'its UDP', ratio, 'or more runs on each side') };
          }),
      );
    },
  };
}

/** Cells of a selection over the cells that differ from them in one factor. */
function within(
  selection: Selection,
  change: Partial<Selection>,
  name: (cell: Cell) => string,
  isSubject: (cell: Cell) => boolean = () => true,
): Measure {
  return {
    kind: 'ratio',
    needs: [selection, { ...selection, ...change }],
    compare: (evidence) =>
      evidence.flatMap(({ runs }) =>
        cellsOf({ runs }, selection)
          .filter(isSubject)
          .map((cell) => {
            const base = { ...cell, ...change };
            const ratio = throughputRatio(pairedByRepetition(runs, cell, base));
            return { cell, figure: ratioOf(name(cell), name(base), ratio, 'repetitions') };
          }),
      ),
  };
}

function byBlock(runs: RunsByCell, a: Cell, b: Cell): Comparison {
  const pairs = pairedByBlock(runs, a, b);
  const figure = ratioOf(labelOf(a.driver), labelOf(b.driver), throughputRatio(pairs), 'blocks');
  const [lostA, lostB] = [0, 1].map((side) => udpLossOf(pairs.map((pair) => pair[side]!)));
  if (lostA === undefined || lostB === undefined) return { cell: a, figure };
  return { cell: a, figure, note: `${percent(lostA)} and ${percent(lostB)} of datagrams lost` };
}

function ratioOf(subject: string, base: string, ratio: Ratio, unit: string): Comparison['figure'] {
  return { kind: 'ratio', subject, base, unit, ratio };
}

function atMtu({ driver, mtu }: Cell): string {
  return `${labelOf(driver)} at MTU ${mtu}`;
}

function sameLoad(a: Cell, b: Cell): boolean {
  return a.mtu === b.mtu && a.pairs === b.pairs && a.placement === b.placement;
}

function throughputs(runs: OkRun[]): number[] {
  return runs.map((run) => run.measurement.throughput);
}

function differences(pairs: [OkRun, OkRun][]): number[] {
  return pairs.map(([more, less]) => more.measurement.throughput - less.measurement.throughput);
}
