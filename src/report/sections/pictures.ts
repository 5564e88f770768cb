/** The charts of a report: for each setting the study's figure, and beside it what explains it. */
import type { Topology } from '../../scenario/scenario.js';
import type { CellSummary } from '../../statistics/cells.js';
import type { Description } from '../../statistics/describe.js';
import { MACHINE, nodeName, type NodeSummary } from '../../statistics/nodes.js';
import { formatRate } from '../../units.js';
import { lineChart, type LineChart, type Point } from '../chart.js';
import type { Chart, Section } from '../document.js';
import { GIGA, span } from '../format.js';
import type { Setting } from '../settings.js';

/** A quantity that gets a chart: which descriptions of a cell it is, and how they are drawn. */
interface Quantity {
  id: string;
  name: string;
  /** With its unit: `Total throughput (Gbit/s)`. */
  axis: string;
  of: (summary: CellSummary) => Reading[];
  /** What one of the chart's units is in the description's. */
  scale: number;
  fromZero: boolean;
  /** Left out for the others. */
  only?: Topology;
  caption: (setting: Setting) => string;
}

/** What a chart shows of a cell: once, or once for each node. */
interface Reading {
  description: Description;
  node?: string;
}

const THROUGHPUT: Quantity = {
  id: 'throughput',
  name: 'total throughput',
  axis: 'Total throughput (Gbit/s)',
  of: whole((summary) => summary.throughput),
  scale: GIGA,
  fromZero: true,
  caption: (setting) =>
    [studyFigure(setting), ownWay(setting), lineRateWords(setting)].filter(Boolean).join(' '),
};

/** Beside throughput; quantities that no cell of a setting has are left out. */
const BESIDE: Quantity[] = [
  {
    id: 'per-pair',
    name: 'mean per pair',
    axis: 'Mean per pair (Gbit/s)',
    of: whole((summary) => summary.perPair),
    scale: GIGA,
    fromZero: true,
    caption: () => 'What one pair gets on average: total throughput ÷ number of pairs.',
  },
  {
    id: 'loss',
    name: 'datagrams lost',
    axis: 'Datagrams lost (% of sent)',
    of: whole((summary) => summary.udpLoss),
    scale: 0.01,
    fromZero: true,
    caption: () => 'Datagrams sent in the window and never received, counted by the kernel at both ends.',
  },
  {
    id: 'reconnects',
    name: 'hellos lost',
    axis: 'Hellos lost (per run)',
    of: whole((summary) => summary.reconnects),
    scale: 1,
    fromZero: true,
    only: 'switched',
    caption: () =>
      'First datagrams of pairs that got lost, so that the pair was connected anew before the release. The study ' +
      "stopped at 16 pairs, as iperf3's control messages got blocked above.",
  },
  {
    id: 'cpu',
    name: 'CPU time per gigabit',
    axis: 'CPU time (s per Gbit)',
    of: perNode((node) => node.cpuSecondsPerGigabit),
    scale: 1,
    fromZero: true,
    caption: (setting) =>
      'Busy CPU seconds of all cores (user, system, interrupts) per gigabit of payload received; lower is better.' +
      sharedMachine(setting),
  },
  {
    id: 'busy',
    name: 'CPU in use',
    axis: 'CPU busy (%)',
    of: perNode((node) => node.utilization),
    scale: 0.01,
    fromZero: true,
    only: 'switched',
    caption: (setting) =>
      'Busy share of the time of all cores; at 100 % the CPU is full.' + sharedMachine(setting),
  },
  {
    id: 'softirqs',
    name: 'network softirqs',
    axis: 'NET_RX and NET_TX (thousand/s)',
    of: perNode((node) => node.softirqs),
    scale: 1000,
    fromZero: true,
    only: 'switched',
    caption: (setting) =>
      'How often the kernel took up work on packets, receiving and sending together.' +
      sharedMachine(setting),
  },
  {
    id: 'promiscuous',
    name: 'promiscuous uplinks',
    axis: 'Runs with a promiscuous uplink (%)',
    of: perNode((node) => node.promiscuous),
    scale: 0.01,
    fromZero: true,
    caption: () =>
      'Runs in which a physical uplink took in every frame, whoever it was for: NICs do when they hold more MAC ' +
      'addresses than they can filter, and always as ports of a bridge.',
  },
  {
    id: 'fairness',
    name: 'fairness between pairs',
    axis: "Jain's index",
    of: whole((summary) => summary.fairness),
    scale: 1,
    fromZero: false,
    caption: () =>
      '1 where all pairs get the same, 1/N where one of N gets everything. The axis does not begin at 0.',
  },
  {
    id: 'naive',
    name: "sum of iperf3's means ÷ concurrent throughput",
    axis: 'Sum of means ÷ throughput',
    of: whole((summary) => summary.naiveToTruth),
    scale: 1,
    fromZero: false,
    caption: () =>
      'How much adding up the means of flows overstates what they carried at the same time; 1 is agreement. ' +
      'The axis does not begin at 0.',
  },
];

