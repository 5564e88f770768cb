/** How fast the nodes' links are. */
import type { ExperimentHeader } from '../results/record.js';

/** Of one link, bit/s; undefined where nobody told. */
export const lineRateOf = (header: ExperimentHeader): number | undefined =>
  (header as ExperimentHeader & { lineRate?: number }).lineRate;
