/** Several comparisons that lead to one verdict: how wide each interval must be. */

/**
 * Holm's step-down procedure on intervals. Each round asks the comparisons that are still open whether an interval of
 * coverage 1 − α/(number still open) decides them; those decided keep that coverage, and the rest go to the next round.
 * The chance that any decision is wrong stays below α = 1 − `confidence`.
 * S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scand. J. Statist. 6, 1979.
 *
 * @param decides whether this comparison is decided by an interval of this coverage
 * @returns the coverage of each comparison's interval
 */
export function holmConfidences<Comparison>(
  comparisons: readonly Comparison[],
  decides: (comparison: Comparison, confidence: number) => boolean,
  confidence = 0.95,
): number[] {
  const coverages = new Array<number>(comparisons.length);
  let open = comparisons.map((_, index) => index);
  for (let before = Infinity; open.length < before;) {
    before = open.length;
    const coverage = 1 - (1 - confidence) / open.length;
    for (const index of open) coverages[index] = coverage;
    open = open.filter((index) => !decides(comparisons[index]!, coverage));
  }
  return coverages;
}
