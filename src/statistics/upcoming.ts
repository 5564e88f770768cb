/** What headers may tell beside the rest. */
import type { ExperimentHeader } from '../results/record.js';

/** Of one link, bit/s. */
export const lineRateOf = (header: ExperimentHeader): number | undefined =>
  (header as ExperimentHeader & { lineRate?: number }).lineRate;
