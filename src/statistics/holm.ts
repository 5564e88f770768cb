/** Several figures that lead to one verdict: how wide each interval must be. */
import type { Interval } from './describe.js';
import { atConfidence, type Ratio } from './ratio.js';

/**
 * Holm's step-down procedure, told in intervals. Each round asks the figures that are still open whether an interval of
 * coverage 1 − α/(number still open) decides them; those decided keep it, the rest go to the next round.
 * The chance that any decision is wrong is at most α = 1 − `confidence`.
 * S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scand. J. Statist. 6, 1979.
 *
 * @param intervalAt a figure's interval at a coverage; undefined where it has none, and then it is not counted
 * @param decides whether this interval settles the figure's question
 * @returns the coverage of every figure's interval, in the same order
 */
export function holmCoverages<Figure>(
  figures: readonly Figure[],
  intervalAt: (figure: Figure, coverage: number) => Interval | undefined,
  decides: (interval: Interval, figure: Figure) => boolean,
  confidence = 0.95,
): number[] {
  const coverages = figures.map(() => confidence);
  let open = figures.flatMap((figure, index) => (intervalAt(figure, confidence) ? [{ figure, index }] : []));
  for (let before = Infinity; open.length < before;) {
    before = open.length;
    const coverage = 1 - (1 - confidence) / before;
    open = open.filter(({ figure, index }) => {
      coverages[index] = coverage;
      return !decides(intervalAt(figure, coverage)!, figure);
    });
  }
  return coverages;
}

/** Ratios with Holm-adjusted intervals, in the same order; those without an interval as they were. */
export function holmAdjusted(
  ratios: readonly Ratio[],
  decides: (interval: Interval) => boolean,
  confidence = 0.95,
): Ratio[] {
  const intervalAt = (ratio: Ratio, coverage: number) =>
    ratio.estimable ? atConfidence(ratio, coverage).interval : undefined;
  return holmCoverages(ratios, intervalAt, decides, confidence).map((coverage, index) => {
    const ratio = ratios[index]!;
    return ratio.estimable ? atConfidence(ratio, coverage) : ratio;
  });
}
