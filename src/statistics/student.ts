/** Student's t distribution, for intervals. */
import quantile from '@stdlib/stats-base-dists-t-quantile';

/** The t for a two-sided interval: `tFactor(0.95, 9)` is 2.262. */
export function tFactor(confidence: number, degreesOfFreedom: number): number {
  return quantile((1 + confidence) / 2, degreesOfFreedom);
}
