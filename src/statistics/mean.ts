/** The mean of a quantity in its own unit, with an interval of any coverage. */
import { describe, intervalAt, type Description, type Interval } from './describe.js';

export interface Mean {
  n: number;
  mean: number;
  /** Coverage of `interval`: 0.95 unless it was adjusted. */
  confidence: number;
  /** Student's t interval; absent with one value, as is the standard error. */
  interval?: Interval;
  standardError?: number;
}

/** Of at least one value; nothing has no mean. */
export function meanOf(values: readonly number[], confidence = 0.95): Mean | undefined {
  const description = describe(values);
  return description && meanAt(description, confidence);
}

/** The same mean with an interval of this coverage. */
export function meanAt(
  { n, mean, standardError }: Pick<Description, 'n' | 'mean' | 'standardError'>,
  confidence: number,
): Mean {
  if (standardError === undefined) return { n, mean, confidence };
  const interval = intervalAt({ n, mean, standardError }, confidence);
  return { n, mean, confidence, interval, standardError };
}
