/** What was measured, as far as it bears on the claims: the runs of one method in all experiments at hand. */
import { labelOf } from '../../drivers/label.js';
import type { ExperimentHeader, RunRecord } from '../../results/record.js';
import { obstacleOf, subjectOf } from '../../results/unavailable.js';
import { cellKey } from '../../scenario/cells.js';
import type { Cell, Method } from '../../scenario/scenario.js';
import { runsByCell, type Measured, type RunsByCell } from '../cells.js';
import { groupBy } from '../group.js';

/** Which cells: those that have these factors. */
export type Selection = Partial<
  Pick<Cell, 'topology' | 'protocol' | 'driver' | 'udpLength' | 'mtu' | 'pairs'>
>;

/** An experiment with the records that count, and with every record, those of retried runs too. */
export interface Attempted extends Measured {
  attempts: readonly RunRecord[];
}

/** One experiment's runs. Runs of different experiments never pair. */
export interface Source {
  header: ExperimentHeader;
  /** Good ones that count. */
  runs: RunsByCell;
  attempts: readonly RunRecord[];
}

export type Evidence = Source[];

/**
 * Keeps one method's runs: figures made in different ways are never compared. Where a user has capped the rate of an
 * uplink, figures tell of the cap, and not of drivers.
 */
export function evidenceOf(experiments: readonly Attempted[], method: Method): Evidence {
  const ofMethod = (records: readonly RunRecord[]) =>
    records.filter((record) => record.cell.method === method);
  const free = experiments.filter(({ header }) => !isCapped(header));
  return free.map(({ header, records, attempts }) => ({
    header,
    runs: runsByCell(ofMethod(records)),
    attempts: ofMethod(attempts),
  }));
}

const isCapped = ({ environments }: ExperimentHeader): boolean =>
  environments.some(({ uplink }) => uplink?.rateCap !== undefined);

/** The selected cells that have good runs. */
export function cellsOf({ runs }: Pick<Source, 'runs'>, selection: Selection): Cell[] {
  return [...runs.values()].map(([run]) => run!.cell).filter(selectedBy(selection));
}

/** Every run of the selected cells, cell by cell: good, failed and retried ones. */
export function attemptsOf({ attempts }: Source, selection: Selection): RunRecord[][] {
  const isSelected = selectedBy(selection);
  const selected = attempts.filter(({ cell }) => isSelected(cell));
  return [...groupBy(selected, ({ cell }) => cellKey(cell)).values()];
}

/** Whether any run of a selected cell was tried. */
export function bears({ attempts }: Source, selection: Selection): boolean {
  const isSelected = selectedBy(selection);
  return attempts.some(({ cell }) => isSelected(cell));
}

/** Why a selection has nothing to show, in a clause; nothing if it has. */
export function whyMissing(evidence: Evidence, selection: Selection): string | undefined {
  if (evidence.some((source) => cellsOf(source, selection).length > 0)) return undefined;
  const obstacle = obstacleOf(
    evidence.flatMap(({ header }) => header.unavailable),
    selection,
  );
  return obstacle
    ? `${subjectOf(obstacle, labelOf)}: ${obstacle.because}`
    : `no good run of ${named(selection)}`;
}

function selectedBy(selection: Selection): (cell: Cell) => boolean {
  const factors = Object.entries(selection) as [keyof Cell, unknown][];
  return (cell) => factors.every(([name, value]) => cell[name] === value);
}

/** `macvlan bridge with UDP, datagrams of 8192 bytes, MTU 1500, switched`. */
function named({ topology, protocol, driver, udpLength, mtu, pairs }: Selection): string {
  const datagrams = udpLength === 'fit' ? 'datagrams that fit the MTU' : `datagrams of ${udpLength} bytes`;
  const subject = driver === undefined ? 'any driver' : labelOf(driver);
  return [
    protocol === undefined ? subject : `${subject} with ${protocol.toUpperCase()}`,
    ...(udpLength === undefined ? [] : [datagrams]),
    ...(mtu === undefined ? [] : [`MTU ${mtu}`]),
    ...(pairs === undefined ? [] : [`${pairs} pairs`]),
    ...(topology === undefined || topology === 'local' ? [] : [topology]),
  ].join(', ');
}
