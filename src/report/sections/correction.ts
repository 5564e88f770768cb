/** Both methods side by side: what one common window changed about the study's own way. */
import type { CellSummary, RunsByCell } from '../../statistics/cells.js';
import { pairedByRepetition, runsByCell, throughputRatio } from '../../statistics/cells.js';
import type { Ratio } from '../../statistics/ratio.js';
import { factor } from '../../statistics/words.js';
import { lineChart } from '../chart.js';
import type { Chart, Entry, Section, Table } from '../document.js';
import { GIGA, UNDEFINED, interval, number } from '../format.js';
import { labelOf } from '../../drivers/label.js';
import type { ExperimentModel } from '../model.js';
import { pointOf, subtitleOf } from './pictures.js';
import { datagramWords, type Setting } from '../settings.js';

/** A setting measured the study's way, and one measured concurrently that differs in method and datagrams only. */
interface Comparison {
  published: Setting;
  concurrent: Setting;
  cells: { published: CellSummary; concurrent: CellSummary; ratio: Ratio }[];
}

const PUBLISHED_PORT =
  "The study's veth was a port that Docker published, reached through the host's address. That path is not measured " +
  'here: veth in these figures is the driver named in the legend, by both methods.';

/** A picture and a table per comparison; no section where only one method was run. */
export function correction(experiments: ExperimentModel[]): Section[] {
  const comparisons = experiments.flatMap(compareMethods).filter(({ cells }) => cells.length > 0);
  if (comparisons.length === 0) return [];
  const blocks = comparisons.flatMap(
    (comparison) =>
      [
        { kind: 'text', text: summaryOf(comparison) },
        { kind: 'chart', chart: chartOf(comparison) },
        { kind: 'table', table: tableOf(comparison) },
      ] as const,
  );
  return [
    { title: 'What the correction changed', blocks: [{ kind: 'text', text: PUBLISHED_PORT }, ...blocks] },
  ];
}

function compareMethods({ settings, counted }: ExperimentModel): Comparison[] {
  const runs = runsByCell(counted);
  return settings
    .filter(({ method }) => method === 'published-2015')
    .flatMap((published) =>
      settings
        .filter((concurrent) => concurrent.method === 'concurrent' && sameConditions(concurrent, published))
        .map((concurrent) => ({ published, concurrent, cells: pairCells(published, concurrent, runs) })),
    );
}

function sameConditions(a: Setting, b: Setting): boolean {
  const [left, right] = [a.cells[0]?.cell, b.cells[0]?.cell];
  return left?.placement === right?.placement && left?.congestionControl === right?.congestionControl;
}

/** Cells that both methods measured, with the ratio of their runs in the same repetition. */
function pairCells(published: Setting, concurrent: Setting, runs: RunsByCell): Comparison['cells'] {
  return published.cells.flatMap((summary) => {
    const { driver, mtu, pairs } = summary.cell;
    const partner = concurrent.cells.find(
      ({ cell }) => cell.driver === driver && cell.mtu === mtu && cell.pairs === pairs,
    );
    if (!summary.throughput || !partner?.throughput) return [];
    const ratio = throughputRatio(pairedByRepetition(runs, summary.cell, partner.cell));
    return [{ published: summary, concurrent: partner, ratio }];
  });
}

function summaryOf({ concurrent, cells }: Comparison): string {
  const ratios = cells.flatMap(({ ratio }) => (ratio.estimable ? [ratio.ratio] : []));
  if (ratios.length === 0) return `${concurrent.title}: no repetition holds runs of both methods.`;
  const [least, most] = [factor(Math.min(...ratios)), factor(Math.max(...ratios))];
  return `${concurrent.title}: the figures of the study's method are between ${least} and ${most} times what the pairs received at the same time.`;
}

function chartOf({ published, concurrent, cells }: Comparison): Chart {
  const points = cells.flatMap((cell) =>
    (['concurrent', 'published'] as const).map((side) => ({
      ...pointOf(cell[side], cell[side].throughput!, GIGA),
      line: lineName(side === 'published' ? published : concurrent),
    })),
  );
  const title = `${concurrent.title}: what the correction changed`;
  const subtitle = subtitleOf(points, concurrent.header.emulated);
  return {
    id: `${concurrent.id}-correction`,
    title,
    subtitle,
    caption: 'The same drivers by the method of the study and in one common window.',
    spec: lineChart({ title, subtitle, yTitle: 'Total throughput (Gbit/s)', fromZero: true, points }),
  };
}

function lineName({ method, cells }: Setting): string {
  return [method, datagramWords(cells[0]?.cell.udpLength)].filter(Boolean).join(', ');
}

function tableOf({ concurrent, cells }: Comparison): Table {
  return {
    caption: `${concurrent.title}: total throughput by both methods, their ratio within repetitions with its 95 % interval, and n repetitions.`,
    columns: [
      { title: 'Driver' },
      { title: 'MTU (bytes)', numeric: true },
      { title: 'Pairs', numeric: true },
      { title: 'published-2015 (Gbit/s)', numeric: true },
      { title: 'concurrent (Gbit/s)', numeric: true },
      { title: 'Ratio', numeric: true },
      { title: '95 % interval', numeric: true },
      { title: 'n', numeric: true },
    ],
    rows: cells.map(({ published, concurrent: own, ratio }): Entry[] => [
      { text: labelOf(own.cell.driver) },
      { text: String(own.cell.mtu) },
      { text: String(own.cell.pairs) },
      { text: number(published.throughput!.mean / GIGA) },
      { text: number(own.throughput!.mean / GIGA) },
      { text: ratio.estimable ? number(ratio.ratio) : UNDEFINED },
      { text: ratio.estimable ? interval(ratio.interval) : UNDEFINED },
      { text: String(ratio.n) },
    ]),
  };
}
