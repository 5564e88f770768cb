/** The Vega-Lite specification of every chart of a report: panels by MTU, pairs on a log2 axis, a line per driver. */
import type { TopLevelSpec } from 'vega-lite';
import type { DriverId } from '../scenario/scenario.js';
import { looksOf, type Look } from './look.js';
import { LIGHT, chartConfig } from './theme.js';

type Looks = ReadonlyMap<DriverId, Look>;
type Layers = Extract<TopLevelSpec, { layer: unknown }>['layer'];

/** One cell's place in a chart. */
export interface Point {
  driver: DriverId;
  mtu: number;
  pairs: number;
  /** In the chart's unit. */
  value: number;
  /** Absent for a single run: no bar is drawn. */
  standardError?: number;
  n: number;
  /** Tells two lines of one driver apart by dashes: the method. */
  line?: string;
}

export interface LineChart {
  title: string;
  subtitle: string;
  /** Quantity and unit: `Total throughput (Gbit/s)`. */
  yTitle: string;
  /** Whether the axis starts at zero: yes for amounts, no for ratios around 1. */
  fromZero: boolean;
  points: Point[];
}

/** Builds the chart; its data are inline, so the specification stands alone. Labels in `hidden` are left out. */
export function lineChart({ title, subtitle, yTitle, fromZero, points }: LineChart): TopLevelSpec {
  const looks = looksOf(points.map((point) => point.driver));
  const mtus = distinct(points.map((point) => point.mtu));
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, subtitle, anchor: 'start', frame: 'group', offset: 14 },
    data: { values: points.map((point) => row(point, looks.get(point.driver)!)) },
    params: [{ name: 'hidden', value: [] }],
    transform: [{ filter: 'indexof(hidden, datum.driver) < 0' }],
    facet: { column: { field: 'panel', type: 'nominal', title: null, sort: { field: 'mtu', op: 'min' } } },
    spacing: 24,
    spec: {
      width: mtus.length > 1 ? 400 : 600,
      height: 290,
      encoding: {
        x: {
          field: 'pairs',
          type: 'quantitative',
          title: 'Container pairs',
          scale: { type: 'log', base: 2, domain: reach(points), nice: false },
          axis: { values: distinct(points.map((point) => point.pairs)), format: 'd', grid: false },
        },
        color: byDriver(looks, 'colour'),
      },
      layer: layers(
        yTitle,
        fromZero,
        looks,
        points.some((point) => point.line !== undefined),
      ),
    },
    config: chartConfig(LIGHT),
  };
}

/** Lines below, standard-error bars, points on top; `dashed` where a driver has several lines. */
function layers(yTitle: string, fromZero: boolean, looks: Looks, dashed: boolean): Layers {
  const value = { type: 'quantitative', title: yTitle } as const;
  const dash = {
    strokeDash: { field: 'line', type: 'nominal', title: null, legend: { orient: 'top' } },
  } as const;
  return [
    {
      mark: { type: 'line', strokeWidth: 2 },
      encoding: {
        y: { field: 'value', ...value, scale: { zero: fromZero }, axis: { tickCount: 6 } },
        ...(dashed ? dash : {}),
      },
    },
    {
      transform: [{ filter: 'isValid(datum.low)' }],
      mark: { type: 'errorbar', ticks: { size: 7 }, thickness: 1.4 },
      encoding: { y: { field: 'low', ...value }, y2: { field: 'high' }, detail: { field: 'line' } },
    },
    {
      mark: { type: 'point', filled: true, size: 62, opacity: 1 },
      encoding: {
        y: { field: 'value', ...value },
        shape: byDriver(looks, 'shape'),
        tooltip: [
          { field: 'driver', title: 'Driver' },
          ...(dashed ? [{ field: 'line', title: 'Method' }] : []),
          { field: 'mtu', title: 'MTU (bytes)' },
          { field: 'pairs', title: 'Container pairs' },
          { field: 'value', type: 'quantitative', title: yTitle, format: '.4~g' },
          { field: 'standardErrorText', title: 'Standard error' },
          { field: 'n', title: 'Runs (n)' },
        ],
      },
    },
  ];
}

/** The encoding that gives every driver its own colour or shape, in a fixed order. */
function byDriver(looks: Looks, channel: 'colour' | 'shape') {
  const all = [...looks.values()];
  const scale = { domain: all.map((look) => look.label), range: all.map((look) => look[channel]) };
  return { field: 'driver', type: 'nominal', title: null, scale } as const;
}

/** A point as the chart's data hold it, with the ends of its bar. */
function row(point: Point, { label }: Look) {
  const { value, standardError } = point;
  return {
    ...point,
    driver: label,
    panel: `MTU ${point.mtu}`,
    ...(standardError === undefined ? {} : { low: value - standardError, high: value + standardError }),
    standardErrorText: standardError?.toPrecision(3) ?? '—',
  };
}

/** The numbers that occur, ascending. */
function distinct(numbers: number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** The x axis from the fewest pairs to the most, widened by a hair so that no point sits on the edge. */
function reach(points: Point[]): [number, number] {
  const pairs = distinct(points.map((point) => point.pairs));
  return [(pairs[0] ?? 1) / 1.15, (pairs.at(-1) ?? 1) * 1.15];
}
