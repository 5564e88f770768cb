/** The Vega-Lite specification of every chart of a report: panels by MTU, pairs on a log2 axis, a line per driver. */
import type { Config, TopLevelSpec } from 'vega-lite';
import type { DriverId } from '../scenario/scenario.js';
import { looksOf } from './look.js';

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

/** Colours of everything that is not data. */
export interface Theme {
  background: string;
  ink: string;
  muted: string;
  faint: string;
}

export const LIGHT: Theme = { background: 'white', ink: '#1f2328', muted: '#59636e', faint: '#e3e6ea' };
export const DARK: Theme = { background: 'transparent', ink: '#e6e9ee', muted: '#9aa4b0', faint: '#30363d' };

/** Builds the chart; its data are inline, so the specification stands alone. Labels in `hidden` are left out. */
export function lineChart({ title, subtitle, yTitle, fromZero, points }: LineChart): TopLevelSpec {
  const looks = [...looksOf(points.map((point) => point.driver))];
  const labels = new Map(looks.map(([driver, look]) => [driver, look.label]));
  const byDriver = (channel: 'colour' | 'shape') => ({
    field: 'driver',
    type: 'nominal' as const,
    title: null,
    scale: { domain: [...labels.values()], range: looks.map(([, look]) => look[channel]) },
  });
  const lines = points.some((point) => point.line !== undefined);
  const value = { type: 'quantitative' as const, title: yTitle };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: title, subtitle, anchor: 'start', frame: 'group', offset: 14 },
    data: { values: points.map((point) => row(point, labels.get(point.driver)!)) },
    params: [{ name: 'hidden', value: [] }],
    transform: [{ filter: 'indexof(hidden, datum.driver) < 0' }],
    facet: { column: { field: 'panel', type: 'nominal', title: null, sort: { field: 'mtu', op: 'min' } } },
    spacing: 24,
    spec: {
      width: distinct(points.map((point) => point.mtu)).length > 1 ? 400 : 600,
      height: 290,
      encoding: {
        x: {
          field: 'pairs',
          type: 'quantitative',
          title: 'Container pairs',
          scale: { type: 'log', base: 2, domain: reach(points), nice: false },
          axis: { values: distinct(points.map((point) => point.pairs)), format: 'd', grid: false },
        },
        color: byDriver('colour'),
      },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 2 },
          encoding: {
            y: { field: 'value', ...value, scale: { zero: fromZero }, axis: { tickCount: 6 } },
            ...(lines
              ? { strokeDash: { field: 'line', type: 'nominal', title: null, legend: { orient: 'top' } } }
              : {}),
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
            shape: byDriver('shape'),
            tooltip: [
              { field: 'driver', title: 'Driver' },
              ...(lines ? [{ field: 'line', title: 'Method' }] : []),
              { field: 'mtu', title: 'MTU (bytes)' },
              { field: 'pairs', title: 'Container pairs' },
              { field: 'value', type: 'quantitative', title: yTitle, format: '.4~g' },
              { field: 'standardErrorText', title: 'Standard error' },
              { field: 'n', title: 'Runs (n)' },
            ],
          },
        },
      ],
    },
    config: chartConfig(LIGHT),
  };
}

/** Fonts, sizes and colours, for light pages and dark ones. */
export function chartConfig({ background, ink, muted, faint }: Theme): Config {
  return {
    font: 'DejaVu Sans, Verdana, sans-serif',
    background,
    padding: 14,
    title: { fontSize: 16, subtitleFontSize: 12, color: ink, subtitleColor: muted, subtitlePadding: 5 },
    axis: {
      labelFontSize: 11.5,
      titleFontSize: 12,
      titleFontWeight: 'normal',
      titlePadding: 9,
      labelColor: ink,
      titleColor: ink,
      gridColor: faint,
      domainColor: muted,
      tickColor: muted,
    },
    header: { labelFontSize: 13, labelFontWeight: 'bold', labelColor: ink, labelPadding: 6 },
    legend: {
      orient: 'bottom',
      columns: 5,
      labelFontSize: 12,
      labelColor: ink,
      symbolSize: 110,
      symbolOpacity: 1,
      columnPadding: 22,
      offset: 16,
    },
    view: { stroke: null },
  };
}

/** A point as the chart's data hold it, with the ends of its bar. */
function row(point: Point, driver: string) {
  const { value, standardError } = point;
  return {
    ...point,
    driver,
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
