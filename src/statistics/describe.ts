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

/** Student's t interval of a mean, with this coverage. */
export function intervalAt(
  { n, mean: centre, standardError }: { n: number; mean: number; standardError: number },
  confidence: number,
): Interval {
  const half = tFactor(confidence, n - 1) * standardError;
  return { low: centre - half, high: centre + half };
}

function spread(sample: number[], centre: number) {
  const standardDeviation = sampleStandardDeviation(sample);
  const standardError = standardDeviation / Math.sqrt(sample.length);
  const interval95 = intervalAt({ n: sample.length, mean: centre, standardError }, 0.95);
  return { standardDeviation, standardError, interval95 };
}
