/** The kinds of comparison that claims are made of. */
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
import { unpairedRatio } from '../ratio.js';
import { percent } from '../words.js';
import type { Comparison, Measure } from './claim.js';
import { cellsOf, type Selection } from './evidence.js';

/** One driver over another in the same stratum, paired by block. */
export function overDriver(selection: Selection, base: DriverId): Measure {
  return {
    needs: [selection, { ...selection, driver: base }],
    compare: (evidence) =>
      evidence.flatMap((source) =>
        cellsOf(source, selection).map((cell) => ({
          cell,
          subject: cell.driver,
          base,
          ...byBlock(source.runs, cell, { ...cell, driver: base }),
        })),
      ),
  };
}

/** The same driver with one MTU over another, paired by repetition. */
export function overMtu(selection: Selection, mtu: number, base: number): Measure {
  return within({ ...selection, mtu }, { mtu: base }, (cell) => `${cell.driver} at MTU ${cell.mtu}`);
}

/** The same driver's total with more pairs over its total with `base` pairs, paired by repetition. */
export function overFewerPairs(selection: Selection, base: number): Measure {
  const name = (cell: Cell) => `the total of ${cell.pairs} pairs`;
  return within(selection, { pairs: base }, name, (cell) => cell.pairs > base);
}

/** The same driver's TCP over its UDP: two experiments, so nothing pairs. */
export function tcpOverUdp(udp: Selection): Measure {
  const { udpLength: _udpOnly, ...common } = udp;
  const tcp: Selection = { ...common, protocol: 'tcp' };
  return {
    needs: [tcp, udp],
    compare: (evidence) => {
      const all = (selection: Selection) =>
        evidence.flatMap((source) =>
          cellsOf(source, selection).map((cell) => ({ cell, runs: runsOf(source.runs, cell) })),
        );
      return all(tcp).flatMap(({ cell, runs }) =>
        all(udp)
          .filter((other) => sameLoad(cell, other.cell))
          .map((other) => ({
            cell,
            subject: `TCP of ${cell.driver}`,
            base: 'its UDP',
            ratio: unpairedRatio(throughputs(runs), throughputs(other.runs)),
            unit: 'or more runs on each side',
          })),
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
    needs: [selection, { ...selection, ...change }],
    compare: (evidence) =>
      evidence.flatMap((source) =>
        cellsOf(source, selection)
          .filter(isSubject)
          .map((cell) => {
            const base = { ...cell, ...change };
            const ratio = throughputRatio(pairedByRepetition(source.runs, cell, base));
            return { cell, subject: name(cell), base: name(base), ratio, unit: 'repetitions' };
          }),
      ),
  };
}

function byBlock(runs: RunsByCell, a: Cell, b: Cell): Pick<Comparison, 'ratio' | 'unit' | 'note'> {
  const pairs = pairedByBlock(runs, a, b);
  const compared = { ratio: throughputRatio(pairs), unit: 'blocks' };
  const [lostA, lostB] = [0, 1].map((side) => udpLossOf(pairs.map((pair) => pair[side]!)));
  if (lostA === undefined || lostB === undefined) return compared;
  return { ...compared, note: `${percent(lostA)} and ${percent(lostB)} of datagrams lost` };
}

function sameLoad(a: Cell, b: Cell): boolean {
  return a.mtu === b.mtu && a.pairs === b.pairs && a.placement === b.placement;
}

function throughputs(runs: OkRun[]): number[] {
  return runs.map((run) => run.measurement.throughput);
}