/** By topology and protocol; the study has no other. */
const STUDY_FIGURES: Record<string, string> = {
  'local tcp': '5.1',
  'local udp': '5.2',
  'switched tcp': '5.3',
  'switched udp': '5.4',
};

/** Every setting's charts, one after the other; with both methods, what the correction changed comes last. */
export function pictures(settings: Setting[]): Section {
  const charts = settings.flatMap((setting) =>
    quantitiesOf(setting).flatMap((quantity) => draw(quantity, setting)),
  );
  return { title: 'Pictures', blocks: charts.map((chart) => ({ kind: 'chart', chart })) };
}

/** Under the study's own method the figures beside its throughput would mix two methods. */
function quantitiesOf({ method, header: { scenario } }: Setting): Quantity[] {
  if (method !== 'concurrent') return [THROUGHPUT];
  return [THROUGHPUT, ...BESIDE.filter(({ only = scenario.topology }) => only === scenario.topology)];
}

function draw(quantity: Quantity, setting: Setting): Chart[] {
  const read = setting.cells.flatMap((summary) =>
    quantity.of(summary).map((reading) => ({ summary, ...reading })),
  );
  if (read.length === 0) return [];
  const nodes = new Set(read.map(({ node }) => node));
  const points = read.map(({ summary, description, node }) => ({
    ...pointOf(summary, description, quantity.scale),
    ...(nodes.size > 1 && node !== undefined ? { row: nodeName(node) } : {}),
  }));
  const title = `${setting.title}: ${quantity.name}`;
  const subtitle = subtitleOf(points, setting.header.emulated);
  const rule = quantity === THROUGHPUT ? lineRate(setting) : {};
  const { axis: yTitle, fromZero } = quantity;
  return [
    {
      id: `${setting.id}-${quantity.id}`,
      title,
      subtitle,
      caption: quantity.caption(setting),
      spec: lineChart({ title, subtitle, yTitle, fromZero, points, ...rule }),
    },
  ];
}

function whole(of: (summary: CellSummary) => Description | undefined): Quantity['of'] {
  return (summary) => {
    const description = of(summary);
    return description ? [{ description }] : [];
  };
}

function perNode(of: (node: NodeSummary) => Description | undefined): Quantity['of'] {
  return ({ nodes }) =>
    nodes.flatMap((summary) => {
      const description = of(summary);
      return description ? [{ description, node: summary.node }] : [];
    });
}

/** A cell's mean as a point of a chart. */
export function pointOf(
  { cell }: CellSummary,
  { n, mean, standardError }: Description,
  scale: number,
): Point {
  return {
    driver: cell.driver,
    mtu: cell.mtu,
    pairs: cell.pairs,
    value: mean / scale,
    ...(standardError === undefined ? {} : { standardError: standardError / scale }),
    n,
  };
}

/** What points and bars are, and n. */
export function subtitleOf(points: Point[], emulated: boolean): string {
  const runs = span(points.map(({ n }) => n));
  const what =
    runs === '1'
      ? 'One run per point (n = 1): no standard error'
      : `Mean of n = ${runs} runs per point, bars: ± 1 standard error`;
  return emulated ? `${what}; in emulation` : what;
}

/** A level in a chart of throughput; none where the links' speed is not known. */
function lineRate({ header }: Setting): Pick<LineChart, 'rule'> {
  const rate = header.lineRate;
  return rate === undefined ? {} : { rule: { value: rate / GIGA, label: `line rate ${formatRate(rate)}` } };
}

function lineRateWords({ header }: Setting): string {
  return header.lineRate === undefined
    ? ''
    : "The dashed line is one link's rate, which headers and gaps between frames are part of.";
}

function sharedMachine({ cells }: Setting): string {
  return cells.some(({ nodes }) => nodes.some(({ node }) => node === MACHINE))
    ? ' The nodes are emulated: these are the CPUs of the machine that they share.'
    : '';
}

function studyFigure({ header: { scenario } }: Setting): string {
  const figure = STUDY_FIGURES[`${scenario.topology} ${scenario.protocol}`];
  return figure === undefined ? '' : `As figure ${figure} of the study.`;
}

function ownWay({ method }: Setting): string {
  if (method === 'concurrent') return 'Payload received by all pairs in one common window ÷ its length.';
  return "Means that iperf3's senders print, added up, as the study did.";
}
