/** How evenly pairs share what they carry together. */
import { sum } from 'simple-statistics';

/**
 * Jain's index (Σx)² / (N·Σx²): 1 when all shares are equal, k/N when k of N share evenly and the rest get nothing.
 * Starved flows belong in as 0. Undefined where nothing was carried at all.
 * R. Jain, D. Chiu, W. Hawe, "A Quantitative Measure of Fairness and Discrimination", DEC-TR-301, 1984.
 */
export function jainIndex(shares: readonly number[]): number | undefined {
  const squares = sum(shares.map((share) => share ** 2));
  return squares === 0 ? undefined : sum([...shares]) ** 2 / (shares.length * squares);
}
