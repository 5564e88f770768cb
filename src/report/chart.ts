/**
 * The Vega-Lite specification of every chart of a report: a column of panels per MTU, a row per node where nodes are
 * told apart, pairs on a log2 axis, a line per driver.
 */
import type { TopLevelSpec } from 'vega-lite';
import type { DriverId } from '../scenario/scenario.js';
import { looksOf, type Look } from './look.js';
import { LIGHT, chartConfig } from './theme.js';

type Looks = ReadonlyMap<DriverId, Look>;
type Layers = Extract<TopLevelSpec, { layer: unknown }>['layer'];

/** Of a panel, in pixels; less where there are rows of them. */
const [HEIGHT, ROW_HEIGHT] = [290, 200];

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
  /** Puts points into a row of panels; all points of a chart have one, or none has. */
  row?: string;
}

/** A level across every panel, in the chart's unit. */
export interface Rule {
  value: number;
  label: string;
}

export interface LineChart {
  title: string;
  subtitle: string;
  /** Quantity and unit: `Total throughput (Gbit/s)`. */
  yTitle: string;
  /** Whether the axis starts at zero: yes for amounts, no for ratios around 1. */
  fromZero: boolean;
  points: Point[];
  rule?: Rule;
}

/** Builds the chart; its data are inline, so the specification stands alone. Labels in `hidden` are left out. */
export function lineChart({ title, subtitle, yTitle, fromZero, points, rule }: LineChart): TopLevelSpec {
  const looks = looksOf(points.map((point) => point.driver));
  const mtus = distinct(points.map((point) => point.mtu));
  const rows = points.some((point) => point.row !== undefined);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, subtitle, anchor: 'start', frame: 'group', offset: 14 },
    data: { values: points.map((point) => row(point, looks.get(point.driver)!)) },
    params: [{ name: 'hidden', value: [] }],
    transform: [{ filter: 'indexof(hidden, datum.driver) < 0' }],
    facet: {
      column: { field: 'panel', type: 'nominal', title: null, sort: { field: 'mtu', op: 'min' } },
      ...(rows ? { row: { field: 'row', type: 'nominal', title: null, sort: null } as const } : {}),
    },
    spacing: 24,
    spec: {
      width: mtus.length > 1 ? 400 : 600,
      height: rows ? ROW_HEIGHT : HEIGHT,
      layer: [
        { encoding: shared(points, looks), layer: layers(yTitle, fromZero, looks, points) },
        ...(rule ? level(rule, yTitle) : []),
      ],
    },
    config: chartConfig(LIGHT),
  };
}

/** What lines, bars and points have in common. */
function shared(points: Point[], looks: Looks) {
  const pairs = distinct(points.map((point) => point.pairs));
  return {
    x: {
      field: 'pairs',
      type: 'quantitative',
      title: 'Container pairs',
      scale: { type: 'log', base: 2, domain: reach(pairs), nice: false },
      axis: { values: pairs, format: 'd', grid: false },
    },
    color: byDriver(looks, 'colour'),
  } as const;
}

/** A dashed line, named at its right end; it has data of its own, so that hiding drivers leaves it. */
function level({ value, label }: Rule, yTitle: string): Layers {
  const y = { datum: value, type: 'quantitative', title: yTitle } as const;
  const data = { values: [{}] };
  return [
    { data, mark: { type: 'rule', strokeDash: [6, 4] }, encoding: { y } },
    {
      data,
      mark: { type: 'text', align: 'right', baseline: 'bottom', dy: -3 },
      encoding: { x: { value: 'width' }, y, text: { value: label } },
    },
  ];
}

/** Lines below, standard-error bars, points on top; dashed where a driver has several lines. */
function layers(yTitle: string, fromZero: boolean, looks: Looks, points: Point[]): Layers {
  const value = { type: 'quantitative', title: yTitle } as const;
  const dashed = points.some((point) => point.line !== undefined);
  const dash = {
    strokeDash: { field: 'line', type: 'nominal', title: null, legend: { orient: 'top' } },
  } as const;
  const bars: Layers = [
    {
      transform: [{ filter: 'isValid(datum.low)' }],
      mark: { type: 'errorbar', ticks: { size: 7 }, thickness: 1.4 },
      encoding: { y: { field: 'low', ...value }, y2: { field: 'high' }, detail: { field: 'line' } },
    },
  ];
  return [
    {
      mark: { type: 'line', strokeWidth: 2 },
      encoding: {
        y: { field: 'value', ...value, scale: { zero: fromZero }, axis: { tickCount: 6 } },
        ...(dashed ? dash : {}),
      },
    },
    ...(points.some((point) => point.standardError !== undefined) ? bars : []),
    {
      mark: { type: 'point', filled: true, size: 62, opacity: 1 },
      encoding: {
        y: { field: 'value', ...value },
        shape: byDriver(looks, 'shape'),
        tooltip: [
          { field: 'driver', title: 'Driver' },
          ...(dashed ? [{ field: 'line', title: 'Method' }] : []),
          ...(points.some((point) => point.row !== undefined) ? [{ field: 'row', title: 'Node' }] : []),
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
function reach(pairs: number[]): [number, number] {
  return [(pairs[0] ?? 1) / 1.15, (pairs.at(-1) ?? 1) * 1.15];
}
