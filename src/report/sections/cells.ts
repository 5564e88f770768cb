/** Every cell in a table: what was measured, how sure it is, and what failed. */
import { obstacleOf } from '../../results/unavailable.js';
import type { Protocol } from '../../scenario/scenario.js';
import type { CellSummary } from '../../statistics/cells.js';
import type { NodeSummary } from '../../statistics/nodes.js';
import type { Entry, Section, Table } from '../document.js';
import { GIGA, UNDEFINED, interval, number } from '../format.js';
import { labelOf } from '../../drivers/label.js';
import type { Setting } from '../settings.js';

interface TableColumn {
  title: string;
  numeric?: boolean;
  /** Left out for the other protocol. */
  only?: Protocol;
  entry: (summary: CellSummary, setting: Setting) => Entry;
}

const COLUMNS: TableColumn[] = [
  { title: 'Driver', entry: ({ cell }) => ({ text: labelOf(cell.driver) }) },
  figure('MTU (bytes)', ({ cell }) => cell.mtu, String),
  figure('Pairs', ({ cell }) => cell.pairs, String),
  { title: 'Throughput (Gbit/s)', numeric: true, entry: throughput },
  figure('± SE (Gbit/s)', ({ throughput }) => gigabits(throughput?.standardError)),
  {
    title: '95 % interval (Gbit/s)',
    numeric: true,
    entry: ({ throughput }) => ({ text: interval(throughput?.interval95, GIGA) }),
  },
  figure('Per pair (Gbit/s)', ({ perPair }) => gigabits(perPair?.mean)),
  figure("Fairness (Jain's index)", ({ fairness }) => fairness?.mean),
  figure('CPU (s per Gbit)', ({ cpuSecondsPerGigabit }) => cpuSecondsPerGigabit?.mean),
  { title: 'CPU busy (%)', numeric: true, entry: ({ nodes }) => busyEntry(nodes) },
  { ...figure('Lost (%)', ({ udpLoss }) => udpLoss && udpLoss.mean * 100), only: 'udp' },
  { ...figure('Hellos lost (per run)', ({ reconnects }) => reconnects?.mean), only: 'udp' },
  figure('Sum of means ÷ throughput', ({ naiveToTruth }) => naiveToTruth?.mean),
  figure('Runs (n)', ({ n }) => n, String),
  figure('Failed after retries', failedRuns, String),
];

/** One table per setting. */
export function cells(settings: Setting[]): Section {
  return {
    title: 'All cells',
    blocks: settings.map((setting) => ({ kind: 'table', table: tableOf(setting) })),
  };
}

/** Runs that failed for any reason and were not made good by a retry. */
export function failedRuns({ failures }: CellSummary): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}

function tableOf(setting: Setting): Table {
  const { protocol } = setting.header.scenario;
  const columns = COLUMNS.filter(({ only = protocol }) => only === protocol);
  return {
    caption: `${setting.title}: means over runs; SE is the standard error, ${UNDEFINED} where it is not defined.${nodesWords(setting)}`,
    columns: columns.map(({ title, numeric = false }) => ({ title, numeric })),
    rows: setting.cells.map((summary) => columns.map(({ entry }) => entry(summary, setting))),
  };
}

/** Which nodes there are figures of, where there are several. */
function nodesWords({ cells }: Setting): string {
  const names = [...new Set(cells.flatMap(({ nodes }) => nodes.map(({ node }) => node)))];
  return names.length > 1 ? ` CPU busy is that of ${names.join(', ')}.` : '';
}

function throughput(summary: CellSummary, { header }: Setting): Entry {
  const value = gigabits(summary.throughput?.mean);
  if (value !== undefined) return { text: number(value), value };
  if (obstacleOf(header.unavailable, summary.cell)) return { text: 'unavailable', tone: 'open' };
  return failedRuns(summary) > 0 ? { text: 'failed', tone: 'bad' } : { text: 'not measured', tone: 'open' };
}

/** One share per node, in the order in which the caption names them. */
function busyEntry(nodes: NodeSummary[]): Entry {
  const shares = nodes.flatMap(({ utilization }) => (utilization ? [utilization.mean * 100] : []));
  if (shares.length === 0) return { text: UNDEFINED };
  return { text: shares.map((share) => share.toFixed(0)).join(', '), value: Math.max(...shares) };
}

function figure(
  title: string,
  of: (summary: CellSummary) => number | undefined,
  format: (value: number) => string = number,
): TableColumn {
  return {
    title,
    numeric: true,
    entry: (summary) => {
      const value = of(summary);
      return value === undefined ? { text: UNDEFINED } : { text: format(value), value };
    },
  };
}

function gigabits(bits: number | undefined): number | undefined {
  return bits === undefined ? undefined : bits / GIGA;
}
