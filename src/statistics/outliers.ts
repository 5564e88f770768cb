/** Values that lie apart. They are flagged, shown and kept. */
import { quantile } from 'simple-statistics';

/** Indices of the values beyond Tukey's fences: 1.5 interquartile ranges outside the quartiles (type 7). */
export function outliers(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  const [lower, upper] = quantile([...values], [0.25, 0.75]) as [number, number];
  const reach = 1.5 * (upper - lower);
  return values.flatMap((value, index) => (value < lower - reach || value > upper + reach ? [index] : []));
}
