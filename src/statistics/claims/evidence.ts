/** What was measured, as far as it bears on the claims: the good runs of one method in all experiments at hand. */
import type { ExperimentHeader } from '../../results/record.js';
import type { Cell, Method } from '../../scenario/scenario.js';
import { runsByCell, type Measured, type RunsByCell } from '../cells.js';

/** Which cells: those that have these factors. */
export type Selection = Pick<Cell, 'topology' | 'protocol' | 'driver'> &
  Partial<Pick<Cell, 'udpLength' | 'mtu' | 'pairs'>>;

/** One experiment's good runs. Runs of different experiments never pair. */
export interface Source {
  header: ExperimentHeader;
  runs: RunsByCell;
}

export type Evidence = Source[];

/** Keeps one method's runs: figures made in different ways are never compared. */
export function evidenceOf(experiments: readonly Measured[], method: Method): Evidence {
  return experiments.map(({ header, records }) => ({
    header,
    runs: runsByCell(records.filter((record) => record.cell.method === method)),
  }));
}

/** The selected cells that have good runs. */
export function cellsOf({ runs }: Source, selection: Selection): Cell[] {
  const factors = Object.entries(selection) as [keyof Cell, unknown][];
  const cells = [...runs.values()].map(([run]) => run!.cell);
  return cells.filter((cell) => factors.every(([name, value]) => cell[name] === value));
}

/** Why a selection has nothing to show, in a clause; nothing if it has. */
export function whyMissing(evidence: Evidence, selection: Selection): string | undefined {
  if (evidence.some((source) => cellsOf(source, selection).length > 0)) return undefined;
  const unavailable = evidence
    .flatMap(({ header }) => header.unavailable)
    .find((entry) => entry.driver === selection.driver);
  return unavailable ? `${unavailable.driver}: ${unavailable.because}` : `no good run of ${named(selection)}`;
}

function named({ protocol, driver, udpLength, mtu, pairs }: Selection): string {
  const datagrams = udpLength === 'fit' ? 'datagrams that fit the MTU' : `datagrams of ${udpLength} bytes`;
  return [
    `${driver} with ${protocol.toUpperCase()}`,
    ...(udpLength === undefined ? [] : [datagrams]),
    ...(mtu === undefined ? [] : [`MTU ${mtu}`]),
    ...(pairs === undefined ? [] : [`${pairs} pairs`]),
  ].join(', ');
}
