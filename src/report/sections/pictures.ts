/** The charts of a report: for each setting the study's figure, and beside it what explains it. */
import type { CellSummary } from '../../statistics/cells.js';
import type { Description } from '../../statistics/describe.js';
import { lineChart, type Point } from '../chart.js';
import type { Chart, Section } from '../document.js';
import { GIGA, span } from '../format.js';
import type { Setting } from '../settings.js';

/** A quantity that gets a chart: which description of a cell it is, and how it is drawn. */
interface Quantity {
  id: string;
  name: string;
  /** With its unit: `Total throughput (Gbit/s)`. */
  axis: string;
  of: (summary: CellSummary) => Description | undefined;
  /** What one of the chart's units is in the description's. */
  scale: number;
  fromZero: boolean;
  caption: (setting: Setting) => string;
}

const THROUGHPUT: Quantity = {
  id: 'throughput',
  name: 'total throughput',
  axis: 'Total throughput (Gbit/s)',
  of: (summary) => summary.throughput,
  scale: GIGA,
  fromZero: true,
  caption: (setting) => [studyFigure(setting), ownWay(setting)].filter(Boolean).join(' '),
};

/** Beside throughput; quantities that no cell of a setting has are left out. */
const BESIDE: Quantity[] = [
  {
    id: 'per-pair',
    name: 'mean per pair',
    axis: 'Mean per pair (Gbit/s)',
    of: (summary) => summary.perPair,
    scale: GIGA,
    fromZero: true,
    caption: () => 'What one pair gets on average: total throughput ÷ number of pairs.',
  },
  {
    id: 'loss',
    name: 'datagrams lost',
    axis: 'Datagrams lost (% of sent)',
    of: (summary) => summary.udpLoss,
    scale: 0.01,
    fromZero: true,
    caption: () => 'Datagrams sent in the window and never received, counted by the kernel at both ends.',
  },
  {
    id: 'cpu',
    name: 'CPU time per gigabit',
    axis: 'CPU time (s per Gbit)',
    of: (summary) => summary.cpuSecondsPerGigabit,
    scale: 1,
    fromZero: true,
    caption: () =>
      'Busy CPU seconds of all cores (user, system, interrupts) per gigabit of payload received; lower is better.',
  },
  {
    id: 'fairness',
    name: 'fairness between pairs',
    axis: "Jain's index",
    of: (summary) => summary.fairness,
    scale: 1,
    fromZero: false,
    caption: () =>
      '1 where all pairs get the same, 1/N where one of N gets everything. The axis does not begin at 0.',
  },
  {
    id: 'naive',
    name: "sum of iperf3's means ÷ concurrent throughput",
    axis: 'Sum of means ÷ throughput',
    of: (summary) => summary.naiveToTruth,
    scale: 1,
    fromZero: false,
    caption: () =>
      'How much adding up the means of flows overstates what they carried at the same time; 1 is agreement. ' +
      'The axis does not begin at 0.',
  },
];

/** Every setting's charts, one after the other; with both methods, what the correction changed comes last. */
export function pictures(settings: Setting[]): Section {
  const charts = settings.flatMap((setting) =>
    quantitiesOf(setting).flatMap((quantity) => draw(quantity, setting)),
  );
  return { title: 'Pictures', blocks: charts.map((chart) => ({ kind: 'chart', chart })) };
}

/** Under the study's own method the figures beside its throughput would mix two methods. */
function quantitiesOf(setting: Setting): Quantity[] {
  return setting.method === 'concurrent' ? [THROUGHPUT, ...BESIDE] : [THROUGHPUT];
}

function draw(quantity: Quantity, setting: Setting): Chart[] {
  const described = setting.cells.flatMap((summary) => {
    const description = quantity.of(summary);
    return description ? [{ summary, description }] : [];
  });
  if (described.length === 0) return [];
  const points = described.map(({ summary, description }) => pointOf(summary, description, quantity.scale));
  const title = `${setting.title}: ${quantity.name}`;
  const subtitle = subtitleOf(points, setting.header.emulated);
  return [
    {
      id: `${setting.id}-${quantity.id}`,
      title,
      subtitle,
      caption: quantity.caption(setting),
      spec: lineChart({ title, subtitle, yTitle: quantity.axis, fromZero: quantity.fromZero, points }),
    },
  ];
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

function studyFigure({ header: { scenario } }: Setting): string {
  if (scenario.topology !== 'local') return '';
  return `As figure ${scenario.protocol === 'tcp' ? '5.1' : '5.2'} of the study.`;
}

function ownWay({ method }: Setting): string {
  if (method === 'concurrent') return 'Payload received by all pairs in one common window ÷ its length.';
  return "Means that iperf3's senders print, added up, as the study did.";
}
