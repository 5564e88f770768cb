/** What was measured, and how it is printed: a line for each figure. */
import { median } from 'simple-statistics';
import { pairedRatio } from '../../src/statistics/ratio.js';

export interface Finding {
  what: string;
  /** The tool's own figure. */
  bench: string;
  /** What it is compared with, and that one's figure. */
  against?: string;
  ratio?: string;
  /** What is required, and whether it holds. */
  limit?: { text: string; met: boolean };
}

/** Lays findings out in columns. */
export function formatFindings(findings: Finding[]): string {
  const rows = findings.map(({ what, bench, against = '', ratio = '', limit }) => [
    limit ? (limit.met ? 'PASS' : 'over') : '',
    what,
    bench,
    against,
    ratio,
    limit?.text ?? '',
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((text, at) => text.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const seconds = (value: number): string => `${value.toFixed(2)} s`;

/** How many times as long as another thing: ratio of the medians, and the range of ratios side by side. */
export function compareTimes(bench: number[], other: number[]): { value: number; text: string } {
  const value = median(bench) / median(other);
  const each = bench.map((time, at) => time / other[at]!);
  const range = `${Math.min(...each).toFixed(2)} to ${Math.max(...each).toFixed(2)}`;
  return { value, text: `${value.toFixed(2)} (${range})` };
}

export interface Rates {
  what: string;
  against: string;
  /** Pair by pair, bit/s. */
  bench: number[];
  other: number[];
  /** How far the ratio's interval may reach from 1; absent: nothing is required. */
  tolerance?: number;
}

/** How many times as much as another thing: the paired ratio with its 95 % interval. */
export function compareRates({ what, against, bench, other, tolerance }: Rates): Finding {
  const ratio = pairedRatio(bench, other);
  if (!ratio.estimable || !ratio.interval)
    throw new Error(`${what}: no ratio of ${bench.join()} to ${other.join()}`);
  const { low, high } = ratio.interval;
  const rate = (values: number[]): string => `${(median(values) / 1e9).toFixed(2)} Gbit/s`;
  return {
    what,
    bench: rate(bench),
    against: `${against}: ${rate(other)}`,
    ratio: `${ratio.ratio.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`,
    ...(tolerance === undefined
      ? {}
      : {
          limit: {
            text: `interval within 1 ± ${tolerance}`,
            met: low >= 1 - tolerance && high <= 1 + tolerance,
          },
        }),
  };
}
