/** What a handful of numbers say about one quantity (METHOD.md, section 5). */
import { max, mean, median, min, sampleStandardDeviation } from 'simple-statistics';
import { tFactor } from './student.js';

export interface Interval {
  low: number;
  high: number;
}

/** In the unit of the values. With one value there is no spread: the three last figures are absent, never 0. */
export interface Description {
  n: number;
  mean: number;
  median: number;
  min: number;
  max: number;
  /** Of the sample: n − 1 in the denominator. */
  standardDeviation?: number;
  /** Of the mean: s / √n. */
  standardError?: number;
  /** Student's t interval of the mean. */
  interval95?: Interval;
}

/** Describes a sample; an empty one has no description. */
export function describe(values: readonly number[]): Description | undefined {
  if (values.length === 0) return undefined;
  const sample = [...values];
  const n = sample.length;
  const location = { n, mean: mean(sample), median: median(sample), min: min(sample), max: max(sample) };
  return n < 2 ? location : { ...location, ...spread(sample, location.mean) };
}

function spread(sample: number[], centre: number) {
  const standardDeviation = sampleStandardDeviation(sample);
  const standardError = standardDeviation / Math.sqrt(sample.length);
  const half = tFactor(0.95, sample.length - 1) * standardError;
  return { standardDeviation, standardError, interval95: { low: centre - half, high: centre + half } };
}
