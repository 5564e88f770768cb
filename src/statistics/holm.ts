/** Several ratios that lead to one verdict: how wide each interval must be. */
import type { Interval } from './describe.js';
import { atConfidence, type Ratio } from './ratio.js';

/**
 * Holm's step-down procedure, told in intervals. Each round asks the ratios that are still open whether an interval of
 * coverage 1 − α/(number still open) decides them; those decided keep it, the rest go to the next round.
 * The chance that any decision is wrong is at most α = 1 − `confidence`.
 * S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scand. J. Statist. 6, 1979.
 *
 * @param decides whether this interval settles the question
 * @returns the ratios in the same order, with adjusted intervals; those without an interval as they were, and uncounted
 */
export function holmAdjusted(
  ratios: readonly Ratio[],
  decides: (interval: Interval) => boolean,
  confidence = 0.95,
): Ratio[] {
  const adjusted = [...ratios];
  let open = ratios.flatMap((ratio, index) => (ratio.estimable && ratio.interval ? [{ ratio, index }] : []));
  for (let before = Infinity; open.length < before;) {
    before = open.length;
    const coverage = 1 - (1 - confidence) / before;
    open = open.filter(({ ratio, index }) => {
      const wider = atConfidence(ratio, coverage);
      adjusted[index] = wider;
      return !decides(wider.interval!);
    });
  }
  return adjusted;
}
