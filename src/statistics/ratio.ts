/** How many times as much A is as B, with an interval: t on logarithms (METHOD.md, section 5). */
import { mean, sampleVariance } from 'simple-statistics';
import type { Interval } from './describe.js';
import { tFactor } from './student.js';

/** Mean of the log ratio; its standard error and degrees of freedom are absent where there was one observation. */
export interface LogRatio {
  mean: number;
  spread?: { standardError: number; degreesOfFreedom: number };
}

export interface EstimatedRatio {
  estimable: true;
  /** Geometric mean of A/B. */
  ratio: number;
  /** Pairs of runs; where runs are not paired, runs of the smaller side. */
  n: number;
  /** Coverage of `interval`: 0.95 unless it was adjusted. */
  confidence: number;
  /** Absent with one observation. */
  interval?: Interval;
  /** Half of the interval's width, as a fraction of the ratio. */
  halfWidth?: number;
  /** What the interval was made from. */
  log: LogRatio;
}

/** There is nothing to compare (`n` is 0), or some totals are 0 and have no logarithm (`zeros` of them). */
export interface NoRatio {
  estimable: false;
  n: number;
  zeros: number;
}

export type Ratio = EstimatedRatio | NoRatio;

/** Ratio of paired values, `a[i]` to `b[i]`: exp(mean ± t·s/√n) of ln(a/b). Zeros make it inestimable: leaving them out would flatter. */
export function pairedRatio(a: readonly number[], b: readonly number[], confidence = 0.95): Ratio {
  if (a.length !== b.length) throw new RangeError(`${a.length} values can't be paired with ${b.length}`);
  const unusable = withoutLogarithm(a, b);
  if (unusable) return unusable;
  const logs = a.map((value, index) => Math.log(value / b[index]!));
  return ratioOf(logMean(logs), logs.length, confidence);
}

/** Ratio of the geometric means of two independent samples: Welch's interval, Welch–Satterthwaite degrees of freedom. */
export function unpairedRatio(a: readonly number[], b: readonly number[], confidence = 0.95): Ratio {
  const unusable = withoutLogarithm(a, b);
  if (unusable) return unusable;
  const [left, right] = [logMean(a.map(Math.log)), logMean(b.map(Math.log))];
  const log = { mean: left.mean - right.mean, ...combinedSpread([left, right]) };
  return ratioOf(log, Math.min(a.length, b.length), confidence);
}

/**
 * Geometric mean of independent ratios, each with the same weight; its variance is the sum of theirs over k².
 * Ratios of a single observation are left out as soon as any has an interval. `n` is the smallest of theirs.
 */
export function meanRatio(ratios: readonly Ratio[], confidence = 0.95): Ratio {
  const zeros = ratios.reduce((total, ratio) => total + (ratio.estimable ? 0 : ratio.zeros), 0);
  const estimable = ratios.filter((ratio) => ratio.estimable);
  const spreading = estimable.filter((ratio) => ratio.log.spread);
  const used = spreading.length > 0 ? spreading : estimable;
  if (used.length === 0 || zeros > 0) return { estimable: false, n: 0, zeros };
  const logs = used.map(({ log }) => scaled(log, 1 / used.length));
  const log = { mean: logs.reduce((total, each) => total + each.mean, 0), ...combinedSpread(logs) };
  return ratioOf(log, Math.min(...used.map(({ n }) => n)), confidence);
}

/** The same ratio with an interval of another coverage. */
export function atConfidence(ratio: EstimatedRatio, confidence: number): EstimatedRatio {
  return ratioOf(ratio.log, ratio.n, confidence);
}

function ratioOf(log: LogRatio, n: number, confidence: number): EstimatedRatio {
  const ratio = Math.exp(log.mean);
  const estimate = { estimable: true, ratio, n, confidence, log } as const;
  if (!log.spread) return estimate;
  const half = tFactor(confidence, log.spread.degreesOfFreedom) * log.spread.standardError;
  const interval = { low: Math.exp(log.mean - half), high: Math.exp(log.mean + half) };
  return { ...estimate, interval, halfWidth: (interval.high - interval.low) / 2 / ratio };
}

function withoutLogarithm(a: readonly number[], b: readonly number[]): NoRatio | undefined {
  const n = Math.min(a.length, b.length);
  const zeros = [...a, ...b].filter((value) => !(value > 0)).length;
  return n === 0 || zeros > 0 ? { estimable: false, n, zeros } : undefined;
}

function logMean(logs: number[]): LogRatio {
  const n = logs.length;
  if (n < 2) return { mean: mean(logs) };
  const standardError = Math.sqrt(sampleVariance(logs) / n);
  return { mean: mean(logs), spread: { standardError, degreesOfFreedom: n - 1 } };
}

function scaled({ mean: centre, spread }: LogRatio, factor: number): LogRatio {
  if (!spread) return { mean: centre * factor };
  return { mean: centre * factor, spread: { ...spread, standardError: spread.standardError * factor } };
}

/** Of a sum or difference of independent means; absent if one of them has none. Welch 1947, Satterthwaite 1946. */
function combinedSpread(logs: LogRatio[]): Pick<LogRatio, 'spread'> {
  const spreads = logs.flatMap(({ spread }) => spread ?? []);
  if (spreads.length < logs.length) return {};
  const variance = spreads.reduce((total, { standardError }) => total + standardError ** 2, 0);
  const fourth = spreads.reduce(
    (total, { standardError, degreesOfFreedom }) => total + standardError ** 4 / degreesOfFreedom,
    0,
  );
  const all = spreads.reduce((total, { degreesOfFreedom }) => total + degreesOfFreedom, 0);
  const degreesOfFreedom = fourth === 0 ? all : variance ** 2 / fourth;
  return { spread: { standardError: Math.sqrt(variance), degreesOfFreedom } };
}
