/** The kinds of figure that claims are about: how each gets its interval, and how it is said. */
import { formatRate } from '../../units.js';
import type { Interval } from '../describe.js';
import { meanAt, type Mean } from '../mean.js';
import { atConfidence, type Ratio } from '../ratio.js';
import { factor, percent, ratioWords } from '../words.js';

export type Figure =
  /** The subject's throughput over the base's. */
  | { kind: 'ratio'; subject: string; base: string; unit: string; ratio: Ratio }
  /** The subject's throughput less the base's, bit/s. */
  | { kind: 'difference'; subject: string; base: string; unit: string; mean: Mean }
  /** Of 1. */
  | { kind: 'share'; subject: string; unit: string; mean: Mean }
  /** How often something was seen; `interval`: what that says of the case that the claim speaks of. */
  | { kind: 'count'; words: string; n: number; count: number; interval: Interval };

export type Kind = Figure['kind'];

/** How a number of a kind is written. */
const NUMBER: Record<Kind, (value: number) => string> = {
  ratio: factor,
  difference: formatRate,
  share: percent,
  count: String,
};

/** What several of a kind are called. */
const PLURAL: Record<Kind, string> = {
  ratio: 'ratios',
  difference: 'differences',
  share: 'shares',
  count: 'counts',
};

/** The same figure with an interval of another coverage; what was counted is certain at any. */
export function atCoverage(figure: Figure, coverage: number): Figure {
  switch (figure.kind) {
    case 'ratio':
      return figure.ratio.estimable ? { ...figure, ratio: atConfidence(figure.ratio, coverage) } : figure;
    case 'difference':
    case 'share':
      return { ...figure, mean: meanAt(figure.mean, coverage) };
    case 'count':
      return figure;
  }
}

/** What a verdict rests on; absent where the figure was had only once, or not at all. */
export function intervalOf(figure: Figure): Interval | undefined {
  if (figure.kind === 'count') return figure.interval;
  if (figure.kind === 'ratio') return figure.ratio.estimable ? figure.ratio.interval : undefined;
  return figure.mean.interval;
}

/** In the kind's unit: 1, bit/s, 1, times seen. */
export function valueOf(figure: Figure): number | undefined {
  if (figure.kind === 'count') return figure.count;
  if (figure.kind === 'ratio') return figure.ratio.estimable ? figure.ratio.ratio : undefined;
  return figure.mean.mean;
}

/** Coverage of the interval, as a fraction. */
export function confidenceOf(figure: Figure): number | undefined {
  if (figure.kind === 'count') return undefined;
  if (figure.kind === 'ratio') return figure.ratio.estimable ? figure.ratio.confidence : undefined;
  return figure.mean.confidence;
}

/** What the figure rests on: blocks, repetitions, runs. */
export function sizeOf(figure: Figure): number {
  if (figure.kind === 'count') return figure.n;
  return figure.kind === 'ratio' ? figure.ratio.n : figure.mean.n;
}

/** `macvlan bridge is 1.17 × veth + bridge [1.12, 1.22], 5 blocks`. */
export function figureWords(figure: Figure): string {
  switch (figure.kind) {
    case 'ratio':
      return `${figure.subject} ${ratioWords(figure.ratio, figure.base, figure.unit)}`;
    case 'difference':
      return `${figure.subject} minus ${figure.base} is ${meanWords(figure)}`;
    case 'share':
      return `${figure.subject} is ${meanWords(figure)}`;
    case 'count':
      return figure.words;
  }
}

/** `the ratios span 0.85 to 1.17`, for each kind that there is. */
export function spanWords(figures: readonly Figure[]): string[] {
  const kinds = [...new Set(figures.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const values = figures.flatMap((figure) => (figure.kind === kind ? (valueOf(figure) ?? []) : []));
    if (values.length === 0) return [];
    const [least, most] = [Math.min(...values), Math.max(...values)].map(NUMBER[kind]);
    return [`the ${PLURAL[kind]} span ${least} to ${most}`];
  });
}

/** `0.95 to 1.05`, `at least 95 %`. */
export function rangeWords(kind: Kind, { low, high }: Interval): string {
  const [least, most] = [low, high].map(NUMBER[kind]);
  if (low === high) return `${least}`;
  if (high === Infinity) return `at least ${least}`;
  return low <= 0 ? `at most ${most}` : `${least} to ${most}`;
}

/** `2.01 Gbit/s [1.95 Gbit/s, 2.07 Gbit/s], 5 repetitions`. */
function meanWords({ kind, mean, unit }: Extract<Figure, { mean: Mean }>): string {
  const number = NUMBER[kind];
  const { interval } = mean;
  if (!interval) return `${number(mean.mean)} (measured once: no interval)`;
  return `${number(mean.mean)} [${number(interval.low)}, ${number(interval.high)}], ${mean.n} ${unit}`;
}
